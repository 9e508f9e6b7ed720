"""The primitives, by the name that a manifest's chain uses."""

from __future__ import annotations

from rules.primitives.covered import AreaAbove
from rules.primitives.episodes import Episodes
from rules.primitives.objects import Objects
from rules.primitives.stays import Stays
from rules.primitives.surface import Surface
from rules.primitives.track import Tracker

REGISTRY: dict[str, type] = {
    "objects": Objects,
    "track": Tracker,
    "stays": Stays,
    "surface": Surface,
    "covered": AreaAbove,
    "episodes": Episodes,
}
