"""Detection on a picture that the caller sends."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query

from api.access import Caller, Right, needs
from api.context import Here
from api.schemas.detect import Detected

router = APIRouter(prefix="/api/v1", tags=["detect"])


@router.post("/detect")
def detect(
    picture: Annotated[bytes, Body(media_type="image/jpeg", max_length=20 * 1024 * 1024)],
    caller: Annotated[Caller, needs(Right.DETECT)],
    here: Here,
    model: Annotated[
        str,
        Query(
            description="a model id; empty: the models of the algorithm, else the general detector"
        ),
    ] = "",
    algorithm: Annotated[str, Query()] = "",
    zone: Annotated[str, Query(description="x1,y1,x2,y2,… in fractions of the picture")] = "",
) -> Detected:
    """Detect in a JPEG or PNG; with an algorithm, also say what it makes of the picture.

    429 with Retry-After when the device is full.
    """
    raise NotImplementedError
