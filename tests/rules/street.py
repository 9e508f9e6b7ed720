"""A street of boxes: what a detector would see of vehicles that stand, pass, queue and succeed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from rules.boxes import covered
from rules.composition import Composition, parameter_model
from rules.looks import SIZE
from rules.observation import Box, Finding, Object, Observation, View
from rules.primitive import NoState
from rules.primitive import Params as Parameters
from rules.primitives.episodes import Episodes
from rules.primitives.stays import Stays
from rules.primitives.track import Tracker
from rules.zones import Zones

ASPECT = 16 / 9
START = 1.7e9
LOOK_NOISE = np.array([12.0] * 36 + [2.0] * 8)  # Lightness of small cells, tints of large ones.


@dataclass
class Vehicle:
    """A box that `place(t)` puts somewhere (None: not there), with a look of its own."""

    place: Callable[[float], Box | None]
    seed: int
    label: str = "car"
    score: float = 0.7
    look: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.look = np.random.default_rng(self.seed).integers(0, 256, SIZE, np.uint8).tobytes()


def standing(box: Box, since: float = 0.0, until: float = 1e9) -> Callable[[float], Box | None]:
    return lambda t: box if since <= t < until else None


def driving(
    box: Box, speed: float, since: float = 0.0, every: float = 1e9
) -> Callable[[float], Box | None]:
    """Drive to the right at `speed` picture widths a second; again after `every` seconds."""

    def place(t: float) -> Box | None:
        if t < since:
            return None
        shift = speed * ((t - since) % every)
        x1, x2 = max(0.0, box[0] + shift), min(1.0, box[2] + shift)
        return (x1, box[1], x2, box[3]) if x2 - x1 > 0.02 else None

    return place


def seen(
    vehicles: Sequence[Vehicle],
    t: float,
    rng: np.random.Generator,
    jitter: float = 0.02,
    missed: float = 0.0,
) -> tuple[Object, ...]:
    """Return the detections at `t`: jittered, some missed, none of what is mostly covered."""
    there = [(v, box) for v in vehicles if (box := v.place(t)) is not None]
    objects = []
    for vehicle, box in there:
        front = [b for v, b in there if v is not vehicle and b[3] > box[3]]
        if sum(covered(box, b) for b in front) > 0.5 or rng.random() < missed:
            continue
        side = (box[2] - box[0], box[3] - box[1])
        noise = rng.normal(0.0, jitter, 4) * (*side, *side)
        x1, y1, x2, y2 = (np.array(box) + noise).tolist()
        noisy = np.frombuffer(vehicle.look, np.uint8) + rng.normal(0.0, 1.0, SIZE) * LOOK_NOISE
        look = noisy.clip(0, 255).astype(np.uint8).tobytes()
        score = float(np.clip(vehicle.score + rng.normal(0.0, 0.05), 0.1, 0.99))
        label = "truck" if vehicle.label == "car" and rng.random() < 0.2 else vehicle.label
        objects.append(Object(label, score, (x1, y1, x2, y2), look=look))
    return tuple(objects)


def observations(
    vehicles: Sequence[Vehicle],
    until: float,
    period: float,
    seed: int = 0,
    jitter: float = 0.02,
    missed: float = 0.0,
    view: Callable[[float], View] = lambda t: View(),
) -> Iterable[Observation]:
    rng = np.random.default_rng(seed)
    for t in np.arange(0.0, until, period).tolist():
        objects = seen(vehicles, t, rng, jitter, missed)
        yield Observation(at=START + t, aspect=ASPECT, objects=objects, view=view(t))


class Nothing:
    """A perceiver that adds nothing: the observations here are made by hand."""

    Params = Parameters
    State = NoState

    def __init__(self, params: Parameters, zones: Zones) -> None: ...

    def perceive(self, state: object, sight: object, observation: Observation) -> object:
        return state, observation


CHAIN = {"nothing": Nothing, "track": Tracker, "stays": Stays, "episodes": Episodes}


def parking(zones: Zones | None = None, **values: float) -> Composition:
    """Return the chain of illegal parking with other parameters."""
    model = parameter_model("parking", list(CHAIN.values()), {})
    chosen = model(**{"dwell_s": 60.0, "confirm_s": 3.0, **values})
    return Composition(list(CHAIN.values()), list(CHAIN), chosen, zones or Zones())


def told(
    rule: Composition, pictures: Iterable[Observation], restart: bool = False
) -> list[Finding]:
    """Return what the rule says of the pictures, times from the start of the street."""
    state = rule.start()
    findings: list[Finding] = []
    for seen_now in pictures:
        if restart:
            state = rule.load(rule.dump(state))
        state, found = rule.step(state, seen_now, seen_now.at)
        findings.extend(found)
    return findings
