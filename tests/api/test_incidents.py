"""The queue and one incident as reviewers use them, also two of them at once."""

from __future__ import annotations

from time import time
from typing import Any

import msgspec
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from events.alert import EvidenceRef
from store import audit, desired, incidents, observed
from store.database import reading
from store.tables import AuditRow
from tests.api.conftest import LogIn
from tests.store.samples import CLIP, ELSEWHERE, MAKER, alert, camera, task

T0 = 1_790_000_000.0


def picture(role: str, digit: str) -> EvidenceRef:
    return EvidenceRef(role, "attached", digit * 64, "image/jpeg", T0)


def seen(engine: Engine, id: str, change: Any = "opened", at: float = T0, **fields: Any) -> str:
    return incidents.record(engine, alert(id, change, at, **fields), review=True).incident


def decide(
    client: TestClient, incident: str, version: int, action: str, **more: Any
) -> tuple[int, dict[str, Any]]:
    body = {"version": version, "action": action, **more}
    answer = client.post(f"/api/v1/incidents/{incident}/decisions", json=body)
    return answer.status_code, answer.json()


def listed(client: TestClient, **query: Any) -> list[str]:
    answer = client.get("/api/v1/incidents", params=query)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["incidents"]]


def field(answer: dict[str, Any]) -> str:
    (error,) = answer["errors"]
    return str(error["field"])


def test_a_row_of_the_queue_says_what_where_and_since_when(engine: Engine, log_in: LogIn) -> None:
    desired.put_camera(engine, camera("gate-1", name="东门"), "test")
    maker = msgspec.structs.replace(MAKER, template="demo")
    evidence = (picture("annotated", "a"), picture("close_up", "c"), CLIP)
    id = seen(engine, "a1", evidence=evidence, maker=maker, last_seen=T0 + 5, since=T0 - 10)
    (row,) = log_in("reviewer").get("/api/v1/incidents").json()["incidents"]
    assert row["id"] == id
    assert row["kind_name"] == {"zh": "暴露垃圾", "en": "Litter"}
    assert (row["camera"]["id"], row["camera"]["name"], row["camera"]["lon"]) == (
        "gate-1",
        "东门",
        114.3,
    )
    assert (row["zone"], row["template"], row["dwell_s"]) == ("square", "demo", 15.0)
    assert row["opened_at"] == "2026-09-21T14:13:20.000Z"
    assert (row["state"], row["version"], row["presence"]) == ("pending_review", 1, "here")
    assert row["thumbnail"]["role"] == "close_up"
    assert row["thumbnail"]["masked"] is True
    assert row["thumbnail"]["url"].startswith(f"/api/v1/evidence/{'c' * 64}?")


def test_something_large_is_recognised_in_the_whole_picture(engine: Engine, log_in: LogIn) -> None:
    evidence = (picture("wide", "f"), picture("close_up", "c"), picture("annotated", "a"))
    seen(engine, "a1", evidence=evidence, box=(0.1, 0.4, 0.9, 0.9))
    seen(engine, "a2", camera="gate-2", evidence=(CLIP,))
    rows = log_in("reviewer").get("/api/v1/incidents").json()["incidents"]
    shown = {row["camera"]["id"]: row["thumbnail"] for row in rows}
    assert shown["gate-1"]["role"] == "annotated"
    assert shown["gate-2"] is None


def test_a_removed_camera_still_shows_its_id(engine: Engine, log_in: LogIn) -> None:
    desired.put_camera(engine, camera("gate-1", name="East gate"), "test")
    seen(engine, "a1")
    desired.remove_camera(engine, "gate-1", "test")
    (row,) = log_in("reviewer").get("/api/v1/incidents").json()["incidents"]
    assert (row["camera"]["id"], row["camera"]["name"]) == ("gate-1", "gate-1")


