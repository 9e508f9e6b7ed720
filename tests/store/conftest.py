"""A fresh database file for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from store.database import open_database


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The URL of a database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'sharp.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An engine on a fresh database."""
    opened = open_database(url)
    yield opened
    opened.dispose()
