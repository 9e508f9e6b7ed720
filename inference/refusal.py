"""Why the worker's internal API says no: a status, words, and the fields that are wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from inference.engine import Overloaded
from inference.library import ModelMissing
from models.detector import DetectorError

Field = tuple[str, str]
"""A path such as `zones[0].points`, and the reason."""


class Refusal(Exception):
    """An answer that is not 200; `errors` name fields where the caller can mend something."""

    def __init__(self, status: int, detail: str, errors: Sequence[Field] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)


def invalid(errors: Sequence[Field]) -> Refusal:
    """Return the 422 for fields that are wrong."""
    return Refusal(422, "; ".join(f"{field}: {why}" for field, why in errors), errors)


def reasons(errors: Sequence[Any], within: str = "") -> tuple[Field, ...]:
    """Return pydantic's errors as fields below `within`, without a value of any of them."""
    return tuple(
        (_path(error["loc"], within), str(error["msg"]).removeprefix("Value error, "))
        for error in errors
    )


def _path(location: Sequence[int | str], within: str) -> str:
    path = within
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part != "body":
            path += f".{part}" if path else str(part)
    return path


def _answer(status: int, detail: str, errors: Sequence[Field] = (), retry_s: int = 0) -> Any:
    content = {"detail": detail, "errors": [{"field": f, "reason": why} for f, why in errors]}
    headers = {"Retry-After": str(retry_s)} if retry_s else None
    return JSONResponse(content, status_code=status, headers=headers)


def install(app: FastAPI) -> None:
    """Translate refusals and the engine's errors into answers."""

    @app.exception_handler(Refusal)
    def refused(_: Request, error: Refusal) -> Any:
        return _answer(error.status, error.detail, error.errors)

    @app.exception_handler(RequestValidationError)
    def malformed(_: Request, error: RequestValidationError) -> Any:
        found = invalid(reasons(error.errors()))
        return _answer(found.status, found.detail, found.errors)

    @app.exception_handler(Overloaded)
    def full(_: Request, error: Overloaded) -> Any:
        return _answer(429, str(error), retry_s=error.retry_after_s)

    @app.exception_handler(DetectorError)
    def failed(_: Request, error: DetectorError) -> Any:
        return _answer(503, str(error))

    @app.exception_handler(ModelMissing)
    def missing(_: Request, error: ModelMissing) -> Any:
        return _answer(409, str(error))
