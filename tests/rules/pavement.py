"""A pavement seen by a fixed camera: people as textured boxes, things they put down, light."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from models.detector import Detections
from rules.composition import Composition, parameter_model
from rules.observation import Box, Finding, Observation
from rules.primitives import REGISTRY
from rules.sight import Sight
from rules.zones import Zones

START = 1.7e9
WIDTH, HEIGHT = 320, 240
CHAIN = ("view", "objects", "static_foreground", "left_behind", "episodes")
Place = Callable[[float], Box | None]
"""Where something is at a time (s), in px; None while it is not there."""


def at(box: Box, since: float = -1.0, until: float = 1e9) -> Place:
    return lambda t: box if since <= t < until else None


def walking(*stops: tuple[float, float, float], size: tuple[float, float] = (24, 66)) -> Place:
    """Walk straight between stops (s, x, y of the feet in px); there from the first to the last."""
    times, xs, ys = np.array(stops).T

    def place(t: float) -> Box | None:
        if not times[0] <= t <= times[-1]:
            return None
        x, y = float(np.interp(t, times, xs)), float(np.interp(t, times, ys))
        return x - size[0] / 2, y - size[1], x + size[0] / 2, y

    return place


@dataclass
class Figure:
    """Something with a texture of its own. `label` '' is what no detector knows.

    `seen(t)` tells whether the detector finds it then; `shade` makes it a shadow or a light: it
    only multiplies what is under it.
    """

    place: Place
    seed: int
    label: str = ""
    tone: float = 60.0
    seen: Callable[[float], bool] = lambda t: True
    shade: float | None = None
    soft: bool = False


@dataclass
class Scene:
    """What the camera shows over time. `light(t)` multiplies everything; `shift(t)` moves it;
    `weather` paints what falls on the picture at `t`.
    """

    figures: list[Figure]
    light: Callable[[float], float] = lambda t: 1.0
    shift: Callable[[float], tuple[float, float]] = lambda t: (0.0, 0.0)
    noise: float = 2.0
    weather: Callable[[NDArray[np.float64], float], None] = lambda picture, t: None
    ground: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(7)
        slabs = cv2.resize(
            rng.uniform(95, 150, (HEIGHT // 24, WIDTH // 24)).astype(np.float32),
            (WIDTH, HEIGHT),
            interpolation=cv2.INTER_NEAREST,
        )
        grain = cv2.GaussianBlur(rng.normal(0, 14, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 1.2)
        self.ground = np.repeat((slabs + grain)[..., None], 3, axis=2) * (0.95, 1.0, 1.03)
        for x, y in rng.integers(20, (WIDTH - 20, HEIGHT - 20), (14, 2)).tolist():
            cv2.circle(self.ground, (x, y), 7, (70.0, 75.0, 80.0), 2)

    def sight(self, t: float) -> Sight:
        """Return the picture and the detections at `t`."""
        rng = np.random.default_rng(int(t * 1000) + 1)
        picture = self.ground.copy()
        found: list[tuple[Box, str]] = []
        for figure in self.figures:
            box = figure.place(t)
            if box is None:
                continue
            _painted(picture, figure, box)
            if figure.label and figure.seen(t):
                found.append((box, figure.label))
        dx, dy = self.shift(t)
        if (dx, dy) != (0.0, 0.0):
            moved = np.array(((1, 0, dx), (0, 1, dy)), np.float64)
            picture = np.asarray(
                cv2.warpAffine(picture, moved, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT),
                np.float64,
            )
        self.weather(picture, t)
        picture = picture * self.light(t) + rng.normal(0, self.noise, picture.shape)
        pixels = np.clip(picture, 0, 255).astype(np.uint8)
        boxes = np.array([b for b, _ in found], np.float32).reshape(-1, 4)
        boxes = np.clip((boxes + (dx, dy) * 2) / (WIDTH, HEIGHT, WIDTH, HEIGHT), 0, 1)
        table = Detections(
            boxes.astype(np.float32),
            np.full(len(found), 0.8, np.float32),
            tuple(label for _, label in found),
            np.zeros((len(found), 0, 3), np.float32),
        )
        return Sight(pixels, START + t, {"objects": table})


def snow(picture: NDArray[np.float64], t: float) -> None:
    """Flakes of 2 to 6 px, other ones in every picture."""
    rng = np.random.default_rng(int(t * 977) + 5)
    for x, y, radius in rng.integers((0, 0, 1), (WIDTH, HEIGHT, 4), (160, 3)).tolist():
        cv2.circle(picture, (x, y), radius, (225.0, 225.0, 225.0), -1)


def rain(picture: NDArray[np.float64], t: float) -> None:
    """Bright streaks, and from 20 s on a ground that is darker by a quarter."""
    picture *= 1.0 - 0.25 * min(1.0, max(0.0, t - 20.0) / 10.0)
    rng = np.random.default_rng(int(t * 977) + 6)
    for x, y, length in rng.integers((0, 0, 8), (WIDTH, HEIGHT, 22), (120, 3)).tolist():
        cv2.line(picture, (x, y), (x + 2, y + length), (190.0, 190.0, 190.0), 1)


def _painted(picture: NDArray[np.float64], figure: Figure, box: Box) -> None:
    x1, y1, x2, y2 = (round(v) for v in box)
    rows, columns = slice(max(0, y1), max(0, y2)), slice(max(0, x1), max(0, x2))
    part = picture[rows, columns]
    if part.size == 0:
        return
    if figure.shade is not None:
        mask = np.zeros(picture.shape[:2], np.float32)
        mask[rows, columns] = 1.0
        if figure.soft:
            mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), 6.0))
        picture *= (1.0 - mask * (1.0 - figure.shade))[..., None]
        return
    rng = np.random.default_rng(figure.seed)
    tint = rng.uniform(0.7, 1.3, 3)
    texture = rng.uniform(-15, 15, (max(2, (y2 - y1) // 5), max(2, (x2 - x1) // 5)))
    whole = cv2.resize(texture.astype(np.float32), (x2 - x1, y2 - y1))
    left, top = max(0, -x1), max(0, -y1)
    cut = whole[top : top + part.shape[0], left : left + part.shape[1]]
    part[:] = figure.tone * tint + cut[..., None]


def litter(zones: Zones | None = None, **values: float) -> Composition:
    """Return the chain of litter with short times."""
    classes = [REGISTRY[name] for name in CHAIN]
    model = parameter_model("litter", classes, {})
    labels = ("person", "car", "truck")
    chosen = model(**{"labels": labels, "dwell_s": 10.0, "absence_s": 5.0, **values})
    return Composition(classes, CHAIN, chosen, zones or Zones())


def watched(
    rule: Composition, scene: Scene, until: float, period: float, restart: bool = False
) -> Iterator[tuple[float, Observation, tuple[Finding, ...]]]:
    """Yield time, observation and findings of every picture; `restart` stores and loads each."""
    state = rule.start()
    for t in np.arange(0.0, until, period).tolist():
        if restart:
            state = rule.load(rule.dump(state))
        state, seen = rule.perceive(state, scene.sight(t))
        state, findings = rule.step(state, seen, seen.at)
        yield t, seen, findings


def told(
    scene: Scene, until: float, period: float = 1.0, restart: bool = False, **values: float
) -> list[tuple[str, float, Box]]:
    """Return change, time and box (px) of every finding of litter in a scene."""
    return [
        (f.change, f.at - START, _px(f.box))
        for _, _, findings in watched(litter(None, **values), scene, until, period, restart)
        for f in findings
    ]


def opened(found: list[tuple[str, float, Box]]) -> list[tuple[float, Box]]:
    return [(when, box) for change, when, box in found if change == "opened"]


def _px(box: Box) -> Box:
    return box[0] * WIDTH, box[1] * HEIGHT, box[2] * WIDTH, box[3] * HEIGHT
