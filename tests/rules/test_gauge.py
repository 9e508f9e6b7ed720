"""The reference line: a water level in centimetres, its trend, and levels by it."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from models.catalog import Catalog
from rules.observation import Observation, Scene, Subject, Water
from rules.primitives import gauge
from rules.primitives.covered import AreaAbove, Covered
from rules.primitives.surface import Surface
from rules.sight import Sight
from rules.zones import Zone, Zones
from scenes import library
from scenes.shot import Shot
from scenes.stories.gauge import Post
from scenes.stories.script import PROFILE
from store.catalog import Algorithms

LINE = (0.5, 0.9, 0.5, 0.1)


def street(level: float, light: float = 1.0) -> Sight:
    """A striped wall behind ground; brown water up to `level` (0..1) of the line."""
    picture = np.full((360, 640, 3), 120.0)
    picture[36:324:48, 300:340] = 230.0
    picture[60:324:48, 300:340] = 40.0
    surface = round(324 - level * 288)
    picture[surface:, :] = (60.0, 85.0, 100.0)
    noise = np.random.default_rng(7).normal(0, 2, picture.shape)
    return Sight(np.clip(picture * light + noise, 0, 255).astype(np.uint8), 0.0, {})


@pytest.mark.parametrize("light", [0.7, 1.0, 1.25])
@pytest.mark.parametrize("level", [0.0, 0.05, 0.2, 0.5, 0.8])
def test_a_line_is_read_in_any_light(level: float, light: float) -> None:
    dry = gauge.profile(street(0.0), LINE)
    now = gauge.profile(street(level, light), LINE)
    assert gauge.read(now, dry, float(np.log(light))) == pytest.approx(level, abs=0.03)


@pytest.mark.parametrize(
    "line", [(0.1,), (0.1, 0.2, 0.3, 1.2), (0.5, 0.5, 0.5, 0.51), (float("nan"), 0.1, 0.5, 0.9)]
)
def test_a_line_that_is_none_is_refused(line: tuple[float, ...]) -> None:
    with pytest.raises(ValidationError):
        Surface.Params(reference=line)


def stepped(levels: list[float | None], every_s: float = 5.0, **limits: float) -> list[Subject]:
    rule, state = AreaAbove(AreaAbove.Params(**limits), Zones()), Covered()
    told = []
    for number, level in enumerate(levels):
        at = 1e9 + number * every_s
        water = Water(0.2, 1.0, (0.0, 0.5, 1.0, 1.0), level_cm=level)
        seen = Scene(Observation(at, 16 / 9, water=water))
        state, scene = rule.step(state, seen, at)
        told.append(scene.subjects[0])
    return told


def test_levels_and_trend_follow_the_line() -> None:
    told = stepped([float(n) for n in range(0, 40, 2)], level_1_cm=15.0, level_2_cm=30.0)
    assert [s.level for s in told] == sorted(s.level for s in told)
    assert {s.level for s in told} == {0, 1, 2}
    assert told[-1].facts["trend"] == "rising"
    rise = next(m for m in told[-1].measures if m.name == "water_rise")
    assert rise.value == pytest.approx(24.0, abs=0.5)
    assert stepped([20.0] * 10)[-1].facts["trend"] == "steady"
    assert stepped([40.0 - 2 * n for n in range(15)])[-1].facts["trend"] == "falling"


def test_one_wrong_reading_makes_no_level_and_without_a_line_nothing_is_told() -> None:
    told = stepped([5.0, 5.0, 5.0, 60.0, 5.0, 5.0], level_1_cm=30.0)
    assert {s.level for s in told} == {0}
    bare = stepped([None] * 6, level_1_cm=1.0)[-1]
    assert bare.level == 0
    assert "level_cm" not in bare.facts


@pytest.mark.parametrize("seed", [2, 5])
def test_a_post_in_a_generated_flood_is_read_to_a_few_centimetres(seed: int) -> None:
    scene = library.SCRIPTS["flooding_gauge"].make(seed)
    assert isinstance(scene, Shot)
    post = next(a for a in scene.actors if isinstance(a, Post))
    algorithm = Algorithms(Catalog.read())["flooding"]
    asked = {**PROFILE["flooding"], **scene.truth["params"]["flooding"]}
    zones = tuple(Zone(points=z) for z in scene.truth["zones"]["flooding"])
    rule = algorithm.rule(algorithm.parameters(**asked), zones)
    state, off, opened = rule.start(), [], []
    for at in np.arange(0.0, scene.duration_s, 2.5).tolist():
        pixels = scene.render(at).pixels
        state, seen = rule.perceive(state, Sight(pixels, 1.7e9 + at, {}))
        state, findings = rule.step(state, seen, 1.7e9 + at)
        opened += [f for f in findings if f.change == "opened"]
        if seen.water and seen.water.share > 0.0 and seen.water.level_cm is not None:
            off.append(seen.water.level_cm - 100.0 * post.depth(at))
    assert len(opened) == 1
    assert opened[0].facts["trend"] == "rising"
    assert len(off) >= 4
    assert float(np.mean(np.abs(off))) <= 4.0
