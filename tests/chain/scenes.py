"""One painted film per kind in which exactly one thing happens, with the dwell it is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from models.detector import Pixels
from models.fake import FakeDetector
from rules.observation import Finding
from rules.sight import Sight
from store.catalog import Algorithms
from streams.picture import Picture
from streams.synthetic import Step
from tests.chain.street import HEIGHT, RED, WIDTH, Draw, falls, film, parks


@dataclass(frozen=True)
class Scene:
    """A film of `seconds`; what happens in it lasts to its end."""

    draw: Draw
    seconds: float
    parameters: Mapping[str, Any]
    rate: float = 5.0

    def film(self) -> list[Step]:
        """Return the script of the film."""
        return film(self.seconds, self.draw, self.rate)


def leaves_a_bag(at_s: float) -> Draw:
    """A person walks in, puts a dark bag down at `at_s`, and walks out the other side."""

    def draw(pixels: Pixels, at: float) -> None:
        x = 170 + (at - at_s) * 22
        if at >= at_s:
            cv2.rectangle(pixels, (160, 128), (178, 144), (30, 25, 20), -1)
            cv2.line(pixels, (162, 132), (176, 140), (90, 80, 70), 2)
        if -30 < x < WIDTH:
            cv2.rectangle(pixels, (round(x), 70), (round(x) + 22, 142), RED, -1)

    return draw


def floods(at_s: float, full_s: float = 8.0) -> Draw:
    """Brown, smooth water spreads from the lower edge over two fifths of the picture."""

    def draw(pixels: Pixels, at: float) -> None:
        share = min(1.0, max(0.0, (at - at_s) / full_s))
        if share == 0.0:
            return
        top = HEIGHT - round(share * HEIGHT * 0.45)
        rows = np.arange(top, HEIGHT, dtype=np.float32)[:, None]
        columns = np.arange(WIDTH, dtype=np.float32)[None, :]
        ripple = 3.0 * np.sin(rows / 3.1 + at * 2.3) * np.sin(columns / 9.7 - at * 1.1)
        water = np.stack([ripple + 70, ripple + 95, ripple + 120], axis=2)
        pixels[top:] = np.clip(water, 0, 255).astype(np.uint8)

    return draw


SCENES: dict[str, Scene] = {
    "illegal_parking": Scene(parks(arrives=4), 40.0, {"dwell_s": 14.0}),
    "fall": Scene(falls(at_s=5), 40.0, {"dwell_s": 14.0}),
    "litter": Scene(leaves_a_bag(at_s=8), 50.0, {"dwell_s": 14.0}),
    "flooding": Scene(floods(at_s=8), 60.0, {"dwell_s": 12.0, "area_ratio": 0.1}),
}


def undisturbed(kind: str, algorithms: Algorithms) -> Finding:
    """Return what a worker that nobody kills opens in the scene of a kind."""
    scene, algorithm = SCENES[kind], algorithms[kind]
    parameters = algorithm.parameters(**scene.parameters)
    rule = algorithm.rule(parameters, ())
    state, due = rule.start(), 0.0
    detectors = {role: FakeDetector(pose=role == "pose") for role in algorithm.manifest.models}
    for picture in (step for step in scene.film() if isinstance(step, Picture)):
        if picture.stream_time < due - 0.02:
            continue
        due = picture.stream_time + algorithm.period_s(parameters)
        tables = {role: d.detect([picture.pixels])[0] for role, d in detectors.items()}
        sight = Sight(picture.pixels, picture.stream_time, tables)
        state, observation = rule.perceive(state, sight)
        state, findings = rule.step(state, observation, picture.stream_time)
        for finding in findings:
            if finding.change == "opened":
                return finding
    raise AssertionError(f"nothing is opened in the scene of {kind}")
