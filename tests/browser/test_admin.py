"""Administrator and auditor: a new person comes in, and every change has a name beside it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.person import People
from tests.browser.running import Running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]


def test_a_new_person_has_to_change_the_first_password(people: People) -> None:
    admin = people("zh").log_in("admin", at="/people")
    admin.button("添加用户").click()
    form = admin.page.get_by_role("dialog", name="添加用户")
    form.get_by_label("用户名").fill("王建国")
    form.get_by_role("button", name=re.compile("添\\s?加$")).click()
    shown = admin.page.get_by_role("dialog", name="王建国 的初始密码")
    password = shown.get_by_role("code").inner_text()
    admin.button("我已记下").click()
    expect(admin.page.get_by_role("row", name=re.compile("王建国"))).to_contain_text(
        "尚未修改初始密码"
    )
    assert password not in admin.page.content()

    new = people("en").log_in("王建国", password, at="/cameras")
    new.reads("Choose your own password first")
    expect(new.page).to_have_url(re.compile("/account$"))
    new.page.goto("/cameras")
    expect(new.page).to_have_url(re.compile("/account$"))
    new.page.get_by_label("Present password").fill(password)
    new.page.get_by_label("New password", exact=True).fill("Snow-White-7-Lanterns")
    new.page.get_by_label("New password again").fill("Snow-White-7-Lanterns")
    new.button("Change the password").click()
    expect(new.page.get_by_role("heading", name="Review queue")).to_be_visible()


def test_the_audit_says_who_changed_what_and_that_nothing_is_missing(
    people: People, city: Running
) -> None:
    with city.session("operator") as operator:
        settings = {"parameters": {"hidden_s": 901.0}}
        answer = operator.put("/algorithms/illegal_parking/settings", json=settings)
        assert answer.is_success, answer.text
    me = people("zh").log_in("auditor", at="/audit")
    row = me.page.get_by_role("row", name=re.compile("修改算法参数.*illegal_parking")).first
    expect(row).to_contain_text("operator")
    row.click()
    me.reads("901")
    me.button("校验完整性").click()
    me.reads("无篡改、无缺失")


def test_who_may_not_reads_why_instead_of_an_empty_page(people: People) -> None:
    me = people("en").log_in("reviewer", at="/people")
    me.reads("Your account may not do this")
    expect(me.page.get_by_role("link", name="People")).to_have_count(0)


def test_the_browser_would_tell_of_a_script_that_is_not_ours(people: People) -> None:
    me = people("en").log_in("reviewer")
    expect(me.page.get_by_role("heading", name="Review queue")).to_be_visible()
    with me.page.expect_console_message():
        me.page.evaluate(
            "document.head.append(Object.assign(document.createElement('script'),"
            " {textContent: 'window.foreign = true'}))"
        )
    assert not me.page.evaluate("window.foreign")
    assert len(me.faults) == 1
    assert "Content Security Policy" in me.faults.pop()
