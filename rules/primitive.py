"""What a primitive is: a small pure stage with its own parameters and its own state.

An algorithm is a chain of primitives (`rules/composition.py`). Perceivers come first and need
pixels or raw detections; steps come next and need none; `episodes` comes last and makes findings.
A primitive that knows what one picture alone tells of its condition says it with `glance`
(`rules/glance.py`).
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

import msgspec
from pydantic import BaseModel, ConfigDict

from rules.observation import Finding, Observation, Scene
from rules.sight import Sight
from rules.zones import Zones


class Params(BaseModel):
    """Base of the parameters of a primitive: frozen, nothing unknown accepted.

    Give every field a range, a description and, in `json_schema_extra`, `unit` and `replay`:
    True when changing it can be replayed from logged observations.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class NoState(msgspec.Struct, frozen=True):
    """State of a primitive that remembers nothing."""


class Perceiver(Protocol):
    """Stage one. Adds its part to the observation with `msgspec.structs.replace`."""

    Params: ClassVar[type[Params]]
    State: ClassVar[type[Any]]

    def __init__(self, params: Any, zones: Zones) -> None: ...

    def perceive(
        self, state: Any, sight: Sight, observation: Observation
    ) -> tuple[Any, Observation]:
        """Look at one picture; `state` is a frozen `State`, `State()` at the start."""
        ...


class Step(Protocol):
    """Stage two. Adds tracks, subjects or a pause to the scene."""

    Params: ClassVar[type[Params]]
    State: ClassVar[type[Any]]

    def __init__(self, params: Any, zones: Zones) -> None: ...

    def step(self, state: Any, scene: Scene, now: float) -> tuple[Any, Scene]:
        """Judge one scene; `state` is a frozen `State`, `State()` at the start."""
        ...


class Conclusion(Protocol):
    """The end of a chain: subjects in, findings out. Its `State` says whether it is `timing`."""

    Params: ClassVar[type[Params]]
    State: ClassVar[type[Any]]

    def __init__(self, params: Any, zones: Zones) -> None: ...

    def conclude(self, state: Any, scene: Scene, now: float) -> tuple[Any, tuple[Finding, ...]]:
        """Turn the subjects of one scene into findings."""
        ...
