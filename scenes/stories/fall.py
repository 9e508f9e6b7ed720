"""Falls of all kinds, and everything that looks like one and is none."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scenes.actors.course import Point2
from scenes.actors.falling import Fall, FallKind, LieStill, TryToRise, Tumble, Twitch
from scenes.actors.handling import Sweep
from scenes.actors.look import Kind as LookKind
from scenes.actors.motion import Motion
from scenes.actors.person import Person
from scenes.actors.standing import (
    Bend,
    Jump,
    Kneel,
    LieDown,
    PushUps,
    Rise,
    SitDown,
    Squat,
    Stand,
    Stay,
    TieShoes,
)
from scenes.actors.things import ThingKind
from scenes.actors.walking import run
from scenes.stories.draft import Draft, story
from scenes.stories.windows import due, event

LARGE = (0.13, 0.3)
"""How much of the picture's height a metre is: persons of a quarter to a half of the picture."""
ANY = (0.06, 0.3)
SMALL = (0.06, 0.085)
"""Persons of a tenth of the picture: just above what the algorithm says that it judges (0.08)."""


def _falls(
    draft: Draft,
    kinds: Sequence[FallKind],
    scale: tuple[float, float] = ANY,
    after: Sequence[Motion] = (),
    look: LookKind = "adult",
    lies_s: float = 0.0,
) -> Person:
    """Add somebody who walks in and falls, and the event; nobody comes near until it is over."""
    spot = draft.spot(scale=scale)
    kind = draft.pick(kinds)
    fall = Fall(kind, draft.uniform(0.6, 1.2), toward=draft.uniform(-math.pi, math.pi))
    person = draft.walker(spot, look=look, ahead_s=(4.0, 9.0)).does(fall, *after)
    down = person.does(LieStill(seconds=600.0)).downs[0]
    draft.event(event("fall", down.fell, down.begin, f"{kind} at {down.fell:.1f} s"))
    over = due("fall", down.begin) + 2.0
    end = max(over, down.begin + lies_s)
    person = person.does(LieStill(until=max(end, person.end + 1.0) + 30.0))
    draft.lasts(end)
    draft.keep_clear(spot)
    return draft.add(person)


@story("fall_trip", "fall", True, "trips or slips while walking and lies still")
def trip(draft: Draft) -> None:
    """Somebody stumbles in the open."""
    _falls(draft, ("trip", "slip"))
    draft.passers(0, 2)


@story("fall_collapse", "fall", True, "collapses or faints and lies still")
def collapse(draft: Draft) -> None:
    """Somebody gives way, in any direction, also along the line of sight."""
    _falls(draft, ("collapse", "faint"))
    draft.passers(0, 2)


@story("fall_large", "fall", True, "falls near the camera")
def large(draft: Draft) -> None:
    """The whole body is large in the picture."""
    _falls(draft, ("trip", "slip", "collapse", "faint"), LARGE)


@story("fall_small", "fall", True, "falls far away: a person of a tenth of the picture's height")
def small(draft: Draft) -> None:
    """As small as is still judged."""
    _falls(draft, ("trip", "slip", "collapse", "faint"), SMALL)
    draft.passers(0, 1)


@story("fall_old", "fall", True, "an old person with a stick falls slowly")
def old(draft: Draft) -> None:
    """A slow fall of somebody who walks slowly."""
    _falls(draft, ("collapse", "trip"), look="old")
    draft.passers(0, 1)


@story("fall_moves", "fall", True, "falls, moves on the ground, tries to rise and sinks back")
def moves(draft: Draft) -> None:
    """Down, but not still."""
    after = (TryToRise(3.0, 0.4), Twitch(3.0))
    _falls(draft, ("trip", "collapse"), after=after)


@story("fall_crowd", "fall", True, "falls while several people walk by and some stop")
def crowd(draft: Draft) -> None:
    """Others in view, beside and behind."""
    _falls(draft, ("trip", "slip", "collapse", "faint"))
    draft.passers(3, 5)
    draft.standers(1, 2)


@story("fall_night", "fall", True, "falls at night under street lamps or infrared light")
def night(draft: Draft) -> None:
    """Little light."""
    draft.look_like(times=("night", "infrared"))
    _falls(draft, ("trip", "slip", "collapse", "faint"))
    draft.passers(0, 1)


@story("fall_rain", "fall", True, "slips in the rain or on snow")
def rain(draft: Draft) -> None:
    """Bad weather."""
    draft.look_like(weathers=("rain", "snow"))
    _falls(draft, ("slip", "trip"))


@story("fall_long", "fall", True, "falls and lies for more than a minute")
def long(draft: Draft) -> None:
    """The second level of the same event, raised once all the same."""
    _falls(draft, ("collapse", "faint"), lies_s=75.0)
    draft.passers(0, 1)


@story("fall_helped", "fall", True, "falls; later somebody comes and kneels beside")
def helped(draft: Draft) -> None:
    """The helper comes when the alert is due already."""
    person = _falls(draft, ("trip", "collapse", "faint"), lies_s=30.0)
    down = person.downs[0]
    beside = draft.aside(down.place, 0.9)
    arrives = due("fall", down.begin)
    helper = draft.comer(beside, arrives).does(Kneel(12.0, one_knee=True))
    draft.add(helper)


@story("fall_hidden", "fall", True, "falls half behind a bin, a box or a barrier")
def hidden(draft: Draft) -> None:
    """Something low stands between the camera and the legs."""
    person = _falls(draft, ("collapse", "trip", "slip"), LARGE)
    place = person.downs[0].place
    kinds: tuple[ThingKind, ...] = ("bin", "box", "barrier")
    draft.lies(draft.pick(kinds), draft.toward_camera(place, 1.1))


