"""What a parameter is and who says so: own value, template, settings for every camera, default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec
from pydantic import BaseModel

from store.values import AlgorithmSettings, Task, Template

Origin = Literal["default", "settings", "template", "camera"]
"""Who gives a value: manifest, settings for every camera, template, this camera."""

Given = Mapping[str, Any]


class Value(msgspec.Struct, frozen=True):
    """A parameter's value, as JSON, and who gives it.

    `counts` is what is used of it where another parameter bounds it, else the value.
    """

    value: Any
    origin: Origin
    counts: Any = None


class Layers(msgspec.Struct, frozen=True):
    """What one task's parameters are made of; the last that gives a value wins."""

    settings: Given = {}
    template: Given = {}
    camera: Given = {}

    @property
    def merged(self) -> dict[str, Any]:
        """Return every value that somebody gives; the manifest's defaults are not among them."""
        return {**self.settings, **self.template, **self.camera}

    def origin(self, parameter: str) -> Origin:
        """Return who gives a parameter's value."""
        if parameter in self.camera:
            return "camera"
        if parameter in self.template:
            return "template"
        return "settings" if parameter in self.settings else "default"


class Shared(msgspec.Struct, frozen=True):
    """What many tasks share: settings by algorithm; templates by id, then by algorithm."""

    settings: Mapping[str, Given] = {}
    templates: Mapping[str, Mapping[str, Given]] = {}

    @classmethod
    def of(cls, settings: Iterable[AlgorithmSettings], templates: Iterable[Template]) -> Shared:
        """Return the shared values of a snapshot."""
        return cls(
            {s.algorithm: s.parameters for s in settings}, {t.id: t.parameters for t in templates}
        )

    def without_settings(self, algorithm: str) -> Shared:
        """Return the same without an algorithm's settings."""
        others = {a: given for a, given in self.settings.items() if a != algorithm}
        return Shared(others, self.templates)

    def without_values(self, template: str) -> Shared:
        """Return the same with a template that gives no value."""
        return Shared(self.settings, {**self.templates, template: {}})

    def layers(self, algorithm: str, template: str = "", camera: Given | None = None) -> Layers:
        """Return the layers of a task that uses a template ('' for none) and has own values.

        Raises:
            KeyError: there is no such template.
        """
        of_template = self.templates[template].get(algorithm, {}) if template else {}
        return Layers(self.settings.get(algorithm, {}), of_template, camera or {})

    def effective(self, task: Task) -> Task:
        """Return the task with everything that others give it under its own parameters.

        What runs is compared by it: a task whose values come out the same is not touched.

        Raises:
            KeyError: there is no such template.
        """
        layers = self.layers(task.algorithm, task.template, task.parameters)
        return task.model_copy(update={"parameters": layers.merged})


def resolve(model: type[BaseModel], layers: Layers) -> dict[str, Value]:
    """Return value and origin of every parameter of an algorithm.

    Raises:
        pydantic.ValidationError: together they are no parameters of the algorithm.
    """
    made = model.model_validate(layers.merged)
    # A primitive says with a property `effective_…` what it makes of such a parameter.
    return {
        name: Value(value, layers.origin(name), getattr(made, f"effective_{name}", value))
        for name, value in made.model_dump(mode="json").items()
    }
