"""Evidence behind signed links."""

from __future__ import annotations

from time import time
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.access import open_to_everyone
from api.context import Here
from api.links import SECRET, BadLink, check
from api.problem import Forbidden
from api.ranges import Unsatisfiable, parse
from store.secrets import secret

router = APIRouter(prefix="/api/v1", tags=["evidence"])

RENDER_S = 120.0
"""How long the first rendering of a clip may take; after that it is kept."""


@router.head("/evidence/{sha256}", response_class=Response, include_in_schema=False)
@router.get("/evidence/{sha256}", response_class=Response)
@open_to_everyone
def evidence(
    sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    request: Request,
    here: Here,
    until: Annotated[int, Query()],
    masked: Annotated[bool, Query()],
    by: Annotated[str, Query()],
    signature: Annotated[str, Query()],
) -> Response:
    """Return a picture or clip; the link is the right, and ranges work.

    403 when the link is too old or was changed.
    """
    now = time()
    try:
        check(secret(here.database, SECRET), sha256, until, masked, by, signature, now)
    except BadLink as error:
        raise Forbidden(str(error), type="bad-link", title="This link does not work.") from error
    headers = _headers(sha256, masked, until - now)
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    found = here.worker.ask(
        "GET", f"/render/{sha256}", params={"masked": str(masked).lower()}, timeout=RENDER_S
    )
    media_type = found.headers.get("Content-Type", "application/octet-stream")
    return _part(request, found.content, media_type, headers)


def _headers(sha256: str, masked: bool, lives_s: float) -> dict[str, str]:
    # What is masked may stay in the browser of whoever saw it while the link lives; what is not
    # stays nowhere.
    kept = f"private, max-age={int(lives_s)}, immutable" if masked else "private, no-store"
    return {
        "ETag": f'"{sha256}-{"masked" if masked else "original"}"',
        "Cache-Control": kept,
        "Accept-Ranges": "bytes",
    }


def _part(request: Request, data: bytes, media_type: str, headers: dict[str, str]) -> Response:
    """Return what of the bytes was asked for."""
    asked = request.headers.get("Range", "")
    if request.headers.get("If-Range", headers["ETag"]) != headers["ETag"]:
        asked = ""
    try:
        part = parse(asked, len(data))
    except Unsatisfiable:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(data)}"})
    if part is None:
        return Response(data, media_type=media_type, headers=headers)
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(data)}"
    return Response(data[part.start : part.stop], 206, headers, media_type=media_type)
