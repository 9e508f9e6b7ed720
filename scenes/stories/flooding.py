"""Water that rises in a low spot, and everything that only shines or turns white."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scenes.actors.handling import Sweep
from scenes.actors.standing import Kneel
from scenes.curve import Curve, always, ramp
from scenes.stories import traffic
from scenes.stories.draft import Draft, story
from scenes.stories.gauge import Post
from scenes.stories.script import PROFILE, Kind
from scenes.stories.site import Unfit, within
from scenes.stories.windows import due, event
from scenes.water import Water

KIND: Kind = "flooding"
RATIO = float(PROFILE[KIND]["area_ratio"])
BROWN = ((62.0, 88.0, 104.0), (70.0, 92.0, 104.0), (58.0, 84.0, 108.0))
CLEAR = ((96.0, 98.0, 92.0), (104.0, 104.0, 96.0))
DRY_S = (14.0, 22.0)
"""How long the ground is seen dry first."""


def _zone(draft: Draft) -> list[list[float]]:
    """Choose a camera that sees the low spot well, and watch that.

    Raises:
        Unfit: it is out of view, or too small.
    """
    regions = draft.stage.regions
    if "low_spot" not in regions:
        raise Unfit("no low spot")
    draft.spot(("low_spot",), (0.02, 0.25))
    zone = draft.drawn(regions["low_spot"][0])
    if len(zone) < 3 or _picture_area(zone) < 0.06:
        raise Unfit("the low spot is hardly in view")
    draft.watch(KIND, regions["low_spot"][0])
    polygon: list[list[float]] = draft.zones[KIND][0]
    return polygon


def _picture_area(zone: Sequence[Sequence[float]]) -> float:
    xs, ys = np.array(zone, float).T
    return abs(float(np.dot(xs, np.roll(ys, 1)) - np.dot(ys, np.roll(xs, 1)))) / 2


def shares(draft: Draft, zone: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """Return the ground's height in metres above the low spot for points all over a zone.

    They are a grid in the picture, so the share of them under a level is the share of the zone.
    """
    points = np.array(zone, float)
    (x1, y1), (x2, y2) = points.min(0), points.max(0)
    heights = []
    for x in np.linspace(x1, x2, 60).tolist():
        for y in np.linspace(y1, y2, 60).tolist():
            if not within(zone, (x, y)):
                continue
            ground = draft.camera.ground(x, y)
            if ground is not None:
                heights.append(draft.stage.height(*ground))
    if len(heights) < 200:
        raise Unfit("the low spot is too narrow to be measured")
    return np.sort(np.array(heights))


def _floods(
    draft: Draft,
    rise_s: tuple[float, float],
    colors: Sequence[tuple[float, float, float]],
    clear: tuple[float, float],
    falls: bool = False,
) -> None:
    """Add water that rises over a dry baseline, and the event, from the share that is covered."""
    zone = _zone(draft)
    heights = shares(draft, zone)
    peak = float(np.quantile(heights, draft.uniform(0.4, 0.8)))
    if not 0.02 < peak < 0.45:
        raise Unfit("it would have to be too deep")
    begins, rise = draft.uniform(*DRY_S), draft.uniform(*rise_s)

    def when(share: float) -> float:
        """Return when so much of the zone is covered: the level rises evenly."""
        return begins + rise * float(np.quantile(heights, share)) / peak

    first, sure = when(RATIO / 2), when(RATIO * 2)
    level: tuple[tuple[float, float], ...] = ((begins, 0.0), (begins + rise, peak))
    over = due(KIND, max(sure, begins + min(rise, 3.0)))
    if falls:
        down = max(over, begins + rise) + 2.0
        level += ((down, peak), (down + draft.uniform(15.0, 30.0), 0.0))
        over = level[-1][0] + 15.0
    draft.more["water"] = Water(
        Curve(level), draft.pick(tuple(colors)), draft.uniform(*clear), draft.uniform(0.15, 0.7)
    )
    draft.event(
        event(KIND, first, sure, f"water from {begins:.1f} s, {RATIO:.0%} by {when(RATIO):.1f} s")
    )
    draft.lasts(max(over, sure) + 2.0)


@story("flooding_fast", KIND, True, "brown water rises within seconds")
def fast(draft: Draft) -> None:
    """A burst main."""
    _floods(draft, (8.0, 16.0), BROWN, (0.1, 0.35))


@story("flooding_slow", KIND, True, "brown water rises slowly")
def slow(draft: Draft) -> None:
    """A minute or more."""
    _floods(draft, (40.0, 90.0), BROWN, (0.1, 0.35))
    draft.passers(0, 2)


@story("flooding_clear", KIND, True, "clear water rises: the ground shows through, the sky mirrors")
def clear(draft: Draft) -> None:
    """Hardly a colour of its own; at night nobody would see it."""
    draft.look_like(times=("day", "overcast", "low sun", "dusk"))
    _floods(draft, (12.0, 40.0), CLEAR, (0.4, 0.7))


@story("flooding_rain", KIND, True, "water rises in the rain on a wet street")
def rain(draft: Draft) -> None:
    """The usual cause."""
    draft.look_like(weathers=("rain",))
    _floods(draft, (15.0, 50.0), BROWN, (0.1, 0.4))


@story("flooding_night", KIND, True, "water rises at night and mirrors the lamps")
def night(draft: Draft) -> None:
    """Little light."""
    draft.look_like(times=("night", "dusk", "infrared"))
    _floods(draft, (12.0, 40.0), BROWN, (0.1, 0.4))


@story("flooding_traffic", KIND, True, "water rises and vehicles drive through")
def with_traffic(draft: Draft) -> None:
    """Hidden again and again."""
    draft.look_like(places=traffic.STREETS)
    _floods(draft, (12.0, 40.0), BROWN, (0.1, 0.4))
    traffic.traffic(draft, 4, 12, 3.0, 6.0)


@story("flooding_recedes", KIND, True, "water rises, stays and runs off again: one event")
def recedes(draft: Draft) -> None:
    """Its end is no second event."""
    _floods(draft, (10.0, 20.0), BROWN, (0.1, 0.4), falls=True)


@story("flooding_gauge", KIND, True, "water rises around a post that is calibrated")
def gauge(draft: Draft) -> None:
    """An operator has drawn a line up the post; its water level is known to the centimetre."""
    draft.look_like(times=("day", "overcast", "low sun", "dusk"), weathers=("dry", "wind", "wet"))
    _floods(draft, (15.0, 40.0), BROWN, (0.1, 0.35))
    water: Water = draft.more["water"]
    height = draft.uniform(0.6, 1.1)
    most = max(level for _, level in water.level.points)
    for _ in range(30):
        x, y = draft.stage.bowl.middle
        at = x + draft.uniform(-1.5, 1.5), y + draft.uniform(-0.8, 0.8)
        post = Post(at, height, water, draft.stage.height(*at))
        ends = [draft.camera.spot((*at, z)) for z in (0.0, height)]
        foot, top = ends
        if foot is None or top is None or not all(0.02 < v < 0.98 for v in (*foot, *top)):
            continue
        tall = (foot[1] - top[1]) * draft.camera.size[1] * 640 / draft.camera.size[0]
        if tall >= 24.0 and most - post.ground >= 0.04:
            break
    else:
        raise Unfit("nowhere to put a post that can be read")
    draft.add(post)
    line = [round(v, 4) for v in (*foot, *top)]
    draft.params[KIND] = {"reference": line, "reference_cm": round(100 * height, 1)}


# -- what is no flood ------------------------------------------------------------------------------


def _over_time(draft: Draft, **curves: Curve) -> None:
    """Let the weather follow curves instead of staying as it is."""
    day = draft.weather
    draft.day = replace(day, weather=replace(day.weather, **curves))


@story("flooding_no_wet", KIND, False, "rain begins and the dry street becomes wet")
def no_wet(draft: Draft) -> None:
    """Darker, and it mirrors, but no water stands."""
    draft.look_like(times=("overcast", "dusk", "night", "day"), weathers=("dry",))
    _zone(draft)
    start = draft.uniform(15.0, 22.0)
    heavy = draft.uniform(0.3, 0.9)
    _over_time(
        draft,
        rain=ramp(start, start + 5.0, 0.0, heavy),
        wet=ramp(start, start + draft.uniform(10.0, 30.0), 0.0, min(1.0, heavy + 0.3)),
    )
    draft.tag("rain", "wet")
    draft.lasts(75.0)
    draft.passers(0, 2)


@story("flooding_no_glare", KIND, False, "headlights glare on a wet street at night")
def no_glare(draft: Draft) -> None:
    """Reflections that run over the ground."""
    draft.look_like(places=traffic.STREETS, times=("night",), weathers=("wet", "rain"))
    _zone(draft)
    traffic.traffic(draft, 8, 20)
    draft.lasts(60.0)


@story("flooding_no_snow", KIND, False, "snow falls and whitens the ground")
def no_snow(draft: Draft) -> None:
    """It hides the ground as water does."""
    draft.look_like(times=("overcast", "dusk", "night"), weathers=("dry",))
    _zone(draft)
    start = draft.uniform(12.0, 18.0)
    _over_time(
        draft,
        snow=ramp(start, start + 6.0, 0.0, draft.uniform(0.4, 1.0)),
        snow_lies=ramp(
            start + 4.0, start + draft.uniform(30.0, 60.0), 0.0, draft.uniform(0.5, 1.0)
        ),
    )
    draft.tag("snow")
    draft.lasts(80.0)


@story("flooding_no_puddle", KIND, False, "a puddle stays small")
def no_puddle(draft: Draft) -> None:
    """Water, but less than half of what counts."""
    zone = _zone(draft)
    heights = shares(draft, zone)
    peak = float(np.quantile(heights, RATIO * draft.uniform(0.15, 0.45)))
    start = draft.uniform(*DRY_S)
    draft.more["water"] = Water(ramp(start, start + 15.0, 0.0, peak), draft.pick(BROWN))
    draft.lasts(65.0)


@story("flooding_no_shadow", KIND, False, "shadows of clouds travel over the ground")
def no_shadow(draft: Draft) -> None:
    """Dark areas that spread."""
    draft.look_like(times=("day", "low sun"), weathers=("dry",))
    _zone(draft)
    day = draft.weather
    clouds = always(draft.uniform(0.5, 0.9))
    lighting = replace(day.lighting, clouds=clouds, cloud_speed=draft.uniform(1.0, 6.0))
    draft.day = replace(day, lighting=lighting)
    draft.tag("clouds")
    draft.lasts(75.0)
    draft.passers(0, 2)


@story("flooding_no_mopping", KIND, False, "somebody mops the ground")
def no_mopping(draft: Draft) -> None:
    """A person at work in the zone; the ground gets wet a little."""
    zone = _zone(draft)
    spot = next(
        (
            p
            for _ in range(20)
            if within(zone, draft.camera.spot((*(p := draft.spot(("low_spot",))), 0.0)) or (2, 2))
        ),
        None,
    )
    if spot is None:
        raise Unfit("nowhere to mop")
    tool = draft.thing("mop")
    person = draft.walker(spot, look="cleaner", holds=(tool,))
    person = person.does(Sweep(draft.uniform(20.0, 35.0)), Kneel(3.0))
    draft.prop(tool, draft.add(draft.leaving(person)))
    draft.lasts(min(80.0, person.end + 15.0))
