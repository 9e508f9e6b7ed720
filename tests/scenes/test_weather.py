"""Weather, water and the camera's own faults."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from scenes.curve import ZERO, always, ramp
from scenes.light import Lighting, night, overcast
from scenes.sensor import Fault, FaultKind, Sensor
from scenes.shapes import Body
from scenes.shot import Shot
from scenes.stage import Block, Bowl
from scenes.unsteady import Shake
from scenes.water import Water
from scenes.weather import Weather
from tests.scenes.stages import CAMERA, PLAIN, cuboid, floor, man, shot

BOWL = Bowl((0.0, 12.0), (4.0, 3.0), (), 5)
ZONE = ((0.1, 0.3), (0.9, 0.3), (0.9, 0.95), (0.1, 0.95))


def _pixels(scene: Shot, at: float = 0.0) -> NDArray[Any]:
    return scene.render(at).pixels.astype(int)


def test_fog_takes_contrast_and_more_of_what_is_far() -> None:
    near, far = cuboid(-1.5, 9.0), cuboid(2.0, 30.0, 2.0)
    clear, foggy = shot(near, far), shot(near, far, weather=Weather(fog=always(0.5)))

    def color(scene: Shot, x: float, y: float) -> NDArray[Any]:
        spot = CAMERA.spot((x, y, 0.6))
        assert spot is not None
        pixel: NDArray[Any] = _pixels(scene)[int(spot[1] * 180), int(spot[0] * 320)]
        return pixel

    def lost(x: float, y: float) -> float:
        red, pale = (np.ptp(color(scene, x, y)) for scene in (clear, foggy))
        return float(1 - pale / red)

    assert lost(2.0, 30.0) > lost(-1.5, 9.0) + 0.2


def test_snow_whitens_the_ground_slowly() -> None:
    scene = shot(weather=Weather(snow_lies=ramp(0.0, 100.0, 0.0, 0.9)))
    means = [float(_pixels(scene, at)[90:].mean()) for at in (0.0, 30.0, 60.0)]
    assert means[0] < means[1] < means[2]


def test_wet_ground_is_darker_and_mirrors_what_stands_behind_it() -> None:
    wall = Block((-30.0, 25.0, 0.0), (30.0, 26.0, 9.0), "wall", (20.0, 20.0, 230.0), 1)
    dry = _pixels(shot(stage=floor(wall)))
    wet = _pixels(shot(stage=floor(wall), weather=Weather(wet=always(1.0))))
    ground = slice(120, 180)
    assert wet[ground, ..., 1].mean() < 0.9 * dry[ground, ..., 1].mean()
    redness = [(p[60:100, ..., 2] - p[60:100, ..., 0]).mean() for p in (dry, wet)]
    assert redness[1] > redness[0] + 4


@pytest.mark.parametrize("weather", [Weather(rain=always(0.8)), Weather(snow=always(0.8))])
def test_what_falls_differs_from_picture_to_picture(weather: Weather) -> None:
    scene = shot(weather=weather)
    changed = np.abs(_pixels(scene, 1.0) - _pixels(scene, 1.2)).max(-1) > 10
    assert 0.001 < changed.mean() < 0.5


def test_a_drop_blurs_only_its_spot() -> None:
    box = cuboid(0.0, 12.0, 3.0)
    changed = np.abs(_pixels(shot(box)) - _pixels(shot(box, weather=Weather(drop=always(1.0)))))
    assert 0.0005 < (changed.max(-1) > 3).mean() < 0.4


def test_the_share_under_water_is_what_the_picture_shows() -> None:
    scene = shot(stage=floor(bowl=BOWL), water=Water(ramp(0.0, 10.0, 0.0, 0.12)))
    dry = shot(stage=floor(bowl=BOWL)).render(0).pixels.astype(int)
    corners = (np.array(ZONE) * CAMERA.size).round().astype(np.int32)
    zone = cv2.fillPoly(np.zeros((180, 320), np.uint8), [corners], 1).astype(bool)
    for at in (4.0, 10.0):
        wet = np.abs(scene.render(at).pixels.astype(int) - dry).max(-1) > 14
        counted = np.count_nonzero(wet & zone) / np.count_nonzero(zone)
        assert scene.water_share(ZONE, at) == pytest.approx(counted, abs=0.025)


def test_the_share_grows_with_the_level_from_nothing() -> None:
    scene = shot(stage=floor(bowl=BOWL), water=Water(ramp(0.0, 10.0, 0.0, 0.3)))
    shares = [scene.water_share(ZONE, at) for at in (0.0, 2.0, 5.0, 10.0)]
    assert shares[0] == 0.0
    assert shares == sorted(shares)
    assert shares[-1] > 0.3
    assert shot().water_share(ZONE, 5.0) == 0.0


def test_water_that_has_not_come_changes_nothing() -> None:
    plain, dry = shot(man(0, 12)), shot(man(0, 12), water=Water(ZERO))
    assert (plain.render(0).pixels == dry.render(0).pixels).all()


def test_feet_sink() -> None:
    dry = shot(man(0.0, 12.0), stage=floor(bowl=BOWL))
    wet = shot(man(0.0, 12.0), stage=floor(bowl=BOWL), water=Water(always(0.4)))
    tall, short = (s.render(0).marked[0].box for s in (dry, wet))
    assert short[3] - short[1] < 0.93 * (tall[3] - tall[1])


@pytest.mark.parametrize("kind", ["black", "covered", "blurred", "glitch", "frozen"])
def test_a_fault_shows_between_its_times_only(kind: FaultKind) -> None:
    car = cuboid(0.0, 12.0, 2.0)
    scene = shot(car, sensor=Sensor(noise=0.3, clock=True, faults=(Fault(kind, 10.0, 20.0),)))
    sound = shot(car, sensor=Sensor(noise=0.3, clock=True))
    for at in (9.96, 20.0):
        assert (scene.render(at).pixels == sound.render(at).pixels).all()
    assert (scene.render(15.0).pixels != sound.render(15.0).pixels).any()


def test_each_fault_is_of_its_kind() -> None:
    def at_fault(kind: FaultKind, at: float = 15.0) -> NDArray[Any]:
        faults = (Fault(kind, 10.0, 20.0),)
        sensor = Sensor(noise=0.3, quality=0, clock=False, blur=0.3, faults=faults)
        return _pixels(shot(cuboid(0.0, 12.0, 2.0), sensor=sensor), at)

    sound = at_fault("black", 5.0)
    assert at_fault("black").mean() < 12
    assert at_fault("covered").mean() < 0.4 * sound.mean()
    assert (at_fault("frozen", 11.0) == at_fault("frozen", 19.0)).all()
    sharp, soft = (
        cv2.Laplacian(p.astype(np.float32), cv2.CV_32F)[60:120].var()
        for p in (_pixels(shot(cuboid(0.0, 12.0, 2.0))), at_fault("blurred") * 1.0)
    )
    assert soft < 0.5 * sharp


def test_the_clock_changes_every_second() -> None:
    sensor = Sensor(noise=0.0, quality=0, blur=0.0, vignette=0.0, clock=True)
    scene = shot(sensor=sensor)
    first, same, next_ = (scene.render(at).pixels for at in (3.0, 3.9, 4.0))
    assert (first == same).all()
    changed = (first != next_).any(-1)
    assert 0 < changed.mean() < 0.02


def test_noise_grows_when_the_gain_is_up() -> None:
    def grain(lighting: Lighting) -> float:
        quiet = shot(lighting=lighting)
        noisy = shot(
            lighting=lighting, sensor=Sensor(noise=0.4, blur=0, quality=0, vignette=0, clock=False)
        )
        return float((_pixels(noisy) - _pixels(quiet))[100:].std())

    assert grain(Lighting(night())) > 1.3 * grain(Lighting(overcast()))


@pytest.mark.parametrize("body", [cuboid(0.0, 12.0), man(0.5, 10.0)])
def test_everything_at_once_still_gives_a_picture(body: Body) -> None:
    rough = Weather(*[always(0.7)] * 7)
    scene = shot(
        body,
        stage=floor(bowl=BOWL),
        weather=rough,
        water=Water(always(0.1)),
        shake=Shake(),
        sensor=PLAIN,
    )
    assert scene.render(2.0).pixels.shape == (180, 320, 3)
