"""A worker on painted cameras: the whole chain in one process, no libav, network or weights."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from inference.library import Library
from inference.worker import Folders, Intake, Worker
from models.catalog import Catalog
from models.detector import Detector
from models.fake import FakeDetector
from models.manifest import ModelManifest
from models.weights import WeightStore
from store import desired
from store.blobs import Blobs
from store.catalog import Algorithms
from store.database import open_database
from store.values import Task
from streams.camera import Camera
from streams.clock import FileClock
from streams.synthetic import Step, SyntheticSource

BEGUN = 1_790_000_000.0
"""Capture time of a film's first picture."""


class _Installed(WeightStore):
    """A weight store that has every model, because the fake needs no file."""

    def find(self, manifest: ModelManifest) -> tuple[Path, ...]:
        return ()


def load_fake(manifest: ModelManifest, _files: Sequence[Path]) -> Detector:
    """Return a fake for any model of the catalog; pose models get keypoints."""
    return FakeDetector(manifest.id, pose="pose" in manifest.head)


class Rig:
    """Database, blobs and folders that outlive one worker, so that it can be started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = open_database(f"sqlite:///{folder / 'rig.db'}")
        self.blobs = Blobs(folder / "blobs")
        self.algorithms = Algorithms(Catalog.read())
        self.films: dict[str, list[Step]] = {}
        self.intake: Intake | None = None

    def want(
        self, camera: str, film: list[Step], tasks: Mapping[str, Mapping[str, Any]], **more: Any
    ) -> None:
        """Add a camera that plays `film`, with the parameters of each algorithm on it."""
        self.films[camera] = film
        put = [Camera(id=camera, url=f"rtsp://localhost/{camera}")]
        asked = [
            Task(camera=camera, algorithm=algorithm, parameters=dict(given), **more)
            for algorithm, given in tasks.items()
        ]
        desired.change(self.database, "test", put=(*put, *asked))

    def worker(self, begun: float = BEGUN) -> Worker:
        """Return a worker whose cameras play their films once, losing no picture."""
        intake = self.intake or Intake(
            source=lambda camera: SyntheticSource(self.films[camera.id]),
            clock=lambda _camera: FileClock(begun),
            lossless=True,
            once=True,
            clock_name="film",
        )
        folders = Folders(self.folder / "state", self.folder / "spool", self.folder / "clips")
        library = Library(self.algorithms.models, _Installed(self.folder), load_fake)
        return Worker(self.database, self.algorithms, library, self.blobs, folders, intake=intake)

    @contextmanager
    def played(self, begun: float = BEGUN) -> Iterator[Worker]:
        """Run a worker until all films are over and everything is judged, then yield it."""
        with self.worker(begun) as worker:
            for _ in range(900):
                units = worker.units
                if len(units) == len(self.films) and not any(
                    u.running or u.slot.waiting_since is not None for u in units.values()
                ):
                    break
                threading.Event().wait(0.05)
            else:
                raise AssertionError("the films were not played to their end within 45 s")
            settled = threading.Event()
            worker.loop.post(settled.set)
            assert settled.wait(10)
            yield worker
