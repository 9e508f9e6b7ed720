"""Pictures of every page on the painted city: python -m tests.browser.shots --out DIR.

In both languages, dark and light, wide and narrow; `--readme` makes the few that README shows.
Everything on them is painted: no camera of the real world, no person.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.browser.person import CHROMIUM, Language, Person, launch
from tests.browser.running import Running, world

Look = Literal["light", "dark"]
WIDTHS = {1440: 900, 390: 844}
_PICTURES = "() => [...document.images].every(one => one.complete || one.loading === 'lazy')"


@dataclass(frozen=True)
class Shot:
    """A page: its name, its address, and what stands on it once it is there."""

    name: str
    path: str
    there: str


@dataclass(frozen=True)
class Seen:
    """What the painted city has to show."""

    incident: str
    camera: str = "renmin-12"


def pages(seen: Seen) -> tuple[Shot, ...]:
    """Return every page of the console."""
    camera = f"/cameras/{seen.camera}"
    return (
        Shot("queue", f"/?at={seen.incident}", "[role=option]"),
        Shot("incident", f"/incidents/{seen.incident}", ".si-still img"),
        Shot("overview", "/overview", "main .ant-card"),
        Shot("cameras", "/cameras", "main table img"),
        Shot("wall", "/cameras?view=wall", ".se-card:has-text('Ring Road') img"),
        Shot("camera", camera, "main .se-live img"),
        Shot("zones", f"{camera}?task=illegal_parking", ".se-zone-editor img"),
        Shot("catalog", "/catalog", "main .ant-card"),
        Shot("algorithm", "/catalog/illegal_parking", "main [data-parameter]"),
        Shot("integrate", "/integrate", "main .ant-card"),
        Shot("people", "/people", "main table"),
        Shot("keys", "/keys", "main table"),
        Shot("audit", "/audit", "main table"),
        Shot("account", "/account", "main form"),
    )


def _seen(city: Running) -> Seen:
    """Wait until every kind has happened; return an incident with its clip."""
    opened, attached = "city.sharp-eyes.incident.opened.v1", "city.sharp-eyes.incident.evidence.v1"
    for camera in ("renmin-12", "subway-a", "market-east", "bridge-3"):
        city.event(opened, camera=camera, patience_s=180)
    return Seen(str(city.event(attached, camera="renmin-12", patience_s=180)["subject"]))


def _show(person: Person, shot: Shot) -> Page:
    """Go to a page and wait until it is there with its pictures."""
    page = person.page
    page.goto(shot.path)
    there: Locator = page.locator(shot.there).first
    there.wait_for(state="attached", timeout=60_000)
    page.wait_for_function(_PICTURES, timeout=60_000)
    page.evaluate("document.fonts.ready")
    return page


@contextmanager
def _seated(browser: Browser, city: Running, language: Language, look: Look) -> Iterator[Person]:
    person = Person.at(browser, city, language, (1440, 900))
    person.page.emulate_media(color_scheme=look, reduced_motion="reduce")
    try:
        yield person
    finally:
        person.leave()


def take(browser: Browser, city: Running, out: Path, seen: Seen) -> int:
    """Take a picture of every page in every way; return how many."""
    count = 0
    languages: tuple[Language, ...] = ("zh", "en")
    looks: tuple[Look, ...] = ("light", "dark")
    for language, look in itertools.product(languages, looks):
        with _seated(browser, city, language, look) as person:
            person.page.goto("/login")
            person.page.locator("form").wait_for()
            for shot in (None, *pages(seen)):
                if shot is not None:
                    _show(person, shot)
                for width, height in WIDTHS.items():
                    person.page.set_viewport_size({"width": width, "height": height})
                    name = "login" if shot is None else shot.name
                    path = out / f"{name}-{language}-{look}-{width}.png"
                    person.page.screenshot(path=path, animations="disabled")
                    count += 1
                person.page.set_viewport_size({"width": 1440, "height": 900})
                if shot is None:
                    person.log_in("admin")
                    person.page.locator("nav").wait_for()
    return count


README: tuple[tuple[str, Language, Look], ...] = (
    ("queue", "en", "light"),
    ("zones", "zh", "light"),
    ("wall", "en", "dark"),
    ("overview", "zh", "light"),
)


def for_readme(browser: Browser, city: Running, out: Path, seen: Seen) -> int:
    """Take the few pictures of README, compressed."""
    by_name = {shot.name: shot for shot in pages(seen)}
    for name, language, look in README:
        with _seated(browser, city, language, look) as person:
            person.log_in("admin")
            person.page.locator("nav").wait_for()
            png = _show(person, by_name[name]).screenshot(animations="disabled")
            pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
            assert pixels is not None
            cv2.imwrite(str(out / f"{name}.webp"), pixels, [cv2.IMWRITE_WEBP_QUALITY, 82])
    return len(README)


def main() -> int:
    """Start the city, take the pictures, end it."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.shots", description=__doc__)
    parser.add_argument("--out", type=Path, help="folder for all pages")
    parser.add_argument("--readme", type=Path, help="folder for the pictures of README")
    given = parser.parse_args()
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None or (given.out is None and given.readme is None):
        parser.error("chromium on PATH, and --out or --readme, are needed")
    with tempfile.TemporaryDirectory(prefix="shots-") as folder, world(Path(folder)) as city:
        seen = _seen(city)
        with sync_playwright() as playwright:
            browser = launch(playwright, path)
            count = 0
            for out, takes in ((given.out, take), (given.readme, for_readme)):
                if out is not None:
                    out.mkdir(parents=True, exist_ok=True)
                    count += takes(browser, city, out, seen)
            browser.close()
    print(f"{count} pictures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
