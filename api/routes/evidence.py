"""Evidence behind signed links."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.context import Here

router = APIRouter(prefix="/api/v1", tags=["evidence"])


@router.get("/evidence/{sha256}", response_class=Response)
def evidence(
    sha256: str,
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
    raise NotImplementedError
