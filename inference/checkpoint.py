"""Rule states on local disk, so that a worker killed in the middle of a dwell goes on with it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from struct import Struct
from zlib import crc32

from inference.files import sync_folder
from rules.observation import Observation

SMALL = 32 * 1024
"""States up to this size (no backgrounds in them) are saved every second."""


RESTLESS_S = 2.0
PICTURES = 3
"""While nothing happens, a crash may forget so many pictures of a camera that brings few."""
LONGEST_S = 30.0
_FILES = 2
_MAGIC = b"\xc1SES"
"""Begins with a byte that no msgpack has."""
_HEAD = Struct("<4sQQI")
_SURE = 0.9
"""Below this the ground is changing, though it is not called water yet."""


def interval_s(size: int) -> float:
    """Return how often a state of `size` bytes is saved: 1 s while small, 10 s with backgrounds."""
    return 1.0 if size <= SMALL else 10.0


def restless(observation: Observation) -> bool:
    """Say whether something has begun that cannot be learned again after a crash.

    How a thing came to lie there, or how water spread, is seen once. Then a large state is saved
    every `RESTLESS_S`, as it is while its rule times something; at rest that only wears the disk.
    """
    water = observation.water
    return bool(observation.blobs) or (
        water is not None and (water.share > 0 or 0 < water.sure < _SURE)
    )


class Checkpoints:
    """Two files per camera x algorithm x view of the camera (address, rotation, version).

    They are written in turn, in place, and the newer one that is whole counts: a rename for every
    state of a city's tasks costs more than making the state. For one thread at a time per path.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: dict[Path, int] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, camera: str, algorithm: str, view: str) -> Path:
        """Return the file of one state. `view` names what makes an old state worthless."""
        tag = hashlib.sha256(view.encode()).hexdigest()[:12]
        return self._folder / f"{camera}--{algorithm}--{tag}.state"

    def save(self, path: Path, state: bytes, *, durable: bool) -> None:
        """Write a state; `durable` also against a power cut.

        Raises:
            OSError: the disk did not take it; the state before is still there.
        """
        if path not in self._written:
            self._written[path] = max((number for number, _ in _both(path)), default=0)
        number = self._written[path] + 1
        head = _HEAD.pack(_MAGIC, number, len(state), crc32(state))
        handle = os.open(_turn(path, number), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            _write(handle, head + state)
            if durable:
                os.fsync(handle)
        finally:
            os.close(handle)
        self._written[path] = number
        if durable and number <= _FILES:
            sync_folder(self._folder)

    def sync(self) -> None:
        """Make all that was saved survive a power cut, at once: cheaper than one by one."""
        os.sync()

    def load(self, path: Path) -> bytes | None:
        """Return the last state, None when there is none."""
        return max(_both(path), default=(0, None), key=lambda found: found[0])[1]


def _turn(path: Path, number: int) -> Path:
    return path if number % _FILES else path.with_suffix(".other")


def _write(handle: int, data: bytes) -> None:
    done = 0
    while done < len(data):
        done += os.pwrite(handle, data[done:], done)


def _both(path: Path) -> list[tuple[int, bytes]]:
    """Return number and state of those files that are whole."""
    found = []
    for number in range(_FILES):
        try:
            data = _turn(path, number).read_bytes()
        except FileNotFoundError:
            continue
        if not data.startswith(_MAGIC):
            found.append((0, data))  # of a version that wrote one file
            continue
        if len(data) < _HEAD.size:
            continue
        _, count, size, check = _HEAD.unpack_from(data)
        state = data[_HEAD.size : _HEAD.size + size]
        if len(state) == size and crc32(state) == check:
            found.append((count, state))
    return found