def test_filters_and_a_count_of_what_waits_whatever_the_filter(
    engine: Engine, log_in: LogIn
) -> None:
    litter = seen(engine, "a1")
    fall = seen(engine, "a2", at=T0 + 60, camera="gate-2", kind="fall", algorithm="fall")
    gone = seen(engine, "a3", at=T0 + 120, camera="gate-3")
    seen(engine, "a4", "cleared", at=T0 + 130, camera="gate-3")
    client = log_in("reviewer")
    assert decide(client, litter, 1, "confirm")[0] == 200
    assert listed(client) == [gone, fall, litter]
    assert listed(client, state=["confirmed", "rejected"]) == [litter]
    assert listed(client, kind="fall") == [fall]
    assert listed(client, camera=["gate-1", "gate-3"]) == [gone, litter]
    assert listed(client, presence="gone") == [gone]
    assert listed(client, opened_from="2026-09-21T14:14:00Z", presence="here") == [fall]
    assert listed(client, opened_before="2026-09-21T22:14:00+08:00") == [litter]
    assert client.get("/api/v1/incidents", params={"kind": "fall"}).json()["waiting"] == 2


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ({"state": ["confirmed", "lost"]}, "state[1]"),
        ({"after": "nonsense"}, "after"),
        ({"opened_from": "2026-09-21T14:14:00"}, "opened_from"),
        ({"limit": 0}, "limit"),
        ({"presence": "maybe"}, "presence"),
    ],
)
def test_a_wrong_filter_names_its_field(log_in: LogIn, query: dict[str, Any], where: str) -> None:
    answer = log_in("reviewer").get("/api/v1/incidents", params=query)
    assert answer.status_code == 422
    assert field(answer.json()) == where


def test_pages_do_not_shift_while_new_ones_arrive(engine: Engine, log_in: LogIn) -> None:
    ids = [seen(engine, f"a{n}", at=T0 + n, camera=f"c{n}", episode=f"e{n}") for n in range(5)]
    client, cursor, found = log_in("reviewer"), "", []
    for turn in range(3):
        page = client.get("/api/v1/incidents", params={"limit": 2, "after": cursor}).json()
        found += [row["id"] for row in page["incidents"]]
        cursor = page["next"]
        seen(engine, f"new{turn}", at=T0 + 100 + turn, camera=f"n{turn}", episode=f"n{turn}")
    assert found == list(reversed(ids))
    assert cursor == ""


def test_one_incident_says_what_made_it_fire_and_what_i_may_do(
    engine: Engine, log_in: LogIn
) -> None:
    lost = EvidenceRef("clip", "lost", why="the recording was cut off")
    id = seen(engine, "a1", evidence=(picture("wide", "b"), lost))
    found = log_in("reviewer").get(f"/api/v1/incidents/{id}").json()
    assert found["made_by"]["parameters"] == {"dwell_s": 5.0}
    assert found["made_by"]["models"] == {"nano": "cd" * 32}
    assert found["facts"] == {"area": 0.1}
    wide, clip = found["evidence"]
    assert (wide["state"], wide["captured_at"]) == ("attached", "2026-09-21T14:13:20.000Z")
    assert (clip["state"], clip["url"], clip["why"]) == ("lost", "", "the recording was cut off")
    assert found["actions"] == ["confirm", "reject", "mark_duplicate", "check_in_field"]
    assert log_in("auditor").get(f"/api/v1/incidents/{id}").json()["actions"] == []
    missing = log_in("reviewer").get("/api/v1/incidents/nobody")
    assert (missing.status_code, missing.json()["type"]) == (404, "not-found")


def test_a_reason_and_a_note_come_back_apart(engine: Engine, log_in: LogIn) -> None:
    client = log_in("reviewer", "li")
    id = seen(engine, "a1")
    status, found = decide(client, id, 1, "reject", reason="compliant", note=" 夜市: 有许可 ")
    assert status == 200
    (made,) = found["decisions"]
    assert (made["reason"], made["note"]) == ("compliant", "夜市: 有许可")
    assert (made["actor"], made["by"], made["to_state"]) == ("li", "reviewer", "rejected")
    assert (found["state"], found["version"], found["actions"]) == ("rejected", 2, ["redecide"])
    _, found = decide(client, id, 2, "redecide", note="test: another look")
    assert (found["decisions"][1]["reason"], found["decisions"][1]["note"]) == (
        "",
        "test: another look",
    )


@pytest.mark.parametrize(
    ("action", "more"),
    [
        ("reject", {"reason": "algorithm_error"}),
        ("mark_duplicate", {"duplicate_of": "other"}),
        ("check_in_field", {}),
    ],
)
def test_each_verdict_that_the_city_has_not_heard_of_can_be_undone(
    engine: Engine, log_in: LogIn, action: str, more: dict[str, str]
) -> None:
    id, other = seen(engine, "a1"), seen(engine, "a2", camera="gate-2")
    more = {name: other if value == "other" else value for name, value in more.items()}
    client = log_in("reviewer")
    status, found = decide(client, id, 1, action, **more)
    assert status == 200, found
    status, found = decide(client, id, 2, "redecide")
    assert (status, found["state"], found["duplicate_of"]) == (200, "pending_review", "")
    assert decide(client, id, 3, "confirm")[0] == 200


