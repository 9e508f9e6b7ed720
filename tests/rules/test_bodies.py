"""Falls on the bench of bodies: seeds that no constant was chosen on, floors below the measured.

`docs/accuracy.md` has the figures; this holds that they do not get lost.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from rules import pose, postures
from tests.rules.bodies import Detector, Errors, camera, filmed, seen
from tests.rules.deeds import FALLS, NONE, Deed
from tests.rules.street import told
from tests.rules.test_posture import falling

HELD_OUT = 1000


def right(deeds: Mapping[str, Deed], seeds: range, keypoints: bool, rate: float = 5.0) -> float:
    """Return in which share of the scenes a fall was told once, or nothing where there was none."""
    good = []
    for name, deed in deeds.items():
        for seed in seeds:
            rng = np.random.default_rng([seed, sum(map(ord, name)), int(keypoints)])
            act = deed(rng)
            view = camera(rng)
            pictures = filmed([act], view, rate, rng, Errors(keypoints=keypoints))
            found = told(falling(dwell_s=10.0, absence_s=5.0), pictures)
            opened = sum(f.change == "opened" for f in found)
            good.append(opened == (1 if name in FALLS else 0))
    return float(np.mean(good))


@pytest.mark.parametrize("keypoints", [True, False], ids=["joints", "boxes"])
def test_a_few_falls_and_what_is_none(keypoints: bool) -> None:
    everyday = {k: d for k, d in NONE.items() if k not in ("push_ups", "lies_down_on_a_bench")}
    assert right(FALLS, range(HELD_OUT, HELD_OUT + 2), keypoints) >= 0.5
    assert right(everyday, range(HELD_OUT, HELD_OUT + 1), keypoints) >= 0.9


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("keypoints", "least"), [(True, 0.75), (False, 0.6)], ids=["joints", "boxes"]
)
def test_many_falls_and_what_is_none(keypoints: bool, least: float) -> None:
    seeds = range(HELD_OUT, HELD_OUT + 8)
    assert right(FALLS, seeds, keypoints) >= least
    assert right(NONE, seeds, keypoints) >= 0.9


def test_the_library_stands_on_the_ground_and_is_as_tall_as_a_body() -> None:
    known = postures.library()
    flat = known.boxes[0]  # Seen nearly from the side.
    up = flat[postures.KIND_OF == 0, 1]
    lying = flat[postures.KIND_OF == 3, 1]
    assert up.min() > 0.85
    assert lying.max() < 0.6
    assert known.points.shape == (len(postures.TILTS), len(postures.KIND_OF), 9, 2)


@pytest.mark.parametrize("steep", [(10.0, 20.0), (30.0, 40.0), (50.0, 60.0)])
def test_joints_tell_how_steeply_somebody_is_seen(steep: tuple[float, float]) -> None:
    errors = []
    for seed in range(6):
        rng = np.random.default_rng([HELD_OUT + seed, 5])
        act, view = NONE["walks"](rng), camera(rng, steep)
        detector, build = Detector(Errors(), rng), None
        for at in np.arange(0.0, act.walks_s + 2.0, 0.2).tolist():
            found = detector.look(act.joints(at), act.figure, view, at)
            if found is None:
                continue
            reading = pose.read(found.box, found.keypoints, 16 / 9, build)
            if reading.build is not None and reading.up > 0.6:
                build = reading.build if build is None else pose.mixed(build, reading.build, 0.2)
        if build is not None:
            errors.append(abs(pose.tilt(build) - sum(steep) / 2))
    assert len(errors) >= 4
    assert float(np.median(errors)) < 20.0


def test_a_cut_box_without_joints_tells_nothing() -> None:
    assert not pose.read((0.4, 0.0, 0.5, 0.6), (), 16 / 9, None).told
    assert pose.read((0.4, 0.1, 0.5, 0.6), (), 16 / 9, None).told


def test_the_bench_projects_what_it_says() -> None:
    rng = np.random.default_rng(7)
    act, view = NONE["walks"](rng), camera(rng)
    box, points = seen(act.joints(0.5), act.figure, view)
    assert points.shape == (17, 2)
    assert box[0] <= points[:, 0].min()
    assert box[3] >= points[:, 1].max()
