"""What people do before the bench's cameras: falls, and what only looks like one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import pi

import numpy as np

from scenes.actors.figure import Figure
from scenes.actors.pose import ANCHOR, HOW, LIFT, Pose, linear, smooth, toppling
from scenes.actors.poses import (
    ALL_FOURS,
    AT_EASE,
    CROUCH_REACH,
    KNEEL,
    KNEEL_ONE,
    ON_SIDE,
    PHONE,
    PLANK,
    PLANK_LOW,
    PRONE,
    SIT_CROSSED,
    SIT_GROUND,
    SQUAT,
    STAND,
    STOOP,
    SUPINE,
    SUPINE_AT_REST,
    TIE,
    lying_on,
    sitting,
    varied,
)
from scenes.actors.walking import gait, stride_of
from tests.rules.bodies import Act, Key

Draw = np.random.Generator
Deed = Callable[[Draw], Act]

STAY_S = 22.0


def _figure(rng: Draw, child: bool = False) -> Figure:
    if child:
        return Figure(float(rng.uniform(1.0, 1.35)), head=1.25)
    return Figure(float(rng.uniform(1.52, 1.88)), float(rng.uniform(0.85, 1.35)))


def _act(rng: Draw, *keys: Key, child: bool = False, walks: float | None = None) -> Act:
    """Return an act that begins standing or walking, in any direction."""
    figure = _figure(rng, child)
    first = varied([STAND, AT_EASE, PHONE][int(rng.integers(3))], rng)
    heading = float(rng.uniform(0, 2 * pi))
    walks_s = walks if walks is not None else float(rng.choice([0.0, rng.uniform(2.5, 4.0)]))
    if not walks_s:
        hold = Key(float(rng.uniform(2.5, 5.0)), first)
        return Act(first, (hold, *keys), heading, figure=figure)
    speed = float(rng.uniform(0.8, 1.5))
    begun = float(rng.random())

    def walking(at: float) -> Pose:
        return gait(figure, (begun + speed * at / stride_of(figure, speed)) % 1.0, speed)

    back = -speed * walks_s
    place = (back * np.cos(heading), back * np.sin(heading))
    place = (float(place[0]), float(place[1]))
    return Act(first, keys, heading, place, figure, walking, walks_s, speed)


def _lies(rng: Draw, *poses: Pose) -> Pose:
    return varied(poses[int(rng.integers(len(poses)))], rng, 8.0)


def _still(pose: Pose, rng: Draw) -> tuple[Key, ...]:
    """Lie or stay for long, moving a little."""
    parts = 6
    return tuple(Key(STAY_S / parts, varied(pose, rng, 4.0)) for _ in range(parts))


# -- falls ------------------------------------------------------------------------------------


def falls_forward(rng: Draw) -> Act:
    down = _lies(rng, PRONE)
    return _act(rng, Key(rng.uniform(0.6, 1.1), down, toppling, forward=0.2), *_still(down, rng))


def falls_backward(rng: Draw) -> Act:
    down = _lies(rng, SUPINE)
    return _act(rng, Key(rng.uniform(0.6, 1.1), down, toppling, forward=-0.1), *_still(down, rng))


def falls_sideways(rng: Draw) -> Act:
    down = _lies(rng, ON_SIDE)
    return _act(rng, Key(rng.uniform(0.6, 1.2), down, toppling), *_still(down, rng))


def collapses(rng: Draw) -> Act:
    """Knees give way first, then the body tips over."""
    down = _lies(rng, ON_SIDE, PRONE, SUPINE)
    knees = Key(rng.uniform(0.4, 0.7), KNEEL, toppling)
    return _act(rng, knees, Key(rng.uniform(0.5, 0.9), down, toppling), *_still(down, rng))


def stumbles(rng: Draw) -> Act:
    """Falls out of a walk and carries on in its direction."""
    down = _lies(rng, PRONE, ON_SIDE)
    fall = Key(rng.uniform(0.6, 1.0), down, toppling, forward=rng.uniform(0.3, 0.8))
    return _act(rng, fall, *_still(down, rng), walks=float(rng.uniform(3.0, 4.5)))


def falls_off_a_chair(rng: Draw) -> Act:
    act = _act(rng, walks=0.0)
    sits = sitting(act.figure, 0.45)
    down = _lies(rng, ON_SIDE, PRONE)
    keys = (
        Key(rng.uniform(3, 5), sits),
        Key(rng.uniform(0.6, 1.2), down, toppling, forward=0.25),
        *_still(down, rng),
    )
    return replace(act, first=sits, keys=keys)


FALLS: dict[str, Deed] = {
    f.__name__: f
    for f in (falls_forward, falls_backward, falls_sideways, collapses, stumbles, falls_off_a_chair)
}


# -- what is none -----------------------------------------------------------------------------


def _to_and_fro(pose: Pose, rng: Draw) -> Act:
    goes = Key(rng.uniform(0.6, 1.3), varied(pose, rng))
    return _act(rng, goes, *_still(pose, rng), Key(1.0, STAND), Key(2.0, STAND))


def bends(rng: Draw) -> Act:
    return _to_and_fro(STOOP, rng)


def squats(rng: Draw) -> Act:
    return _to_and_fro([SQUAT, CROUCH_REACH][int(rng.integers(2))], rng)


def ties_shoes(rng: Draw) -> Act:
    return _to_and_fro([TIE, KNEEL_ONE][int(rng.integers(2))], rng)


def kneels(rng: Draw) -> Act:
    return _to_and_fro(KNEEL, rng)


def sits_down(rng: Draw) -> Act:
    act = _act(rng)
    sits = sitting(act.figure, 0.45, float(rng.uniform(0, 1)))
    return replace(act, keys=(*act.keys, Key(rng.uniform(0.8, 1.5), sits), *_still(sits, rng)))


def sits_on_the_ground(rng: Draw) -> Act:
    sits = [SIT_GROUND, SIT_CROSSED][int(rng.integers(2))]
    return _act(
        rng, Key(rng.uniform(0.8, 1.4), SQUAT), Key(rng.uniform(0.6, 1.0), sits), *_still(sits, rng)
    )


def lies_down_on_the_ground(rng: Draw) -> Act:
    """Sits or kneels down first, then stretches out: deliberately, without haste."""
    on_knees = bool(rng.integers(2))
    steps = (SQUAT, KNEEL, ALL_FOURS) if on_knees else (SQUAT, SIT_GROUND)
    down = PRONE if on_knees else SUPINE_AT_REST
    keys = [Key(rng.uniform(0.9, 1.5), step) for step in steps]
    rests = Key(rng.uniform(0.5, 3.0), steps[-1])
    return _act(rng, *keys, rests, Key(rng.uniform(1.0, 2.0), down), *_still(down, rng))


def lies_down_on_a_bench(rng: Draw) -> Act:
    act = _act(rng)
    high = float(rng.uniform(0.4, 0.55))
    sits = sitting(act.figure, high)
    down = lying_on(_lies(rng, SUPINE_AT_REST, SUPINE), high)
    down[HOW, ANCHOR] = 0.0  # The hips stay where they sat, the legs swing up.
    keys = (
        *act.keys,
        Key(rng.uniform(0.8, 1.3), sits),
        Key(rng.uniform(0.5, 3.0), sits),
        Key(rng.uniform(1.0, 2.0), down),
        *_still(down, rng),
    )
    return replace(act, keys=keys)


def push_ups(rng: Draw) -> Act:
    pump = []
    for _ in range(8):
        pump += [Key(rng.uniform(0.7, 1.2), PLANK_LOW), Key(rng.uniform(0.7, 1.2), PLANK)]
    keys = [Key(rng.uniform(0.5, 1.0), step) for step in (SQUAT, ALL_FOURS, PLANK)]
    rise = [Key(1.0, ALL_FOURS), Key(0.8, SQUAT), Key(0.8, STAND), Key(3.0, STAND)]
    return _act(rng, *keys, *pump, *rise)


def tumbles(rng: Draw) -> Act:
    """A child falls and gets up at once."""
    down = _lies(rng, PRONE, ON_SIDE)
    keys = (
        Key(rng.uniform(0.4, 0.7), down, toppling, forward=0.3),
        Key(rng.uniform(0.3, 1.0), down),
        Key(rng.uniform(0.5, 0.9), ALL_FOURS),
        Key(rng.uniform(0.4, 0.8), SQUAT),
        Key(rng.uniform(0.4, 0.8), STAND),
        Key(6.0, STAND),
    )
    return _act(rng, *keys, child=True)


def mops(rng: Draw) -> Act:
    strokes = [
        Key(rng.uniform(0.5, 0.9), varied(STOOP, rng, 12.0), left=float(rng.uniform(-0.3, 0.3)))
        for _ in range(28)
    ]
    return _act(rng, *strokes)


def walks(rng: Draw) -> Act:
    return _act(rng, Key(2.0, STAND), *_still(STAND, rng), walks=float(rng.uniform(3, 5)))


def hops(rng: Draw) -> Act:
    up = STAND.copy()
    up[HOW, LIFT] = 0.3
    keys = [Key(0.3, pose, linear) for _ in range(20) for pose in (SQUAT, up, STAND)]
    return _act(rng, *keys, child=True, walks=0.0)


NONE: dict[str, Deed] = {
    f.__name__: f
    for f in (
        bends,
        squats,
        ties_shoes,
        kneels,
        sits_down,
        sits_on_the_ground,
        lies_down_on_the_ground,
        lies_down_on_a_bench,
        push_ups,
        tumbles,
        mops,
        walks,
        hops,
    )
}

__all__ = ["FALLS", "NONE", "STAY_S", "smooth"]
