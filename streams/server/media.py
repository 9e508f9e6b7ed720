"""What a camera of the server shows: a clip as access units, ready to be packetised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from streams.nal import Codec, is_delimiter, is_parameter_set


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One picture: its NAL units without start codes, and its time in seconds from the start."""

    units: tuple[bytes, ...]
    at: float
    key: bool


@dataclass(frozen=True, slots=True)
class Media:
    """A clip without B-frames: decode order is display order. `duration` is that of one loop.

    `alternative` gives the same clip in another resolution, for the fault `resize`; it may take
    its time and is called from a thread.
    """

    codec: Codec
    parameter_sets: tuple[bytes, ...]
    access_units: tuple[AccessUnit, ...]
    duration: float
    rate: float
    alternative: Callable[[], Media] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        times = [unit.at for unit in self.access_units]
        if not times or not self.access_units[0].key:
            raise ValueError("media starts with a key picture")
        if times[0] != 0.0 or any(b <= a for a, b in pairwise(times)):
            raise ValueError("times start at 0 and grow")
        if self.duration <= times[-1]:
            raise ValueError("a loop ends after its last picture")

    def units_of(self, access_unit: AccessUnit) -> list[bytes]:
        """Return the units to send: parameter sets go in front of each key picture."""
        units = [unit for unit in access_unit.units if not is_delimiter(self.codec, unit)]
        if not access_unit.key:
            return units
        own = [unit for unit in units if is_parameter_set(self.codec, unit)]
        return units if own else [*self.parameter_sets, *units]
