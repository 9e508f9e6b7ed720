"""The seam to analytics: two pure stages, and a state that can be stored.

`perceive` needs pixels and makes an observation; `step` needs none and makes findings. Only
observations are logged, so whatever a parameter changes in `step` can be replayed from the log.
"""

from __future__ import annotations

from typing import Any, Protocol

from rules.observation import Finding, Observation
from rules.sight import Sight


class State(Protocol):
    """What a rule remembers; opaque to everyone else, never mutated, stored with `dump`."""

    @property
    def timing(self) -> bool:
        """Say whether a dwell runs that is not an event yet: losing this state would restart it."""
        ...


class Rule(Protocol):
    """One algorithm on one camera with fixed parameters and zones; holds no state itself.

    Its states are `State`s of its own kind, given back to it alone.
    """

    def start(self) -> Any:
        """Return the state of a rule that has seen nothing."""
        ...

    def perceive(self, state: Any, sight: Sight) -> tuple[Any, Observation]:
        """Look at one picture."""
        ...

    def step(
        self, state: Any, observation: Observation, now: float
    ) -> tuple[Any, tuple[Finding, ...]]:
        """Judge one observation; `now` (unix seconds) never goes backwards."""
        ...

    def dump(self, state: Any) -> bytes:
        """Return the state as bytes (msgpack; backgrounds as compressed arrays)."""
        ...

    def load(self, data: bytes) -> Any:
        """Return the state that `dump` wrote.

        Raises:
            StateError: written by another version or chain of this rule; start anew.
        """
        ...


class StateError(Exception):
    """A stored state does not fit this rule."""
