"""Nothing happens: bad light, bad weather, a shaking camera, a broken picture."""

from __future__ import annotations

import math
from dataclasses import replace

from scenes.actors.animals import Animal, AnimalKind
from scenes.actors.driving import Drive, Halt
from scenes.actors.wind import Flag
from scenes.curve import Curve, ramp, step
from scenes.sensor import Fault, FaultKind
from scenes.stories import traffic
from scenes.stories.draft import Draft, story
from scenes.stories.site import Unfit
from scenes.unsteady import Move, Shake

LASTS_S = 75.0


def _busy(draft: Draft) -> None:
    """People and traffic as on any day."""
    draft.passers(1, 4)
    if draft.stage.lanes:
        traffic.traffic(draft, 0, 12)
    draft.lasts(LASTS_S)


@story("calm_day", "calm", False, "an ordinary street or square, at any time and weather")
def day(draft: Draft) -> None:
    """Nothing special."""
    draft.spot()
    _busy(draft)


@story("calm_exposure", "calm", False, "the camera's gain steps and hunts")
def exposure(draft: Draft) -> None:
    """Brighter and darker at once, several times."""
    draft.spot()
    points, level, at = [(0.0, 1.0)], 1.0, 8.0
    while at < LASTS_S:
        new = draft.uniform(0.6, 1.6)
        points += [(at, level), (at + draft.pick((0.0, 0.6)), new)]
        level, at = new, at + draft.uniform(4.0, 18.0)
    _lit(draft, exposure=Curve(tuple(points)))
    draft.tag("exposure")
    _busy(draft)


@story("calm_infrared", "calm", False, "the camera switches to infrared in the evening")
def infrared(draft: Draft) -> None:
    """No colour from one picture to the next."""
    draft.look_like(times=("dusk", "night"), weathers=("dry", "wind", "wet"))
    draft.spot()
    if draft.stage.indoor:
        raise Unfit("indoors it is never dark")
    _lit(draft, night_mode_at=draft.uniform(15.0, 45.0))
    draft.tag("ir switch")
    _busy(draft)


@story("calm_evening", "calm", False, "daylight fades and street lamps come on")
def evening(draft: Draft) -> None:
    """A whole dusk within a minute."""
    draft.look_like(times=("overcast", "day"), weathers=("dry", "wind"))
    draft.spot()
    on = draft.uniform(25.0, 50.0)
    _lit(draft, daylight=ramp(5.0, 60.0, 1.0, draft.uniform(0.25, 0.5)), lamps=step(on, 0.2, 1.0))
    draft.tag("fading light")
    _busy(draft)


@story("calm_clouds", "calm", False, "the sun goes behind clouds and comes out again")
def clouds(draft: Draft) -> None:
    """Shadows of houses and trees vanish and return."""
    draft.look_like(times=("day", "low sun"), weathers=("dry", "wind"))
    draft.spot()
    points, on, at = [(0.0, 1.0)], True, 8.0
    while at < LASTS_S:
        points += [(at, 1.0 if on else 0.1), (at + draft.uniform(0.8, 4.0), 0.1 if on else 1.0)]
        on, at = not on, at + draft.uniform(7.0, 18.0)
    _lit(draft, sun=Curve(tuple(points)))
    draft.tag("clouds")
    _busy(draft)


@story("calm_sun", "calm", False, "the shadows of houses and trees wander with the sun")
def sun(draft: Draft) -> None:
    """Half an hour's way of the sun within a minute: as fast as the dwell is short."""
    draft.look_like(times=("day", "low sun"), weathers=("dry", "wind"))
    draft.spot()
    if not (draft.stage.blocks or draft.stage.trees) or draft.stage.indoor:
        raise Unfit("nothing that throws a shadow")
    way = draft.uniform(6.0, 14.0) * draft.pick((-1.0, 1.0))
    _lit(draft, turned=ramp(0.0, LASTS_S, 0.0, way))
    draft.tag("sun wanders")
    _busy(draft)


@story("calm_drop", "calm", False, "a drop of rain runs over the lens")
def drop(draft: Draft) -> None:
    """A blurred spot that stays."""
    draft.look_like(weathers=("rain", "wet"))
    draft.spot()
    day = draft.weather
    wet = ramp(12.0, 13.0, 0.0, draft.uniform(0.4, 1.0))
    draft.day = replace(day, weather=replace(day.weather, drop=wet))
    draft.tag("lens drop")
    _busy(draft)


@story("calm_weather", "calm", False, "rain, snow, fog and wind")
def weather(draft: Draft) -> None:
    """All that falls and moves."""
    draft.look_like(weathers=("rain", "snow", "fog", "wind"))
    draft.spot()
    _busy(draft)


