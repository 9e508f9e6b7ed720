"""Generated pictures with exact labels: crowds and traffic, and moments of the stories."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from scenes.actors.coachwork import VehicleKind
from scenes.actors.cycles import Cycle
from scenes.actors.driving import Drive
from scenes.actors.falling import Fall
from scenes.actors.frames import CycleKind
from scenes.actors.look import draw_look
from scenes.actors.motion import Motion
from scenes.actors.person import Person
from scenes.actors.standing import (
    Bend,
    Kneel,
    LieDown,
    PushUps,
    Squat,
    Stand,
    Stay,
    TieShoes,
)
from scenes.actors.vehicles import Vehicle, draw_vehicle
from scenes.actors.walking import Walk
from scenes.camera import Camera
from scenes.library import HELD_OUT
from scenes.places import PLACES
from scenes.scene import Frame, Scene
from scenes.shapes import Actor
from scenes.shot import Shot
from scenes.stage import Stage
from scenes.stories.day import draw_day
from scenes.stories.script import Script
from training.shelf import Sample

LEAST_VISIBLE = 0.35
"""Of what is hidden more, no detector is asked for."""
LEAST_SIDE = 5.0
_SPAN_S = 12.0
_DRIVEN: tuple[VehicleKind, ...] = ("saloon", "hatchback", "suv", "van", "bus", "truck")


def frame_sample(frame: Frame, labels: Sequence[str], source: str) -> Sample:
    """Return a rendered picture as a sample; hardly visible things become unknown areas."""
    height, width = frame.pixels.shape[:2]
    scale = np.array([width, height, width, height], np.float32)
    boxes, names, unknown = [], [], []
    for marked in frame.marked:
        if marked.label not in labels:
            continue
        box = np.array(marked.box, np.float32) * scale
        small = float((box[2:] - box[:2]).min()) < LEAST_SIDE
        if marked.visible < LEAST_VISIBLE or small:
            unknown.append(box)
        else:
            boxes.append(box)
            names.append(marked.label)
    return Sample(
        frame.pixels,
        np.array(boxes, np.float32).reshape(-1, 4),
        tuple(names),
        np.array(unknown, np.float32).reshape(-1, 4),
        believed=False,
        source=source,
    )


def crowd(seed: int) -> Shot:
    """Return a place full of people who stand, walk, bend, squat, fall and lie, near and far."""
    rng = np.random.default_rng([seed, 31])
    stage = list(PLACES.values())[int(rng.integers(len(PLACES)))](int(rng.integers(2**31)))
    camera = stage.camera(int(rng.integers(2**31)), (640, 360))
    day = draw_day(rng, stage.indoor)
    regions = [
        r for r in ("square", "pavement", "carriageway", "floor", "lawn") if r in stage.regions
    ]
    people: list[Person] = []
    for region in regions:
        count = int(rng.integers(2, 9))
        spots = stage.spots(camera, region, int(rng.integers(2**31)), count, (0.02, 0.35))
        people += [_somebody(rng, spot) for spot in spots]
    return Shot(
        name=f"crowd-{seed}",
        script="crowd",
        seed=seed,
        stage=stage,
        camera=camera,
        duration_s=_SPAN_S,
        actors=(*people, *_traffic(rng, stage, camera)),
        conditions=day.tags,
        lighting=day.lighting,
        weather=day.weather,
        sensor=day.sensor,
    )


def _somebody(rng: np.random.Generator, at: tuple[float, float]) -> Person:
    heading = float(rng.uniform(-math.pi, math.pi))
    person = Person(int(rng.integers(2**31)), at, heading, draw_look(rng))
    wait = Stand(float(rng.uniform(0.5, 4.0)))
    return person.does(*((wait,) if rng.random() < 0.4 else ()), *_deeds(rng, at, heading))


def _traffic(rng: np.random.Generator, stage: Stage, camera: Camera) -> list[Actor]:
    """Return vehicles in the lanes, some of them driving, and two-wheelers left standing."""
    found: list[Actor] = []
    for lane in stage.lanes:
        (x1, y1), (x2, y2) = lane.start, lane.end
        heading = math.atan2(y2 - y1, x2 - x1)
        place = float(rng.uniform(0.0, 12.0))
        while place < math.dist(lane.start, lane.end) - 12.0 and len(found) < 14:
            at = (x1 + place * math.cos(heading), y1 + place * math.sin(heading))
            look = draw_vehicle(rng, _DRIVEN[int(rng.integers(len(_DRIVEN)))])
            place += look.size[0] + float(rng.exponential(9.0)) + 1.5
            if camera.spot((at[0], at[1], 0.5)) is None or rng.random() < 0.3:
                continue
            car = Vehicle(int(rng.integers(2**31)), at, heading, look)
            if rng.random() < 0.4:
                far = float(rng.uniform(10.0, 60.0))
                goal = (at[0] + far * math.cos(heading), at[1] + far * math.sin(heading))
                car = car.does(Drive([goal], float(rng.uniform(3.0, 10.0))))
            found.append(car)
    for region in ("pavement", "square", "no_parking"):
        for at in stage.spots(camera, region, int(rng.integers(2**31)), int(rng.integers(0, 4))):
            kind: CycleKind = "bicycle" if rng.random() < 0.5 else "motorcycle"
            found.append(Cycle(int(rng.integers(2**31)), kind, at, float(rng.uniform(-3, 3))))
    return found


def _deeds(rng: np.random.Generator, at: tuple[float, float], heading: float) -> tuple[Motion, ...]:
    """Return what one person does; every third ends on the ground."""
    kind = rng.random()
    if kind < 0.34:
        how = ("trip", "slip", "collapse", "faint")[int(rng.integers(4))]
        return (Fall(how, float(rng.uniform(0.6, 1.3))), Stay(60.0))  # type: ignore[arg-type]
    if kind < 0.42:
        posture = ("back", "rest", "side")[int(rng.integers(3))]
        return (LieDown(posture), Stay(60.0))  # type: ignore[arg-type]
    if kind < 0.68:
        low: tuple[Motion, ...] = (
            Squat(6.0),
            Bend(5.0),
            TieShoes(7.0),
            Kneel(6.0, bool(rng.random() < 0.5)),
            PushUps(6),
        )
        return (low[int(rng.integers(len(low)))], Stand(60.0))
    if kind < 0.86:
        far = float(rng.uniform(4.0, 14.0))
        goal = (at[0] + far * math.cos(heading), at[1] + far * math.sin(heading))
        return (Walk([goal], float(rng.uniform(0.8, 1.8))), Stand(60.0))
    return (Stand(60.0),)


def crowds(first: int, count: int, each: int, labels: Sequence[str]) -> Iterator[Sample]:
    """Yield `each` pictures of `count` crowds, seeds from `first`; one in ten places is empty."""
    for seed in range(first, first + count):
        shot = crowd(seed)
        if seed % 10 == 0:
            shot = _emptied(shot)
        yield from moments(shot, np.random.default_rng([seed, 32]), each, labels)


def stories(
    scripts: Sequence[Script], first: int, count: int, each: int, labels: Sequence[str]
) -> Iterator[Sample]:
    """Yield `each` pictures of `count` scenes of every script, seeds from `first`.

    Raises:
        ValueError: a seed that is kept for judging.
    """
    if first + count > HELD_OUT.start and first < HELD_OUT.stop:
        raise ValueError(f"seeds from {HELD_OUT.start} are for judging only")
    for seed in range(first, first + count):
        for script in scripts:
            scene = script.make(seed)
            yield from moments(scene, np.random.default_rng([seed, 33]), each, labels)


def moments(
    scene: Scene, rng: np.random.Generator, each: int, labels: Sequence[str]
) -> Iterator[Sample]:
    """Yield pictures of a scene at random times."""
    for at in sorted(rng.uniform(0.0, scene.duration_s, each).tolist()):
        yield frame_sample(scene.render(at), labels, f"{scene.name}@{at:.2f}")


def _emptied(shot: Shot) -> Shot:
    camera: Camera = shot.camera
    stage: Stage = shot.stage
    return Shot(
        shot.name,
        shot.script,
        shot.seed,
        stage,
        camera,
        shot.duration_s,
        lighting=shot.lighting,
        weather=shot.weather,
        sensor=shot.sensor,
    )
