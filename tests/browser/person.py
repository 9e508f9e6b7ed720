"""Somebody at a browser of their own: what they press and read, and what the browser says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    expect,
)

from tests.browser.running import Running

PATIENCE_MS = 30_000
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
"""What the browser is called on different systems."""
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
Language = Literal["zh", "en"]
_LOCALES = {"zh": "zh-CN", "en": "en-US"}
_LOGIN = {"zh": ("用户名", "密码", "登录"), "en": ("Name", "Password", "Log in")}
_QUIET = "Failed to load resource"
"""What the browser says of every refusal and absence; pages say it in words, which tests read."""


def spelled(text: str) -> re.Pattern[str]:
    """Return a pattern for a text on a button: two Chinese characters are set apart there."""
    apart = len(text) == 2 and not text.isascii()
    return re.compile(r"\s?".join(map(re.escape, text)) if apart else re.escape(text))


def launch(playwright: Playwright, path: str) -> Browser:
    """Start the browser at `path`, without a window."""
    return playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS), timeout=120_000)


@dataclass
class Person:
    """One person, one fresh profile, one page."""

    city: Running
    language: Language
    context: BrowserContext
    page: Page
    faults: list[str] = field(default_factory=list)
    """Errors of the browser's console: of scripts, of React, of the content security policy."""

    @classmethod
    def at(
        cls, browser: Browser, city: Running, language: Language, size: tuple[int, int]
    ) -> Person:
        """Sit somebody down; nobody is logged in."""
        context = browser.new_context(
            locale=_LOCALES[language],
            timezone_id="Asia/Shanghai",
            viewport={"width": size[0], "height": size[1]},
            base_url=city.told["url"],
        )
        context.set_default_timeout(PATIENCE_MS)
        person = cls(city, language, context, context.new_page())
        person.page.on("console", person._hear)
        person.page.on("pageerror", lambda error: person.faults.append(f"uncaught: {error}"))
        return person

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_QUIET):
            self.faults.append(message.text)

    def log_in(self, role: str, password: str = "", at: str = "/") -> Person:
        """Go to a page and log in on the way; the world's people share one password."""
        name, secret, button = _LOGIN[self.language]
        if self.page.url == "about:blank":
            self.page.goto(at)
        self.page.get_by_label(name, exact=True).fill(role)
        given = password or self.city.told["password"]
        self.page.get_by_label(secret, exact=True).fill(given)
        self.button(button).click()
        return self

    def button(self, text: str) -> Locator:
        """Return the button with this text (and perhaps an icon or a key)."""
        return self.page.get_by_role("button", name=spelled(text))

    def text(self, text: str) -> Locator:
        """Return the first place where this text stands."""
        return self.page.get_by_text(text).first

    def reads(self, text: str, timeout: float = PATIENCE_MS) -> None:
        """Wait until this text can be read."""
        expect(self.text(text)).to_be_visible(timeout=timeout)

    def loaded(self, picture: Locator) -> None:
        """Wait until a picture is there with its pixels."""
        expect(picture).to_be_visible(timeout=PATIENCE_MS)
        picture.evaluate("img => img.decode()")
        width = picture.evaluate("img => img.naturalWidth")
        assert width > 0

    def verdict(self, key: str) -> None:
        """Press a key of the verdict bar, once the incident has been seen.

        The console takes no verdict on what has been on the screen for less than 0.4 s.
        """
        expect(self.page.locator(f'[data-action][aria-keyshortcuts="{key}"]')).to_be_enabled()
        shown = self.page.evaluate("performance.now()")
        self.page.wait_for_function("from => performance.now() - from > 500", arg=shown)
        self.page.keyboard.press(key)

    def stays(self) -> None:
        """Mark the document: `stayed` says whether it is still the same one."""
        self.page.evaluate("window.marked = true")

    def stayed(self) -> bool:
        """Say whether the page was not reloaded since `stays`."""
        return bool(self.page.evaluate("window.marked === true"))

    def fits(self) -> bool:
        """Say whether nothing is scrolled sideways."""
        return bool(
            self.page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
        )

    def told(self, picture: Path) -> str:
        """Take a picture of the page; return where it is and what the browser complained of."""
        self.page.screenshot(path=picture)
        said = "\n".join(f"  {fault}" for fault in self.faults) or "  nothing"
        return f"{self.page.url}\n{picture}\nerrors of the browser's console:\n{said}"

    def leave(self) -> None:
        """Close the browser's profile."""
        self.context.close()


@dataclass
class People:
    """Sits people down, one after the other; all of one test."""

    browser: Browser
    city: Running
    seated: list[Person] = field(default_factory=list)

    def __call__(self, language: Language, size: tuple[int, int] = (1440, 900)) -> Person:
        """Sit somebody down who reads this language, at a screen of this size."""
        self.seated.append(Person.at(self.browser, self.city, language, size))
        return self.seated[-1]
