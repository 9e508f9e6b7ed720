"""The examples of the API's description are messages that the API would take."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.app import ROUTERS
from api.schemas.base import Input

assert ROUTERS  # Every message is known once the routes are.


def examples(kind: type[Input]) -> Iterator[tuple[type[Input], object]]:
    """Yield every kind of input with its examples."""
    for known in kind.__subclasses__():
        extra = known.__dict__["model_config"].get("json_schema_extra")
        if isinstance(extra, dict) and isinstance(listed := extra.get("examples"), list):
            yield from ((known, example) for example in listed)
        yield from examples(known)


@pytest.mark.parametrize(
    ("kind", "example"), [pytest.param(*found, id=found[0].__name__) for found in examples(Input)]
)
def test_an_example_is_taken(kind: type[Input], example: object) -> None:
    kind.model_validate(example)
    assert kind.model_config.get("extra") == "forbid"
