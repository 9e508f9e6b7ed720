"""One attempt on one camera's connection: the conversation, then frames until it ends."""

from __future__ import annotations

import errno
import socket
from contextlib import suppress
from dataclasses import dataclass

from streams.picture import Opened
from streams.source import Reason, SourceError
from streams.tap import Unsuited, Why
from streams.tap.message import MOST_BODY, MOST_HEAD, NotRtspError, read_message
from streams.tap.replay import Gop
from streams.tap.talk import Talk
from streams.tap.unfit import UnfitError
from streams.tap.walker import DOLLAR, KeyPicture, KeyWalker

BUFFER_BYTES = 1 << 20
"""Of what a read goes into: more than any frame or message can have."""
ENOUGH = BUFFER_BYTES // 2
"""A read that fills more is followed by another one at once."""
READS = 4
"""Then the other cameras have their turn."""
FOREIGN = 20
"""So many unreadable packets before any key picture: the camera packs in another way."""
Place = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
Address = tuple[socket.AddressFamily, Place]


@dataclass(frozen=True, slots=True)
class Piece:
    """Raw bytes as they came; with `timestamp` they begin the GOP of that RTP time."""

    data: bytes
    timestamp: int | None = None


@dataclass(frozen=True, slots=True)
class Came:
    """What one read brought, in order."""

    pieces: tuple[Piece, ...]
    keys: tuple[KeyPicture, ...]
    received: int


