"""`python -m scripts.bench_state`: what a worker costs beside decoding and inference.

Cameras without a network (each brings one picture and then holds), a detector that answers at
once, and one thread that fills the slots: what is left is desired and observed state, plan, queue,
rules and recording. Prints CPU seconds (all threads of the process) and seconds by the clock.
"""

from __future__ import annotations

import argparse
import logging
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from inference.library import Library
from inference.worker import Folders, Intake, Worker
from models.catalog import Catalog
from models.detector import Detections, Detector, Pixels
from models.fake import FakeDetector
from models.manifest import ModelManifest
from models.weights import WeightStore
from store import desired, observed
from store.blobs import Blobs
from store.catalog import Algorithms
from store.database import open_database
from store.values import Task
from streams.camera import Camera
from streams.clock import CaptureClock
from streams.picture import Opened, Packet, Picture, Shot
from streams.source import Attempt, Reason, SourceError, Wanted

HEIGHT, WIDTH = 360, 640


class _Installed(WeightStore):
    """A weight store that has every model, because the fake needs no file."""

    def find(self, manifest: ModelManifest) -> tuple[Path, ...]:
        return ()


class _Held:
    """Brings one picture, then nothing until the camera is cut off or the bench is over."""

    def __init__(self, picture: Picture, cut: threading.Event) -> None:
        self._picture = picture
        self._cut = cut

    def run(self, attempt: Attempt, wanted: Wanted) -> Iterator[Opened | Packet | Picture]:
        """Play it; who asks while the camera is cut off finds nobody.

        Raises:
            SourceError: the camera was cut off.
        """
        cut = self._cut
        if cut.is_set():
            raise SourceError(Reason.UNREACHABLE)
        yield Opened("synthetic", WIDTH, HEIGHT, 0.0, b"", 0)
        yield Packet(b"k" * 16, 0.0, 0.0, True)
        yield self._picture
        cut.wait()
        raise SourceError(Reason.STALLED)


def _scene() -> Pixels:
    """Return a grey street with some grain, (HEIGHT, WIDTH, 3)."""
    drawn = np.random.default_rng(1).normal(110, 12, (HEIGHT, WIDTH, 3))
    return np.clip(drawn, 0, 255).astype(np.uint8)


def _table() -> Detections:
    """Return what is in it: one person who stands."""
    boxes = np.array([[0.1, 0.4, 0.2, 0.9]], np.float32)
    return Detections(
        boxes, np.array([0.9], np.float32), ("person",), np.zeros((1, 0, 3), np.float32)
    )


@contextmanager
def _step(name: str) -> Iterator[None]:
    """Print what the block took, in all threads."""
    wall, cpu = time.monotonic(), time.process_time()
    yield
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    print(f"{name:<50} {cpu:8.2f} s CPU {wall:8.2f} s", flush=True)


