"""The API described for machines (OpenAPI): what FastAPI knows, and what it cannot know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from api.access import COOKIE, NEEDS, OPEN, Right
from api.problem import MEDIA_TYPE
from api.schemas.base import Problem

TITLE = "Sharp Eyes Analytics"
TEXT = """\
Watches a city's cameras and raises litter, illegal parking, falls and flooding as incidents that
people review.

**Logging in.** People log in with `POST /api/v1/session` and get a cookie. Programs send an API key
as `Authorization: Bearer sk_…`; whoever may make keys does so in the console or with
`POST /api/v1/keys`. Each operation names the right that it needs.

**Refusals** are problem details (RFC 9457, `application/problem+json`) with the same fields
everywhere; `type` is a stable word for programs, `title` and `detail` are for people. 401: log in;
403: a right is missing; 409: somebody was first, and `fresh` is what is there now; 422: `errors`
names the fields; 429: wait `retry_after_s`; 503: a part of the service is away.

**Times** are RFC 3339 in UTC. **Pictures and clips** are behind links that hold for a short time.
"""
TAGS = [
    {"name": "session", "description": "Login and logout of people."},
    {"name": "incidents", "description": "The queue, one incident, decisions."},
    {"name": "evidence", "description": "Pictures and clips behind signed links."},
    {"name": "live", "description": "What is pushed to an open console, and who lives."},
    {"name": "cameras", "description": "Cameras, their state and their pictures."},
    {"name": "tasks", "description": "Which algorithm looks where, and how."},
    {"name": "catalog", "description": "Models, algorithms and their parameters."},
    {"name": "destinations", "description": "Where events are sent."},
    {"name": "detect", "description": "Detection on a picture that the caller sends."},
    {"name": "events", "description": "The log of events: replay and subscribe."},
    {"name": "people", "description": "Users, API keys and the audit."},
    {"name": "monitoring", "description": "Health and meters, for machines."},
]
_ANY = "#/components/responses/Problem"
_NOT_OURS = ("HTTPValidationError", "ValidationError")
_EXAMPLE = {
    "type": "invalid",
    "title": "The request does not fit.",
    "status": 422,
    "errors": [{"field": "zones[0].points", "reason": "a zone has at least three corners"}],
}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the description of an application."""
    described = get_openapi(
        title=TITLE,
        version=app.version,
        summary="A city's cameras, watched; incidents, reviewed; events, delivered.",
        description=TEXT,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        tags=TAGS,
        routes=app.routes,
        separate_input_output_schemas=app.separate_input_output_schemas,
    )
    _add_components(described["components"])
    for route in api_routes(app):
        for method in route.methods or ():
            operation = described["paths"][route.path][method.lower()]
            _add_refusals(operation, open_to_all=is_open(route))
            _add_rights(operation, rights_needed(route))
    return described


def api_routes(app: FastAPI) -> Iterator[RouteContext]:
    """Yield every route of the API."""
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute) and route.include_in_schema:
            yield route


def is_open(route: RouteContext) -> bool:
    """Say whether a route is marked as open to everyone."""
    return bool(getattr(route.endpoint, OPEN, False))


def rights_needed(route: RouteContext) -> tuple[Right, ...] | None:
    """Return the rights of which a route needs one (none: any login); None: it asks nobody."""
    for dependency in route.dependant.dependencies:
        rights: tuple[Right, ...] | None = getattr(dependency.call, NEEDS, None)
        if rights is not None:
            return rights
    return None


def _add_components(components: dict[str, Any]) -> None:
    schemas = components["schemas"]
    for name in _NOT_OURS:
        schemas.pop(name, None)
    problem = Problem.model_json_schema(
        mode="serialization", ref_template="#/components/schemas/{model}"
    )
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": _EXAMPLE}
    components["responses"] = {
        "Problem": {
            "description": "A refusal; the status and `type` say which, `title` says why.",
            "headers": {
                "Retry-After": {
                    "description": "Seconds to wait, with 429 and 503.",
                    "schema": {"type": "integer"},
                }
            },
            "content": {MEDIA_TYPE: content},
        }
    }
    components["securitySchemes"] = {
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE,
            "description": "The cookie that a login sets. A request that changes something also "
            "needs an Origin or Sec-Fetch-Site of this service, as browsers send it.",
        },
        "key": {"type": "http", "scheme": "bearer", "description": "An API key."},
    }


def _add_refusals(operation: dict[str, Any], *, open_to_all: bool) -> None:
    operation["responses"].pop("422", None)
    operation["responses"]["default"] = {"$ref": _ANY}
    operation["security"] = [] if open_to_all else [{"session": []}, {"key": []}]


def _add_rights(operation: dict[str, Any], rights: tuple[Right, ...] | None) -> None:
    if rights:
        names = " or ".join(f"`{right}`" for right in rights)
        text = operation.get("description", "")
        operation["description"] = f"{text}\n\nNeeds the right {names}.".strip()
