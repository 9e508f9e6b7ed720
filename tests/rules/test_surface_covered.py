"""`covered`: from shares to subjects, with hysteresis, levels and honest doubt."""

from __future__ import annotations

import pytest

from rules import codec
from rules.observation import Measure, Observation, Scene, Subject, Water
from rules.primitives.covered import AreaAbove, Covered
from rules.zones import Zone, Zones

CORNERS = ((0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0))
BOX = (0.0, 0.5, 1.0, 1.0)


def judged(
    shares: list[tuple[float, float]], zones: Zones | None = None, **params: object
) -> list[Subject]:
    """Return the subject of each picture, given its (share, sure)."""
    step = AreaAbove(AreaAbove.Params.model_validate(params), zones or Zones())
    state = Covered()
    found: list[Subject] = []
    for number, (share, sure) in enumerate(shares):
        water = Water(share, sure, BOX)
        scene = Scene(Observation(at=float(number), aspect=1.3, water=water))
        state, scene = step.step(state, scene, float(number))
        state = codec.loads(codec.dumps(state), Covered)
        found.extend(scene.subjects)
    return found


def test_it_holds_from_the_share_on_and_until_well_below_it() -> None:
    shares = [0.0, 0.09, 0.1, 0.09, 0.06, 0.059, 0.09]
    found = judged([(s, 1.0) for s in shares])
    assert [s.holds for s in found] == [False, False, True, True, True, False, False]
    assert len({s.key for s in found}) == 1


def test_it_says_nothing_when_too_little_can_be_judged_and_remembers() -> None:
    found = judged([(0.5, 1.0), (0.0, 0.2), (0.08, 0.9)])
    assert [s.holds for s in found] == [True, None, True]


def test_levels_rise_with_the_share_and_fall_well_below_it() -> None:
    found = judged([(s, 1.0) for s in (0.05, 0.1, 0.3, 0.7, 0.4, 0.35, 0.17, 0.05, 0.7)])
    assert [s.level for s in found] == [0, 0, 1, 2, 2, 1, 0, 0, 2]
    assert [s.level for s in judged([(0.5, 1.0)], level_1_ratio=0.2, level_2_ratio=0.5)] == [2]


def test_what_cannot_be_judged_keeps_its_level() -> None:
    found = judged([(0.4, 1.0), (0.0, 0.1), (0.4, 1.0)])
    assert [(s.holds, s.level) for s in found] == [(True, 1), (None, 1), (True, 1)]


def test_facts_and_measures() -> None:
    zone = Zone(name="underpass", points=CORNERS)
    dry, wet, still = judged([(0.05, 1.0), (0.3, 0.8), (0.07, 0.8)], Zones((zone,)))
    assert wet.facts == {"zone": "underpass", "share": 0.3, "sure": 0.8}
    assert wet.box == BOX
    assert wet.measures == (
        Measure("water_share", 0.3, 0.1),
        Measure("water_sure", 0.8, 0.4),
    )
    assert [s.measures[0].met for s in (dry, wet, still)] == [False, True, True]
    assert still.measures[0].limit == pytest.approx(0.06)
    assert judged([(0.2, 1.0)], area_ratio=0.25)[0].holds is False


def test_one_subject_per_zone() -> None:
    parts = (Water(0.5, 1.0, BOX, "a"), Water(0.0, 1.0, BOX, "b"))
    water = Water(0.3, 1.0, BOX, "", parts)
    step = AreaAbove(AreaAbove.Params(), Zones())
    scene = Scene(Observation(at=0.0, aspect=1.3, water=water))
    _, scene = step.step(Covered(), scene, 0.0)
    assert [(s.facts["zone"], s.holds) for s in scene.subjects] == [("a", True), ("b", False)]
    assert len({s.key for s in scene.subjects}) == 2


@pytest.mark.parametrize("paused", ["", "moved"])
def test_without_a_measurement_nothing_is_claimed(paused: str) -> None:
    water = Water(0.9, 1.0, BOX) if paused else None
    scene = Scene(Observation(at=0.0, aspect=1.3, water=water), paused=paused)
    step = AreaAbove(AreaAbove.Params(), Zones())
    state, after = step.step(Covered(), scene, 0.0)
    assert (state, after) == (Covered(), scene)
