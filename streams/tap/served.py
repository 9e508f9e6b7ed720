"""One camera in the tap: its attempts one after the other, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from streams.life import Life
from streams.picture import Picture, Shot
from streams.source import Reason, SourceError
from streams.state import CameraWord
from streams.tap import Counts, KeyDecoder, KeyUnit, Unsuited, Why
from streams.tap.lookup import Asked, Found, Lookups
from streams.tap.replay import HALF
from streams.tap.session import Piece, Session
from streams.tap.talk import MOST_REDIRECTS, MovedError
from streams.tap.unfit import UnfitError
from streams.tap.walker import KeyPicture
from streams.times import StreamTimes

USELESS_KEYS = 5
"""So many key pictures of a session, and nothing sound came of any: the other way may do better."""
REMEMBERED = 64
"""Key pictures whose times are known while their bytes are still on the way."""
GOP_STEP_S = 1.0
"""How far apart key pictures are taken to be where the camera's clock jumps."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds until a connection stands, until it plays, and without a packet until it is stalled.

    A connection that does not stand soon is tried anew, because the next attempt comes sooner than
    TCP's own repetition.
    """

    connect_s: float = 4.0
    open_s: float = 20.0
    read_s: float = 15.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decoder made of a key unit; `session` is that in which it came."""

    served: Served
    session: int
    sound: bool


@dataclass(slots=True)
class _Tally:
    """`Counts` while they are counted."""

    packets: int = 0
    received: int = 0
    lost: int = 0
    rtcp: int = 0
    keys: int = 0
    damaged: int = 0
    wanted: int = 0
    shed: int = 0
    undecodable: int = 0
    pictures: int = 0


@dataclass(frozen=True, slots=True)
class _Key:
    """When a key picture was taken; `raw` are seconds without wraps, `came_at` is monotonic."""

    timestamp: int
    raw: float
    stream_time: float
    captured_at: float
    came_at: float