@story("calm_night", "calm", False, "a street at night, with headlights")
def night(draft: Draft) -> None:
    """Little light, much noise."""
    draft.look_like(times=("night", "infrared"))
    draft.spot()
    _busy(draft)


def _lit(draft: Draft, **changes: object) -> None:
    day = draft.weather
    draft.day = replace(day, lighting=replace(day.lighting, **changes))  # type: ignore[arg-type]


def _broken(draft: Draft, kind: FaultKind) -> None:
    draft.spot()
    day = draft.weather
    start = draft.uniform(12.0, 20.0)
    faults = [Fault(kind, start, start + draft.uniform(5.0, 25.0))]
    if draft.chance(0.4):
        again = faults[0].end + draft.uniform(5.0, 10.0)
        faults.append(Fault(kind, again, again + draft.uniform(1.0, 6.0)))
    draft.day = replace(day, sensor=replace(day.sensor, faults=tuple(faults)))
    draft.tag(kind)
    _busy(draft)


@story("fault_frozen", "fault", False, "the picture freezes and goes on")
def frozen(draft: Draft) -> None:
    """Whoever was in it stands still for as long."""
    _broken(draft, "frozen")


@story("fault_black", "fault", False, "the picture goes black and comes back")
def black(draft: Draft) -> None:
    """No picture at all."""
    _broken(draft, "black")


@story("fault_covered", "fault", False, "something covers the lens")
def covered(draft: Draft) -> None:
    """A hand, or a bag."""
    _broken(draft, "covered")


@story("fault_blurred", "fault", False, "the lens loses its focus")
def blurred(draft: Draft) -> None:
    """All structure is gone."""
    _broken(draft, "blurred")


@story("fault_glitch", "fault", False, "rows of the picture slip and break")
def glitch(draft: Draft) -> None:
    """Damaged transmission."""
    _broken(draft, "glitch")


@story("calm_shake", "calm", False, "the camera shakes in the wind")
def shakes(draft: Draft) -> None:
    """The whole picture moves a little, all the time or in gusts."""
    draft.look_like(weathers=("dry", "wind", "rain"))
    draft.spot()
    gusts = Curve(((0.0, 1.0), (15.0, 0.2), (25.0, 1.0), (40.0, 0.1), (50.0, 1.0)))
    draft.more["shake"] = Shake(draft.uniform(0.05, 0.4), draft.uniform(0.6, 3.0), gusts)
    draft.tag("shake")
    _busy(draft)


@story("calm_moved", "calm", False, "the camera is turned or zoomed to another view for good")
def moved(draft: Draft) -> None:
    """What a zone was drawn for is elsewhere."""
    draft.spot()
    pan, tilt, zoom = draft.uniform(-12.0, 12.0), draft.uniform(-3.0, 4.0), draft.uniform(0.8, 1.3)
    draft.more["moves"] = (
        Move(draft.uniform(20.0, 35.0), draft.uniform(0.4, 2.5), pan, tilt, zoom),
    )
    draft.tag("moved")
    _busy(draft)


@story("calm_animals", "calm", False, "dogs, cats and birds come, rest and go")
def animals(draft: Draft) -> None:
    """No person, and nothing left behind."""
    kinds: tuple[AnimalKind, ...] = ("dog", "dog", "cat", "bird")
    for _ in range(int(draft.rng.integers(2, 5))):
        goal = draft.spot()
        start = draft.approach(goal, 14.0)
        end = draft.approach(goal, 18.0)
        speed = draft.uniform(0.8, 1.8)
        heading = math.atan2(goal[1] - start[1], goal[0] - start[0])
        rests = Halt(draft.uniform(1.0, 9.0))
        animal = Animal(
            draft.number(), draft.pick(kinds), start, heading, draft.uniform(0.0, 40.0), leaves=True
        )
        draft.add(animal.does(Drive([goal], speed), rests, Drive([end], speed * 1.3)))
    _busy(draft)


@story("calm_flag", "calm", False, "flags and banners wave")
def flag(draft: Draft) -> None:
    """Something that moves for ever at one place."""
    draft.look_like(weathers=("wind", "dry"))
    for _ in range(int(draft.rng.integers(1, 4))):
        x, y = draft.spot(scale=(0.035, 0.12))
        banner = draft.chance(0.4)
        draft.add(
            Flag(
                draft.number(),
                (x, y),
                draft.uniform(-3.0, 3.0),
                top=draft.uniform(2.2, 4.5),
                wind=draft.uniform(0.3, 1.0),
                banner=banner,
            )
        )
    _busy(draft)
