"""`static_foreground`: what stands out and stays, and what only looks so."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
import numpy as np
import pytest

from rules import codec
from rules.observation import Blob, Object, Observation, View
from rules.primitives import backdrop
from rules.primitives.settled import Settled, painted
from rules.primitives.static_foreground import Memory, StaticForeground
from rules.zones import Zones
from tests.rules.pavement import HEIGHT, START, WIDTH, Figure, Scene, at, walking

BAG = (150.0, 150.0, 172.0, 168.0)
OWNER = walking((8, 0, 170), (14, 145, 170), (17, 145, 170), (25, 330, 170))
Views = Callable[[float], View]


def blobs(
    scene: Scene,
    until: float,
    period: float = 1.0,
    view: Views = lambda t: View(),
    restart_at: float = -1.0,
) -> tuple[Blob, ...]:
    """Return the blobs of the last picture. Persons are told as detections, without `objects`."""
    rule = StaticForeground(StaticForeground.Params(), Zones())
    state, seen = Memory(), Observation(at=START, aspect=WIDTH / HEIGHT)
    for t in np.arange(0.0, until, period).tolist():
        sight = scene.sight(t)
        table = sight.detections["objects"]
        objects = tuple(
            Object(label, float(score), (float(x1), float(y1), float(x2), float(y2)))
            for label, score, (x1, y1, x2, y2) in zip(
                table.labels, table.scores, table.boxes, strict=True
            )
        )
        seen = Observation(at=sight.at, aspect=sight.aspect, objects=objects, view=view(t))
        state, seen = rule.perceive(state, sight, seen)
        if 0.0 <= restart_at <= t:
            state, restart_at = codec.loads(codec.dumps(state), Memory), -1.0
    return seen.blobs


def real(found: tuple[Blob, ...]) -> list[Blob]:
    return [b for b in found if b.appeared and b.seen]


def owner() -> Figure:
    return Figure(OWNER, 3, "person")


@pytest.mark.parametrize("period", [0.4, 1.0, 2.0])
@pytest.mark.parametrize("tone", [60.0, 95.0, 220.0])
def test_a_bag_is_found_where_and_when_it_was_put_down(period: float, tone: float) -> None:
    """Its owner hides half of it for long, so it may be two blobs: `left_behind` makes it one."""
    found = real(blobs(Scene([owner(), Figure(at(BAG, 15.0), 5, tone=tone)]), 30.0, period))
    sides = np.array([b.box for b in found]) * (WIDTH, HEIGHT, WIDTH, HEIGHT)
    whole = (*sides[:, :2].min(axis=0), *sides[:, 2:].max(axis=0))
    assert np.abs(np.array(whole) - BAG).max() <= 4.0
    assert len(found) <= 2
    assert 15.0 <= min(b.since for b in found) - START <= 15.0 + 2 * period
    assert min(b.contrast for b in found) > 0.1


def test_twelve_px_at_analysis_scale_are_enough() -> None:
    scene = Scene([owner(), Figure(at((152.0, 156.0, 164.0, 166.0), 15.0), 5)])
    assert len(real(blobs(scene, 30.0))) == 1


def test_a_bag_is_not_learned_as_pavement() -> None:
    scene = Scene([owner(), Figure(at(BAG, 15.0), 5)])
    (early,), (late,) = real(blobs(scene, 30.0)), real(blobs(scene, 240.0, 2.0))
    assert late.contrast == pytest.approx(early.contrast, abs=0.05)


def test_a_restart_changes_nothing() -> None:
    scene = Scene([owner(), Figure(at(BAG, 15.0), 5)])
    assert blobs(scene, 30.0, restart_at=18.0) == blobs(scene, 30.0)


def test_state_is_never_written_in_place() -> None:
    rule = StaticForeground(StaticForeground.Params(), Zones())
    scene, state = Scene([owner(), Figure(at(BAG, 15.0), 5)]), Memory()
    for t in range(25):
        before, raw = state, codec.dumps(state)
        sight = scene.sight(float(t))
        state, _ = rule.perceive(state, sight, Observation(at=sight.at, aspect=sight.aspect))
        assert codec.dumps(before) == raw


def test_a_bag_that_is_taken_away_is_gone() -> None:
    assert blobs(Scene([owner(), Figure(at(BAG, 15.0, 35.0), 5)]), 40.0) == ()


def test_who_stands_before_it_hides_it_but_does_not_end_it() -> None:
    stander = Figure(at((145.0, 104.0, 175.0, 175.0), 35.0), 9, "person")
    found = blobs(Scene([owner(), Figure(at(BAG, 15.0), 5), stander]), 60.0)
    assert [(b.appeared, b.seen) for b in found] == [(True, False)]


STAY = walking((-1, 150, 170), (20, 150, 170), (28, 330, 170))
CAR = walking((-5, 150, 180), (20, 150, 180), (24, 400, 180), size=(60, 40))
NOT_THINGS: Mapping[str, list[Figure]] = {
    "who was there at the beginning leaves": [Figure(STAY, 3, "person")],
    "the same, never detected": [Figure(STAY, 3)],
    "the same, detected only when leaving": [Figure(STAY, 3, "person", seen=lambda t: t > 19)],
    "a bag of the first picture is taken away": [Figure(at(BAG, -1.0, 18.0), 5), owner()],
    "a parked car leaves": [Figure(CAR, 3, "car")],
    "a hard shadow": [owner(), Figure(at((140.0, 140.0, 190.0, 180.0), 18.0), 1, shade=0.6)],
    "a soft shadow": [
        owner(),
        Figure(at((140.0, 140.0, 190.0, 180.0), 18.0), 1, shade=0.6, soft=True),
    ],
    "a lamp": [owner(), Figure(at((140.0, 140.0, 180.0, 170.0), 18.0), 1, shade=1.5, soft=True)],
    "text of the camera": [owner(), Figure(at((60.0, 150.0, 180.0, 162.0), 16.0), 5, tone=15.0)],
    "a bag that nobody brought": [Figure(at(BAG, 15.0), 5)],
    "a third of the picture": [owner(), Figure(at((100.0, 60.0, 240.0, 230.0), 16.0), 5)],
}


@pytest.mark.parametrize("figures", NOT_THINGS.values(), ids=NOT_THINGS.keys())
def test_not_a_thing(figures: list[Figure]) -> None:
    for until in (26.0, 36.0, 50.0):
        assert real(blobs(Scene(figures), until)) == []


def test_text_is_told_by_its_lines_whatever_is_found_with_it() -> None:
    """A shade joined the line at its left end, and one letter was found before the rest."""
    marks = np.zeros((120, 200), np.uint8)
    marks[50:60, 20:100], marks[40:70, 18:26], marks[52:58, 40:48] = 1, 1, 2
    marks[80:100, 20:100], marks[100:110, 20:40] = 3, 4
    things = [
        Settled(slot, slot, rect, int((marks == slot).sum()), 0.0, 0.5)
        for slot, rect in (
            (1, (18, 40, 82, 30)),
            (2, (40, 52, 8, 6)),
            (3, (20, 80, 80, 20)),
            (4, (20, 100, 20, 10)),
        )
    ]
    found = painted(things, marks)
    assert {1, 2} <= found
    assert 4 not in found


LIGHTS: Mapping[str, Callable[[float], float]] = {
    "step down": lambda t: 0.75 if t > 22 else 1.0,
    "step up while it is put down": lambda t: 1.35 if t > 15.5 else 1.0,
    "dusk": lambda t: 1.0 - 0.008 * t,
    "flicker": lambda t: 1.0 + 0.08 * float(np.sin(t * 3)),
}


@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS.keys())
def test_light_neither_makes_nor_hides_a_thing(light: Callable[[float], float]) -> None:
    assert real(blobs(Scene([owner()], light=light), 45.0)) == []
    assert len(real(blobs(Scene([owner(), Figure(at(BAG, 15.0), 5)], light=light), 45.0))) == 1


def test_noise_of_the_night() -> None:
    assert real(blobs(Scene([owner()], noise=9.0), 40.0)) == []
    assert len(real(blobs(Scene([owner(), Figure(at(BAG, 15.0), 5)], noise=9.0), 40.0))) == 1


def test_a_warped_view_is_put_back_and_boxes_are_of_the_picture() -> None:
    """The camera was pushed by 6 and 3 px after the bag was put down, and the view says so."""

    def view(t: float) -> View:
        return View(warp=(1.0, 0.0, 6 / WIDTH, 3 / WIDTH) if t > 20 else (1.0, 0.0, 0.0, 0.0))

    scene = Scene(
        [owner(), Figure(at(BAG, 15.0), 5)], shift=lambda t: (6.0, 3.0) if t > 20 else (0.0, 0.0)
    )
    (blob,) = real(blobs(scene, 40.0, view=view))
    px = np.array(blob.box) * (WIDTH, HEIGHT, WIDTH, HEIGHT)
    assert np.abs(px - (156.0, 153.0, 178.0, 171.0)).max() <= 4.0


def test_a_new_view_is_learned_anew() -> None:
    scene = Scene([owner(), Figure(at(BAG, 15.0), 5)])
    assert blobs(scene, 50.0, view=lambda t: View(epoch=1 + (t > 30))) == ()


def test_a_bad_picture_is_not_looked_at() -> None:
    rule = StaticForeground(StaticForeground.Params(), Zones())
    sight = Scene([]).sight(0.0)
    seen = Observation(at=sight.at, aspect=sight.aspect, view=View(fault="black"))
    assert rule.perceive(Memory(), sight, seen) == (Memory(), seen)


def test_light_is_levels_added_everywhere() -> None:
    sight = Scene([], noise=0.0).sight(0.0)
    here, _ = backdrop.coded(sight.pixels, (1.0, 0.0, 0.0, 0.0))
    dim, _ = backdrop.coded((sight.pixels * 0.8).astype(np.uint8), (1.0, 0.0, 0.0, 0.0))
    nobody = np.zeros(here.shape[:2], np.uint8)
    light, plain = backdrop.relit(backdrop.begun(here, nobody), dim, nobody)
    assert light.mean() == pytest.approx(-backdrop.PER_E * np.log(1 / 0.8), abs=3.0)
    assert np.abs(plain.astype(int) - here).mean() < 1.5


def test_states_are_frozen() -> None:
    with pytest.raises(AttributeError):
        Memory().stage = None  # type: ignore[misc]
    assert msgspec.structs.replace(Memory()) == Memory()


def test_what_comes_while_nobody_is_there_was_not_left() -> None:
    """A drop on the lens, a bird's dropping; somebody passes far away."""
    far = Figure(walking((8, 280, 60), (25, 310, 60)), 3, "person")
    assert real(blobs(Scene([owner(), Figure(at(BAG, 15.0), 5)]), 30.0))
    assert not real(blobs(Scene([far, Figure(at(BAG, 15.0), 5)]), 30.0))


@pytest.mark.parametrize("period", [0.5, 1.0, 2.0])
def test_what_spreads_is_no_thing(period: float) -> None:
    """Water comes to rest in patches that join; a passer-by waded in when it began."""
    patches = [
        Figure(at((100.0 + 14 * n, 150.0 - 4 * n, 150.0 + 14 * n, 164.0 + 2 * n), 15.0 + 3 * n), 5)
        for n in range(6)
    ]
    assert not real(blobs(Scene([owner(), *patches]), 60.0, period))