def test_two_reviewers_at_once_the_second_sees_what_the_first_did(
    engine: Engine, log_in: LogIn
) -> None:
    id = seen(engine, "a1")
    assert decide(log_in("reviewer", "li"), id, 1, "confirm")[0] == 200
    status, problem = decide(log_in("reviewer", "wang"), id, 1, "reject", reason="gone")
    assert (status, problem["type"]) == (409, "conflict")
    assert problem["detail"] == "li was first: it is confirmed by now (version 2)"
    assert (problem["fresh"]["id"], problem["fresh"]["state"]) == (id, "confirmed")
    assert problem["fresh"]["decisions"][0]["actor"] == "li"
    assert incidents.get(engine, id).state == "confirmed"


def test_a_sighting_in_between_disturbs_nobody(engine: Engine, log_in: LogIn) -> None:
    id, client = seen(engine, "a1"), log_in("reviewer")
    shown = client.get(f"/api/v1/incidents/{id}").json()
    assert seen(engine, "a2", "updated", at=T0 + 60, evidence=(picture("now", "d"),)) == id
    assert seen(engine, "a3", "cleared", at=T0 + 90, evidence=(picture("after", "e"),)) == id
    status, found = decide(client, id, shown["version"], "confirm")
    assert (status, found["state"], found["presence"]) == (200, "confirmed", "gone")
    assert [ref["role"] for ref in found["evidence"]] == ["now", "after"]


def test_an_illegal_move_says_what_is_possible(engine: Engine, log_in: LogIn) -> None:
    id, client = seen(engine, "a1"), log_in("reviewer")
    decide(client, id, 1, "reject", reason="gone")
    status, problem = decide(client, id, 2, "confirm")
    assert (status, problem["type"]) == (409, "illegal-move")
    assert problem["detail"] == "it is rejected; a reviewer can now: decide again (redecide)"
    assert problem["fresh"]["version"] == 2


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"action": "reject"}, "reason"),
        ({"action": "reject", "reason": "because"}, "reason"),
        ({"action": "confirm", "reason": "gone"}, "reason"),
        ({"action": "close"}, "action"),
        ({"action": "push"}, "action"),
        ({"action": "mark_duplicate"}, "duplicate_of"),
        ({"action": "mark_duplicate", "duplicate_of": "nobody"}, "duplicate_of"),
        ({"action": "mark_duplicate", "duplicate_of": "itself"}, "duplicate_of"),
        ({"action": "confirm", "duplicate_of": "nobody"}, "duplicate_of"),
        ({"action": "confirm", "note": "x" * 2001}, "note"),
        ({"action": "confirm", "colour": "red"}, "colour"),
    ],
)
def test_what_does_not_fit_names_its_field_and_changes_nothing(
    engine: Engine, log_in: LogIn, body: dict[str, str], where: str
) -> None:
    id, client = seen(engine, "a1"), log_in("reviewer")
    before = audit.head(engine)
    body = {name: id if value == "itself" else value for name, value in body.items()}
    status, problem = decide(client, id, 1, **body)
    assert (status, field(problem)) == (422, where)
    assert audit.head(engine) == before
    assert incidents.get(engine, id).version == 1


def test_who_may_not_decide_does_not(engine: Engine, log_in: LogIn, nobody: TestClient) -> None:
    id = seen(engine, "a1")
    for role in ("operator", "auditor", "integrator"):
        assert decide(log_in(role), id, 1, "confirm")[0] == 403
    assert decide(nobody, id, 1, "confirm")[0] == 401
    assert log_in("integrator").get("/api/v1/incidents").status_code == 403
    assert incidents.get(engine, id).state == "pending_review"


