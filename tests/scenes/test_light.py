"""Light does what it says: shadows, night, lamps, exposure, the camera's night mode."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenes import light as lights
from scenes.curve import always, ramp, step
from scenes.light import Lighting
from scenes.shapes import Body, Lamp
from scenes.shot import Shot
from tests.scenes.stages import CAMERA, cuboid, floor, shot


def _mean(scene: Shot, at: float = 0.0) -> float:
    return float(scene.render(at).pixels.mean())


def _around(scene: Shot, x: float, y: float) -> float:
    spot = CAMERA.spot((x, y, 0.0))
    assert spot is not None
    column, row = int(spot[0] * 320), int(spot[1] * 180)
    return float(scene.render(0).pixels[row - 2 : row + 3, column - 2 : column + 3].mean())


def test_night_is_darker_than_dusk_and_dusk_than_day() -> None:
    day, dusk, night = (
        _mean(shot(lighting=Lighting(make()))) for make in (lights.day, lights.dusk, lights.night)
    )
    assert night < dusk < day


def test_the_sun_throws_a_shadow_on_the_far_side() -> None:
    scene = shot(cuboid(0.0, 12.0, 1.5), lighting=Lighting(lights.day(90.0, 40.0)))
    shade, sunny = _around(scene, -1.6, 12.0), _around(scene, 1.8, 12.0)
    assert shade < 0.75 * sunny


def test_an_overcast_sky_throws_no_hard_shadow() -> None:
    scene = shot(cuboid(0.0, 12.0, 1.5))
    assert _around(scene, -1.8, 12.0) == pytest.approx(_around(scene, 1.8, 12.0), rel=0.12)


def test_a_cloud_darkens_a_part_and_travels() -> None:
    clear = Lighting(lights.day())
    cloudy = shot(lighting=replace(clear, clouds=always(0.8)))
    first, later = cloudy.render(0).pixels.astype(int), cloudy.render(8.0).pixels.astype(int)
    assert first.mean() < shot(lighting=clear).render(0).pixels.mean()
    assert (np.abs(first - later) > 12).mean() > 0.05


def test_exposure_and_daylight_follow_their_curves() -> None:
    jumps = shot(lighting=Lighting(lights.overcast(), exposure=step(5.0, 1.0, 1.5)))
    assert _mean(jumps, 4.9) == _mean(jumps, 0.0)
    assert _mean(jumps, 5.0) > 1.1 * _mean(jumps, 4.9)
    fades = shot(lighting=Lighting(lights.overcast(), daylight=ramp(0.0, 10.0, 1.0, 0.3)))
    series = [_mean(fades, at) for at in (0.0, 3.0, 6.0, 9.0, 12.0)]
    assert series == sorted(series, reverse=True)
    assert series[-1] < 0.7 * series[0]


def test_night_mode_takes_the_colour_away() -> None:
    scene = shot(cuboid(0.0, 12.0), lighting=Lighting(lights.dusk(), night_mode_at=10.0))

    def spread(at: float) -> int:
        pixels = scene.render(at).pixels.astype(int)
        return int((pixels.max(-1) - pixels.min(-1)).max())

    assert spread(9.0) > 30
    assert spread(10.0) <= 1


def test_a_street_lamp_lights_the_ground_below_it() -> None:
    lamp = Lamp((0.0, 12.0, 6.0), (200.0, 230.0, 255.0), 14.0)
    dark = shot(lighting=Lighting(lights.night()))
    lit = shot(stage=replace(floor(), lamps=(lamp,)), lighting=Lighting(lights.night()))
    assert _around(lit, 0.0, 12.0) > 2 * _around(dark, 0.0, 12.0)


def test_headlights_light_the_road_before_a_car_at_night_only() -> None:
    car = cuboid(0.0, 12.0, 1.5)
    lit = Body(car.label, car.solids, (), (Lamp((0.8, 12.0, 0.6), (235.0, 245.0, 255.0), 9.0),))
    night = Lighting(lights.night())
    ahead, behind = (
        _around(shot(lit, lighting=night), x, 12.0) - _around(shot(car, lighting=night), x, 12.0)
        for x in (4.0, -4.0)
    )
    assert ahead > 15
    assert ahead > 3 * behind
    day = Lighting(lights.day())
    lit_by_day, by_day = shot(lit, lighting=day).render(0), shot(car, lighting=day).render(0)
    assert (lit_by_day.pixels == by_day.pixels).all()
