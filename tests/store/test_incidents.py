"""One problem in one place is one incident; every alert counts once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from events import payload
from events.alert import EvidenceRef
from events.bus import Event
from events.lifecycle import IllegalTransition
from store import audit, desired, incidents
from store.incidents import Conflict, Filter, UnknownIncident, decide, get, record
from store.log import DatabaseLog
from store.retention import blob_hashes
from tests.store.samples import BOX, CLIP, ELSEWHERE, PICTURE, alert, camera

JITTER = (0.41, 0.5, 0.51, 0.61)


def seen(engine: Engine, *args: Any, review: bool = True, **fields: Any) -> incidents.Recorded:
    return record(engine, alert(*args, **fields), review, reopen_s=600.0)


def log(engine: Engine) -> list[Event]:
    return DatabaseLog(engine).after(0, 1000)


def types(engine: Engine) -> list[str]:
    return [e.type.removeprefix(payload.PREFIX).removesuffix(".v1") for e in log(engine)]


def test_an_alert_opens_an_incident_and_logs_it_whole(engine: Engine) -> None:
    desired.put_camera(engine, camera(place_code="P-17", name="Gate"), "op")
    recorded = record(engine, alert("a1", evidence=(PICTURE,)), True, codes={"GB": "06010"})

    incident = get(engine, recorded.incident)
    assert (recorded.change, incident.state, incident.presence) == (
        "opened",
        "pending_review",
        "here",
    )
    (event,) = log(engine)
    data = payload.read_incident(event.data)
    assert (event.type, event.incident, event.city) == (payload.OPENED, incident.id, False)
    assert (data.camera.place_code, data.codes, data.zone) == ("P-17", {"GB": "06010"}, "square")
    assert data.evidence[0].sha256 == PICTURE.sha256
    assert data.made_by.models == {"nano": "cd" * 32}


def test_a_repeated_alert_changes_nothing_and_says_so(engine: Engine) -> None:
    first = seen(engine, "a1", evidence=(PICTURE, CLIP))
    before = (get(engine, first.incident), log(engine), audit.head(engine))

    again = seen(engine, "a1", evidence=(PICTURE, CLIP))

    assert (again.incident, again.change) == (first.incident, "repeated")
    assert (get(engine, first.incident), log(engine), audit.head(engine)) == before


def test_the_id_follows_from_the_first_alert(engine: Engine, tmp_path: Any) -> None:
    from store.database import open_database

    other = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    assert seen(engine, "a1").incident == seen(other, "a1").incident
    other.dispose()


def test_a_new_episode_at_an_incident_that_is_here_updates_it(engine: Engine) -> None:
    first = seen(engine, "a1")
    second = seen(engine, "a2", at=1100.0, episode="after-restart", box=JITTER)

    assert (second.incident, second.change) == (first.incident, "updated")
    assert get(engine, first.incident).merged == 1
    assert types(engine) == ["incident.opened", "incident.updated"]


@pytest.mark.parametrize("other", [{"box": ELSEWHERE}, {"camera": "gate-2"}, {"kind": "flooding"}])
def test_another_spot_camera_or_kind_is_another_incident(engine: Engine, other: Any) -> None:
    first = seen(engine, "a1")
    second = seen(engine, "a2", episode="e2", **other)
    assert second.incident != first.incident
    assert get(engine, second.incident).previous == ""


def test_updated_and_cleared_find_their_incident_by_episode(engine: Engine) -> None:
    first = seen(engine, "a1")
    moved = seen(engine, "a2", "updated", at=1010.0, box=ELSEWHERE)
    gone = seen(engine, "a3", "cleared", at=1020.0, evidence=(EvidenceRef("after", "attached"),))

    incident = get(engine, first.incident)
    assert {moved.incident, gone.incident} == {first.incident}
    assert (incident.presence, incident.cleared_at, incident.merged) == ("gone", 1020.0, 1)
    assert types(engine) == ["incident.opened", "incident.updated", "incident.cleared"]


def test_back_in_time_is_reopened_with_its_case_untouched(engine: Engine) -> None:
    first = seen(engine, "a1")
    decide(engine, first.incident, 1, "check_in_field", "li")
    seen(engine, "a2", "cleared", at=1100.0)
    back = seen(engine, "a3", at=1699.0, episode="e2", box=JITTER)

    incident = get(engine, first.incident)
    assert (back.incident, back.change) == (first.incident, "reopened")
    assert (incident.state, incident.version) == ("field_check", 2)
    assert (incident.presence, incident.cleared_at, incident.reopened) == ("here", None, 1)
    assert types(engine)[-1] == "incident.reopened"


def test_back_too_late_is_a_new_incident_linked_to_the_one_before(engine: Engine) -> None:
    first = seen(engine, "a1")
    seen(engine, "a2", "cleared", at=1100.0)
    late = seen(engine, "a3", at=1701.0, episode="e2")
    assert late.change == "opened"
    assert get(engine, late.incident).previous == first.incident
    assert get(engine, late.incident).place == get(engine, first.incident).place


def test_the_same_episode_may_come_back_too(engine: Engine) -> None:
    first = seen(engine, "a1")
    seen(engine, "a2", "cleared", at=1100.0)
    assert seen(engine, "a3", "updated", at=1200.0).change == "reopened"
    seen(engine, "a4", "cleared", at=1300.0)
    late = seen(engine, "a5", "updated", at=9000.0)
    assert (late.change, get(engine, late.incident).previous) == ("opened", first.incident)
    assert seen(engine, "a6", "cleared", at=9100.0).incident == late.incident


def test_rejected_and_still_there_is_muted_until_gone(engine: Engine) -> None:
    first = seen(engine, "a1")
    decide(engine, first.incident, 1, "reject", "li", "compliant")
    told = types(engine)

    assert seen(engine, "a2", "updated", at=1010.0).change == "muted"
    assert seen(engine, "a3", at=1020.0, episode="e2").change == "muted"
    assert types(engine) == told
    assert get(engine, first.incident).muted

    assert seen(engine, "a4", "cleared", at=1030.0, episode="e2").change == "cleared"
    again = seen(engine, "a5", at=1040.0, episode="e3")
    assert again.change == "opened"
    assert get(engine, again.incident).previous == first.incident
    assert not get(engine, first.incident).muted


def test_a_fixture_is_muted_until_lifted(engine: Engine) -> None:
    first = seen(engine, "a1")
    decide(engine, first.incident, 1, "reject", "li", "fixture: a statue")
    seen(engine, "a2", "cleared", at=1010.0)
    told = types(engine)
    assert seen(engine, "a3", at=9000.0, episode="e2").change == "muted"
    assert seen(engine, "a4", "cleared", at=9010.0, episode="e2").change == "cleared"
    assert types(engine) == told

    assert not incidents.lift_mute(engine, first.incident, "li").muted
    assert seen(engine, "a5", at=9999.0, episode="e3").change == "opened"


def test_a_fixture_is_its_place_and_nothing_else(engine: Engine) -> None:
    """Days later and in a box that differs a little: muted. Elsewhere, of another kind: told."""
    first = seen(engine, "a1")
    decide(engine, first.incident, 1, "reject", "li", "fixture: a flower box")
    seen(engine, "a2", "cleared", at=1010.0)
    later = 1000.0 + 3 * 86400.0
    again = seen(engine, "b1", at=later, episode="e2", box=JITTER)
    assert (again.change, again.incident) == ("muted", first.incident)
    assert seen(engine, "b2", at=later, episode="e3", box=ELSEWHERE).change == "opened"
    assert seen(engine, "b3", at=later, episode="e4", kind="fall").change == "opened"
    assert seen(engine, "b4", at=later, episode="e5", camera="gate-2").change == "opened"


def test_closed_while_still_there_needs_a_new_case_only_for_a_new_episode(engine: Engine) -> None:
    first = seen(engine, "a1", review=False)
    decide(engine, first.incident, 1, "close", "platform")
    assert seen(engine, "a2", "updated", at=1010.0).change == "updated"
    new = seen(engine, "a3", at=1020.0, episode="e2")
    assert (new.change, get(engine, new.incident).previous) == ("opened", first.incident)
    assert get(engine, first.incident).presence == "unknown"
    late = EvidenceRef("clip", "lost", why="disk full")
    assert seen(engine, "a4", "evidence", at=1030.0, evidence=(late,)).incident == first.incident


def test_late_evidence_of_a_rejected_and_gone_incident_opens_nothing(engine: Engine) -> None:
    first = seen(engine, "a1", evidence=(CLIP,))
    seen(engine, "a2", at=1005.0, episode="e2")
    decide(engine, first.incident, 1, "reject", "li")
    seen(engine, "a3", "cleared", at=1010.0, episode="e2")
    done = EvidenceRef("clip", "attached", "ef" * 32, "video/mp4")
    assert seen(engine, "a4", "evidence", at=1020.0, evidence=(done,)).incident == first.incident
    assert get(engine, first.incident).evidence[0].sha256 == "ef" * 32


def test_a_pending_clip_is_attached_or_lost_by_a_second_alert(engine: Engine) -> None:
    first = seen(engine, "a1", evidence=(PICTURE, CLIP))
    (pending,) = incidents.pending_evidence(engine)
    assert (pending.incident, pending.alert, pending.role) == (first.incident, "a1", "clip")

    done = EvidenceRef("clip", "attached", "ef" * 32, "video/mp4")
    assert seen(engine, "a2", "evidence", at=1010.0, evidence=(done,)).change == "evidence"

    evidence = get(engine, first.incident).evidence
    assert [(e.role, e.state) for e in evidence] == [("wide", "attached"), ("clip", "attached")]
    assert evidence[1].captured_at == CLIP.captured_at
    assert types(engine)[-1] == "incident.evidence"
    assert incidents.pending_evidence(engine) == []
    assert blob_hashes(engine) == {PICTURE.sha256, "ef" * 32}


def test_a_lost_clip_says_why(engine: Engine) -> None:
    first = seen(engine, "a1", evidence=(CLIP,))
    lost = EvidenceRef("clip", "lost", why="the worker was restarted")
    seen(engine, "a2", "evidence", evidence=(lost,))
    (kept,) = get(engine, first.incident).evidence
    assert (kept.state, kept.why) == ("lost", "the worker was restarted")


def test_what_nobody_opened_is_not_lost(engine: Engine) -> None:
    recorded = seen(engine, "a9", "cleared", at=1050.0)
    assert get(engine, recorded.incident).presence == "gone"
    assert types(engine) == ["incident.opened", "incident.cleared"]
    late = seen(engine, "a1", at=1000.0)
    assert (late.incident, late.change) == (recorded.incident, "updated")
    assert get(engine, recorded.incident).presence == "gone"


def test_nobody_looking_makes_presence_unknown(engine: Engine) -> None:
    first = seen(engine, "a1")
    assert incidents.lose_sight(engine, {("gate-1", "litter"): 1100.0, ("x", "fall"): 1.0}) == 1
    assert get(engine, first.incident).presence == "unknown"
    assert incidents.lose_sight(engine, {("gate-1", "litter"): 1100.0, ("x", "fall"): 1.0}) == 0
    assert seen(engine, "a2", at=90000.0, episode="e2").change == "updated"
    assert get(engine, first.incident).presence == "here"


def test_without_review_a_named_rule_releases_and_is_named(engine: Engine) -> None:
    first = seen(engine, "a1", review=False)
    seen(engine, "a2", "updated", at=1010.0)
    opened, updated = log(engine)
    decision = payload.read_incident(opened.data).decision
    assert decision is not None
    assert (decision.rule, decision.by) == ("review off", "system")
    assert opened.city
    assert updated.city
    assert get(engine, first.incident).decisions[0].actor == "rule: review off"


def test_the_city_gets_nothing_before_release_and_everything_after(engine: Engine) -> None:
    first = seen(engine, "a1", evidence=(PICTURE,))
    seen(engine, "a2", "updated", at=1010.0)
    assert not any(event.city for event in log(engine))

    decide(engine, first.incident, 1, "confirm", "li")
    seen(engine, "a3", "cleared", at=1020.0)
    decide(engine, first.incident, 2, "withdraw", "li", "permit found")

    for_city = [event for event in log(engine) if event.city]
    assert [e.type for e in for_city] == [payload.REVIEWED, payload.CLEARED, payload.REVIEWED]
    whole = payload.read_incident(for_city[0].data)
    assert (whole.state, whole.version, whole.evidence[0].sha256) == (
        "confirmed",
        2,
        PICTURE.sha256,
    )
    assert whole.decision is not None
    assert whole.decision.action == "confirm"
    assert payload.read_incident(for_city[-1].data).state == "voided"


def test_a_sighting_between_view_and_click_is_no_conflict(engine: Engine) -> None:
    first = seen(engine, "a1")
    shown = get(engine, first.incident)
    seen(engine, "a2", "updated", at=1010.0)
    assert decide(engine, shown.id, shown.version, "confirm", "li").state == "confirmed"


def test_the_second_decision_gets_the_fresh_incident(engine: Engine) -> None:
    first = seen(engine, "a1")
    decide(engine, first.incident, 1, "confirm", "li", "seen on screen")
    with pytest.raises(Conflict) as caught:
        decide(engine, first.incident, 1, "reject", "wang")
    assert (caught.value.incident.state, caught.value.incident.version) == ("confirmed", 2)
    assert [d.actor for d in caught.value.incident.decisions] == ["li"]


def test_what_the_table_does_not_have_is_refused_and_leaves_no_trace(engine: Engine) -> None:
    first = seen(engine, "a1")
    before = (get(engine, first.incident), log(engine), audit.head(engine))
    with pytest.raises(IllegalTransition):
        decide(engine, first.incident, 1, "close", "li")
    with pytest.raises(IllegalTransition):
        decide(engine, first.incident, 1, "no such action", "li")
    with pytest.raises(ValueError, match="actor"):
        decide(engine, first.incident, 1, "confirm", " ")
    with pytest.raises(UnknownIncident):
        decide(engine, "nobody", 1, "confirm", "li")
    assert (get(engine, first.incident), log(engine), audit.head(engine)) == before


def test_a_duplicate_names_the_other_one(engine: Engine) -> None:
    first = seen(engine, "a1")
    second = seen(engine, "a2", episode="e2", box=ELSEWHERE)
    with pytest.raises(ValueError, match="of itself"):
        decide(engine, first.incident, 1, "mark_duplicate", "li", duplicate_of=first.incident)
    marked = decide(engine, second.incident, 1, "mark_duplicate", "li", duplicate_of=first.incident)
    assert marked.duplicate_of == first.incident
    assert decide(engine, second.incident, 2, "redecide", "li").duplicate_of == ""


def test_a_duplicate_is_not_named_as_what_another_one_repeats(engine: Engine) -> None:
    first = seen(engine, "a1")
    second = seen(engine, "a2", episode="e2", box=ELSEWHERE)
    decide(engine, second.incident, 1, "mark_duplicate", "li", duplicate_of=first.incident)
    with pytest.raises(ValueError, match="a duplicate itself"):
        decide(engine, first.incident, 1, "mark_duplicate", "li", duplicate_of=second.incident)


def test_only_taking_back_the_word_fixture_lets_its_place_be_heard_again(engine: Engine) -> None:
    first = seen(engine, "a1")
    seen(engine, "a2", "cleared", at=1010.0)
    decide(engine, first.incident, 1, "reject", "li", "gone")
    second = seen(engine, "a3", at=9000.0, episode="e2")
    assert second.incident != first.incident
    decide(engine, second.incident, 1, "reject", "li", "fixture")
    decide(engine, first.incident, 2, "redecide", "li")
    assert get(engine, second.incident).muted
    decide(engine, second.incident, 2, "redecide", "li")
    assert not get(engine, second.incident).muted


def test_lists_filter_and_page_without_shifting(engine: Engine) -> None:
    ids = [
        seen(engine, f"a{n}", at=1000.0 + n, episode=f"e{n}", camera=f"gate-{n}").incident
        for n in range(5)
    ]
    first = incidents.list_incidents(engine, limit=2)
    assert [i.id for i in first.incidents] == [ids[4], ids[3]]
    seen(engine, "new", at=2000.0, episode="new", box=BOX, camera="gate-9")
    second = incidents.list_incidents(engine, after=first.next, limit=2)
    third = incidents.list_incidents(engine, after=second.next, limit=2)
    assert [i.id for i in second.incidents + third.incidents] == [ids[2], ids[1], ids[0]]
    assert third.next == ""

    decide(engine, ids[1], 1, "confirm", "li")
    confirmed = incidents.list_incidents(engine, Filter(states=("confirmed",)))
    assert [i.id for i in confirmed.incidents] == [ids[1]]
    some = Filter(cameras=("gate-2", "gate-3"), opened_from=1003.0, presence="here")
    assert [i.id for i in incidents.list_incidents(engine, some).incidents] == [ids[3]]
    with pytest.raises(ValueError, match="cursor"):
        incidents.list_incidents(engine, after="nonsense")
