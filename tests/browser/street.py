"""Streets of their own for tests: a new camera is where nobody else's incidents are."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from events.payload import OPENED
from tests.browser.running import Running

_ZONE = {"name": "fire lane", "points": [[0.02, 0.4], [0.98, 0.4], [0.98, 0.98], [0.02, 0.98]]}
_TASK = {"zones": [_ZONE], "template": "demo"}


@dataclass(frozen=True)
class Street:
    """A camera on which a car parks where it must not, 4 s after it is connected and then again."""

    city: Running
    id: str
    name: str

    def incident(self) -> str:
        """Wait for its incident; return the id."""
        return str(self.city.event(OPENED, camera=self.id)["subject"])


class Streets:
    """Adds cameras as an operator would, over the API; some wait ready, so that tests need not."""

    def __init__(self, city: Running, ready: int) -> None:
        self._city = city
        self._numbers = itertools.count(1)
        self._ready: Iterator[Street] = iter([self.new() for _ in range(ready)])

    def one(self) -> Street:
        """Return a street that nobody else has."""
        found = next(self._ready, None)
        return found or self.new()

    def new(self, *, watched: bool = True) -> Street:
        """Add a camera now; `watched`: illegal parking is looked for, with short times."""
        number = next(self._numbers)
        street = Street(self._city, f"street-{number}", f"Street No. {number} 号街")
        user, password = self._city.told["camera_login"]
        body: dict[str, Any] = {
            "id": street.id,
            "name": street.name,
            "url": self._city.told["cameras"]["illegal_parking"],
            "username": user,
            "password": password,
        }
        with self._city.session("operator") as operator:
            _made(operator.post("/cameras", json=body))
            if watched:
                path = f"/cameras/{street.id}/tasks/illegal_parking"
                _made(operator.put(path, json=_TASK))
        return street


def _made(answer: httpx.Response) -> None:
    assert answer.is_success, answer.text
