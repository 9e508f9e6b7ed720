"""The application over a real database file, and clients that are logged in as each role."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from time import time

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from api.access import COOKIE
from api.app import create_app
from api.context import Context
from api.worker import WorkerClient
from models.catalog import Catalog
from models.weights import WeightStore
from store import sessions, users
from store.blobs import Blobs
from store.catalog import Algorithms
from store.database import open_database

with warnings.catch_warnings():
    # It would rather have httpx's successor; ours is the same as the product's.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of the console's own requests."""

LogIn = Callable[..., TestClient]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the newest schema with nothing in it, made once."""
    file = tmp_path_factory.mktemp("database") / "sharp.db"
    open_database(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture
def engine(tmp_path: Path, empty_database: Path) -> Iterator[Engine]:
    """An engine on a fresh database."""
    shutil.copy(empty_database, tmp_path / "sharp.db")
    opened = open_database(f"sqlite:///{tmp_path / 'sharp.db'}")
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def algorithms() -> Algorithms:
    """The shipped catalog."""
    return Algorithms(Catalog.read())


@pytest.fixture
def context(engine: Engine, algorithms: Algorithms, tmp_path: Path) -> Iterator[Context]:
    """A context without a worker and without a built console."""
    worker = WorkerClient(tmp_path / "worker.sock")
    yield Context(
        database=engine,
        algorithms=algorithms,
        weights=WeightStore(tmp_path / "weights"),
        blobs=Blobs(tmp_path / "blobs"),
        worker=worker,
        console=tmp_path / "dist",
    )
    worker.close()


@pytest.fixture
def app(context: Context) -> FastAPI:
    """The application."""
    return create_app(context)


@pytest.fixture
def nobody(app: FastAPI) -> TestClient:
    """A browser in which nobody is logged in."""
    return TestClient(app, headers=SAME_ORIGIN)


@pytest.fixture
def log_in(app: FastAPI, engine: Engine) -> LogIn:
    """Add a person of a role who has a password already; return a browser that is logged in.

    The password is not checked here (tests/api/test_session.py does that), so it need not be one.
    """

    def logged_in(role: str = "admin", name: str = "", *, originals: bool = False) -> TestClient:
        name = name or f"a-{role}"
        if users.find(engine, name) is None:
            users.add(engine, name, role, originals, "no hash", "tests")
            users.set_password(engine, name, "no hash", name, must_change=False)
        token = sessions.begin(engine, name, "127.0.0.1", time(), 3600.0)
        return TestClient(
            app, headers=SAME_ORIGIN, cookies={COOKIE: token}, raise_server_exceptions=False
        )

    return logged_in
