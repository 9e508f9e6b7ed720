"""The operator's day: zones on the live picture, thresholds without a restart, a new camera."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.person import People, Person
from tests.browser.running import Running
from tests.browser.street import Streets

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]

CORNERS = ((0.1, 0.45), (0.9, 0.45), (0.9, 0.95), (0.1, 0.95))
APPLIED = re.compile(r"Revision (\d+) is applied: the worker runs it\.")


def _applied(me: Person, city: Running, camera: str) -> dict[str, Any]:
    """Wait until the page says that the worker runs what was saved; return the camera."""
    note = me.page.get_by_text(APPLIED)
    expect(note).to_be_visible()
    told = APPLIED.search(note.inner_text())
    assert told is not None
    found: dict[str, Any] = city.get(f"/cameras/{camera}")
    assert found["applied"] >= int(told[1])
    return found


def _task(camera: dict[str, Any], algorithm: str) -> dict[str, Any]:
    return next(task for task in camera["tasks"] if task["algorithm"] == algorithm)


def test_a_zone_is_drawn_on_the_live_picture_tried_saved_and_applied(
    people: People, streets: Streets, city: Running
) -> None:
    street = streets.new(watched=False)
    me = people("en").log_in("operator", at=f"/cameras/{street.id}")
    parking = me.page.locator(".se-task").filter(has_text="Illegal parking")
    parking.get_by_role("button", name="Set up").click()
    me.button("Draw a zone").click()  # once there is a picture to draw on
    canvas = me.page.get_by_role("application")
    box = canvas.bounding_box()
    assert box is not None
    for number, (x, y) in enumerate(CORNERS, 1):
        canvas.click(position={"x": x * box["width"], "y": y * box["height"]})
        expect(canvas.locator(".se-vertex")).to_have_count(number)
    canvas.click(position={"x": CORNERS[0][0] * box["width"], "y": CORNERS[0][1] * box["height"]})
    name = me.page.get_by_label("Name of the zone")
    name.fill("Gate to the yard")
    name.press("Enter")
    me.button("Test run").click()
    me.reads("Test on the picture of")
    verdict = re.compile("Would start timing|Nothing here")
    expect(me.page.locator("[data-verdict]")).to_have_text(verdict, use_inner_text=True)
    me.button("Save and switch on").click()
    zones = _task(_applied(me, city, street.id), "illegal_parking")["wanted"]["zones"]
    assert [zone["name"] for zone in zones] == ["Gate to the yard"]
    drawn = [tuple(point) for point in zones[0]["points"]]
    assert drawn == [pytest.approx(corner, abs=0.02) for corner in CORNERS]
    me.page.reload()
    expect(me.page.get_by_label("Name of the zone")).to_have_value("Gate to the yard")
    expect(me.page.locator('[data-zone="Gate to the yard"]')).to_be_visible()


def test_a_threshold_of_one_camera_and_of_all_is_applied_without_a_restart(
    people: People, streets: Streets, city: Running
) -> None:
    street = streets.new()
    me = people("en").log_in("operator", at=f"/cameras/{street.id}?task=illegal_parking")
    field = me.page.get_by_label("Report again every")
    expect(field).to_have_value("60")
    field.fill("77")
    me.button("Save").click()
    values = _task(_applied(me, city, street.id), "illegal_parking")["values"]
    assert values["repeat_s"] == {"value": 77.0, "origin": "camera", "counts": 77.0}

    before = city.get("/cameras/subway-a")["applied"]
    me.page.goto("/catalog/fall")
    field = me.page.get_by_label("Smallest height")
    expect(field).to_have_value("0.08")
    field.fill("0.09")
    me.button("Save for all cameras").click()
    me.reads("Saved. The worker takes it up within seconds.")
    me.page.goto("/cameras/subway-a")
    expect(me.page.get_by_text("applied", exact=True)).to_be_visible()
    after = city.get("/cameras/subway-a")
    assert after["applied"] > before
    height = {"value": 0.09, "origin": "settings", "counts": 0.09}
    assert _task(after, "fall")["values"]["min_height"] == height


SECRET = "s3cret-of-the-harbour"
KEEPS = """
window.told = [];
const really = window.fetch;
window.fetch = async (...asked) => {
  const answer = await really(...asked);
  answer.clone().text().then((text) => window.told.push([answer.url, text]));
  return answer;
};
"""
"""Keeps what the API answers to the page."""


def test_a_wrong_password_of_a_camera_is_told_in_both_languages_and_shown_to_nobody(
    people: People, city: Running
) -> None:
    me = people("zh")
    me.page.add_init_script(KEEPS)
    me.log_in("operator", at="/cameras")
    me.button("添加摄像机").click()
    for label, text in (
        ("编号", "harbour-2"),
        ("名称", "港口二号"),
        ("RTSP 地址", city.told["cameras"]["traffic"]),
        ("用户名", city.told["camera_login"][0]),
        ("密码", SECRET),
    ):
        me.page.get_by_label(label, exact=True).fill(text)
    me.button("测试连接").click()
    me.reads("摄像机拒绝登录：请检查用户名和密码。")
    me.reads("多数摄像机连续输错后会锁定几分钟")
    me.button("仍然保存").click()
    expect(me.page).to_have_url(re.compile("/cameras/harbour-2$"))
    me.reads("请重新输入摄像机本机（而非视频平台）的用户名和密码")
    me.button("Switch to English").click()
    me.reads("Type the user name and password again")
    me.button("Edit").click()
    expect(me.page.get_by_label("Password", exact=True)).to_have_value("")
    me.button("Try it").click()
    expect(me.page.locator('[data-probe="refused"]')).to_contain_text("Many cameras lock a login")
    told: list[tuple[str, str]] = me.page.evaluate("window.told")
    assert any(url.endswith("/api/v1/probe") for url, _ in told)
    assert [url for url, text in told if SECRET in text] == []
    assert SECRET not in me.page.content()
