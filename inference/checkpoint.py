"""Rule states on local disk, so that a worker killed in the middle of a dwell goes on with it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from inference.files import write_atomically
from rules.observation import Observation

SMALL = 32 * 1024
"""States up to this size (no backgrounds in them) are saved every second."""


RESTLESS_S = 2.0
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
    """One file per camera x algorithm x view of the camera (address, rotation, version)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, camera: str, algorithm: str, view: str) -> Path:
        """Return the file of one state. `view` names what makes an old state worthless."""
        tag = hashlib.sha256(view.encode()).hexdigest()[:12]
        return self._folder / f"{camera}--{algorithm}--{tag}.state"

    def save(self, path: Path, state: bytes, *, durable: bool) -> None:
        """Write a state; `durable` also against a power cut."""
        write_atomically(path, state, durable=durable)

    def load(self, path: Path) -> bytes | None:
        """Return the last state, None when there is none."""
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
