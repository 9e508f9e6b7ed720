"""The day of a scene: light, weather and the camera's own picture, drawn from a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import numpy as np

from scenes import light as lights
from scenes.curve import Curve, always
from scenes.light import Lighting
from scenes.sensor import Sensor
from scenes.weather import Weather

T = TypeVar("T", bound=str)

Time = Literal["day", "overcast", "low sun", "dusk", "night", "infrared"]
Weathers = Literal["dry", "wet", "rain", "snow", "fog", "wind"]

_TIMES: dict[Time, float] = {
    "day": 0.34,
    "overcast": 0.22,
    "low sun": 0.12,
    "dusk": 0.08,
    "night": 0.15,
    "infrared": 0.09,
}
_WEATHERS: dict[Weathers, float] = {
    "dry": 0.64,
    "wet": 0.08,
    "rain": 0.09,
    "snow": 0.04,
    "fog": 0.04,
    "wind": 0.11,
}


@dataclass(frozen=True, slots=True)
class Day:
    """What a scene looks like apart from who is in it; `tags` name what is bad about it."""

    lighting: Lighting
    weather: Weather
    sensor: Sensor
    tags: tuple[str, ...]


def draw_day(
    rng: np.random.Generator,
    indoor: bool,
    times: Sequence[Time] | None = None,
    weathers: Sequence[Weathers] | None = None,
) -> Day:
    """Return a day, among `times` and `weathers` where given; indoors it is always even."""
    time = _drawn(rng, _TIMES, times)
    sky = _drawn(rng, _WEATHERS, weathers)
    if indoor:
        light = replace(lights.indoor(), exposure=float(rng.uniform(0.85, 1.15)))
        return Day(Lighting(light), Weather(), _sensor(rng, time), ("indoor",))
    if sky in ("rain", "snow", "fog") and time in ("day", "low sun"):
        time = "overcast"
    tags: list[str] = [time] if time not in ("day", "overcast") else []
    lighting = Lighting(_light(rng, time))
    if time == "day" and rng.random() < 0.3:
        lighting = replace(lighting, clouds=always(float(rng.uniform(0.2, 0.6))))
        tags.append("clouds")
    if sky not in ("dry", "wind"):
        tags.append(sky)
    return Day(lighting, _weather(rng, sky), _sensor(rng, time), tuple(tags))


def _drawn(rng: np.random.Generator, shares: Mapping[T, float], among: Sequence[T] | None) -> T:
    names = list(among) if among else list(shares)
    weights = np.array([shares[name] for name in names])
    return names[int(rng.choice(len(names), p=weights / weights.sum()))]


def _light(rng: np.random.Generator, time: Time) -> lights.Light:
    azimuth = float(rng.uniform(100, 260))
    if time == "day":
        made = lights.day(azimuth, float(rng.uniform(32, 65)))
    elif time == "low sun":
        made = lights.day(float(rng.uniform(80, 280)), float(rng.uniform(10, 24)))
    else:
        make = {
            "overcast": lights.overcast,
            "dusk": lights.dusk,
            "night": lights.night,
            "infrared": lights.infrared,
        }[time]
        made = make()
    return replace(made, exposure=made.exposure * float(rng.uniform(0.85, 1.15)))


def _weather(rng: np.random.Generator, sky: Weathers) -> Weather:
    heavy = float(rng.uniform(0.25, 0.9))
    breeze = always(float(rng.uniform(0.05, 0.3)))
    if sky == "rain":
        return Weather(rain=always(heavy), wet=always(min(1.0, 0.4 + heavy)), wind=breeze)
    if sky == "snow":
        return Weather(snow=always(heavy), snow_lies=always(float(rng.uniform(0.0, 0.7))))
    if sky == "fog":
        return Weather(fog=always(float(rng.uniform(0.15, 0.5))), wind=breeze)
    if sky == "wet":
        return Weather(wet=always(float(rng.uniform(0.4, 0.9))), wind=breeze)
    if sky == "wind":
        return Weather(wind=always(float(rng.uniform(0.5, 1.0))))
    return Weather(wind=breeze)


def _sensor(rng: np.random.Generator, time: Time) -> Sensor:
    dark = time in ("night", "infrared", "dusk")
    return Sensor(
        noise=float(rng.uniform(0.15, 0.5) + (0.1 if dark else 0.0)),
        blur=float(rng.uniform(0.4, 0.85)),
        quality=int(rng.integers(35, 85)),
        vignette=float(rng.uniform(0.05, 0.4)),
        clock=bool(rng.random() < 0.7),
        clock_start=float(rng.uniform(0, 86_000)),
    )


def changed(curve: Curve, day: Day) -> Day:
    """Return the day with the camera's gain following a curve."""
    return replace(day, lighting=replace(day.lighting, exposure=curve))
