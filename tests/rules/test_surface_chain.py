"""The shipped flooding algorithm as a whole: one flood is one episode, also across restarts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.manifest import AlgorithmManifest, read
from rules.composition import Composition, Override, parameter_model, primitives
from rules.observation import Finding
from rules.primitives import REGISTRY
from rules.sight import Sight
from rules.zones import Zones
from tests.rules import flooding_scenes as scenes

MANIFEST = Path(__file__).parents[2] / "models/catalog/algorithms/flooding.toml"


def shipped(**values: float) -> Composition:
    manifest: AlgorithmManifest = read(MANIFEST, AlgorithmManifest)
    classes = primitives(manifest.chain, REGISTRY)
    overrides = {
        name: Override(o.default, o.minimum, o.maximum) for name, o in manifest.parameters.items()
    }
    parameters = parameter_model("flooding", classes, overrides)(**values)
    return Composition(classes, manifest.chain, parameters, Zones())


def watched(
    rule: Composition, paint: scenes.Painter, seconds: float, killed: tuple[float, ...] = ()
) -> list[Finding]:
    """Return all findings; at the times `killed` the state goes through bytes."""
    state = rule.start()
    found: list[Finding] = []
    for t in np.arange(0.0, seconds, 1.0):
        sight = Sight(scenes.picture(paint, float(t)), 1e6 + float(t), {})
        state, observation = rule.perceive(state, sight)
        state, findings = rule.step(state, observation, sight.at)
        found.extend(findings)
        if float(t) in killed:
            state = rule.load(rule.dump(state))
    return found


def tide(scene: scenes.Floats, t: float) -> scenes.Floats:
    return scenes.flooded(8.0, 15.0)(scene, t if t < 50 else 0.0)


@pytest.mark.parametrize("killed", [(), (12.0, 20.0, 26.0, 40.0, 60.0)])
def test_a_flood_opens_once_and_clears(killed: tuple[float, ...]) -> None:
    rule = shipped(dwell_s=10.0, absence_s=5.0)
    found = watched(rule, tide, 75.0, killed)
    told = [f.change for f in found if f.change != "updated"]
    assert told == ["candidate", "opened", "cleared"]
    opened = next(f for f in found if f.change == "opened")
    assert len({f.key for f in found}) == 1
    assert 20.0 < opened.at - 1e6 < 40.0
    assert opened.at - opened.since >= 10.0
    share = opened.facts["share"]
    assert isinstance(share, float)
    assert share >= 0.1


@pytest.mark.parametrize("paint", [scenes.shadow, scenes.light_step, scenes.car, scenes.turned])
def test_nothing_else_is_told(paint: scenes.Painter) -> None:
    assert watched(shipped(dwell_s=3.0), paint, 40.0) == []


def test_shipped_times_are_those_of_the_city() -> None:
    manifest: AlgorithmManifest = read(MANIFEST, AlgorithmManifest)
    assert manifest.parameters["dwell_s"].default == 180.0
    assert manifest.parameters["area_ratio"].default == 0.1