def _until(check: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        threading.Event().wait(0.2)
    return check()


class _Bench:
    """A city on one machine, without its cameras."""

    def __init__(self, folder: Path, cameras: int, algorithms: Sequence[str]) -> None:
        self.cameras = [f"c{n:05d}" for n in range(cameras)]
        self.algorithms = tuple(algorithms)
        self.database = open_database(f"sqlite:///{folder / 'bench.db'}")
        self._folder = folder
        self._picture = Picture(_scene(), 0.0, True)
        self.cut = threading.Event()

    def fill(self) -> None:
        """Write all cameras and tasks in one change."""
        put: list[Camera | Task] = [
            Camera(id=id, url=f"rtsp://10.0.{n // 200}.{n % 200}/{id}")
            for n, id in enumerate(self.cameras)
        ]
        put += [Task(camera=id, algorithm=a) for id in self.cameras for a in self.algorithms]
        desired.change(self.database, "bench", put=put)

    def worker(self) -> Worker:
        """Return a worker on this city."""
        catalog = Algorithms(Catalog.read())

        def load(manifest: ModelManifest, _files: Sequence[Path]) -> Detector:
            return FakeDetector(manifest.id, script=[_table()])

        return Worker(
            self.database,
            catalog,
            Library(catalog.models, _Installed(self._folder), load),
            Blobs(self._folder / "blobs"),
            Folders(self._folder / "state", self._folder / "spool", self._folder / "clips"),
            intake=Intake(
                source=lambda _camera: _Held(self._picture, self.cut),
                clock=lambda _camera: CaptureClock(),
            ),
        )

    def said(self, *states: str) -> bool:
        """Say whether the database knows every camera as one of these."""
        known = observed.camera_states(self.database)
        return sum(one.state in states for one in known.values()) == len(self.cameras)

    def applied(self, revision: int) -> bool:
        """Say whether every camera runs a revision."""
        known = observed.applied(self.database)
        return len(known) == len(self.cameras) and set(known.values()) == {revision}

    def feed(self, worker: Worker, per_camera_s: float, seconds: float) -> float:
        """Fill slots, each camera's every `per_camera_s`; return the CPU seconds it took itself."""
        units = list(worker.units.values())
        begun, own = time.monotonic(), time.thread_time()
        sent, pause = 0, threading.Event()
        while (gone := time.monotonic() - begun) < seconds:
            due = int(gone / per_camera_s * len(units))
            while sent < due:
                unit = units[sent % len(units)]
                unit.slot.put(Shot(unit.camera.id, 1, time.time(), self._picture))
                sent += 1
            pause.wait(0.05)
        return time.thread_time() - own


def _steady(bench: _Bench, worker: Worker, period_s: float, seconds: float) -> None:
    judged, shed, model = _counts(worker)
    cpu = time.process_time()
    own = bench.feed(worker, period_s, seconds)
    cpu = time.process_time() - cpu - own
    done, dropped, used = (
        now - before for now, before in zip(_counts(worker), (judged, shed, model), strict=True)
    )
    each = 1000 * (cpu - used) / max(1, done)
    print(
        f"a picture a camera every {period_s:g} s: {done / seconds:.0f} judged a second, "
        f"{dropped / seconds:.0f} shed; {cpu / seconds:.3f} cores, {each:.2f} ms CPU each",
        flush=True,
    )


def _counts(worker: Worker) -> tuple[float, float, float]:
    """Return pictures judged (per task), pictures shed, seconds in the detector's stand-in."""
    units = list(worker.units.values())
    return (
        sum(runner.judged_count for unit in units for runner in unit.runners),
        sum(unit.slot.dropped for unit in units),
        sum(health.seconds for health in worker.engine.health.values()),
    )


def _run(bench: _Bench, period_s: float, seconds: float) -> None:
    count = len(bench.cameras)
    with _step("import: cameras and tasks in one change"):
        bench.fill()
    with _step("desired state, read whole"):
        desired.read(bench.database)
    worker = bench.worker()
    with _step("start, until every camera is said to be live"):
        worker.__enter__()
        _until(lambda: len(worker.units) == count and bench.said("live"), 900)
    with _step("first look of every task"):
        _until(lambda: all(r.judged_count for u in worker.units.values() for r in u.runners), 900)
    with _step(f"{seconds:g} s at rest"):
        threading.Event().wait(seconds)
    _steady(bench, worker, period_s, seconds)
    with _step("one task changes, until all is applied"):
        changed = Task(camera=bench.cameras[0], algorithm=bench.algorithms[0], enabled=False)
        revision = desired.change(bench.database, "bench", put=(changed,))
        _until(lambda: bench.applied(revision), 120)
    with _step("all cameras die at once, until it is said"):
        bench.cut.set()
        _until(lambda: bench.said("stalled", "unreachable"), 300)
    with _step("stop"):
        worker.__exit__(None, None, None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak of memory {peak:.0f} MiB")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench in a folder of its own that goes afterwards."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench_state", description=__doc__)
    parser.add_argument("--cameras", type=int, default=6000)
    parser.add_argument("--algorithms", nargs="+", default=["illegal_parking", "fall"])
    parser.add_argument("--period", type=float, default=60.0, help="seconds between pictures")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long rest and work last")
    args = parser.parse_args(arguments)
    logging.basicConfig(level=logging.ERROR)
    print(f"{args.cameras} cameras x {' '.join(args.algorithms)}")
    with tempfile.TemporaryDirectory() as folder:
        _run(_Bench(Path(folder), args.cameras, args.algorithms), args.period, args.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
