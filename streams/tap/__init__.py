"""The key-frame tap: one thread reads the key pictures of hundreds of RTSP cameras. The seam.

How an owner uses it (the working tap is `streams.tap.tap.KeyFrameTap`, the decoders are
`streams.libav.pool.DecoderPool`, both with bodies for threads that the owner starts):

    pool = DecoderPool()
    tap = KeyFrameTap(pool)
    door = Door()                                # shared by all lives of the process
    for name, body in {**pool.bodies(2), **tap.bodies()}.items():
        parts.start(name, body)                  # bodies end within seconds of their stop event
    sampler = Sampler(periods, phase_of(camera.id))
    life = Life(camera, resolver=..., sampler=sampler, slot=..., ring=..., door=door, ...)
    tap.add(life, on_unsuited)                   # connects, keeps alive, tries again: all by itself
    life.sampler.replace(periods)                # re-task: from any thread, no word to the tap
    tap.remove(camera.id)                        # from any thread; the life is then left alone

What comes back: pictures into `life.slot` (from a decoder's thread), raw packets into `life.ring`
(`ring.clip` makes packets of them when somebody asks), states to the life's `on_state` (in the
tap's thread; do little there).

What the tap cannot serve it gives back: `on_unsuited(Unsuited)` is called once, in the tap's
thread, after the connection was closed and the life let go of. The owner then runs
`Supervisor(life, LibavSource())` in a thread of its own with that same life, so that sessions,
state, ring, clock and back-off go on, shows `Unsuited.detail` to people, and may `add` the life
again (after ending the supervisor) when `again_s` is over or what it watches has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from threading import Event
from typing import Protocol

from streams.life import Life
from streams.nal import Codec
from streams.picture import Picture

Body = Callable[[Event], None]
"""What a thread runs until the event is set."""


class Why(StrEnum):
    """Why a camera cannot be served by the tap."""

    ENCRYPTED = "encrypted"  # rtsps
    TRANSPORT = "transport"  # no RTP over the RTSP connection (UDP only)
    CODEC = "codec"  # neither H.264 nor H.265
    PACKETISATION = "packetisation"  # interleaved units, unknown payload kinds
    NO_KEY_FRAMES = "no_key_frames"  # intra refresh, or none that is whole
    GOP_TOO_LONG = "gop_too_long"  # key frames are rarer than the wanted pictures


DETAILS: Mapping[Why, tuple[str, str]] = {
    Why.ENCRYPTED: ("The connection is encrypted.", "连接已加密。"),
    Why.TRANSPORT: (
        "The camera does not send video over its RTSP connection (TCP).",
        "摄像机不支持通过 RTSP 连接（TCP）传输视频。",
    ),
    Why.CODEC: ("The video is neither H.264 nor H.265.", "视频不是 H.264 或 H.265 编码。"),
    Why.PACKETISATION: (
        "The video is packed in a way that only the full reader knows.",
        "视频的打包方式只有完整解析器才能处理。",
    ),
    Why.NO_KEY_FRAMES: (
        "There are no key frames that can be decoded alone.",
        "没有可单独解码的关键帧。",
    ),
    Why.GOP_TOO_LONG: (
        "Key frames come less often than pictures are needed.",
        "关键帧间隔大于所需的画面间隔。",
    ),
}
_AGAIN_S = {Why.GOP_TOO_LONG: 600.0, Why.NO_KEY_FRAMES: 1800.0}


@dataclass(frozen=True, slots=True)
class Unsuited:
    """Use the other way (libav, a thread of its own) for this camera, because of `why`.

    `gop` is the measured distance of key frames in seconds, where it is the reason: a camera whose
    tasks all want fewer pictures than that may be added again at once. `cause` is the technical
    text; it holds no address and no login.
    """

    why: Why
    cause: str = ""
    gop: float | None = None

    @property
    def detail(self) -> str:
        """Say it in plain English."""
        return DETAILS[self.why][0]

    @property
    def detail_zh(self) -> str:
        """Say it in plain Chinese."""
        return DETAILS[self.why][1]

    @property
    def again_s(self) -> float:
        """Return after how many seconds the tap may be tried again; cameras get new settings."""
        return _AGAIN_S.get(self.why, 3600.0)


@dataclass(frozen=True, slots=True)
class KeyUnit:
    """One key access unit, complete: what a decoder needs for one picture and nothing else.

    `data` is a byte stream with start codes that begins with its parameter sets; `parameters` are
    those alone. `stream_time` is in stream seconds, `captured_at` in unix seconds; `rotation` turns
    clockwise in degrees. `owner` is the camera's id: its newer unit replaces one that waits.
    """

    owner: str
    codec: Codec
    parameters: bytes
    data: bytes
    stream_time: float
    captured_at: float
    rotation: int = 0


Decoded = Callable[[Picture | None], None]
"""Takes what came out of a key unit; None: nothing sound. Called in a decoder's thread."""


class KeyDecoder(Protocol):
    """Decodes key units, in threads of its own."""

    def put(self, unit: KeyUnit, decoded: Decoded) -> bool:
        """Queue a unit; False when an older one of its owner was waiting and is shed for it.

        `decoded` of a unit that was shed is never called.
        """
        ...


@dataclass(frozen=True, slots=True)
class Counts:
    """What the tap has counted of one camera since it was added, over all sessions."""

    packets: int = 0
    received: int = 0
    """Bytes, as they came over the network."""
    lost: int = 0
    """RTP packets that the sequence numbers say are missing."""
    rtcp: int = 0
    keys: int = 0
    """Key access units that were seen whole or damaged."""
    damaged: int = 0
    """Key access units withheld because a part of them was lost."""
    wanted: int = 0
    """Key access units that the sampler chose: what was promised."""
    shed: int = 0
    """Chosen ones that a newer one replaced before a decoder had time."""
    undecodable: int = 0
    """Chosen ones that no sound picture came of."""
    pictures: int = 0
    """What was reached."""


class Tap(Protocol):
    """Reads the key pictures of many cameras. Its methods may be called by any thread."""

    def add(self, life: Life, on_unsuited: Callable[[Unsuited], None]) -> None:
        """Serve a camera until it is removed or found unsuited; a camera of this id is replaced."""
        ...

    def remove(self, camera: str) -> None:
        """Let a camera go: nothing of its life is touched any more when this returns.

        Only a picture that is being decoded may still reach the slot; close the slot first where
        that matters. An id that is not there is no error.
        """
        ...

    def counts(self) -> Mapping[str, Counts]:
        """Return what was counted, by camera id."""
        ...

    def bodies(self) -> Mapping[str, Body]:
        """Return the bodies of its threads by name: the tap itself, and looking up addresses."""
        ...
