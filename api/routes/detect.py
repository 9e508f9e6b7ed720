"""Detection on a picture that the caller sends."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError

from api.access import Caller, Right, needs
from api.context import Context, Here
from api.problem import Invalid, NotFound
from api.schemas.base import FieldProblem
from api.schemas.detect import Detected
from api.worker import WorkerAnswered
from rules.zones import Zone
from store import desired
from store.database import reading
from store.parameters import Shared

router = APIRouter(prefix="/api/v1", tags=["detect"])

_PICTURE = {"schema": {"type": "string", "format": "binary"}}
_BODY = {
    "requestBody": {
        "required": True,
        "description": "The picture itself, at most 20 MiB and 50 million pixels.",
        "content": {"image/jpeg": _PICTURE, "image/png": _PICTURE},
    }
}


async def _sent(request: Request) -> bytes:
    """Return the body as it is: what it holds says the picture, not what it is called."""
    return await request.body()


@router.post("/detect", openapi_extra=_BODY)
def detect(
    caller: Annotated[Caller, needs(Right.DETECT)],
    picture: Annotated[bytes, Depends(_sent)],
    here: Here,
    model: Annotated[
        str,
        Query(
            description="a model id; empty: the models of the algorithm, else the general detector"
        ),
    ] = "",
    algorithm: Annotated[str, Query(description="an algorithm id, to have it judged")] = "",
    zone: Annotated[str, Query(description="x1,y1,x2,y2,… in fractions of the picture")] = "",
) -> Detected:
    """Detect in a JPEG or PNG; with an algorithm, also say what it makes of the picture.

    The algorithm's settings for every camera apply. Nothing is kept. 429 with Retry-After when the
    device is full.
    """
    known = here.algorithms.by_id.get(algorithm)
    if algorithm and known is None:
        raise NotFound(f"algorithm {algorithm!r}")
    if model and model not in here.algorithms.models:
        raise NotFound(f"model {model!r}")
    asked = {
        "picture": base64.b64encode(_some(picture)).decode("ascii"),
        "algorithm": algorithm,
        "parameters": _settings(here, algorithm),
        "zones": _zones(zone),
        "models": [model] if model else [],
    }
    found = _look(here, asked)
    return Detected.model_validate(
        {
            **{name: found[name] for name in _ANSWERED},
            "algorithm": algorithm,
            "algorithm_version": known.manifest.version if known else "",
        }
    )


_ANSWERED = ("width", "height", "models", "detections", "judged")


def _some(picture: bytes) -> bytes:
    if not picture:
        raise Invalid([FieldProblem(field="picture", reason="the body is empty")])
    return picture


def _settings(here: Context, algorithm: str) -> dict[str, Any]:
    if not algorithm:
        return {}
    with reading(here.database) as session:
        shared = Shared.of(desired.settings_in(session), ())
    return shared.layers(algorithm).merged


def _zones(text: str) -> list[dict[str, Any]]:
    """Return the zone that a query names.

    Raises:
        Invalid: no numbers, no pairs, or no polygon inside the picture.
    """
    if not text.strip():
        return []
    try:
        numbers = [float(part) for part in text.split(",")]
        points = tuple(zip(numbers[::2], numbers[1::2], strict=True))
        return [Zone(points=points).model_dump(mode="json")]
    except ValidationError as error:
        reason = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
    except ValueError:
        reason = "pairs of numbers with commas between: x1,y1,x2,y2,…"
    raise Invalid([FieldProblem(field="zone", reason=reason)])


def _look(here: Context, asked: dict[str, Any]) -> dict[str, Any]:
    """Ask the worker; what it says of fields is handed on as such."""
    try:
        found: dict[str, Any] = here.worker.ask("POST", "/look", json=asked).json()
        return found
    except WorkerAnswered as error:
        errors = error.content.get("errors")
        if error.status == 422 and errors:
            raise Invalid([FieldProblem.model_validate(each) for each in errors]) from None
        raise
