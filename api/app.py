"""The HTTP application: it only wires; each noun has a router of its own in `api/routes/`."""

from __future__ import annotations

from fastapi import FastAPI

from api.context import Context
from api.headers import SecurityHeaders
from api.problem import handle_problems
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
_MOST_BYTES = 1024 * 1024
_MOST_PICTURE_BYTES = 21 * 1024 * 1024
ROUTERS = (
    session.router,
    incidents.router,
    evidence.router,
    live.router,
    cameras.router,
    tasks.router,
    catalog.router,
    destinations.router,
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
        redirect_slashes=False,
        max_body_size=_MOST_BYTES,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.context = context
    handle_problems(app)
    app.add_middleware(SecurityHeaders)
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(detect.router, max_body_size=_MOST_PICTURE_BYTES)
    return app
