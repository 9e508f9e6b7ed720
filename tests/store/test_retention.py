"""What is old goes, by kind; what is held, open or undelivered stays; the chain stays whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from store import audit, desired, observed, retention
from store.blobs import Blobs
from store.case_tables import AlertRow
from store.database import reading, writing
from store.incidents import UnknownIncident, decide, get, list_incidents, record
from store.log import DatabaseLog
from store.retention import Keep, retain
from store.tables import AuditRow
from tests.store.samples import ELSEWHERE, PICTURE, alert, destination

DAY = 86_400.0
NOW = 1_800_000_000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The wall clock of decisions and of the audit."""
    now = [NOW]
    for module in ("store.audit", "store.decisions", "store.sightings"):
        monkeypatch.setattr(f"{module}.time", lambda: now[0])
    return now


def closed(engine: Engine, clock: list[float], id: str, days: float, **more: object) -> str:
    """Record and reject an incident so many days ago."""
    at = clock[0] = NOW - days * DAY
    known = {"episode": id, "camera": f"cam-{id}", "evidence": (PICTURE,), **more}
    incident = record(engine, alert(id, at=at, **known), True).incident
    decide(engine, incident, 1, "reject", "li", "not_litter")
    record(engine, alert(f"{id}-gone", "cleared", at=at + 60, **(known | {"evidence": ()})), True)
    clock[0] = NOW
    return incident


def left(engine: Engine) -> set[str]:
    return {incident.id for incident in list_incidents(engine).incidents}


def test_incidents_go_by_the_age_of_their_kind(engine: Engine, clock: list[float]) -> None:
    closed(engine, clock, "old", 400)
    young = closed(engine, clock, "young", 200)
    closed(engine, clock, "fall", 200, kind="fall", algorithm="fall")
    keep = Keep(incidents=365, kinds={"fall": 100})
    assert retain(engine, keep, NOW).incidents == 2
    assert left(engine) == {young}
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(AlertRow)) == 2
    assert [event.incident for event in DatabaseLog(engine).after(0, 99)].count(young) == 3
    assert retain(engine, keep, NOW).incidents == 0
    assert audit.verify(engine) is None


def test_open_and_held_cases_stay(engine: Engine, clock: list[float]) -> None:
    held = closed(engine, clock, "held", 400)
    retention.hold(engine, held, "court 12/2026", "li", NOW)
    opened = record(engine, alert("open", at=NOW - 500 * DAY), True).incident
    removed = retain(engine, Keep(incidents=365, evidence=30), NOW)
    assert (removed.incidents, removed.evidence, removed.still_open, removed.held) == (0, 0, 1, 1)
    assert left(engine) == {held, opened}
    assert get(engine, held).evidence[0].sha256 == PICTURE.sha256
    assert [(one.incident, one.reason) for one in retention.holds(engine)] == [
        (held, "court 12/2026")
    ]
    assert retention.release(engine, held, "li")
    assert not retention.release(engine, held, "li")
    assert retain(engine, Keep(incidents=365), NOW).incidents == 1
    assert left(engine) == {opened}


def test_a_hold_names_a_reason_and_an_incident(engine: Engine) -> None:
    with pytest.raises(UnknownIncident):
        retention.hold(engine, "none", "why", "li", NOW)
    with pytest.raises(ValueError, match="reason"):
        retention.hold(engine, "none", " ", "li", NOW)


def test_what_followed_a_removed_incident_stays(engine: Engine, clock: list[float]) -> None:
    first = closed(engine, clock, "a", 400, camera="same")
    second = closed(engine, clock, "b", 10, camera="same")
    assert get(engine, second).previous == first
    assert retain(engine, Keep(incidents=365), NOW).incidents == 1
    assert get(engine, second).previous == ""


def test_pictures_go_before_their_incident(
    engine: Engine, clock: list[float], tmp_path: Path
) -> None:
    blobs = Blobs(tmp_path / "blobs")
    old, new = blobs.put(b"old", ".jpg"), blobs.put(b"new", ".jpg")

    def picture(sha256: str, days: float) -> tuple[object]:
        return (type(PICTURE)("wide", "attached", sha256, "image/jpeg", NOW - days * DAY),)

    id = closed(engine, clock, "a", 100, evidence=picture(old, 100))
    closed(engine, clock, "b", 10, evidence=picture(new, 10), box=ELSEWHERE)
    assert retain(engine, Keep(evidence=30), NOW).evidence == 1
    (gone,) = get(engine, id).evidence
    assert (gone.state, gone.sha256, gone.why) == ("lost", "", retention.GONE)
    assert retention.blob_hashes(engine) == {new}
    assert blobs.sweep(lambda digits: retention.blob_hashes(engine, digits), -60) == 1
    assert blobs.read(new) == b"new"


def test_the_log_waits_for_its_destinations(engine: Engine, clock: list[float]) -> None:
    desired.put_destination(engine, destination(), "op")
    closed(engine, clock, "a", 500)
    log = DatabaseLog(engine)
    assert retain(engine, Keep(incidents=0, log=400), NOW).events == 0
    log.ack("destination:city", 2)
    assert retain(engine, Keep(incidents=0, log=400), NOW).events == 2
    assert [event.seq for event in log.after(0, 9)] == [3]
    closed(engine, clock, "b", 1)
    assert [event.seq for event in log.after(0, 9)] == [3, 4, 5, 6]


def test_old_observations_go_and_open_ones_stay(engine: Engine) -> None:
    observed.watching(engine, "gate-1", "litter", NOW - 900 * DAY)
    observed.blind(engine, "gate-1", "litter", "dark", NOW - 800 * DAY)
    observed.watching(engine, "gate-1", "litter", NOW - 10 * DAY)
    observed.blind(engine, "gate-1", "litter", "dark", NOW - 700 * DAY)
    before = len(observed.intervals(engine, "gate-1", "litter"))
    removed = retain(engine, Keep(observations=400), NOW).observations
    assert removed == 1
    assert len(observed.intervals(engine, "gate-1", "litter")) == before - 1


def test_a_cut_chain_is_whole_and_still_shows_tampering(engine: Engine, clock: list[float]) -> None:
    for n in range(10):
        clock[0] = NOW - (10 - n) * 100 * DAY
        with writing(engine) as session:
            audit.append(session, "li", "view", f"x{n}")
    clock[0] = NOW
    anchor = audit.head(engine)
    assert retain(engine, Keep(audit=550), NOW).audit == 5
    assert audit.verify(engine) is None
    assert audit.verify(engine, anchor) is None
    assert [entry.object for entry in audit.newest(engine)][-1] == "x5"
    assert retain(engine, Keep(audit=350), NOW).audit == 2
    assert audit.verify(engine) is None
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM audit WHERE n = 8"))
    assert audit.verify(engine) == 8


def test_the_audit_of_what_is_held_is_not_cut(engine: Engine, clock: list[float]) -> None:
    closed(engine, clock, "a", 900)
    id = closed(engine, clock, "b", 800)
    closed(engine, clock, "c", 700)
    retention.hold(engine, id, "court", "li", NOW)
    retain(engine, Keep(incidents=0, audit=100), NOW)
    with reading(engine) as session:
        assert session.scalar(select(func.min(AuditRow.n))) == 4
    assert audit.verify(engine) is None


def test_nothing_goes_when_all_is_kept_for_ever(engine: Engine, clock: list[float]) -> None:
    closed(engine, clock, "a", 9_000)
    before = audit.head(engine)
    ever = Keep(incidents=0, evidence=0, observations=0, log=0, audit=0)
    assert retain(engine, ever, NOW) == retention.Removed()
    assert audit.head(engine) == before
