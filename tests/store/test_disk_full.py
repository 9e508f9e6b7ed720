"""A disk fills up: incidents and held evidence stay, clips are refused loudly, then it goes on."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from inference.worker import Intake
from store import audit
from store.blobs import Blobs
from store.incidents import get, list_incidents
from streams.clock import FileClock
from streams.synthetic import SyntheticSource
from tests.chain.rig import BEGUN, Rig
from tests.chain.street import film, parks
from tests.store.test_outage import PARKING, PATIENCE_S, until


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill_up(disk: Path, leave: int) -> Path:
    """Put a file on the disk that leaves so many bytes free."""
    filler = disk / "filler"
    space = os.statvfs(disk)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, space.f_bavail * space.f_frsize - leave))
    return filler


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_full_disk_loses_no_incident(disk: Path) -> None:
    gate = threading.Event()

    def wait(at: float) -> None:
        if at >= 3.0:
            gate.wait(PATIENCE_S)

    rig = Rig(disk)
    rig.intake = Intake(
        source=lambda camera: SyntheticSource(
            rig.films[camera.id], wait=wait if camera.id == "second" else None
        ),
        clock=lambda _camera: FileClock(BEGUN),
        lossless=True,
        once=True,
        clock_name="film",
    )
    for camera in ("first", "second"):
        rig.want(camera, film(40, parks(arrives=4)), PARKING)
    with rig.worker() as worker:
        until(lambda: bool(list_incidents(rig.database).incidents), "the first incident")
        (first,) = list_incidents(rig.database).incidents
        filler = fill_up(disk, leave=0)
        gate.set()
        until(lambda: "disk" in worker.health(), "that the worker says so")
        assert [one.id for one in list_incidents(rig.database).incidents] == [first.id]
        held = get(rig.database, first.id).evidence
        assert all(rig.blobs.read(ref.sha256) for ref in held if ref.sha256)
        filler.unlink()
        until(lambda: len(list_incidents(rig.database).incidents) == 2, "the second incident")
        until(lambda: "disk" not in worker.health(), "that there is room again")
        # 64 MiB is less than what is kept free for alerts: clips are refused, and that is told.
        until(lambda: "no new clips" in worker.health().get("clips", ""), "word of the clips")
        assert worker.parts.failures == {}
    for one in list_incidents(rig.database).incidents:
        (clip,) = (ref for ref in one.evidence if ref.role == "clip")
        assert (clip.state, "disk nearly full" in clip.why) == ("lost", True)
    assert audit.verify(rig.database) is None
    rig.database.dispose()


def test_a_picture_that_does_not_fit_leaves_nothing_behind(disk: Path) -> None:
    blobs = Blobs(disk / "blobs")
    kept = blobs.put(b"kept", ".jpg")
    filler = fill_up(disk, leave=1 << 20)
    with pytest.raises(OSError, match="No space left"):
        blobs.put(bytes(4 << 20), ".mp4")
    assert [path.name for path in (disk / "blobs").rglob("*") if path.is_file()] == [f"{kept}.jpg"]
    filler.unlink()
    assert blobs.read(blobs.put(bytes(4 << 20), ".mp4")) == bytes(4 << 20)