class Session:
    """Owns a socket. Not thread safe; every method returns at once.

    `buffer` (BUFFER_BYTES long) is what reads go into; all sessions of one thread share it.
    `media_came` says whether any frame came; `fileno` is for selectors.
    """

    def __init__(self, url: str, address: Address, buffer: bytearray) -> None:
        self.talk = Talk(url)
        self._buffer = buffer
        self._view = memoryview(buffer)
        self.walker: KeyWalker | None = None
        self.connected = False
        self.media_came = False
        self._out = b""
        self._tail = b""
        self._skip = 0
        family, self._address = address
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        with suppress(OSError):
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def fileno(self) -> int:
        """Return the socket's number; -1 when closed."""
        return self._socket.fileno()

    def connect(self) -> None:
        """Begin to connect.

        Raises:
            SourceError: UNREACHABLE at once.
        """
        try:
            self._socket.connect(self._address)
        except BlockingIOError:
            pass
        except OSError as error:
            raise _unreachable(error) from None

    def writable(self) -> None:
        """Take note that the connection stands, or has failed, and send what is to be sent.

        Raises:
            SourceError: UNREACHABLE, or the connection has ended.
        """
        if not self.connected:
            failed = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if failed:
                raise _unreachable(OSError(failed, ""))
            self.connected = True
            self._out = self.talk.start()
        self.flush()

    @property
    def unsent(self) -> bool:
        """Whether something waits to be sent."""
        return bool(self._out)

    def flush(self) -> None:
        """Send what the socket takes.

        Raises:
            SourceError: the connection has ended.
        """
        if not self._out:
            return
        try:
            sent = self._socket.send(self._out)
        except BlockingIOError:
            return
        except OSError:
            raise self._gone() from None
        self._out = self._out[sent:]

    def keep_alive(self) -> None:
        """Send what keeps the session alive.

        Raises:
            SourceError: the connection has ended.
        """
        self._out += self.talk.keep_alive()
        self.flush()

    def read(self, keep: bool = True) -> Came:
        """Read what is there; `keep` says whether raw bytes are wanted.

        Raises:
            SourceError: the attempt is over.
            UnfitError: the camera is not for the tap.
            MovedError: it is elsewhere.
        """
        pieces: list[Piece] = []
        keys: list[KeyPicture] = []
        received = 0
        for _ in range(READS):
            before = len(self._tail)
            self._buffer[:before] = self._tail
            try:
                count = self._socket.recv_into(self._view[before:])
            except BlockingIOError:
                break
            except OSError:
                raise self._gone() from None
            if not count:
                raise self._gone()
            received += count
            pieces += self._consume(before + count, keep)
            if self.walker is not None and self.walker.keys:
                keys += self.walker.keys
                self.walker.keys.clear()
            if count < ENOUGH:
                break
        return Came(tuple(pieces), tuple(keys), received)

    def close(self, say_goodbye: bool = True) -> None:
        """End the session, with a word if it goes out at once."""
        if say_goodbye and self.connected and not self._out:
            with suppress(OSError):
                self._socket.send(self.talk.teardown())
        self._socket.close()

    def _consume(self, end: int, keep: bool) -> list[Piece]:
        at = self._skip
        if at >= end:
            self._skip, self._tail = at - end, b""
            return [Piece(bytes(self._view[:end]))] if keep and self.walker else []
        while at < end:
            step = self._frames if self._buffer[at] == DOLLAR else self._message
            following = step(at, end)
            if following == at:
                break
            at = following
        used = min(at, end)
        self._skip, self._tail = max(0, at - end), bytes(self._view[used:end])
        return self._pieces(used) if keep else self._forget()

    def _frames(self, at: int, end: int) -> int:
        walker = self.walker
        if walker is None:
            if end - at < 4:
                return at
            return at + 4 + (self._buffer[at + 2] << 8 | self._buffer[at + 3])
        following = walker.walk(self._buffer, at, end)
        self.media_came = walker.packets > 0
        if walker.foreign >= FOREIGN:
            raise UnfitError(Unsuited(Why.PACKETISATION, "packets of a kind that is not read"))
        return following

    def _message(self, at: int, end: int) -> int:
        """Read a message; what is neither message nor frame is passed over to the next frame."""
        try:
            read = read_message(bytes(self._view[at : min(end, at + MOST_HEAD + MOST_BODY)]))
        except NotRtspError:
            if not self.talk.playing:
                raise SourceError(Reason.FAILED, "what answers does not speak RTSP") from None
            following = self._buffer.find(b"$", at + 1, end)
            return end if following < 0 else following
        if read is None:
            return at
        message, length = read
        self._out += self.talk.answer(message)
        if self.walker is None and self.talk.playing and self.talk.video is not None:
            video = self.talk.video
            self.walker = KeyWalker(video.codec, self.talk.channels, video.parameter_sets)
        self.flush()
        return at + length

    def _pieces(self, used: int) -> list[Piece]:
        """Cut the bytes where key pictures began."""
        walker = self.walker
        if walker is None or not used:
            return []
        begun = [pair for pair in walker.begun if pair[0] < used]
        walker.begun.clear()
        pieces, at, timestamp = [], 0, None
        for offset, following in begun:
            if offset > at or timestamp is not None:
                pieces.append(Piece(bytes(self._view[at:offset]), timestamp))
            at, timestamp = offset, following
        pieces.append(Piece(bytes(self._view[at:used]), timestamp))
        return pieces

    def _forget(self) -> list[Piece]:
        if self.walker is not None:
            self.walker.begun.clear()
        return []

    def _gone(self) -> SourceError:
        if self.media_came:
            return SourceError(Reason.ENDED, "the other side closed the connection")
        if self.talk.playing:
            return SourceError(Reason.NO_MEDIA, "the other side closed the connection")
        return SourceError(Reason.FAILED, f"the connection was closed after {self.talk.step}")

    def opened(self, rotation: int) -> Opened | None:
        """Return what the stream is now; sizes are not read and 0."""
        video = self.talk.video
        if video is None or self.walker is None:
            return None
        return Opened(video.codec, 0, 0, video.rate, self.walker.parameters, rotation)

    def gop(self, timestamp: int, stream_time: float, captured_at: float) -> Gop:
        """Return how the bytes of a GOP are read."""
        video = self.talk.video
        if video is None:
            raise ValueError("there is no video yet")
        return Gop(
            video.codec,
            self.talk.channels[0],
            video.clock_rate,
            timestamp,
            stream_time,
            captured_at,
        )


def _unreachable(error: OSError) -> SourceError:
    word = _WORDS.get(error.errno or 0, "error")
    return SourceError(Reason.UNREACHABLE, f"no connection: {word}")


_WORDS = {
    errno.ECONNREFUSED: "refused",
    errno.ETIMEDOUT: "no answer",
    errno.EHOSTUNREACH: "no route to the host",
    errno.ENETUNREACH: "no route to the network",
}
