"""A fresh database for every test, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from config.settings import read
from store.database import open_database
from tests.store.postgres import Cluster, NoServer


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of our own; skips where there is none, fails where it is required."""
    try:
        started = Cluster()
    except NoServer as absent:
        if read().require_services:
            pytest.fail(str(absent))
        pytest.skip(str(absent))
    yield started
    started.remove()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the newest schema and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "sharp.db"
    open_database(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on."""
    return str(request.param)


@pytest.fixture
def url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database with the newest schema and nothing in it."""
    if backend == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        made = cluster.database()
        yield made
        cluster.drop(made)
        return
    path = tmp_path / "sharp.db"
    shutil.copy(request.getfixturevalue("migrated"), path)
    yield f"sqlite:///{path}"


@pytest.fixture
def new_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database that no program has opened yet."""
    if backend == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        made = cluster.empty()
        yield made
        cluster.drop(made)
        return
    yield f"sqlite:///{tmp_path / 'new.db'}"


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite file that is not there yet, for what only SQLite has."""
    return f"sqlite:///{tmp_path / 'sharp.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An engine on a fresh database."""
    opened = open_database(url)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Engine]:
    """An engine on a fresh SQLite file."""
    opened = open_database(sqlite_url)
    yield opened
    opened.dispose()
