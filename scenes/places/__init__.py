"""Kinds of place, each drawn from a seed."""

from __future__ import annotations

from collections.abc import Callable

from scenes.places.street import street
from scenes.stage import Stage

PLACES: dict[str, Callable[[int], Stage]] = {"street": street}
"""Every kind of place by its name."""

__all__ = ["PLACES", "street"]
