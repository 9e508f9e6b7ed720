"""The dumb runner: batches in, tables out, and health from the last real work."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from queue import Empty, Full, Queue

from inference.batcher import batches
from models.detector import Detections, Detector, DetectorError, Pixels

log = logging.getLogger(__name__)

_RECENT = 0.05
"""Weight of the newest batch in the running mean of its time."""


@dataclass
class ModelHealth:
    """What the last batches of one model did. Written by whoever holds the device."""

    batches: int = 0
    pictures: int = 0
    unchanged: int = 0
    """Pictures that were spared because nothing had changed in them."""
    errors: int = 0
    last_error: str = ""
    last_success_at: float = 0.0
    """Monotonic seconds."""
    seconds: float = 0.0
    """Time spent inside the runtime."""
    ms_per_picture: float | None = None
    """Of the last batches that succeeded: a running mean over about twenty; None before any."""

    @property
    def red(self) -> bool:
        """True while the last batch has failed."""
        return bool(self.last_error)

    def took(self, seconds: float, pictures: int) -> None:
        """Note a batch that succeeded."""
        ms, before = 1000.0 * seconds / pictures, self.ms_per_picture
        self.ms_per_picture = ms if before is None else before + _RECENT * (ms - before)
        self.last_error, self.last_success_at = "", time.monotonic()


class Engine:
    """Runs pictures through models, one batch at a time, one model in memory per device."""

    def __init__(self) -> None:
        self._detectors: dict[str, Detector] = {}
        self._device = threading.Lock()
        self.health: dict[str, ModelHealth] = {}

    def add(self, detector: Detector) -> None:
        """Take a loaded model in. Called between two batches."""
        self._detectors[detector.model] = detector
        self.health[detector.model] = ModelHealth()

    def __contains__(self, model: str) -> bool:
        return model in self._detectors

    @property
    def models(self) -> tuple[str, ...]:
        """Return the ids of the loaded models."""
        return tuple(self._detectors)

    @property
    def hashes(self) -> dict[str, str]:
        """Return model id to weight hash."""
        return {model: d.sha256 for model, d in self._detectors.items()}

    @property
    def devices(self) -> dict[str, str]:
        """Return model id to what it runs on."""
        return {model: d.device for model, d in self._detectors.items()}

    @property
    def largest(self) -> int:
        """Return how many pictures a turn may take: the largest batch of a model, at least 8."""
        return max([8, *(d.batch_sizes[-1] for d in list(self._detectors.values()))])

    def detect(self, model: str, pictures: Sequence[Pixels]) -> list[Detections | None]:
        """Return one table per picture; None where its batch failed (counted, logged, red)."""
        tables = dict(self.each(model, pictures))
        return [tables[place] for place in range(len(pictures))]

    def each(
        self, model: str, pictures: Sequence[Pixels]
    ) -> Iterator[tuple[int, Detections | None]]:
        """Yield each picture's place and table as soon as its batch is done; as in `detect`."""
        detector = self._detectors[model]
        shapes = [picture.shape for picture in pictures]
        for places in batches(shapes, detector.batch_sizes):
            found = self._batch(detector, [pictures[place] for place in places])
            yield from zip(places, found, strict=True)

    def _batch(self, detector: Detector, pictures: Sequence[Pixels]) -> Sequence[Detections | None]:
        model, length = detector.model, len(pictures)
        health = self.health[model]
        tables: Sequence[Detections | None] = [None] * length
        # A detector is not for two threads at once, and one batch after the other is fastest.
        with self._device:
            begun = time.perf_counter()
            try:
                found = detector.detect(pictures)
                if len(found) != length:
                    # One table too few or too many would be judged as another camera's.
                    raise DetectorError(f"{model}: {len(found)} tables for {length} pictures")
                tables = _sound(model, found)
                health.took(time.perf_counter() - begun, length)
            except DetectorError as error:
                health.errors += 1
                health.last_error = str(error)
                log.error("%s failed on a batch of %d: %s", model, length, error)
            health.seconds += time.perf_counter() - begun
            health.batches += 1
            health.pictures += length
        return tables

    def close(self) -> None:
        """Free all models."""
        for detector in self._detectors.values():
            detector.close()


def _sound(model: str, tables: Sequence[Detections]) -> list[Detections]:
    """Return the tables without rows that no rule can use; what is no table fails the batch."""
    try:
        return [table.sound() for table in tables]
    except ValueError as error:
        raise DetectorError(f"{model}: {error}") from error


class Overloaded(Exception):
    """The queue of requests is full; ask again after `retry_after_s`."""

    retry_after_s = 1


@dataclass
class Request:
    """A still picture that wants the same models the cameras use."""

    model: str
    pixels: Pixels
    done: threading.Event = field(default_factory=threading.Event)
    table: Detections | None = None


class Requests:
    """The bounded queues by which other threads reach the engine's batches.

    What is idle (live pictures that somebody looks at) may wait for the cameras' own work; it is
    never starved, because every turn takes some of it.
    """

    def __init__(self, wake: Callable[[], None], most: int = 16) -> None:
        self._queue: Queue[Request] = Queue(most)
        self._idle: Queue[Request] = Queue(most)
        self._wake = wake

    def ask(
        self, model: str, pixels: Pixels, timeout_s: float, *, idle: bool = False
    ) -> Detections:
        """Return the table of one picture, through one of the next batches.

        Raises:
            Overloaded: the queue is full.
            DetectorError: the batch failed or was not reached within `timeout_s`.
        """
        request = Request(model, pixels)
        try:
            (self._idle if idle else self._queue).put_nowait(request)
        except Full:
            raise Overloaded("the detection queue is full") from None
        self._wake()
        if not request.done.wait(timeout_s):
            raise DetectorError(f"no answer from {model} within {timeout_s:g} s")
        if request.table is None:
            raise DetectorError(f"{model} failed on the batch of this picture")
        return request.table

    def take(self, limit: int) -> list[Request]:
        """Return up to `limit` requests, oldest first; never waits."""
        return _taken(self._queue, limit)

    def take_idle(self, limit: int) -> list[Request]:
        """Return up to `limit` of those that may wait, oldest first; never waits."""
        return _taken(self._idle, limit)


def _taken(queue: Queue[Request], limit: int) -> list[Request]:
    taken: list[Request] = []
    while len(taken) < limit:
        try:
            taken.append(queue.get_nowait())
        except Empty:
            break
    return taken
