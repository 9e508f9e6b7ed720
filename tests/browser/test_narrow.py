"""On a telephone nothing runs out at the side."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.person import People
from tests.browser.street import Streets

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]

PHONE = (390, 844)


def test_queue_incident_and_cameras_fit_on_a_telephone(people: People, streets: Streets) -> None:
    street = streets.one()
    street.incident()
    me = people("zh", PHONE).log_in("reviewer")
    row = me.page.get_by_role("option").filter(has_text=street.name).first
    expect(row).to_be_visible()
    assert me.fits()
    row.click()
    me.loaded(me.page.get_by_role("img", name="特写"))
    expect(me.page.locator('[data-action="confirm"]')).to_be_in_viewport()
    assert me.fits()
    me.page.goto("/cameras")
    me.reads("人民路12号消防通道")
    assert me.fits()
    me.page.goto("/cameras/renmin-12")
    me.loaded(me.page.get_by_role("img", name="人民路12号消防通道 实时画面"))
    assert me.fits()