def test_a_fixture_is_muted_until_somebody_lifts_that(engine: Engine, log_in: LogIn) -> None:
    id, client = seen(engine, "a1"), log_in("reviewer")
    _, found = decide(client, id, 1, "reject", reason="fixture", note="flower box")
    assert (found["fixture"], found["muted"]) == (True, True)
    seen(engine, "a2", "cleared", at=T0 + 60)
    found = client.delete(f"/api/v1/incidents/{id}/fixture").json()
    assert (found["fixture"], found["muted"]) == (False, False)
    assert client.delete("/api/v1/incidents/nobody/fixture").status_code == 404


def test_the_life_cycle_in_words(log_in: LogIn) -> None:
    found = log_in("reviewer").get("/api/v1/lifecycle").json()
    assert found["states"]["pending_review"] == {"zh": "待审核", "en": "pending review"}
    assert set(found["kinds"]) >= {"litter", "illegal_parking", "fall", "flooding"}
    assert {"state": "field_check", "action": "redecide", "to": "pending_review"} in found[
        "transitions"
    ]
    who = {action["name"]: action["who"] for action in found["actions"]}
    assert (who["confirm"], who["push"], who["close"]) == ("reviewer", "system", "platform")


def test_the_overview_makes_no_figure_up(engine: Engine, log_in: LogIn) -> None:
    client = log_in("reviewer")
    found = client.get("/api/v1/overview", params={"hours": 2}).json()
    assert (found["kinds"], found["waiting"], found["coverage"]) == ([], 0, {})
    assert found["oldest_waiting_at"] is None
    assert found["median_decision_s"] is None
    assert len(found["by_hour"]) in (2, 3)


def test_the_overview_counts(engine: Engine, log_in: LogIn, monkeypatch: Any) -> None:
    monkeypatch.setattr("api.routes.incidents.time", lambda: T0 + 600)
    client = log_in("reviewer")
    for n, verdict in enumerate(("confirm", "confirm", "confirm", "reject")):
        id = seen(engine, f"a{n}", camera=f"c{n}")
        reason = {"reason": "algorithm_error"} if verdict == "reject" else {}
        assert decide(client, id, 1, verdict, **reason)[0] == 200
    waits = seen(engine, "a9", at=T0 + 60, box=ELSEWHERE)
    assert waits
    found = client.get("/api/v1/overview", params={"hours": 1}).json()
    (litter,) = found["kinds"]
    assert (litter["opened"], litter["waiting"], litter["precision"]) == (5, 1, 0.75)
    assert [hour["opened"] for hour in found["by_hour"]] == [{}, {"litter": 5}]
    assert found["by_hour"][1]["at"] == "2026-09-21T14:00:00.000Z"
    assert found["oldest_waiting_at"] == "2026-09-21T14:14:20.000Z"


def test_the_overview_says_in_words_what_is_blind(engine: Engine, log_in: LogIn) -> None:
    desired.change(engine, "test", put=(camera("gate"), task("gate")))
    observed.write(engine, [observed.Blind("gate", "litter", "view: moved", time() - 60)])
    (blind,) = log_in("reviewer").get("/api/v1/overview").json()["blind"]
    assert (blind["camera"], blind["because"]) == ("gate", "view: moved")
    assert "camera has moved" in blind["because_words"]["en"]
    assert "视角" in blind["because_words"]["zh"]


def test_originals_need_the_right_and_a_reason_and_each_look_is_audited(
    engine: Engine, log_in: LogIn
) -> None:
    id = seen(engine, "a1", evidence=(picture("wide", "b"), picture("close_up", "c")))
    path = f"/api/v1/incidents/{id}/originals"
    for role in ("admin", "reviewer"):
        assert log_in(role).post(path, json={"reason": "police case 17"}).status_code == 403
    client = log_in("reviewer", "wang", originals=True)
    plain = client.get(f"/api/v1/incidents/{id}").json()
    assert {ref["masked"] for ref in plain["evidence"]} == {True}
    for reason in ("", "  "):
        answer = client.post(path, json={"reason": reason})
        assert (answer.status_code, field(answer.json())) == (422, "reason")
    found = client.post(path, json={"reason": "police case 17"}).json()
    assert {ref["masked"] for ref in found["evidence"]} == {False}
    assert all("masked=false" in ref["url"] for ref in found["evidence"])
    with reading(engine) as session:
        (row,) = session.query(AuditRow).filter(AuditRow.action == "incident.originals")
    assert (row.actor, row.object, row.detail["reason"]) == ("wang", id, "police case 17")
    assert row.detail["evidence"] == ["b" * 64, "c" * 64]
