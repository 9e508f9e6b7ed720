"""The seam to analytics: two pure stages, and a state that can be stored.

`perceive` needs pixels and makes an observation; `step` needs none and makes findings. Only
observations are logged, so whatever a parameter changes in `step` can be replayed from the log.
"""

from __future__ import annotations

from typing import Any, Protocol

from rules.observation import Finding, Observation
from rules.sight import Sight

State = Any
"""What a rule remembers; opaque to everyone else, never mutated, stored with `dump`."""


class Rule(Protocol):
    """One algorithm on one camera with fixed parameters and zones; holds no state itself."""

    def start(self) -> State:
        """Return the state of a rule that has seen nothing."""
        ...

    def perceive(self, state: State, sight: Sight) -> tuple[State, Observation]:
        """Look at one picture."""
        ...

    def step(
        self, state: State, observation: Observation, now: float
    ) -> tuple[State, tuple[Finding, ...]]:
        """Judge one observation; `now` (unix seconds) never goes backwards."""
        ...

    def dump(self, state: State) -> bytes:
        """Return the state as bytes (msgpack; backgrounds as compressed arrays)."""
        ...

    def load(self, data: bytes) -> State:
        """Return the state that `dump` wrote.

        Raises:
            StateError: written by another version or chain of this rule; start anew.
        """
        ...


class StateError(Exception):
    """A stored state does not fit this rule."""
