"""The door to desired state as HTTP routes use it: refusals become problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from api import desired as door
from api.access import Caller
from api.checks import Path, Refused, reasons
from api.context import Context
from api.problem import Conflict, Invalid, NotFound, Outdated
from api.schemas.base import FieldProblem
from store.desired import NAMES, TemplateInUse, Wanted, key_of

_Value = TypeVar("_Value", bound=BaseModel)
_SHOWN = 5


def made(kind: type[_Value], fields: Mapping[str, Any]) -> _Value:
    """Return a value of what a body holds.

    Raises:
        Invalid: with the paths of the body's fields.
    """
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        found = reasons("", error)
        problems = [FieldProblem(field=r.field, reason=r.reason) for r in found]
        raise Invalid(problems) from None


def put(
    here: Context,
    caller: Caller,
    value: Wanted,
    *,
    left_out: bool = False,
    expect: door.Expect = "any",
    if_match: str | None = None,
) -> int:
    """Check and put one value, which is the whole body; return the revision.

    `if_match` is the header of that name: the version of what the caller has read.

    Raises:
        Invalid, NotFound, Conflict, Outdated: refused; nothing was changed.
    """
    version = "" if if_match is None else if_match.strip().removeprefix("W/").strip('"')
    with _problems(f"{NAMES[type(value)]} {'/'.join(key_of(value))}"):
        return door.put(
            here.database,
            here.algorithms,
            {"": value},
            caller.name,
            left_out=left_out,
            expect=expect,
            version="" if version == "*" else version,
        )


def put_all(here: Context, caller: Caller, values: Mapping[Path, Wanted]) -> int:
    """Check and put several values by where they stand in the body; return the revision."""
    with _problems(""):
        return door.put(here.database, here.algorithms, values, caller.name)


def remove(here: Context, caller: Caller, kind: type[Wanted], *key: str) -> int:
    """Remove one value; return the revision."""
    with _problems(f"{NAMES[kind]} {'/'.join(key)}"):
        return door.remove(here.database, kind, key, caller.name)


@contextmanager
def _problems(what: str) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        problems = [FieldProblem(field=r.field, reason=r.reason) for r in refused.errors]
        raise Invalid(problems) from None
    except door.Taken:
        raise Conflict(f"there is a {what} already", type="taken") from None
    except door.Changed:
        raise Outdated(f"{what} is another one now; read it again") from None
    except door.Missing:
        raise NotFound(what) from None
    except TemplateInUse as used:
        first = ", ".join("/".join(task) for task in used.tasks[:_SHOWN])
        more = f" and {len(used.tasks) - _SHOWN} more" if len(used.tasks) > _SHOWN else ""
        raise Conflict(f"tasks use it: {first}{more}", type="in-use") from None