class Served:
    """Belongs to the tap's thread. What raises ends the attempt: the tap then calls `fail`.

    `due` is when the next thing is to be begun, in monotonic seconds; None: something is going on.
    """

    def __init__(
        self,
        life: Life,
        on_unsuited: Callable[[Unsuited], None],
        decoder: KeyDecoder,
        lookups: Lookups,
        timeouts: Timeouts,
        buffer: bytearray,
        tell: Callable[[Outcome], None],
    ) -> None:
        self.life = life
        self.on_unsuited = on_unsuited
        self.session: Session | None = None
        self.due: float | None = 0.0
        self._decoder = decoder
        self._lookups = lookups
        self._timeouts = timeouts
        self._buffer = buffer
        self._tell = tell
        self._tally = _Tally()
        self._question = 0
        self._found: Found | None = None
        self._others: Found | None = None
        """The host's other addresses, until one of them answers."""
        self._redirects = 0
        self._deadline = float("inf")
        self._reset(0.0)

    def _reset(self, now: float) -> None:
        self._read_at = now
        self._times = StreamTimes(GOP_STEP_S)
        self._key: _Key | None = None
        self._recent: dict[int, _Key] = {}
        self._packets = 0
        self._parameters: bytes | None = None
        self._sound = 0
        self._judged = 0
        self._came = False
        self._key_came = False

    @property
    def counts(self) -> Counts:
        """What was counted; of the running session too."""
        walker = self.session.walker if self.session else None
        now = self._tally
        return Counts(
            packets=now.packets + (walker.packets if walker else 0),
            received=now.received,
            lost=now.lost + (walker.lost if walker else 0),
            rtcp=now.rtcp + (walker.rtcp if walker else 0),
            keys=now.keys,
            damaged=now.damaged,
            wanted=now.wanted,
            shed=now.shed,
            undecodable=now.undecodable,
            pictures=now.pictures,
        )

    # -- attempts -----------------------------------------------------------------------------

    def begin(self, now: float) -> Session | None:
        """Begin what is due: an attempt, or a connection whose turn it is, which is returned."""
        self.due = None
        if self._found is not None:
            return self._connect(self._found, now)
        self.life.begin()
        self._redirects = 0
        self._reset(now)
        self._ask("")
        return None

    def located(self, asked: Asked, found: Found | Exception, now: float) -> None:
        """Take where the camera is and wait for a turn to connect there."""
        if asked.number != self._question or self.due is not None or self.session is not None:
            return
        if isinstance(found, Exception):
            raise found
        self._found = found
        self.due = now + self.life.turn(found.url, now)

    def ready(self, now: float) -> None:
        """Go on with the conversation: the socket can be written to or read from."""
        session = self.session
        if session is None:
            return
        if not session.connected:
            session.writable()
            self._others = None
            self._deadline = now + self._timeouts.open_s
            return
        session.flush()
        self.read(now)
        if session.talk.playing and self._deadline < float("inf"):
            self._deadline = float("inf")
            self._read_at = now
            self._alive_at = now + session.talk.timeout_s / 2

    def fail(self, error: Exception, now: float) -> Unsuited | None:
        """End the attempt; return what the tap has to give back, None: it is tried again."""
        others = self._others
        self.close()
        if others and isinstance(error, SourceError) and error.reason is Reason.UNREACHABLE:
            self._found, self.due = others, now
            return None
        if isinstance(error, MovedError):
            self._redirects += 1
            if self._redirects <= MOST_REDIRECTS:
                self._ask(error.url)
                return None
            error = SourceError(Reason.FAILED, "it redirects again and again")
        if isinstance(error, UnfitError):
            return error.unsuited
        self.due = now + self.life.wait_s(self.life.ended(error))
        return None

    def close(self) -> None:
        """Leave the camera."""
        session, self.session = self.session, None
        self._question += 1
        self._found, self._others, self.due = None, None, None
        self._deadline = float("inf")
        if session is not None:
            walker = session.walker
            if walker is not None:
                self._tally.packets += walker.packets
                self._tally.lost += walker.lost
                self._tally.rtcp += walker.rtcp
            session.close()

    def _ask(self, url: str) -> None:
        self._question += 1
        self._lookups.ask(Asked(self.life, self._question, url))

    def _connect(self, found: Found, now: float) -> Session:
        first, *rest = found.addresses
        self._found, self._others = None, Found(found.url, tuple(rest)) if rest else None
        self.session = Session(found.url, first, self._buffer)
        self.session.connect()
        self._deadline = now + self._timeouts.connect_s
        return self.session

    # -- what comes ---------------------------------------------------------------------------

    def read(self, now: float) -> None:
        """Take what the connection brought."""
        session, ring = self.session, self.life.ring
        if session is None:
            return
        came = session.read(keep=ring is not None)
        self._tally.received += came.received
        packets = session.walker.packets if session.walker else 0
        if packets != self._packets:
            self._packets, self._read_at, self._came = packets, now, True
        for piece in came.pieces:
            self._keep(piece, now)
        for key in came.keys:
            self._picture(key, now)

    def _time(self, timestamp: int, now: float) -> _Key:
        """Return when the key picture of an RTP time was taken; a new one is given its time."""
        known = self._recent.get(timestamp)
        if known is not None:
            return known
        raw = 0.0
        if self._key is not None:
            ticks = (timestamp - self._key.timestamp + HALF) % (2 * HALF) - HALF
            raw = self._key.raw + ticks / self._clock_rate
        stream_time = self._times.of(raw, None)[0]
        captured_at = self.life.clock.at(stream_time, self.life.wall())
        self._key = _Key(timestamp, raw, stream_time, captured_at, now)
        self._recent[timestamp] = self._key
        if len(self._recent) > REMEMBERED:
            del self._recent[next(iter(self._recent))]
        return self._key

    @property
    def _clock_rate(self) -> int:
        video = self.session.talk.video if self.session else None
        return video.clock_rate if video else 90_000

    def _keep(self, piece: Piece, now: float) -> None:
        """Keep raw bytes for evidence, as they are."""
        session, ring = self.session, self.life.ring
        if session is None or ring is None:
            return
        if piece.timestamp is None:
            if self._key is not None:
                ring.add_raw(piece.data, self._key.captured_at + now - self._key.came_at)
            return
        key = self._time(piece.timestamp, now)
        walker = session.walker
        opened = session.opened(self.life.camera.rotation)
        if opened is not None and walker is not None and walker.parameters != self._parameters:
            self._parameters = walker.parameters
            self.life.opened(opened)
        gop = session.gop(key.timestamp, key.stream_time, key.captured_at)
        ring.add_raw(piece.data, key.captured_at, gop.unpack)

    def _picture(self, picture: KeyPicture, now: float) -> None:
        """Let the sampler choose; a decoder gets what is wanted and whole."""
        key = self._time(picture.timestamp, now)
        self._tally.keys += 1
        self._key_came = True
        sampler = self.life.sampler
        wanted = sampler.decode(True, key.stream_time) and sampler.show(True, key.stream_time)
        if sampler.keys_suffice is False:
            gop = sampler.gop
            raise UnfitError(Unsuited(Why.GOP_TOO_LONG, f"a key frame every {gop:.1f} s", gop))
        if picture.damaged:
            self._tally.damaged += 1
            self._judged += 1
        if wanted and picture.damaged:
            sampler.retry()
        elif wanted:
            self._tally.wanted += 1
            self._decode(picture, key)

    def _decode(self, picture: KeyPicture, key: _Key) -> None:
        session = self.session
        if session is None or session.walker is None:
            return
        life = self.life
        unit = KeyUnit(
            life.camera.id,
            session.walker.codec,
            picture.parameters,
            picture.data,
            key.stream_time,
            key.captured_at,
            life.camera.rotation,
        )
        if not self._decoder.put(unit, partial(self._decoded, life.session, key.captured_at)):
            self._tally.shed += 1

    def _decoded(self, session: int, captured_at: float, picture: Picture | None) -> None:
        """Take a picture, in a decoder's thread: it goes to the slot, the rest to the tap."""
        if picture is not None:
            self.life.slot.put(Shot(self.life.camera.id, session, captured_at, picture))
        self._tell(Outcome(self, session, picture is not None))

    def outcome(self, outcome: Outcome) -> None:
        """Take note of what a decoder made of a key unit."""
        if outcome.sound:
            self._tally.pictures += 1
        else:
            self._tally.undecodable += 1
        if outcome.session != self.life.session or self.session is None:
            return
        self._judged += 1
        if outcome.sound:
            self._sound += 1
            now = self.life.wall()
            self.life.live(now)
            self.life.seen(now)

    # -- time ---------------------------------------------------------------------------------

    def sweep(self, now: float) -> None:
        """Look at the clock, a few times a second."""
        session = self.session
        if session is None:
            return
        if now > self._deadline:
            raise self._late(session)
        if not session.talk.playing:
            return
        if now - self._read_at > self._timeouts.read_s:
            reason = Reason.STALLED if session.media_came else Reason.NO_MEDIA
            raise SourceError(reason, f"no packet for {self._timeouts.read_s:.0f} s")
        session.flush()
        if now >= self._alive_at:
            self._alive_at = now + session.talk.timeout_s / 2
            session.keep_alive()
        if self._came:
            self.life.media(self._key_came, self.life.wall())
            self._came = self._key_came = False
            self._judge()

    def _late(self, session: Session) -> SourceError:
        if not session.connected:
            return SourceError(Reason.UNREACHABLE, "no connection: no answer")
        return SourceError(Reason.NO_MEDIA, f"no answer to {session.talk.step}")

    def _judge(self) -> None:
        """Give the camera back where key pictures alone show nothing."""
        if self.life.state.word is CameraWord.NO_KEY_FRAME:
            raise UnfitError(Unsuited(Why.NO_KEY_FRAMES, "none came for a long time"))
        if self._judged >= USELESS_KEYS and not self._sound:
            raise UnfitError(Unsuited(Why.NO_KEY_FRAMES, "none of them can be decoded alone"))
