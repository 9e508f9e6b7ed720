"""The HTTP application: it only wires; each noun has a router of its own in `api/routes/`."""

from __future__ import annotations

from fastapi import FastAPI

from api.context import Context
from api.routes import (
    cameras,
    catalog,
    destinations,
    detect,
    events,
    evidence,
    incidents,
    live,
    people,
    session,
    tasks,
)

VERSION = "0.1.0"
ROUTERS = (
    session.router,
    incidents.router,
    evidence.router,
    live.router,
    cameras.router,
    tasks.router,
    catalog.router,
    destinations.router,
    detect.router,
    events.router,
    people.router,
)


def create_app(context: Context) -> FastAPI:
    """Return the application over a context."""
    app = FastAPI(
        title="Sharp Eyes Analytics",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.context = context
    for router in ROUTERS:
        app.include_router(router)
    return app
