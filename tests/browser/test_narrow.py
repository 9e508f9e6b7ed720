"""On a telephone nothing runs out at the side."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.person import Language, People
from tests.browser.street import Street, Streets

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]

PHONE = (390, 844)


@pytest.fixture(scope="module")
def street(streets: Streets) -> Street:
    """A street where something has happened."""
    street = streets.one()
    street.incident()
    return street


@pytest.mark.parametrize(("language", "close_up"), [("zh", "特写"), ("en", "Close-up")])
def test_queue_incident_and_cameras_fit_on_a_telephone(
    people: People, street: Street, language: Language, close_up: str
) -> None:
    me = people(language, PHONE).log_in("reviewer", at=f"/?camera={street.id}")
    row = me.page.get_by_role("option").filter(has_text=street.name).first
    expect(row).to_be_visible()
    assert me.fits()
    row.click()
    me.loaded(me.page.get_by_role("img", name=close_up))
    expect(me.page.locator('[data-action="confirm"]')).to_be_in_viewport()
    assert me.fits()
    me.page.goto("/cameras")
    me.reads("人民路12号消防通道")
    assert me.fits()
    me.page.goto("/cameras/renmin-12")
    me.loaded(me.page.get_by_role("img", name="人民路12号消防通道"))
    expect(me.page.locator(".se-one-facts")).to_be_visible()
    assert me.fits()
