"""Kinds of place, each drawn from a seed."""

from __future__ import annotations

from collections.abc import Callable

from scenes.places.corridor import corridor
from scenes.places.square import square
from scenes.places.street import street
from scenes.places.underpass import underpass
from scenes.places.yard import yard
from scenes.stage import Stage

PLACES: dict[str, Callable[[int], Stage]] = {
    "street": street,
    "square": square,
    "yard": yard,
    "underpass": underpass,
    "corridor": corridor,
}
"""Every kind of place by its name."""

__all__ = ["PLACES", "corridor", "square", "street", "underpass", "yard"]
