"""The painted city with the built console, a real browser, and people who sit down at it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, Error, expect, sync_playwright

from config.settings import ROOT, read
from tests.browser.person import CHROMIUM, PATIENCE_MS, People, launch
from tests.browser.running import Running, world
from tests.browser.street import Streets

READY_STREETS = 6


def _absent(reason: str) -> NoReturn:
    """Skip on a laptop, fail where everything must be there."""
    if read().require_data:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="package")
def console() -> None:
    """The console in web/dist, as its sources are now."""
    built = subprocess.run(
        ["scripts/web", "build"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    # Without Node or its packages there is none; one that cannot be built is broken.
    assert "could not be built" not in built.stderr, built.stderr
    if built.returncode != 0:
        _absent(f"the console is not built: {built.stderr[-1000:]}")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, started once; each person gets a fresh profile in it."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        _absent("no chromium on PATH; on Debian: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        chromium = launch(playwright, path)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One painted city for all tests."""
    with world(tmp_path_factory.mktemp("city")) as running:
        yield running


@pytest.fixture(scope="package")
def streets(city: Running) -> Streets:
    """Cameras whose incidents belong to one test only."""
    return Streets(city, READY_STREETS)


@pytest.fixture
def people(console: None, browser: Browser, city: Running, streets: Streets) -> Iterator[People]:
    """Sit people down: `people("zh")`; a test whose browser complains of anything has failed."""
    seats = People(browser, city)
    yield seats
    faults = [fault for person in seats.seated for fault in person.faults]
    for person in seats.seated:
        person.leave()
    assert faults == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to a failure what each person saw."""
    report: pytest.TestReport = yield
    arguments: dict[str, Any] = getattr(item, "funcargs", {})
    if report.failed and call.when == "call" and "people" in arguments:
        folder = Path(arguments["city"].told["folder"])
        for number, person in enumerate(arguments["people"].seated):
            with suppress(Error):  # a browser that has gone shows nothing any more
                told = person.told(folder / f"{item.name}-{number}.png")
                report.sections.append((f"person {number} ({person.language})", told))
    return report
