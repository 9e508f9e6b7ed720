"""`view`: bad pictures and moved cameras are found, busy scenes are let pass."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rules import codec
from rules.observation import Observation
from rules.observation import View as Seen
from rules.primitives.view import Vantage, View
from rules.sight import Sight
from rules.zones import Zones

Pixels = NDArray[np.uint8]
Show = Callable[[float], Pixels]


def street() -> Pixels:
    """A street with houses, windows and kerbs: corners all over."""
    rng = np.random.default_rng(1)
    picture = np.full((360, 480, 3), 110, np.uint8)
    for x, y, w, h in rng.integers((0, 0, 15, 12), (470, 350, 70, 60), (90, 4)).tolist():
        colour = tuple(int(v) for v in rng.integers(40, 220, 3))
        cv2.rectangle(picture, (x, y), (x + w, y + h), colour, -1)
    return np.asarray(cv2.GaussianBlur(picture, (3, 3), 0), np.uint8)


STREET = street()


def grainy(picture: NDArray[np.generic], t: float) -> Pixels:
    rng = np.random.default_rng(int(t * 1000))
    noise = rng.normal(0, 2.0, picture.shape)
    return np.clip(picture.astype(np.float64) + noise, 0, 255).astype(np.uint8)


def turned(dx: float, dy: float, zoom: float = 1.0) -> Pixels:
    matrix = cv2.getRotationMatrix2D((240, 180), 0.0, zoom) + np.array(((0, 0, dx), (0, 0, dy)))
    return np.asarray(cv2.warpAffine(STREET, matrix, (480, 360), borderMode=cv2.BORDER_REFLECT_101))


def views(show: Show, until: float, period: float = 1.0, restart: bool = False) -> list[Seen]:
    rule, state = View(View.Params(), Zones()), Vantage()
    said = []
    for t in np.arange(0.0, until, period).tolist():
        if restart:
            state = codec.loads(codec.dumps(state), Vantage)
        sight = Sight(show(t), 1.7e9 + t, {})
        state, seen = rule.perceive(state, sight, Observation(at=sight.at, aspect=sight.aspect))
        said.append(seen.view)
    return said


def faults(show: Show, until: float, period: float = 1.0) -> list[str]:
    return [v.fault for v in views(show, until, period)]


def vehicle(share: float) -> Show:
    """A patterned side that drives over the picture and stops before `share` of it."""

    def show(t: float) -> Pixels:
        picture = STREET.copy()
        edge = round(480 * min(share, 0.1 * t))
        rng = np.random.default_rng(4)
        side = cv2.resize(
            rng.integers(0, 255, (12, 16, 3), np.uint8), (480, 360), interpolation=cv2.INTER_NEAREST
        )
        picture[:, :edge] = side[:, 480 - edge :]
        return grainy(picture, t)

    return show


def crowd(t: float) -> Pixels:
    picture = STREET.copy()
    rng = np.random.default_rng(2)
    for k in range(25):
        start, y = int(rng.integers(0, 480)), int(rng.integers(60, 330))
        x = int(start + 25 * t * (-1) ** k) % 480
        cv2.rectangle(picture, (x, y), (x + 30, y + 90), (k * 9, 250 - k * 9, 90), -1)
    return grainy(picture, t)


def water(t: float) -> Pixels:
    picture = STREET.copy()
    level = round(360 * min(0.7, 0.03 * t))
    if level:
        picture[360 - level :] = (90, 110, 120)
    return grainy(picture, t)


def infrared(t: float) -> Pixels:
    """At 10 s the camera goes over to infrared: no colour, other tones, a lamp in the middle."""
    if t < 10:
        return grainy(STREET * (0.6 - 0.03 * t), t)
    y, x = np.mgrid[0:360, 0:480]
    lamp = np.exp(-(((x - 240) / 200) ** 2 + ((y - 200) / 160) ** 2))[..., None]
    grey = (0.2 * STREET[..., :1] + 0.2 * STREET[..., 1:2] + 0.6 * STREET[..., 2:]).repeat(
        3, axis=2
    )
    return grainy(grey * (0.25 + 0.6 * lamp), t)


def headlights(t: float) -> Pixels:
    """At night beams sweep over the street."""
    y, x = np.mgrid[0:360, 0:480]
    beam = np.exp(-(((x + 80 - (t * 90) % 640) / 60) ** 2 + ((y - 250) / 70) ** 2))[..., None]
    return grainy(STREET * 0.3 * (1.0 + 2.0 * beam) + 120 * beam, t)


BUSY: dict[str, Show] = {
    "nothing": lambda t: grainy(STREET, t),
    "a bus before 70 % of the picture": vehicle(0.7),
    "a crowd": crowd,
    "water over the floor": water,
    "the light goes down": lambda t: grainy(STREET * (1.0 - min(0.6, 0.02 * t)), t),
    "infrared comes on": infrared,
    "headlights sweep": headlights,
    "the exposure jumps": lambda t: grainy(STREET * (0.6 if t % 7 > 3 else 1.0), t),
    "night noise": lambda t: grainy(grainy(STREET * 0.25, t + 0.1), t + 0.2),
}


@pytest.mark.parametrize("period", [0.2, 1.0, 5.0])
@pytest.mark.parametrize("show", BUSY.values(), ids=BUSY.keys())
def test_what_happens_in_a_street_is_no_fault(show: Show, period: float) -> None:
    assert set(faults(show, min(40.0, 60 * period), period)) == {""}


def test_a_still_camera_has_exactly_no_warp() -> None:
    assert {v.warp for v in views(crowd, 20.0)} == {(1.0, 0.0, 0.0, 0.0)}


@pytest.mark.parametrize("restart", [False, True])
def test_a_turned_camera_has_moved_until_it_rests(restart: bool) -> None:
    said = views(lambda t: grainy(STREET if t < 10 else turned(90.0, 20.0), t), 20.0, 0.5, restart)
    names = [v.fault for v in said]
    assert set(names[:20]) == {""}
    assert "moved" in names[20:24]
    assert set(names[-10:]) == {""}
    assert said[-1].epoch == said[0].epoch + 1


def test_a_view_that_keeps_turning_stays_unusable() -> None:
    names = faults(lambda t: grainy(turned(-22.0 * max(0.0, t - 5), 0.0), t), 14.0, 1.0)
    assert names[:5] == [""] * 5
    assert set(names[7:]) == {"moved"}


def test_a_zoom_is_a_move() -> None:
    assert "moved" in faults(lambda t: grainy(STREET if t < 5 else turned(0, 0, 1.4), t), 10.0)


def test_a_bump_is_a_warp_not_a_fault() -> None:
    said = views(lambda t: grainy(STREET if t < 5 else turned(7.0, -4.0), t), 12.0)
    assert {v.fault for v in said} == {""}
    a, b, tx, ty = said[-1].warp
    assert (a, b) == pytest.approx((1.0, 0.0), abs=0.01)
    assert (tx * 480, ty * 480) == pytest.approx((7.0, -4.0), abs=1.5)


def test_another_place_altogether_has_moved_after_a_while() -> None:
    rng = np.random.default_rng(9)
    other = cv2.resize(rng.integers(0, 255, (30, 40, 3), np.uint8), (480, 360))
    names = faults(lambda t: grainy(STREET if t < 10 else other, t), 50.0)
    assert "moved" in names[10:30]
    assert names[-1] == ""


def test_black_and_bright_are_told_at_once() -> None:
    assert faults(lambda t: grainy(STREET if t < 3 else STREET * 0.0, t), 5.0)[3] == "black"
    assert faults(lambda t: grainy(STREET if t < 3 else STREET * 0 + 255, t), 5.0)[3] == "bright"


def test_a_hand_and_a_lost_focus_are_told_when_they_last() -> None:
    hand = np.full_like(STREET, 60)
    soft = np.asarray(cv2.GaussianBlur(STREET, (0, 0), 14))
    for picture, name in ((hand, "covered"), (soft, "blurred")):
        clean = [STREET if t < 5 else picture for t in range(15)]
        names = faults(lambda t, clean=clean: clean[int(t)], 15.0)  # type: ignore[misc]
        assert names[:8] == [""] * 8
        assert names[-1] == name


def test_a_frozen_picture_is_told_after_a_minute_and_forgiven_at_once() -> None:
    names = faults(lambda t: grainy(STREET, 0.0 if 10 <= t < 90 else t), 95.0)
    assert names[60] == ""
    assert names[85] == "frozen"
    assert names[92] == ""


def slipped(picture: Pixels) -> Pixels:
    torn = picture.copy()
    torn[100:140] = np.roll(torn[100:140], 90, axis=1)
    return torn


def smeared(picture: Pixels) -> Pixels:
    torn = picture.copy()
    torn[200:] = torn[200]
    return torn


def filled(picture: Pixels) -> Pixels:
    torn = picture.copy()
    torn[250:] = (0, 135, 0)
    return torn


@pytest.mark.parametrize("tear", [slipped, smeared, filled])
def test_a_damaged_picture_is_told_at_once_and_forgiven_at_once(
    tear: Callable[[Pixels], Pixels],
) -> None:
    def show(t: float) -> Pixels:
        sound = grainy(STREET, t)
        return tear(sound) if 10.0 <= t < 14.0 else sound

    said = faults(show, 20.0)
    assert said[10:14] == ["damaged"] * 4
    assert not any(said[:10] + said[14:])
    assert views(show, 20.0)[-1].epoch == 1


def test_a_blank_wall_and_a_lorry_before_the_lens_are_no_damage() -> None:
    def show(t: float) -> Pixels:
        picture = STREET.copy()
        picture[:60] = 200  # A sky, or the bar of a recorder, from the beginning.
        if t >= 10.0:
            picture[150:300, :400] = np.linspace(140, 180, 400, dtype=np.uint8)[:, None]
        return grainy(picture, t)

    assert not any(faults(show, 20.0))


def test_what_drives_through_is_no_damage() -> None:
    def show(t: float) -> Pixels:
        picture = cv2.convertScaleAbs(STREET, alpha=0.3, beta=60)
        x = round(-200 + 60 * max(0.0, t - 8.0))
        cv2.rectangle(picture, (x, 180), (x + 200, 320), (250, 250, 250), -1)
        return grainy(picture, t)

    assert not any(faults(show, 24.0))


def test_damage_that_stays_is_how_it_is_now() -> None:
    said = faults(lambda t: slipped(grainy(STREET, t)) if t >= 10.0 else grainy(STREET, t), 60.0)
    assert set(said[10:30]) == {"damaged"}
    assert not any(said[32:])


def test_calm_water_that_rises_is_no_damage() -> None:
    def show(t: float) -> Pixels:
        picture = grainy(STREET, t)
        top = picture.shape[0] - round(8 * max(0.0, t - 8.0))
        rows = np.arange(top, picture.shape[0], dtype=np.float32)[:, None]
        columns = np.arange(picture.shape[1], dtype=np.float32)[None, :]
        ripple = 3.0 * np.sin(rows / 3.1 + t * 2.3) * np.sin(columns / 9.7 - t * 1.1)
        picture[top:] = np.clip(ripple + 90, 0, 255).astype(np.uint8)[:, :, None]
        return picture

    assert "damaged" not in faults(show, 24.0)
