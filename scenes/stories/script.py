"""What a script is, and the times by which generated scenes are judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from scenes.scene import Scene

Kind = Literal["litter", "illegal_parking", "nonmotor_parking", "fall", "flooding", "calm", "fault"]
"""What a script is about: an algorithm, or nothing at all ('calm', 'fault': a bad picture)."""

ALGORITHMS = ("litter", "illegal_parking", "nonmotor_parking", "fall", "flooding")
"""The algorithms that judge every scene, as far as the catalog has them."""

PROFILE: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "litter": {"dwell_s": 15.0},
        "illegal_parking": {"dwell_s": 15.0},
        "nonmotor_parking": {"dwell_s": 15.0},
        "fall": {"dwell_s": 4.0},
        "flooding": {"dwell_s": 10.0, "area_ratio": 0.1},
    }
)
"""The profile 'generated': shipped defaults but for these, so that a scene of a minute decides."""


@dataclass(frozen=True, slots=True)
class Script:
    """A story that can be drawn from any seed.

    `positive` says that each of its scenes holds an event of `kind`; the others hold none at all.
    """

    name: str
    kind: Kind
    positive: bool
    what: str
    make: Callable[[int], Scene]
