"""What inference may say of the observed state: plain values, written in batches."""

from __future__ import annotations

import msgspec

Pair = tuple[str, str]
"""Camera id and algorithm id."""


class CameraState(msgspec.Struct, frozen=True):
    """What a camera is doing since a moment; `detail` is in words and holds no login."""

    camera: str
    state: str
    detail: str
    since: float


class Applied(msgspec.Struct, frozen=True):
    """The revision of the desired state that the worker now runs for a camera."""

    camera: str
    revision: int


class Watching(msgspec.Struct, frozen=True):
    """An algorithm really looks through a camera."""

    camera: str
    algorithm: str
    at: float


class Blind(msgspec.Struct, frozen=True):
    """An algorithm should look through a camera and cannot, because of something."""

    camera: str
    algorithm: str
    because: str
    at: float


class Ended(msgspec.Struct, frozen=True):
    """Nobody wants this algorithm on this camera any more (or its time plan is over)."""

    camera: str
    algorithm: str
    at: float


class Heartbeat(msgspec.Struct, frozen=True):
    """These pairs are still as last said: what a crash leaves open was true until `at`."""

    pairs: tuple[Pair, ...]
    at: float


class Rate(msgspec.Struct, frozen=True):
    """How a camera is read and what it gets, in pictures a second of its most demanding algorithm.

    `way` is 'tap' or 'libav' ('': neither yet), `why` says why not the tap: 'often' (wanted more
    often than key frames come) or a word of `streams.tap.Why`. `reached` and `shed` (replaced by
    newer ones, unseen) are None until some time has passed.
    """

    camera: str
    way: str
    why: str
    wanted: float
    reached: float | None
    shed: float | None
    at: float


Change = CameraState | Applied | Watching | Blind | Ended | Heartbeat | Rate
