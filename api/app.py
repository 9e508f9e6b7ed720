"""The HTTP application: it only wires; each noun has a router of its own in `api/routes/`."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from api import description
from api.bodies import BodyLimit
from api.console import Console
from api.context import Context
from api.headers import SecurityHeaders
from api.metrics import Measured, Metrics
from api.problem import handle_problems
from api.routes import (
    cameras,
    catalog,
    contract,
    destinations,
    detect,
    events,
    evidence,
    incidents,
    live,
    metrics,
    people,
    session,
    tasks,
)

VERSION = "0.1.0"
_MOST_BYTES = 1024 * 1024
_MOST_PICTURE_BYTES = 21 * 1024 * 1024
_TAKE_PICTURES = ("/api/v1/detect",)
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
    contract.router,
    people.router,
    metrics.router,
)


def create_app(context: Context | None) -> FastAPI:
    """Return the application over a context; without one it can only be described."""
    app = _Described(
        title=description.TITLE,
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.context = context
    app.state.metrics = Metrics()
    handle_problems(app)
    pictures = dict.fromkeys(_TAKE_PICTURES, _MOST_PICTURE_BYTES)
    app.add_middleware(BodyLimit, most=_MOST_BYTES, more=pictures)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Measured, metrics=app.state.metrics)
    for router in ROUTERS:
        app.include_router(router)
    app.router.default = Console(context.console if context else None)
    return app


class _Described(FastAPI):
    """Gives the description of `api.description` instead of the framework's own."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = description.describe(self)
        return self.openapi_schema
