"""The spool: on disk before anything else, in order, nothing thrown away."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from events.alert import Alert, Maker
from inference.checkpoint import Checkpoints, interval_s, restless
from inference.spool import Spool
from rules.observation import Blob, Observation, Water

MAKER = Maker("litter", "1", {"m": "00"}, {"dwell_s": 5.0}, {}, "file", 1)


def _alert(number: int) -> Alert:
    return Alert(
        id=f"00000000-0000-0000-0000-{number:012d}",
        change="opened",
        camera="c",
        algorithm="litter",
        kind="litter",
        episode=str(number),
        box=(0.1, 0.1, 0.2, 0.2),
        since=1.0,
        at=2.0,
        last_seen=2.0,
        score=0.5,
        severity="medium",
        facts={"zone": "a"},
        maker=MAKER,
    )


def test_alerts_come_back_in_the_order_they_were_put(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for number in range(20):
        spool.put(_alert(number))
    again = Spool(tmp_path)
    assert [again.read(path) for path in again.waiting()] == [_alert(n) for n in range(20)]


def test_done_forgets_only_that_alert(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.put(_alert(1))
    spool.put(_alert(2))
    spool.done(spool.waiting()[0])
    assert [spool.read(path) for path in spool.waiting()] == [_alert(2)]


def test_a_half_written_file_of_a_crash_is_no_alert(tmp_path: Path) -> None:
    (tmp_path / ".5-x.json.partial").write_bytes(b'{"id": "half')
    assert Spool(tmp_path).waiting() == []


def test_what_cannot_be_read_is_set_aside_and_the_rest_goes_on(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    (tmp_path / "0-bad.json").write_bytes(b"{}")
    spool.put(_alert(1))
    read = [spool.read(path) for path in spool.waiting()]
    assert read == [None, _alert(1)]
    assert (tmp_path / "rejected" / "0-bad.json").read_bytes() == b"{}"


def test_an_alert_survives_json(tmp_path: Path) -> None:
    assert msgspec.json.decode(msgspec.json.encode(_alert(3)), type=Alert) == _alert(3)


def test_a_checkpoint_belongs_to_one_view_of_one_task(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    path = checkpoints.path("cam", "fall", "rtsp://a|0|1")
    assert checkpoints.load(path) is None
    checkpoints.save(path, b"state", durable=True)
    checkpoints.save(path, b"newer", durable=False)
    assert Checkpoints(tmp_path).load(path) == b"newer"
    Checkpoints(tmp_path).save(path, b"newest", durable=False)
    assert checkpoints.load(path) == b"newest"
    assert checkpoints.load(checkpoints.path("cam", "fall", "rtsp://a|90|1")) is None


@pytest.mark.parametrize("left", [0, 3, 20, -1])
def test_a_checkpoint_torn_by_a_power_cut_leaves_the_one_before(tmp_path: Path, left: int) -> None:
    checkpoints = Checkpoints(tmp_path)
    path = checkpoints.path("cam", "fall", "view")
    known: set[Path] = set()
    newest = path
    for state in (b"first", b"second"):
        checkpoints.save(path, state, durable=True)
        (newest,) = set(tmp_path.iterdir()) - known
        known.add(newest)
    newest.write_bytes(newest.read_bytes()[:left])
    assert checkpoints.load(path) == b"first"
    path.write_bytes(b"of a version before")
    newest.unlink()
    assert checkpoints.load(path) == b"of a version before"


def test_small_states_are_saved_every_second_and_none_less_than_every_ten() -> None:
    assert interval_s(1000) <= 1.0
    assert interval_s(10_000_000) <= 10.0


def test_what_is_seen_once_is_saved_soon() -> None:
    calm = Observation(at=0.0, aspect=1.5)
    blob = Blob(1, (0.1, 0.1, 0.2, 0.2), 0.01, 0.0, True, 0.3)
    assert not restless(calm)
    assert not restless(replace(calm, water=Water(0.0, 1.0, (0, 0, 1, 1))))
    assert not restless(replace(calm, water=Water(0.0, 0.0, (0, 0, 1, 1))))  # nothing known yet
    assert restless(replace(calm, blobs=(blob,)))
    assert restless(replace(calm, water=Water(0.2, 1.0, (0, 0, 1, 1))))
    assert restless(replace(calm, water=Water(0.0, 0.7, (0, 0, 1, 1))))
