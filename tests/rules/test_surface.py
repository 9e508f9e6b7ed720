"""Flooding: water on made-up floors is measured, everything else that changes them is not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from rules import codec
from rules.observation import Object, Observation, View, Water
from rules.primitives.ground import Memory, dry_ground
from rules.primitives.surface import Surface
from rules.sight import Sight
from rules.zones import Zone, Zones
from tests.rules import flooding_scenes as scenes

FLOOR = Zones((Zone(name="floor", points=((0, 0.45), (1, 0.45), (1, 1), (0, 1))),))
LEFT = Zone(name="left", points=((0, 0.5), (0.5, 0.5), (0.5, 1), (0, 1)))
RIGHT = Zone(name="right", points=((0.5, 0.5), (1, 0.5), (1, 1), (0.5, 1)))


def looked(
    paint: scenes.Painter,
    seconds: float = 40.0,
    period: float = 0.5,
    zones: Zones | None = None,
    state: Memory | None = None,
    begin: float = 0.0,
    objects: tuple[Object, ...] = (),
    grain: float = 2.0,
) -> Iterator[tuple[float, Memory, Water]]:
    """Yield time, state and water while a scene is watched."""
    surface = Surface(Surface.Params(), zones or Zones())
    memory = state or Memory()
    for t in np.arange(begin, seconds, period):
        sight = Sight(scenes.picture(paint, float(t), grain), 1e6 + float(t), {})
        seen = Observation(at=sight.at, aspect=sight.aspect, objects=objects)
        memory, observation = surface.perceive(memory, sight, seen)
        assert observation.water is not None
        yield float(t), memory, observation.water


@pytest.mark.parametrize("water", [scenes.brown, scenes.mirror, scenes.rippling])
@pytest.mark.parametrize("period", [0.5, 3.0])
def test_spreading_water_is_measured(water: object, period: float) -> None:
    paint = scenes.flooded(surface=water)  # type: ignore[arg-type]
    seen = [(t, w) for t, _, w in looked(paint, 46.0, period)]
    assert all(w.share == 0.0 for t, w in seen if t < 8)
    _, last = seen[-1]
    assert last.sure > 0.6
    assert last.share == pytest.approx(scenes.true_share(46.0), abs=0.15)
    crossed = next(t for t, w in seen if w.share >= 0.1)
    truly = next(t for t in np.arange(0.0, 46.0, 0.5) if scenes.true_share(t) >= 0.1)
    assert crossed <= truly + 5.0 + 4 * period


NEGATIVES = [
    scenes.shadow,
    scenes.light_step,
    scenes.wet,
    scenes.walker,
    scenes.car,
    scenes.carpet,
    scenes.uncovered,
    scenes.shaken,
    scenes.zoomed,
    scenes.turned,
    scenes.snowing,
    scenes.headlights,
    scenes.settled_snow,
]


@pytest.mark.parametrize("paint", NEGATIVES, ids=lambda p: p.__name__)
@pytest.mark.parametrize("period", [0.5, 3.0])
def test_what_is_not_water(paint: scenes.Painter, period: float) -> None:
    shares = [w.share for _, _, w in looked(paint, 40.0, period)]
    assert max(shares) < 0.05


def test_water_takes_the_place_of_a_shadow_too() -> None:
    """A cloud comes first; what follows on the darker floor is still water."""

    def both(scene: scenes.Floats, t: float) -> scenes.Floats:
        return scenes.flooded(30.0)(scenes.shadow(scene, t), t)

    seen = [(t, w.share) for t, _, w in looked(both, 70.0, 1.0)]
    assert max(share for t, share in seen if t < 30) < 0.05
    assert seen[-1][1] > 0.3


@pytest.mark.parametrize("water", [scenes.brown, scenes.mirror, scenes.rippling])
def test_a_camera_that_corrects_its_exposure_for_the_water(water: object) -> None:
    flood = scenes.flooded(surface=water)  # type: ignore[arg-type]

    def exposed(scene: scenes.Floats, t: float) -> scenes.Floats:
        return flood(scene, t) * np.float32(1 + 0.6 * scenes.true_share(t))

    seen = [w.share for _, _, w in looked(exposed, 60.0, 1.0)]
    assert seen[-1] > 0.3


def test_slow_water_does_not_become_the_dry_look_and_drains() -> None:
    rise = scenes.flooded(60.0, 600.0, scenes.brown)

    def tide(scene: scenes.Floats, t: float) -> scenes.Floats:
        return rise(scene, t if t < 1500.0 else 0.0)

    seen = {t: w for t, _, w in looked(tide, 1600.0, 5.0)}
    assert seen[1495.0].share == pytest.approx(scenes.true_share(1495.0, 60.0, 600.0), abs=0.15)
    assert seen[1595.0].share < 0.02


def test_a_restart_in_the_middle_changes_nothing() -> None:
    paint = scenes.flooded()
    whole = [w for _, _, w in looked(paint, 40.0, 1.0)]
    state = [m for _, m, _ in looked(paint, 18.0, 1.0)][-1]
    again = codec.loads(codec.dumps(state), Memory)
    rest = [w for _, _, w in looked(paint, 40.0, 1.0, state=again, begin=18.0)]
    assert rest == whole[18:]


def test_a_state_is_small_enough_to_be_stored_every_ten_seconds() -> None:
    state = [m for _, m, _ in looked(scenes.light_step, 60.0, 1.0)][-1]
    assert len(state.grounds) > 1
    assert len(codec.dumps(state)) < 500_000


def test_a_flood_at_the_beginning_cannot_be_seen_as_a_change() -> None:
    always = scenes.flooded(-100.0, 1.0, scenes.rippling)
    seen = [w for _, _, w in looked(always, 30.0, 1.0)]
    assert max(w.share for w in seen) == 0.0
    assert max(w.sure for w in seen) < 0.8  # Rippling ground never becomes a dry look.


def test_a_dry_look_from_a_person_tells_a_flood_at_the_beginning() -> None:
    always = scenes.flooded(-100.0, 1.0, scenes.brown)
    known = dry_ground([scenes.picture(lambda s, _: s, t) for t in (1.0, 2.0, 3.0)], 1e6 - 1)
    assert known.attested
    seen = [w for _, _, w in looked(always, 30.0, 1.0, state=known)]
    assert seen[-1].share == pytest.approx(scenes.true_share(40.0), abs=0.15)


def test_a_dry_look_needs_pictures_of_one_size() -> None:
    small = np.zeros((120, 160, 3), np.uint8)
    with pytest.raises(ValueError, match="one size"):
        dry_ground([], 0.0)
    with pytest.raises(ValueError, match="one size"):
        dry_ground([small, small[:60]], 0.0)


def test_what_hides_the_ground_is_neither_dry_nor_wet() -> None:
    bus = Object("bus", 0.8, (0.0, 0.4, 1.0, 1.0))
    hidden = [w for _, _, w in looked(scenes.flooded(), 40.0, 1.0, FLOOR, objects=(bus,))]
    assert max(w.share for w in hidden) == 0.0
    assert max(w.sure for w in hidden) == 0.0


def test_one_share_per_zone_where_several_are_watched() -> None:
    seen = [w for _, _, w in looked(scenes.flooded(most=0.45), 40.0, 1.0, Zones((LEFT, RIGHT)))]
    left, right = seen[-1].parts
    assert (left.zone, right.zone) == ("left", "right")
    # The low ground is on the left.
    assert left.share > right.share > 0.0
    assert left.share > seen[-1].share > right.share
    assert left.box[2] <= 0.55


def test_a_zone_measures_its_own_ground() -> None:
    seen = [w for _, _, w in looked(scenes.flooded(), 40.0, 1.0, FLOOR)]
    floor = scenes.water_mask(0.9)[round(0.45 * scenes.HEIGHT) :].mean()
    assert seen[-1].share == pytest.approx(float(floor), abs=0.12)
    assert seen[-1].parts == ()


def test_a_faulty_view_is_not_judged_and_forgets_nothing() -> None:
    surface = Surface(Surface.Params(), Zones())
    before = [m for _, m, _ in looked(scenes.flooded(), 30.0, 1.0)][-1]
    sight = Sight(np.zeros((240, 320, 3), np.uint8), 1e6 + 31, {})
    blind = Observation(at=sight.at, aspect=sight.aspect, view=View(fault="black"))
    after, seen = surface.perceive(before, sight, blind)
    assert after is before
    assert seen.water is not None
    assert seen.water.sure == 0.0


def test_another_view_is_unsure_until_it_has_settled() -> None:
    seen = {t: w for t, _, w in looked(scenes.turned, 45.0, 1.0)}
    assert seen[7.0].sure > 0.9
    assert all(seen[float(t)].sure == 0.0 for t in range(9, 18))
    assert seen[40.0].sure > 0.9


def test_a_flooded_view_that_is_left_keeps_the_next_one_in_doubt() -> None:
    def turned(scene: scenes.Floats, t: float) -> scenes.Floats:
        seen = scenes.flooded()(scene, t)
        return seen if t < 40 else np.ascontiguousarray(np.rot90(seen, 2))

    seen = {t: w for t, _, w in looked(turned, 90.0, 1.0)}
    assert seen[39.0].share > 0.3
    assert all(w.sure == 0.0 for t, w in seen.items() if t > 42)


def test_a_picture_of_another_size_begins_anew() -> None:
    surface = Surface(Surface.Params(), Zones())
    before = [m for _, m, _ in looked(scenes.flooded(), 30.0, 1.0)][-1]
    sight = Sight(np.zeros((180, 320, 3), np.uint8), 1e6 + 31, {})
    after, seen = surface.perceive(before, sight, Observation(at=sight.at, aspect=16 / 9))
    assert after.cells is not None
    assert after.cells.known.max() == 0.0
    assert seen.water is not None
    assert seen.water.sure == 0.0
