"""The reviewer's day: log in, see it come, look, decide, take back, decide at the same time."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import Engine

from events.alert import Alert
from events.payload import REVIEWED
from store import incidents
from store.database import open_database
from tests.browser.person import People
from tests.browser.running import Running
from tests.browser.street import Streets

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]

PLAYS = "() => [...document.querySelectorAll('video')].some(v => v.readyState > 1 && v.duration)"
COMES_MS = 60_000
"""A car needs 4 s to drive in and stands for 4 s before it counts; busy machines take longer."""


def test_a_wrong_password_is_told_in_words_and_the_right_one_opens_the_queue(
    people: People,
) -> None:
    me = people("zh").log_in("reviewer", "not-the-password")
    me.reads("用户名或密码错误")
    me.log_in("reviewer")
    expect(me.page.get_by_role("heading", name="审核队列")).to_be_visible()
    expect(me.button("当前用户 reviewer")).to_be_visible()


def test_an_incident_appears_by_itself_with_pictures_the_reason_and_a_clip(
    people: People, streets: Streets
) -> None:
    me = people("en").log_in("reviewer")
    expect(me.page.get_by_role("heading", name="Review queue")).to_be_visible()
    me.stays()
    street = streets.new()
    row = me.page.get_by_role("option").filter(has_text=street.name)
    expect(row).to_be_visible(timeout=COMES_MS)
    row.click()
    expect(me.page.get_by_role("heading", name=street.name)).to_be_visible()
    me.loaded(me.page.get_by_role("img", name="Raised"))
    me.loaded(me.page.get_by_role("img", name="Close-up"))
    me.reads("Car standing in zone “fire lane”")
    me.reads("limit 4 s")
    why = me.page.get_by_role("region", name="Why this was raised")
    expect(
        why.get_by_role("row", name=re.compile("Lasting for.*at least 4 s.*yes"))
    ).to_be_visible()
    moment = why.get_by_role("slider", name="Choose a moment")
    moment.focus()
    moment.press("Home")
    expect(moment).to_have_attribute("aria-valuetext", re.compile("as described.*100 %"))
    me.page.get_by_role("article").get_by_text("Clip", exact=True).click()
    expect(me.page.locator("video")).to_be_visible(timeout=COMES_MS)
    me.page.wait_for_function(PLAYS, timeout=2 * COMES_MS)
    assert me.stayed()


def _heard_by_the_city(city: Running, key: str, incident: str) -> list[str]:
    """Return the states of an incident in the events that a key of the city gets."""
    found = city.get("/events", key, limit=500)["events"]
    return [event["data"]["state"] for event in found if event["subject"] == incident]


def test_confirmed_by_key_undone_confirmed_again_and_only_then_heard_by_the_city(
    people: People, streets: Streets, city: Running
) -> None:
    incident = streets.one().incident()
    with city.session("integrator") as integrator:
        made = integrator.post("/keys", json={"name": "city", "scopes": ["events.read"]})
        key = made.raise_for_status().json()["secret"]
    me = people("zh").log_in("reviewer", at=f"/incidents/{incident}")
    me.reads("待审核")
    me.verdict("1")
    me.reads("秒后提交")
    me.page.keyboard.press("u")
    me.reads("已撤回")
    assert _heard_by_the_city(city, key, incident) == []
    me.verdict("1")
    me.reads("秒后提交")
    city.event(REVIEWED, incident)
    expect(me.page.locator(".si-head").get_by_text("属实", exact=True)).to_be_visible()
    assert _heard_by_the_city(city, key, incident)[-1] == "confirmed"


def test_rejected_with_a_reason_by_keys_and_taken_back(people: People, streets: Streets) -> None:
    incident = streets.one().incident()
    me = people("en").log_in("reviewer", at=f"/incidents/{incident}")
    me.verdict("2")
    expect(me.page.get_by_role("region", name="Why is it rejected?")).to_be_visible()
    me.page.keyboard.press("n")
    me.page.keyboard.type("bollards are down")
    me.page.keyboard.press("Escape")
    me.page.keyboard.press("2")
    state = me.page.locator(".si-head")
    expect(state.get_by_text("rejected", exact=True)).to_be_visible()
    me.reads("bollards are down")
    me.page.keyboard.press("u")
    expect(state.get_by_text("pending review", exact=True)).to_be_visible()


def _seen_again(city: Running, incident: str) -> None:
    """Record a sighting, as the worker does while a thing stands there."""
    engine = _store(city)
    try:
        known = incidents.get(engine, incident)
        fields = {
            name: getattr(known, name) for name in Alert.__struct_fields__ if hasattr(known, name)
        }
        fields |= {
            "id": f"{incident}-again",
            "change": "updated",
            "at": known.updated_at + 1,
            "last_seen": known.last_seen + 1,
            "evidence": (),
        }
        recorded = incidents.record(engine, Alert(**fields), review=True)
        assert (recorded.incident, recorded.change in ("updated", "reopened")) == (incident, True)
    finally:
        engine.dispose()


def _store(city: Running) -> Engine:
    return open_database(f"sqlite:///{city.told['folder']}/sharp.db")


def test_two_decide_at_once_the_first_wins_and_nothing_of_the_second_is_lost(
    people: People, streets: Streets, city: Running
) -> None:
    incident = streets.one().incident()
    first = people("zh").log_in("reviewer", at=f"/incidents/{incident}")
    second = people("en").log_in("admin", at=f"/incidents/{incident}")
    expect(first.page.locator('[data-action="confirm"]')).to_be_enabled()
    second.verdict("2")
    second.page.keyboard.press("n")
    second.page.keyboard.type("has a permit")
    second.page.keyboard.press("Escape")
    _seen_again(city, incident)
    # The click of the second is under way when the first one's arrives.
    under_way: list[Route] = []

    def hold(route: Route) -> None:
        under_way.append(route)

    second.page.route("**/decisions", hold)
    with second.page.expect_request("**/decisions"):
        second.page.keyboard.press("2")
    first.verdict("4")
    city.event(REVIEWED, incident)
    under_way[0].continue_()
    second.reads("reviewer was faster: field check")
    second.reads("Your note is kept.")
    expect(second.page.locator(".si-head").get_by_text("field check", exact=True)).to_be_visible()
    expect(first.page.locator(".si-head").get_by_text("待现场核实", exact=True)).to_be_visible()
    second.verdict("2")
    expect(second.page.get_by_label("Note (optional)")).to_have_value("has a permit")
