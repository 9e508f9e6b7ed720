"""The API over a database, with a browser in which an admin is logged in."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from time import time

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

with warnings.catch_warnings():
    # It would rather have httpx's successor; ours is the same as the product's.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient


@cache
def _algorithms() -> Algorithms:
    return Algorithms(Catalog.read())


@contextmanager
def console(engine: Engine, blobs: Blobs, folder: Path) -> Iterator[TestClient]:
    """Yield a browser at the application; no worker runs behind it."""
    worker = WorkerClient(folder / "worker.sock")
    weights = WeightStore(folder / "weights")
    app = create_app(Context(engine, _algorithms(), weights, blobs, worker))
    if users.find(engine, "admin") is None:
        users.add(engine, "admin", "admin", True, "no hash", "tests")
        users.set_password(engine, "admin", "no hash", "admin", must_change=False)
    token = sessions.begin(engine, "admin", "127.0.0.1", time(), 3600.0)
    origin = {"Sec-Fetch-Site": "same-origin"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield TestClient(app, headers=origin, cookies={COOKIE: token})
    worker.close()
