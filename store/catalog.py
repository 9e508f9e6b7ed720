"""The catalog with its rules: manifests of `models/` joined with the primitives of `rules/`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ValidationError

from models.catalog import Catalog
from models.manifest import AlgorithmManifest, ManifestError, ModelManifest
from rules.composition import ChainError, Composition, Override, parameter_model, primitives
from rules.labels import LABELS, UNITS
from rules.primitives import REGISTRY
from rules.zones import Zone, Zones


class Algorithm:
    """One algorithm of the catalog: its manifest, its parameter model, and the rule it makes."""

    def __init__(self, manifest: AlgorithmManifest) -> None:
        self.manifest = manifest
        try:
            self._classes = primitives(manifest.chain, REGISTRY)
            overrides = {
                name: Override(o.default, o.minimum, o.maximum)
                for name, o in manifest.parameters.items()
            }
            self.parameters = parameter_model(manifest.id, self._classes, overrides)
            self.parameters()
        except ChainError as error:
            raise ManifestError(f"{manifest.id}: {error}") from error
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise ManifestError(f"{manifest.id}: parameters.{field}: {first['msg']}") from error

    @cached_property
    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the parameters, with titles and texts in both languages.

        Beside the standard's keys each property has `title_zh`, `description_zh`, `primitive` (the
        part of the chain that it belongs to), `replay`, and where they apply `main`, `unit` and
        `unit_zh`. Properties come in the order of the chain, the timing first.
        """
        schema = self.parameters.model_json_schema()
        known = schema["properties"]
        properties: dict[str, Any] = {}
        for name, primitive in reversed(list(zip(self.manifest.chain, self._classes, strict=True))):
            for parameter in primitive.Params.model_fields:
                label = LABELS[name][parameter]
                own = known[parameter] | {
                    "title": label.en,
                    "title_zh": label.zh,
                    "description_zh": label.zh_description,
                    "primitive": name,
                    "main": label.main,
                }
                if "unit" in own:
                    own["unit_zh"] = UNITS[own["unit"]]
                properties[parameter] = own
        return schema | {"title": self.manifest.name.en, "properties": properties}

    def rule(self, parameters: BaseModel, zones: tuple[Zone, ...]) -> Composition:
        """Return the rule for one task."""
        return Composition(self._classes, self.manifest.chain, parameters, Zones(zones))

    def period_s(self, parameters: BaseModel) -> float:
        """Return the seconds between pictures that these parameters need."""
        need = self.manifest.pictures
        dwell = float(getattr(parameters, "dwell_s", need.max_period_s * need.per_dwell))
        return min(max(dwell / need.per_dwell, need.min_period_s), need.max_period_s)


class Algorithms:
    """All algorithms of a catalog, checked when built: a bad manifest is refused at the door."""

    def __init__(self, catalog: Catalog) -> None:
        self.models: Mapping[str, ModelManifest] = catalog.models
        self.by_id = {i: Algorithm(m) for i, m in catalog.algorithms.items()}
        for algorithm in self.by_id.values():
            self._check_models(algorithm.manifest)

    def _check_models(self, manifest: AlgorithmManifest) -> None:
        for role, ids in manifest.models.items():
            unknown = [i for i in ids if i not in self.models]
            if unknown or not ids:
                what = f"unknown model {unknown[0]!r}" if unknown else "names no model"
                raise ManifestError(f"{manifest.id}: models.{role}: {what}")

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Return the algorithm ids, sorted."""
        return tuple(sorted(self.by_id))

    def __getitem__(self, algorithm: str) -> Algorithm:
        """Return one algorithm.

        Raises:
            KeyError: the catalog has none of this id.
        """
        return self.by_id[algorithm]

    def parameters(self, algorithm: str) -> type[BaseModel]:
        """Return the parameter model of an algorithm (KeyError when unknown)."""
        return self.by_id[algorithm].parameters
