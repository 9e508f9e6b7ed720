"""The in-memory twin of a camera: scripted pictures, packets and errors, without libav."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

import numpy as np

from streams.picture import Opened, Packet, Picture, Pixels
from streams.source import Attempt, SourceError, Wanted

Step = Opened | Packet | Picture | Exception
"""What a session does next. An exception is raised; a `Picture` belongs to the packet before it."""


class SyntheticSource:
    """Plays one script per attempt; the last one again and again. A script's end is the end.

    `wait` is called with the stream time before each packet or picture: leave it out to play as
    fast as the consumer takes, sleep in it to play live.
    """

    def __init__(
        self, *sessions: Sequence[Step], wait: Callable[[float], None] | None = None
    ) -> None:
        if not sessions:
            raise ValueError("a synthetic source needs at least one session")
        self._sessions = sessions
        self._wait = wait
        self.attempts: list[Attempt] = []

    def run(self, attempt: Attempt, wanted: Wanted) -> Generator[Opened | Packet | Picture]:
        """Play the session of this attempt as `streams.source.Source` says.

        Raises:
            SourceError: where the script says so.
        """
        script = self._sessions[min(len(self.attempts), len(self._sessions) - 1)]
        self.attempts.append(attempt)
        decoded = True
        for step in script:
            if isinstance(step, Exception):
                raise step
            if self._wait is not None and not isinstance(step, Opened):
                self._wait(step.pts if isinstance(step, Packet) else step.stream_time)
            if isinstance(step, Packet):
                decoded = wanted.decode(step.key, step.pts)
            elif isinstance(step, Picture) and not (
                decoded and wanted.show(step.key, step.stream_time)
            ):
                continue
            yield step


def moving_rectangle(
    seconds: float, rate: float = 10.0, gop: int = 10, width: int = 64, height: int = 48
) -> list[Step]:
    """Script a session: a white rectangle crosses a dark scene once.

    Returns an `Opened`, then a packet and its picture `rate` times a second, a key each `gop`.
    """
    script: list[Step] = [Opened("synthetic", width, height, rate, b"", 0)]
    count = round(seconds * rate)
    for index in range(count):
        at, key = index / rate, index % gop == 0
        pixels = _rectangle(width, height, index / max(1, count - 1))
        script.append(Packet(bytes([index % 256]) * 16, at, at, key, 1 / rate))
        script.append(Picture(pixels, at, key))
    return script


def failing(error: SourceError, after: Sequence[Step] = ()) -> list[Step]:
    """Script a session that raises `error` after the given steps."""
    return [*after, error]


def _rectangle(width: int, height: int, progress: float) -> Pixels:
    pixels = np.full((height, width, 3), 40, np.uint8)
    side = max(2, height // 4)
    left = round(progress * (width - side))
    top = (height - side) // 2
    pixels[top : top + side, left : left + side] = 255
    return pixels
