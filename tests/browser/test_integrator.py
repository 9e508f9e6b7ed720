"""The integrator's first ten minutes: a key, a picture of their own, events as they come."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import FilePayload, expect

from inference.evidence import encode
from tests.browser.person import People
from tests.browser.running import Running
from tests.browser.street import Streets
from tests.chain.street import car, ground

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]


def _street_with_a_car() -> bytes:
    pixels = ground()
    car(pixels, 120)
    return encode(pixels)


def test_a_picture_of_ones_own_is_detected_and_judged(people: People) -> None:
    me = people("zh").log_in("integrator")
    me.page.get_by_label("算法", exact=True).click()
    me.page.locator(".ant-select-item-option").get_by_text("机动车违停").click()
    expect(me.page.locator(".ant-select").first).to_contain_text("机动车违停")
    picture = FilePayload(name="car.jpg", mimeType="image/jpeg", buffer=_street_with_a_car())
    me.page.locator("input[type=file]").set_input_files(picture)
    me.reads("疑似，将开始计时")
    me.reads("检出 1 个目标")
    me.reads("car 1.00")
    me.loaded(me.page.get_by_role("img", name="car.jpg"))


def test_events_are_heard_as_they_come(people: People, streets: Streets, city: Running) -> None:
    incident = streets.one().incident()
    me = people("en").log_in("integrator")
    me.button("Listen").click()
    me.reads("Listening. New events appear here by themselves.")
    with city.session("reviewer") as reviewer:
        decision = {"version": 1, "action": "confirm"}
        path = f"/incidents/{incident}/decisions"
        assert reviewer.post(path, json=decision).status_code == 200
    rows = me.page.get_by_role("button").filter(has_text=incident)
    rows.filter(has_text="incident.reviewed.v1").click()
    me.reads('"specversion": "1.0"')


def test_a_key_is_shown_once_and_opens_what_its_scopes_say(people: People, city: Running) -> None:
    me = people("en").log_in("integrator", at="/keys")
    me.button("Make a key").first.click()
    form = me.page.get_by_role("dialog", name="Make a key")
    form.get_by_label("What it is for").fill("dashboard of district 4")
    form.get_by_role("checkbox", name="catalog.read").check()
    form.get_by_role("button", name="Make it").click()
    shown = me.page.get_by_role("dialog", name="Key “dashboard of district 4”")
    key = shown.get_by_role("code").first.inner_text()
    assert city.get("/algorithms", key)
    with pytest.raises(httpx.HTTPStatusError, match="403"):
        city.get("/events", key)
    me.button("I have it").click()
    expect(me.page.get_by_role("row").filter(has_text="dashboard of district 4")).to_be_visible()
    assert key not in me.page.content()