# -- what is no fall -------------------------------------------------------------------------------


def _does(
    draft: Draft,
    *motions: Motion,
    scale: tuple[float, float] = ANY,
    look: LookKind = "adult",
    spot: Point2 | None = None,
) -> Person:
    """Add somebody who walks in, does something, and walks off."""
    place = spot or draft.spot(scale=scale)
    person = draft.leaving(draft.walker(place, look=look).does(*motions))
    draft.keep_clear(place)
    draft.lasts(min(90.0, person.end - 8.0))
    return draft.add(person)


@story("fall_no_bend", "fall", False, "bends down to something on the ground, again and again")
def no_bend(draft: Draft) -> None:
    """Bending from the hips, some of it long."""
    turns: list[Motion] = []
    for _ in range(int(draft.rng.integers(2, 5))):
        turns += [Bend(draft.uniform(1.0, 6.0), rise=True), Stand(draft.uniform(0.5, 3.0))]
    _does(draft, *turns)
    draft.passers(0, 2)


@story("fall_no_squat", "fall", False, "squats for long, stands up, squats again")
def no_squat(draft: Draft) -> None:
    """Down on the heels for up to half a minute."""
    squats: list[Motion] = [
        Squat(draft.uniform(4.0, 25.0)),
        Stand(2.0),
        Squat(draft.uniform(3.0, 9.0)),
    ]
    _does(draft, *squats)


@story("fall_no_shoes", "fall", False, "kneels to tie a shoe, once with each foot")
def no_shoes(draft: Draft) -> None:
    """On one knee, bent over."""
    _does(draft, TieShoes(draft.uniform(4.0, 10.0)), TieShoes(draft.uniform(3.0, 8.0)))
    draft.passers(0, 2)


@story("fall_no_bench", "fall", False, "sits down on a bench, slumps a little, stands up")
def no_bench(draft: Draft) -> None:
    """Sitting for long."""
    spot = draft.spot(scale=ANY)
    draft.bench(spot)
    _does(
        draft,
        SitDown(seconds=draft.uniform(0.7, 1.4)),
        Stay(draft.uniform(15.0, 40.0)),
        Rise(),
        spot=spot,
    )
    draft.passers(0, 2)


@story("fall_no_ground", "fall", False, "sits down on the ground and stays there")
def no_ground(draft: Draft) -> None:
    """On the ground, upright from the hips."""
    _does(draft, SitDown(0.0, draft.uniform(1.2, 2.0)), Stay(draft.uniform(15.0, 35.0)), Rise())


@story("fall_no_push_ups", "fall", False, "does push-ups")
def no_push_ups(draft: Draft) -> None:
    """Flat over the ground, up and down."""
    draft.look_like(places=("square", "yard", "park", "sports"))
    _does(draft, PushUps(int(draft.rng.integers(6, 16)), draft.uniform(1.1, 2.0)))


@story("fall_no_children", "fall", False, "children run about, tumble and are up again at once")
def no_children(draft: Draft) -> None:
    """Down for less than a second, several times."""
    middle = draft.spot(scale=ANY)
    for _ in range(int(draft.rng.integers(2, 4))):
        child = draft.walker(middle, look="child", ahead_s=(1.0, 4.0))
        for _ in range(int(draft.rng.integers(2, 5))):
            child = child.does(run(draft.near(middle, 4.0), speed=draft.uniform(1.8, 2.8)))
            child = child.does(Tumble(draft.uniform(1.5, 2.4)), Jump(int(draft.rng.integers(0, 3))))
        draft.add(draft.leaving(child))
        draft.lasts(min(60.0, child.end))


@story("fall_no_near_miss", "fall", False, "falls and gets up at once, or catches the balance")
def no_near_miss(draft: Draft) -> None:
    """A real fall, but nobody stays down: up again within two seconds."""
    fall = Fall(draft.pick(("trip", "slip")), draft.uniform(0.7, 1.1))
    rest = LieStill(draft.uniform(0.2, 0.8))
    _does(draft, fall, rest, Rise(draft.uniform(1.2, 2.0)), Stand(draft.uniform(1.0, 4.0)))
    draft.passers(0, 2)


@story("fall_no_lies_on_bench", "fall", False, "lies down on a bench of their own will and rests")
def no_lies_on_bench(draft: Draft) -> None:
    """Lying, but slowly, on something, and wanted."""
    spot = draft.spot(scale=ANY)
    draft.bench(spot)
    lie = LieDown(draft.pick(("back", "rest", "side")), draft.uniform(3.0, 5.0), height=0.45)
    _does(
        draft,
        SitDown(),
        Stay(draft.uniform(2.0, 6.0)),
        lie,
        Stay(draft.uniform(12.0, 30.0)),
        Rise(),
        spot=spot,
    )


@story("fall_no_mopping", "fall", False, "mops or sweeps the ground, bent, and kneels to scrub")
def no_mopping(draft: Draft) -> None:
    """A worker close to the ground."""
    tool = draft.thing(draft.pick(("mop", "broom")))
    spot = draft.spot(scale=ANY)
    person = draft.walker(spot, look="cleaner", holds=(tool,))
    person = person.does(Sweep(draft.uniform(12.0, 25.0)), Kneel(draft.uniform(5.0, 12.0)))
    person = draft.leaving(person.does(Sweep(draft.uniform(5.0, 10.0))))
    draft.add(person)
    draft.prop(tool, person)
    draft.lasts(min(80.0, person.end - 8.0))


@story("fall_no_crowd", "fall", False, "people cross, hide each other and stop")
def no_crowd(draft: Draft) -> None:
    """Boxes that merge and part."""
    draft.spot(scale=ANY)
    draft.standers(2, 4)
    draft.passers(6, 10)
    draft.lasts(45.0)
