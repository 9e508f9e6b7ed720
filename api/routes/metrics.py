"""For monitoring: does the API work, and the meters of both processes."""

from __future__ import annotations

from time import time
from typing import Annotated

from fastapi import APIRouter, Response
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.access import Caller, Right, needs, open_to_everyone
from api.context import Here
from api.metrics import Meters
from api.problem import Unavailable
from api.schemas.live import Alive
from store import deliveries
from store.database import reading

router = APIRouter(tags=["monitoring"])


@router.get("/healthz")
@open_to_everyone
def healthz(here: Here) -> Alive:
    """Say whether the API can do its work: 503 when it cannot reach its database."""
    try:
        with reading(here.database) as session:
            session.execute(text("SELECT 1 FROM revision LIMIT 1"))
    except SQLAlchemyError:
        title = "The database cannot be used just now."
        raise Unavailable(type="database-away", title=title, retry_after_s=5.0) from None
    return Alive(ok=True)


@router.get("/metrics", response_class=Response)
def metrics(
    caller: Annotated[Caller, needs(Right.METRICS_READ)], here: Here, meters: Meters
) -> Response:
    """Return the meters of the API process, in Prometheus' text format."""
    with reading(here.database) as session:
        found = deliveries.progress(session)
    now = time()
    meters.deliveries(
        {
            destination.id: (one.waiting, deliveries.lag_s(one, now), one.dead_letters)
            for destination, one in found
        }
    )
    return Response(generate_latest(meters.registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/metrics/worker", response_class=Response)
def worker_metrics(caller: Annotated[Caller, needs(Right.METRICS_READ)], here: Here) -> Response:
    """Return the meters of the worker, in Prometheus' text format; 503 while it is away."""
    answer = here.worker.ask("GET", "/metrics")
    return Response(answer.content, media_type=answer.headers.get("Content-Type", "text/plain"))
