"""From a painted camera to an incident in the store: one problem, one incident, explained."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from inference.library import ModelMissing
from inference.masks import hide
from store import incidents, observed
from store.log import DatabaseLog
from store.values import Period
from tests.chain.rig import BEGUN, Rig
from tests.chain.street import falls, film, parks

PARKING = {"illegal_parking": {"dwell_s": 5.0}}


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_a_parked_car_becomes_one_incident_that_clears_when_it_leaves(rig: Rig) -> None:
    rig.want("street", film(60, parks(arrives=4, leaves=20)), PARKING)
    with rig.played():
        pass
    (incident,) = incidents.list_incidents(rig.database).incidents
    assert (incident.kind, incident.camera, incident.presence) == (
        "illegal_parking",
        "street",
        "gone",
    )
    assert BEGUN + 8.5 <= incident.opened_at <= BEGUN + 12
    types = [event.type for event in DatabaseLog(rig.database).after(0, 100)]
    assert types.count("city.sharp-eyes.incident.opened.v1") == 1
    assert types.count("city.sharp-eyes.incident.cleared.v1") == 1
    assert "city.sharp-eyes.incident.reopened.v1" not in types


def test_an_incident_carries_wide_close_up_annotated_start_and_after_pictures(rig: Rig) -> None:
    rig.want("street", film(60, parks(arrives=4, leaves=20)), PARKING)
    with rig.played():
        pass
    (incident,) = incidents.list_incidents(rig.database).incidents
    by_role = {ref.role: ref for ref in incident.evidence}
    assert {"start", "wide", "annotated", "close_up", "after", "clip"} <= set(by_role)
    for role in ("start", "wide", "annotated", "close_up", "after"):
        assert rig.blobs.read(by_role[role].sha256)[:2] == b"\xff\xd8"
    assert any(mask.what == "plate" for mask in by_role["wide"].masks)
    assert by_role["clip"].state != "pending"


def test_a_fall_is_told_within_two_seconds_of_its_dwell(rig: Rig) -> None:
    rig.want("square", film(20, falls(at_s=6)), {"fall": {"dwell_s": 3.0}})
    with rig.played():
        pass
    (incident,) = incidents.list_incidents(rig.database).incidents
    assert incident.kind == "fall"
    assert BEGUN + 9.0 <= incident.opened_at <= BEGUN + 6 + 3 + 2


def test_a_person_who_gets_up_in_time_is_no_incident(rig: Rig) -> None:
    rig.want("square", film(20, falls(at_s=6, up_again=8)), {"fall": {"dwell_s": 3.0}})
    with rig.played():
        pass
    assert incidents.list_incidents(rig.database).incidents == ()


def test_moving_traffic_is_no_incident(rig: Rig) -> None:
    rig.want("street", film(30, parks(arrives=4, leaves=5.5)), PARKING)
    with rig.played():
        pass
    assert incidents.list_incidents(rig.database).incidents == ()


def test_watching_is_on_record_and_ends_with_the_worker(rig: Rig) -> None:
    rig.want("street", film(60, parks(arrives=4)), PARKING)
    with rig.played() as worker:
        worker.observer.write()
    intervals = observed.intervals(rig.database, "street", "illegal_parking")
    assert intervals[-1].watching is False
    assert intervals[-1].because


def test_a_task_without_a_model_is_blind_with_the_reason_and_others_go_on(rig: Rig) -> None:
    rig.want("street", film(30, parks(arrives=2)), {**PARKING, "fall": {}})
    worker = rig.worker()
    pick = worker.planner._library.pick

    def refuse(role: str, candidates: tuple[str, ...]) -> object:
        if role == "pose":
            raise ModelMissing("no model for 'pose'")
        return pick(role, candidates)

    worker.planner._library.pick = refuse  # type: ignore[method-assign, assignment]
    rig.worker = lambda begun=BEGUN: worker  # type: ignore[method-assign]
    with rig.played():
        blind = worker.observer.because()
    assert "no model for 'pose'" in blind["street", "fall"]
    assert len(incidents.list_incidents(rig.database).incidents) == 1


def test_what_is_masked_is_not_what_was_stored(rig: Rig) -> None:
    rig.want("square", film(20, falls(at_s=6)), {"fall": {"dwell_s": 3.0}})
    with rig.played():
        pass
    (incident,) = incidents.list_incidents(rig.database).incidents
    wide = next(ref for ref in incident.evidence if ref.role == "wide")
    assert wide.masks
    pixels = cv2.imdecode(np.frombuffer(rig.blobs.read(wide.sha256), np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    assert not np.array_equal(hide(np.asarray(pixels, np.uint8), wide.masks), pixels)


@pytest.mark.parametrize(("review", "state"), [(None, "pending_review"), (False, "confirmed")])
def test_an_alert_carries_whether_a_person_must_look(
    rig: Rig, review: bool | None, state: str
) -> None:
    rig.want("street", film(20, parks(arrives=2)), PARKING, review=review)
    with rig.worker() as worker:
        # Whoever uploads may not know the task (any more): a worker that has just started, say.
        worker.uploader.upload = lambda: 0  # type: ignore[method-assign]
        while not worker.spool.waiting():
            threading.Event().wait(0.05)
    rig.films["street"] = film(1, parks(arrives=0))
    with rig.played(begun=BEGUN + 100):
        pass
    incident = incidents.list_incidents(rig.database).incidents[-1]
    assert incident.state == state


def test_outside_its_time_plan_a_task_judges_nothing(rig: Rig) -> None:
    begun = datetime.fromtimestamp(BEGUN).astimezone()  # plans are in local time
    other_day = (begun.weekday() + 3) % 7
    for camera, day in (("open", begun.weekday()), ("closed", other_day)):
        plan = (Period(days=(day, (day + 1) % 7)),)
        rig.want(camera, film(20, parks(arrives=2)), PARKING, time_plan=plan)
    with rig.played() as worker:
        assert worker.units["closed"].runners[0].judged_count == 0
    assert [i.camera for i in incidents.list_incidents(rig.database).incidents] == ["open"]
