"""Bad days of a camera, asked for in its URL: `?fault=stall&at=5&for=20`."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class FaultKind(StrEnum):
    """What goes wrong. `at`, `for`, `p` and `x` are seconds, seconds, share and factor."""

    NONE = ""
    DIE = "die"  # at `at` the connection breaks; a new one works again at once
    GONE = "gone"  # the same, and the camera answers 404 for `for` seconds
    STALL = "stall"  # at `at` silence on an open connection for `for` seconds, then it goes on
    LOSS = "loss"  # every RTP packet is lost with probability p
    SLOW = "slow"  # plays at x times its speed
    CORRUPT = "corrupt"  # every RTP packet is damaged with probability p
    AUTH = "auth"  # no login is right
    SILENT = "silent"  # PLAY is accepted, nothing comes
    NOTVIDEO = "notvideo"  # there is only sound
    RESIZE = "resize"  # at `at` it goes on in another resolution
    UDP = "udp"  # media only over UDP
    MOVED = "moved"  # it sends clients to the same address without the query
    NOKEY = "nokey"  # key pictures are never sent
    DIALECT = "dialect"  # parameter sets aggregated, packets with extensions and padding


@dataclass(frozen=True, slots=True)
class Fault:
    """One camera's fault, from `at` seconds after PLAY; loss and corruption from the start."""

    kind: FaultKind = FaultKind.NONE
    at: float = 5.0
    lasts: float = 20.0
    p: float = 0.01
    x: float = 0.5

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Self:
        """Read a URL's query.

        Raises:
            ValueError: no such fault, or a value that is no number or out of range.
        """
        lasts = 30.0 if query.get("fault") == "gone" else 20.0
        fault = cls(
            FaultKind(query.get("fault", "")),
            float(query.get("at", 5.0)),
            float(query.get("for", lasts)),
            float(query.get("p", 0.01)),
            float(query.get("x", 0.5)),
        )
        if fault.x <= 0 or not 0 <= fault.p <= 1:
            raise ValueError("x is above 0, p between 0 and 1")
        return fault

    @property
    def speed(self) -> float:
        """How fast the clip plays."""
        return self.x if self.kind is FaultKind.SLOW else 1.0

    def spoil(self, packets: Sequence[bytes], rng: random.Random) -> list[bytes]:
        """Return the RTP packets that arrive, as they arrive."""
        if self.kind is FaultKind.LOSS:
            return [packet for packet in packets if rng.random() >= self.p]
        if self.kind is FaultKind.CORRUPT:
            return [_damaged(p, rng) if rng.random() < self.p else p for p in packets]
        return list(packets)


def _damaged(packet: bytes, rng: random.Random) -> bytes:
    """Flip bits behind the RTP and NAL headers, so that the packet still looks like video."""
    if len(packet) <= 20:
        return packet
    at = rng.randrange(16, len(packet))
    return packet[:at] + bytes([packet[at] ^ 0x55]) + packet[at + 1 :]
