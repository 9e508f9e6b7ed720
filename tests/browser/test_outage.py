"""A part goes away while the console is open: it says who and what works, and goes on by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from events.payload import REVIEWED
from tests.browser.person import People
from tests.browser.running import Running
from tests.browser.street import Streets

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]

NOTICED_MS = 45_000
"""A process that has not been heard of for 15 s is away; a busy machine hears late."""


@contextmanager
def _away(city: Running, part: str) -> Iterator[None]:
    city.order("kill", part)
    try:
        yield
    finally:
        city.order("start", part)


def test_without_the_worker_one_decides_on_and_it_comes_back_by_itself(
    people: People, streets: Streets, city: Running
) -> None:
    incident = streets.one().incident()
    me = people("en").log_in("reviewer", at=f"/incidents/{incident}")
    expect(me.page.get_by_role("heading", level=2)).to_be_visible()
    me.stays()
    with _away(city, "worker"):
        me.reads("The analysis worker has been away since", NOTICED_MS)
        me.reads("Decisions work, changes are saved and applied then.")
        me.verdict("4")
        city.event(REVIEWED, incident)
        state = me.page.locator(".si-head").get_by_text("field check", exact=True)
        expect(state).to_be_visible()
    me.reads("The analysis worker is back. It was away for", NOTICED_MS)
    expect(me.text("The analysis worker has been away since")).to_be_hidden()
    assert me.stayed()


def test_without_the_relay_it_says_so_and_what_is_kept(people: People, city: Running) -> None:
    me = people("zh").log_in("reviewer")
    expect(me.page.get_by_role("heading", name="审核队列")).to_be_visible()
    me.stays()
    with _away(city, "relay"):
        me.reads("事件推送自", NOTICED_MS)
        me.reads("事件均已留存")
    me.reads("事件推送已恢复", NOTICED_MS)
    assert me.stayed()


def test_without_the_api_it_says_so_and_goes_on_by_itself(
    people: People, streets: Streets, city: Running
) -> None:
    me = people("en").log_in("reviewer")
    expect(me.page.get_by_role("heading", name="Review queue")).to_be_visible()
    me.stays()
    with _away(city, "api"):
        me.reads("The service has not answered since", NOTICED_MS)
        me.reads("The page goes on by itself as soon as the service is back.")
    me.reads("The service answers again. It was away for", NOTICED_MS)
    # And it is live again: what is new comes without a reload.
    street = streets.new()
    expect(me.page.get_by_role("option").filter(has_text=street.name)).to_be_visible(
        timeout=NOTICED_MS
    )
    assert me.stayed()
