"""Refusals as RFC 9457 problem+json: the exceptions that routes raise, and what others become."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from secrets import token_hex
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from api.headers import secure
from api.schemas.base import FieldProblem, Problem
from api.worker import WorkerAnswered, WorkerAway

MEDIA_TYPE = "application/problem+json"

log = logging.getLogger("api")

_PYDANTIC_NOISE = ("Value error, ", "Assertion failed, ")


class Refusal(Exception):
    """Base of what a route raises to refuse: everything of the answer, in one value."""

    status = 400
    type = "refused"
    title = "The request is refused."

    def __init__(
        self,
        detail: str = "",
        *,
        errors: Sequence[FieldProblem] = (),
        fresh: Any = None,
        retry_after_s: float | None = None,
        type: str | None = None,
        title: str | None = None,
    ) -> None:
        super().__init__(detail or title or self.title)
        self.problem = Problem(
            type=type or self.type,
            title=title or self.title,
            status=self.status,
            detail=detail,
            errors=list(errors),
            fresh=_plain(fresh),
            retry_after_s=retry_after_s,
        )


class Unauthorized(Refusal):
    """Nobody is logged in, or not any more."""

    status, type, title = 401, "unauthorized", "Log in first."


class Forbidden(Refusal):
    """The caller is known and may not."""

    status, type, title = 403, "forbidden", "You may not do that."


class NotFound(Refusal):
    """There is no such thing; `what` says which, such as 'incident abc'."""

    status, type, title = 404, "not-found", "There is no such thing."

    def __init__(self, what: str) -> None:
        super().__init__(f"there is no {what}")


class Conflict(Refusal):
    """What the caller saw is not what is there now; `fresh` is (a message, or plain JSON)."""

    status, type, title = 409, "conflict", "It was changed meanwhile, or its state forbids it."


class Outdated(Refusal):
    """`If-Match` names a version that is not the stored one any more."""

    status, type, title = 412, "outdated", "Somebody changed it meanwhile."


class Invalid(Refusal):
    """Fields of the request do not fit."""

    status, type, title = 422, "invalid", "The request does not fit."

    def __init__(self, errors: Sequence[FieldProblem], detail: str = "", **more: Any) -> None:
        super().__init__(detail, errors=errors, **more)


class TooMany(Refusal):
    """Come again later."""

    status, type, title = 429, "too-many", "Too many at once; try again later."

    def __init__(self, retry_after_s: float, detail: str = "", **more: Any) -> None:
        super().__init__(detail, retry_after_s=retry_after_s, **more)


class Unavailable(Refusal):
    """A part of the service that this needs is away."""

    status, type, title = 503, "unavailable", "A part of the service is away."


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem as a response."""
    more = dict(headers or {})
    if problem.retry_after_s is not None:
        more["Retry-After"] = str(max(1, math.ceil(problem.retry_after_s)))
    if problem.status == HTTPStatus.UNAUTHORIZED:
        more["WWW-Authenticate"] = "Bearer"
    return Response(problem.model_dump_json(), problem.status, more, media_type=MEDIA_TYPE)


def handle_problems(app: FastAPI) -> None:
    """Make every refusal and every failure of an application a problem."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _by_status)
    app.add_exception_handler(WorkerAway, _worker_away)
    app.add_exception_handler(WorkerAnswered, _worker_answered)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(Exception, _failed)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 - registered for it
    return answer(error.problem)


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    return answer(Invalid(field_problems(error.errors())).problem)


async def _by_status(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    type, title = _STATUS.get(error.status_code, ("refused", "The request is refused."))
    problem = Problem(type=type, title=title, status=error.status_code)
    return answer(problem, error.headers)


async def _worker_away(_request: Request, error: Exception) -> Response:
    title = "The worker is away; cameras are not watched until it is back."
    refusal = Unavailable(type="worker-away", title=title, retry_after_s=5.0)
    log.warning("%s", error)
    return answer(refusal.problem)


async def _worker_answered(_request: Request, error: Exception) -> Response:
    assert isinstance(error, WorkerAnswered)  # noqa: S101 - registered for it
    known = {404: Refusal, 409: Conflict, 422: Refusal}
    if error.status == HTTPStatus.TOO_MANY_REQUESTS:
        return answer(TooMany(error.retry_after_s or 1.0, error.detail).problem)
    if error.status not in known:
        log.error("the worker answered %s", error)
        title = "The worker could not do it."
        return answer(Unavailable(error.detail, type="worker-failed", title=title).problem)
    type, title = _STATUS[error.status]
    return answer(Problem(type=type, title=title, status=error.status, detail=error.detail))


async def _database_away(_request: Request, error: Exception) -> Response:
    assert isinstance(error, OperationalError)  # noqa: S101 - registered for it
    log.error("the database cannot be used: %s", error.orig)
    title = "The database cannot be used just now."
    refusal = Unavailable(type="database-away", title=title, retry_after_s=5.0)
    return answer(refusal.problem)


async def _failed(request: Request, error: Exception) -> Response:
    reference = token_hex(4)
    log.error(
        "%s %s failed (reference %s)",
        request.method,
        request.url.path,
        reference,
        exc_info=error,
    )
    detail = f"tell your operator the reference {reference}: the log says more"
    problem = Problem(type="failed", title="The service failed at this.", status=500, detail=detail)
    # Answered outside all middleware, so the headers are set here.
    return answer(problem, secure(request.scope))


def field_problems(errors: Iterable[Mapping[str, Any]]) -> list[FieldProblem]:
    """Return pydantic's errors as paths and reasons; what was typed in is never repeated."""
    return [
        FieldProblem(field=_path(error["loc"]), reason=_reason(error["msg"])) for error in errors
    ]


def _path(place: Sequence[str | int]) -> str:
    """Return `zones[0].points` of ('body', 'zones', 0, 'points')."""
    inner = place[1:] if place and place[0] in {"body", "query", "path", "header"} else place
    if place and place[0] == "body" and all(isinstance(part, int) for part in inner):
        return ""  # The body as a whole, or the column at which it stops to be JSON.
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in inner)
    return "".join(parts).removeprefix(".")


def _reason(message: str) -> str:
    for noise in _PYDANTIC_NOISE:
        message = message.removeprefix(noise)
    return message


def _plain(fresh: Any) -> dict[str, Any] | None:
    if fresh is None or isinstance(fresh, dict):
        return fresh
    plain: dict[str, Any] = fresh.model_dump(mode="json")
    return plain


_STATUS: Mapping[int, tuple[str, str]] = {
    400: ("unreadable", "The request cannot be read."),
    401: ("unauthorized", Unauthorized.title),
    403: ("forbidden", Forbidden.title),
    404: ("not-found", NotFound.title),
    405: ("method-not-allowed", "That is not done with this method here."),
    409: ("conflict", Conflict.title),
    413: ("too-large", "The request is too large."),
    415: ("unreadable", "The request cannot be read."),
    416: ("range", "There is no such range."),
    422: ("invalid", Invalid.title),
    429: ("too-many", TooMany.title),
    503: ("unavailable", Unavailable.title),
}
"""Status to type and title, for refusals that are not ours."""
