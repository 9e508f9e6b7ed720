"""What every test may use: the folder of real clips, and settings that start fresh."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings, load, read

_MARKS_OF_THE_DATA = ("truth.json", "videos")
_LIVE = ("api", "browser", "chain", "docs", "events", "scripts", "store", "streams")
"""Folders of tests that watch real servers, browsers and streams by the wall clock."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests that live by the wall clock a second attempt, which the summary shows.

    A machine that is busy with something else drops pictures, as it would in a city. What fails
    twice fails; what judges numbers alone (rules, store, models ...) gets one attempt.
    """
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).parts[0] in _LIVE:
            item.add_marker(pytest.mark.flaky(reruns=1))


def _missing(settings: Settings) -> list[str]:
    return [name for name in _MARKS_OF_THE_DATA if not (settings.test_data / name).exists()]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Refuse to run at all when the data is required and not there."""
    settings = read()
    missing = _missing(settings)
    if settings.require_data and missing:
        raise pytest.UsageError(
            f"SHARP_REQUIRE_DATA is set, but {settings.test_data} lacks {', '.join(missing)}"
        )


@pytest.fixture(autouse=True)
def _settings_start_fresh() -> Iterator[None]:
    load.cache_clear()
    yield
    load.cache_clear()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real clips (SHARP_TEST_DATA); skips without it, fails when it is required."""
    settings = read()
    missing = _missing(settings)
    if not missing:
        return settings.test_data
    reason = f"no real clips: {settings.test_data} lacks {', '.join(missing)} (SHARP_TEST_DATA)"
    if settings.require_data:
        pytest.fail(reason)
    pytest.skip(reason)
