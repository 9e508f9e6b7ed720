"""Light: sun, sky, lamps, the camera's exposure, and how they change over time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scenes.curve import ONE, ZERO, Curve
from scenes.shapes import Color

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Light:
    """One kind of light.

    `azimuth` is where the sun stands, degrees clockwise from +y; `elevation` degrees above the
    horizon. `sun` and `sky` are strengths: where they add up to about 1 on level
    ground, a thing has the colour that it was given. `soft` 0..1 is how blurred shadows are.
    `lamps` 0..1 is how bright street lamps, windows and headlights shine against `exposure`.
    `infrared` 0..1 is the camera's own lamp; with `gray` the picture has no colour.
    """

    azimuth: float = 220.0
    elevation: float = 45.0
    sun: float = 1.1
    sun_color: Color = (0.92, 1.0, 1.04)
    sky: float = 0.27
    sky_color: Color = (1.08, 1.0, 0.95)
    soft: float = 0.15
    lamps: float = 0.0
    infrared: float = 0.0
    gray: bool = False
    exposure: float = 1.0

    @property
    def towards(self) -> Floats:
        """Return the unit vector to the sun, shape (3,)."""
        azimuth, elevation = np.radians([self.azimuth, self.elevation])
        return np.array(
            [
                np.sin(azimuth) * np.cos(elevation),
                np.cos(azimuth) * np.cos(elevation),
                np.sin(elevation),
            ]
        )


def day(azimuth: float = 220.0, elevation: float = 45.0) -> Light:
    """Return a clear day; a low sun is warmer and weaker."""
    low = max(0.0, min(1.0, (35.0 - elevation) / 30.0))
    color = (0.92 - 0.32 * low, 1.0 - 0.1 * low, 1.04 + 0.06 * low)
    sun, sky = 1.15 - 0.15 * low, 0.27
    level = sky + sun * float(np.sin(np.radians(max(elevation, 5.0))))
    exposure = min(2.0, 1.25 / level)
    return Light(azimuth, elevation, sun, color, sky, exposure=exposure)


def overcast() -> Light:
    """Return a grey day without shadows."""
    return Light(180.0, 70.0, 0.08, (1.0, 1.0, 1.0), 0.98, (1.02, 1.0, 0.98), soft=1.0)


def dusk() -> Light:
    """Return the blue time after sunset, with the first lamps on and the gain up."""
    return Light(
        270.0, 12.0, 0.0, (1.0, 1.0, 1.0), 0.2, (1.3, 1.0, 0.85), 1.0, lamps=0.35, exposure=1.5
    )


def night() -> Light:
    """Return a street at night under its lamps."""
    return Light(
        180.0, 50.0, 0.0, (1.0, 1.0, 1.0), 0.025, (1.3, 1.0, 0.85), 1.0, lamps=1.0, exposure=1.6
    )


def infrared() -> Light:
    """Return a camera's night mode: no colour, lit from the camera."""
    return Light(
        180.0,
        50.0,
        0.0,
        (1.0, 1.0, 1.0),
        0.02,
        (1.0, 1.0, 1.0),
        1.0,
        lamps=0.25,
        infrared=1.0,
        gray=True,
        exposure=1.3,
    )


def indoor() -> Light:
    """Return the even light of a ceiling full of tubes."""
    return Light(180.0, 75.0, 0.1, (1.0, 1.0, 1.0), 0.85, (0.95, 1.0, 1.02), soft=1.0, lamps=0.25)


@dataclass(frozen=True, slots=True)
class Lighting:
    """Light over a scene's time.

    The curves multiply the light's own values: `daylight` sun and sky together (a slow dusk),
    `sun` the sun alone (a cloud before it), `lamps` the lamps (they come on), `exposure` the
    camera's gain (it steps or hunts). `turned` is added to the sun's azimuth, in degrees: shadows
    wander. `clouds` 0..1 is how dark cloud shadows are that travel over the ground at `cloud_speed`
    (metres a second). From `night_mode_at` seconds on (if given) the
    picture is grey and lit by the camera, as when the camera's filter switches.
    """

    light: Light = field(default_factory=day)
    daylight: Curve = ONE
    sun: Curve = ONE
    lamps: Curve = ONE
    exposure: Curve = ONE
    turned: Curve = ZERO
    clouds: Curve = ZERO
    cloud_speed: float = 2.5
    night_mode_at: float | None = None

    def at(self, at: float) -> Light:
        """Return the light at `at` seconds, in steps that are too small to see."""
        light = self.light
        daylight = _stepped(self.daylight.at(at))
        switched = self.night_mode_at is not None and at >= self.night_mode_at
        return Light(
            light.azimuth + round(self.turned.at(at) / _TURN) * _TURN,
            light.elevation,
            light.sun * daylight * _stepped(self.sun.at(at)),
            light.sun_color,
            light.sky * daylight,
            light.sky_color,
            light.soft,
            light.lamps * _stepped(self.lamps.at(at)),
            max(light.infrared, 1.0 if switched else 0.0),
            light.gray or switched,
            light.exposure * _stepped(self.exposure.at(at)),
        )


_TURN = 0.1
"""Degrees that the sun turns at once: less than shows."""


def _stepped(value: float) -> float:
    """Return a factor in steps of 1 %, so that pictures of one light can be kept."""
    if value <= 0.0:
        return 0.0
    return float(np.exp(np.round(np.log(value) * 100) / 100))
