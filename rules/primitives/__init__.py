"""The primitives, by the name that a manifest's chain uses."""

from __future__ import annotations

from rules.primitives.episodes import Episodes
from rules.primitives.objects import Objects

REGISTRY: dict[str, type] = {
    "objects": Objects,
    "episodes": Episodes,
}
