"""What routes work with, in one frozen value that the program makes once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine

from api.worker import WorkerClient
from models.weights import WeightStore
from store.blobs import Blobs
from store.catalog import Algorithms


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that is shared by all requests of one process."""

    database: Engine
    algorithms: Algorithms
    weights: WeightStore
    blobs: Blobs
    worker: WorkerClient
    console: Path | None = None
    """The folder of the built console; while it is not there, a page says how to build it."""
    idle_s: float = 3600.0
    """After so long without a request a person's session is over."""


def _context(request: Request) -> Context:
    found: Context = request.app.state.context
    return found


Here = Annotated[Context, Depends(_context)]
"""The parameter type by which a route gets the context."""
