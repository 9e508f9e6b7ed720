"""Which model plays a role, loaded once, on first need."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from models.detector import Detector, DetectorError
from models.manifest import ModelManifest
from models.weights import WeightError, WeightStore

log = logging.getLogger(__name__)

Load = Callable[[ModelManifest, tuple[Path, ...]], Detector]


class ModelMissing(Exception):
    """No model for a role is installed, or none loads; the text says what to do."""


class Library:
    """Loads detectors from the weight store. One instance a process; used by the planner alone."""

    def __init__(
        self, manifests: Mapping[str, ModelManifest], weights: WeightStore, load: Load
    ) -> None:
        self._manifests = manifests
        self._weights = weights
        self._load = load
        self._loaded: dict[str, Detector] = {}
        self._broken: dict[str, str] = {}

    def pick(self, role: str, candidates: Sequence[str]) -> Detector:
        """Return the first model of `candidates` that is installed and loads.

        Raises:
            ModelMissing: none does; says which were tried and why each was not taken.
        """
        reasons = []
        for model in candidates:
            if model in self._loaded:
                return self._loaded[model]
            try:
                return self._loaded.setdefault(model, self._open(model))
            except (WeightError, ModelMissing) as error:
                reasons.append(f"{model}: {error}")
        raise ModelMissing(f"no model for '{role}': " + "; ".join(reasons))

    def _open(self, model: str) -> Detector:
        if model in self._broken:
            raise ModelMissing(self._broken[model])
        manifest = self._weights.pinned(self._manifests[model])
        files = self._weights.find(manifest)
        try:
            detector = self._load(manifest, files)
        except DetectorError as error:
            self._broken[model] = f"does not load: {error}"
            raise ModelMissing(self._broken[model]) from error
        log.info("model %s loaded (%s)", model, detector.sha256[:12])
        return detector
