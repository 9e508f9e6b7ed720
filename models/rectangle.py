"""How large an input must be for given pictures: the padding that no picture needs is left out."""

from __future__ import annotations

from collections.abc import Sequence

from models.letterbox import geometry
from models.manifest import Preprocessing

STEP = 32
"""Networks of this kind halve their input five times."""


def rectangle(spec: Preprocessing, shapes: Sequence[tuple[int, ...]]) -> tuple[int, int]:
    """Return height and width of the smallest input for pictures of `shapes` (height, width, ...).

    Every picture keeps the scale that `spec` gives it, so the network sees the same things at the
    same size, with less padding around them. Sides are multiples of 32 and at most those of
    `spec`; a model that stretches pictures, or is made for other steps, keeps its own size.
    """
    if spec.fit == "stretch" or spec.height % STEP or spec.width % STEP:
        return spec.height, spec.width
    places = [geometry(width, height, spec.width, spec.height) for height, width, *_ in shapes]
    return (
        -(-max(place.height for place in places) // STEP) * STEP,
        -(-max(place.width for place in places) // STEP) * STEP,
    )


def sized(spec: Preprocessing, size: tuple[int, int]) -> Preprocessing:
    """Return `spec` with another height and width."""
    return spec.model_copy(update={"height": size[0], "width": size[1]})
