"""An algorithm from a chain of primitives: parameters, rule and state are built from data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo

from rules import codec, glance
from rules.observation import Finding, Observation, Scene
from rules.primitive import Conclusion, Perceiver, Step
from rules.rule import StateError
from rules.sight import Sight
from rules.zones import Zones

Primitive = type[Perceiver] | type[Step] | type[Conclusion]


class ChainError(ValueError):
    """A chain or its parameters make no algorithm; the text names the field and the reason."""


@dataclass(frozen=True, slots=True)
class Override:
    """What a manifest says of one parameter: another default, a narrower range, or both."""

    default: Any = None
    minimum: float | None = None
    maximum: float | None = None


def primitives(chain: Sequence[str], registry: Mapping[str, Any]) -> list[Any]:
    """Return the classes of a chain, in order, checked for shape.

    Raises:
        ChainError: unknown name, wrong order, or not exactly one conclusion at the end.
    """
    unknown = [name for name in chain if name not in registry]
    if unknown:
        raise ChainError(f"chain: unknown primitive {unknown[0]!r}; known: {sorted(registry)}")
    classes = [registry[name] for name in chain]
    stages = [_stage(c) for c in classes]
    if stages != sorted(stages) or stages.count(2) != 1:
        raise ChainError("chain: perceivers come first, then steps, then one conclusion")
    return classes


def _stage(primitive: Any) -> int:
    if hasattr(primitive, "perceive"):
        return 0
    return 1 if hasattr(primitive, "step") else 2


def parameter_model(
    name: str, classes: Sequence[Any], overrides: Mapping[str, Override]
) -> type[BaseModel]:
    """Return one flat model of all parameters of a chain, with the manifest's defaults and ranges.

    Its JSON schema is what the console's form and the API show.

    Raises:
        ChainError: two primitives disagree about a name, or an override names none.
    """
    fields: dict[str, tuple[Any, FieldInfo]] = {}
    for primitive in classes:
        for key, info in primitive.Params.model_fields.items():
            if key in fields:
                raise ChainError(f"parameters.{key}: claimed by two primitives")
            fields[key] = (info.annotation, info)
    for key, override in overrides.items():
        if key not in fields:
            raise ChainError(f"parameters.{key}: no primitive of the chain knows it")
        kind, info = fields[key]
        fields[key] = (kind, _overridden(kind, info, override))
    # As bases the primitives bring their validators along, so that what one of them would refuse,
    # or what is wrong as a whole only, is refused here and not first when the rule is built.
    made: type[BaseModel] = create_model(
        name,
        __base__=(*_leaves([primitive.Params for primitive in classes]), _Checked),
        **fields,  # type: ignore[call-overload]
    )
    return made


def _leaves(kinds: Sequence[type[BaseModel]]) -> list[type[BaseModel]]:
    """Return each class once that no other one is derived from, so that they can be joint bases."""
    known = list(dict.fromkeys(kinds))
    return [k for k in known if not any(o is not k and issubclass(o, k) for o in known)]


class _Checked(BaseModel):
    """A manifest's defaults are checked like everybody's values."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def _overridden(kind: Any, info: FieldInfo, override: Override) -> FieldInfo:
    bounds: dict[str, float] = {}
    for rule in info.metadata:
        for mark in ("ge", "le"):
            if hasattr(rule, mark):
                bounds[mark] = getattr(rule, mark)
    if override.minimum is not None:
        bounds["ge"] = max(override.minimum, bounds.get("ge", override.minimum))
    if override.maximum is not None:
        bounds["le"] = min(override.maximum, bounds.get("le", override.maximum))
    default = info.default if override.default is None else override.default
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    made: FieldInfo = Field(
        default=default,
        description=info.description,
        json_schema_extra=extra,
        ge=bounds.get("ge"),
        le=bounds.get("le"),
    )
    return made


class Memory(msgspec.Struct, frozen=True):
    """The states of all primitives of a chain, in its order. Satisfies `rules.rule.State`."""

    parts: tuple[Any, ...]

    @property
    def timing(self) -> bool:
        """Return what the conclusion at the end of the chain says."""
        return bool(self.parts[-1].timing)


class Composition:
    """The rule that a chain makes. Satisfies `rules.rule.Rule`."""

    def __init__(
        self, classes: Sequence[Any], names: Sequence[str], params: BaseModel, zones: Zones
    ) -> None:
        values = params.model_dump()
        self._names = tuple(names)
        self._parts = [
            c(c.Params(**{k: values[k] for k in c.Params.model_fields}), zones) for c in classes
        ]
        self._classes = tuple(classes)
        self._perceivers = sum(_stage(c) == 0 for c in classes)

    def start(self) -> Memory:
        """Return the states of all primitives at their beginning."""
        return Memory(tuple(c.State() for c in self._classes))

    def perceive(self, state: Memory, sight: Sight) -> tuple[Memory, Observation]:
        """Run the perceivers over one picture."""
        observation = Observation(at=sight.at, aspect=sight.aspect)
        after = list(state.parts)
        for i in range(self._perceivers):
            after[i], observation = self._parts[i].perceive(after[i], sight, observation)
        return Memory(tuple(after)), observation

    def step(
        self, state: Memory, observation: Observation, now: float
    ) -> tuple[Memory, tuple[Finding, ...]]:
        """Run the steps and the conclusion over one observation."""
        scene = Scene(observation=observation)
        after = list(state.parts)
        last = len(self._parts) - 1
        for i in range(self._perceivers, last):
            after[i], scene = self._parts[i].step(after[i], scene, now)
        after[last], findings = self._parts[last].conclude(after[last], scene, now)
        return Memory(tuple(after)), findings

    def glance(self, sight: Sight) -> glance.Glance:
        """Say what one picture alone tells: the chain runs once, on fresh states."""
        state, observation = self.perceive(self.start(), sight)
        if observation.view.fault:
            return glance.unusable(observation.view.fault)
        scene = Scene(observation=observation)
        steps = zip(self._parts, state.parts, strict=True)
        for part, memory in list(steps)[self._perceivers : -1]:
            _, scene = part.step(memory, scene, sight.at)
        able = [part for part in self._parts if isinstance(part, glance.Glancer)]
        return able[-1].glance(scene, sight) if able else glance.unknown()

    def dump(self, state: Memory) -> bytes:
        """Return all states as one msgpack map by primitive name."""
        parts = {n: codec.dumps(s) for n, s in zip(self._names, state.parts, strict=True)}
        return msgspec.msgpack.encode(parts)

    def load(self, data: bytes) -> Memory:
        """Return the states that `dump` wrote.

        Raises:
            StateError: it was another chain, or a primitive's state has changed its form.
        """
        try:
            parts = msgspec.msgpack.decode(data, type=dict[str, bytes])
            if tuple(parts) != self._names:
                raise StateError(f"state of {list(parts)}, not of {list(self._names)}")
            return Memory(
                tuple(
                    codec.loads(parts[n], c.State)
                    for n, c in zip(self._names, self._classes, strict=True)
                )
            )
        except (msgspec.DecodeError, ValueError) as error:
            raise StateError(str(error)) from error
