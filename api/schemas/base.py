"""What all messages share: strict input, words in two languages, pages, problems."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

Time = Annotated[
    datetime,
    PlainSerializer(
        lambda at: at.isoformat(timespec="milliseconds").replace("+00:00", "Z"), return_type=str
    ),
]
"""An aware time; RFC 3339 in UTC with milliseconds on the wire."""


def time_of(unix: float) -> datetime:
    """Return Unix seconds as an aware time."""
    return datetime.fromtimestamp(unix, UTC)


def maybe_time(unix: float | None) -> datetime | None:
    """Return Unix seconds, if there are any, as an aware time."""
    return None if unix is None else time_of(unix)


Box = tuple[float, float, float, float]


class Input(BaseModel):
    """Base of what callers send: unknown fields are refused, values are never repeated."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Output(BaseModel):
    """Base of what callers get."""

    model_config = ConfigDict(frozen=True)


class Words(Output):
    """A text in the languages of the console."""

    zh: str
    en: str


class FieldProblem(Output):
    """One reason for a refusal; `field` is a path such as `zones[0].points`."""

    field: str
    reason: str


class Problem(Output):
    """RFC 9457 problem details, as application/problem+json.

    `type` is a stable word for programs ('conflict', 'not-found', 'invalid', 'worker-away', …),
    `title` a sentence for people, in English, `detail` what is particular to this time.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[FieldProblem] = Field(default_factory=list)
    fresh: dict[str, Any] | None = None
    """On a conflict: the resource as it is now."""
    retry_after_s: float | None = None
