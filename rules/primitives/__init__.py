"""The primitives, by the name that a manifest's chain uses."""

from __future__ import annotations

from rules.primitives.cluster import Cluster
from rules.primitives.covered import AreaAbove
from rules.primitives.episodes import Episodes
from rules.primitives.left_behind import LeftBehind
from rules.primitives.objects import Objects
from rules.primitives.posture import Posture
from rules.primitives.static_foreground import StaticForeground
from rules.primitives.stays import Stays
from rules.primitives.surface import Surface
from rules.primitives.track import Tracker
from rules.primitives.view import View

REGISTRY: dict[str, type] = {
    "view": View,
    "objects": Objects,
    "track": Tracker,
    "stays": Stays,
    "cluster": Cluster,
    "posture": Posture,
    "static_foreground": StaticForeground,
    "left_behind": LeftBehind,
    "surface": Surface,
    "covered": AreaAbove,
    "episodes": Episodes,
}
