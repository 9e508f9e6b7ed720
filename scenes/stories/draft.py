"""A scene being written: people and things in a place, and the truth about them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import cv2
import numpy as np

from scenes.actors.course import Point2
from scenes.actors.look import Kind as LookKind
from scenes.actors.look import draw_look
from scenes.actors.person import Person
from scenes.actors.props import Prop
from scenes.actors.standing import Bearing, Stand
from scenes.actors.things import Thing, ThingKind, draw_thing
from scenes.actors.walking import Walk
from scenes.curve import ZERO
from scenes.scene import Scene
from scenes.shapes import Actor
from scenes.shot import Shot
from scenes.stage import Polygon
from scenes.stories.script import ALGORITHMS, Kind, Script
from scenes.stories.site import SCALE, Site, Unfit, area

A = TypeVar("A", bound=Actor)


class Draft(Site):
    """What a script writes its scene into."""

    def __init__(self, script: str, seed: int, attempt: int) -> None:
        super().__init__(script, seed, attempt)
        self.duration_s = 0.0
        self.zones: dict[str, list[list[list[float]]]] = {}
        self.run: tuple[str, ...] = ALGORITHMS
        self.params: dict[str, dict[str, Any]] = {}
        """What an operator has set beside the profile, by algorithm."""
        self.more: dict[str, Any] = {}
        """What else the shot is given: water, faults, moves of the camera ..."""
        self._actors: list[Actor] = []
        self._events: list[dict[str, Any]] = []
        self.roads: list[tuple[Point2, Point2]] = []
        """Where somebody stands on the road: traffic takes other lanes."""
        self._later: list[Callable[[], None]] = []
        self._tags: list[str] = []
        self._shown: list[tuple[Prop, float]] = []

    def tag(self, *conditions: str) -> None:
        """Add what is bad about the scene, for the tables by condition."""
        self._tags += conditions

    # -- people -------------------------------------------------------------------------------

    def add(self, actor: A) -> A:
        """Put somebody or something into the scene."""
        self._actors.append(actor)
        return actor

    def walker(
        self,
        goal: Point2,
        look: LookKind = "adult",
        ahead_s: tuple[float, float] = (4.0, 9.0),
        holds: tuple[Any, ...] = (),
        begin: float = 0.0,
    ) -> Person:
        """Return somebody, not yet added, who walks to a point and is there after `ahead_s`."""
        speed = self.uniform(0.7, 1.0) if look == "old" else self.uniform(0.9, 1.5)
        start = self.approach(goal, speed * self.uniform(*ahead_s), seen=True)
        heading = math.atan2(goal[1] - start[1], goal[0] - start[0])
        person = Person(
            self.number(), start, heading, draw_look(self.rng, look), begin=begin, holds=holds
        )
        return person.does(Walk([goal], speed))

    def comer(self, goal: Point2, arrives: float, look: LookKind = "adult") -> Person:
        """Return somebody, not yet added, who arrives at a point at a second of the scene."""
        speed, seconds = self.uniform(1.0, 1.4), min(arrives, self.uniform(7.0, 12.0))
        start = self.approach(goal, speed * max(0.5, seconds - 1.5))
        heading = math.atan2(goal[1] - start[1], goal[0] - start[0])
        begin = arrives - seconds
        person = Person(self.number(), start, heading, draw_look(self.rng, look), begin=begin)
        return person.does(Walk([goal], until=arrives))

    def leaving(self, person: Person, metres: float = 25.0) -> Person:
        """Return the person walking off until far out of sight, and then gone."""
        place = person.place(person.end)
        goal = self.approach(place, metres)
        gone = person.does(Walk([goal], self.uniform(1.0, 1.5)))
        return _without(gone)

    def passers(self, low: int, high: int, near: Point2 | None = None) -> None:
        """Let so many people walk along the ways, at any time; with `near`, past that point."""
        count = int(self.rng.integers(low, high + 1))
        self._later.append(lambda: self._pass(count, near))

    def _pass(self, count: int, near: Point2 | None) -> None:
        for _ in range(count):
            if not self.stage.walks:
                return
            line = np.array(self.pick(self.stage.walks), float)
            for _try in range(8):
                aside = self.uniform(-1.3, 1.3)
                a, b = (line[0], line[-1]) if self.chance(0.5) else (line[-1], line[0])
                way = (b - a) / max(np.hypot(*(b - a)), 1e-6)
                off = np.array([-way[1], way[0]]) * aside
                # Somewhere on the part that the camera sees.
                middle = self._seen_on(a + off, b + off)
                if middle is None:
                    continue
                speed, at = self.uniform(1.0, 1.6), self.uniform(0.0, self.duration_s)
                start, end = middle - way * speed * 14.0, middle + way * speed * 14.0
                if not all(
                    _distance_to(start, end, np.array(point)) > radius
                    for point, radius in self._clear
                ):
                    continue
                begin = at - 14.0
                person = Person(
                    self.number(),
                    (float(start[0]), float(start[1])),
                    math.atan2(way[1], way[0]),
                    draw_look(self.rng),
                    begin=begin,
                    leaves=True,
                )
                self.add(person.does(Walk([(float(end[0]), float(end[1]))], speed)))
                break

    def _seen_on(self, a: Any, b: Any) -> Any:
        for _ in range(20):
            point = a + self.uniform(0.0, 1.0) * (b - a)
            spot = self.camera.spot((float(point[0]), float(point[1]), 0.9))
            if spot is not None and 0.05 < spot[0] < 0.95 and 0.05 < spot[1] < 0.95:
                return point
        return None

    def near(self, point: Point2, metres: float) -> Point2:
        """Return a point that lies about so far from another one, on ground that one walks on."""
        return self.approach(point, metres * self.uniform(0.6, 1.0))

    # -- things -------------------------------------------------------------------------------

    def thing(self, kind: ThingKind, scale: float = 1.0) -> Thing:
        """Return a thing that is not in the scene yet."""
        return draw_thing(self.rng, kind, scale)

    def prop(self, thing: Thing, *people: Person, lies: Point2 | None = None) -> Prop:
        """Put a thing into the scene: where it lies at first, through whose hands it goes."""
        return self.add(Prop(thing, people, lies, self.uniform(-math.pi, math.pi)))

    def lies(self, kind: ThingKind, at: Point2) -> Prop:
        """Put a thing there that stands for all the time."""
        return self.prop(self.thing(kind), lies=at)

    def away_at(self, person: Person, place: Point2, metres: float = 3.5) -> float:
        """Return from when on, to the end, a person is farther than so from a place."""
        at = person.end
        while at > person.begin and math.dist(person.place(at - 0.25), place) > metres:
            at -= 0.25
        return at

    def bench(self, at: Point2) -> Prop:
        """Put a bench there on which somebody sits who ends at that point."""
        return self.lies("bench", at)

    # -- others -------------------------------------------------------------------------------

    def standers(self, low: int, high: int, scale: tuple[float, float] = SCALE) -> None:
        """Let so many people stand about, away from what is to be kept clear."""
        for _ in range(int(self.rng.integers(low, high + 1))):
            try:
                place = self.spot(scale=scale)
            except Unfit:
                return
            bearings: tuple[Bearing, ...] = ("loose", "ease", "phone", "call", "arms crossed")
            person = Person(self.number(), place, self.uniform(-3, 3), draw_look(self.rng)).does(
                Stand(900.0, bearing=self.pick(bearings))
            )
            self.add(person)
            self.keep_clear(place, 0.8)

    def later(self, add: Callable[[], None]) -> None:
        """Add something when the story is known to its end."""
        self._later.append(add)

    def must_show(self, prop: Prop, at: float) -> None:
        """Take another place unless a thing can be seen at a second, with nobody before it."""
        self._shown.append((prop, at))

    # -- truth --------------------------------------------------------------------------------

    def event(self, event: dict[str, Any]) -> None:
        """Say what has to be raised."""
        self._events.append(event)

    def drawn(self, polygon: Polygon) -> list[list[float]]:
        """Return a polygon on the ground as somebody draws it on the picture; [] out of view.

        A few points do: the lens bends long edges, and nobody follows that to a pixel.
        """
        seen = np.array(self.camera.zone(polygon), np.float32).reshape(-1, 2)
        if len(seen) < 3:
            return []
        few = cv2.approxPolyDP(seen.reshape(-1, 1, 2), 0.003, True).reshape(-1, 2)
        return [[round(float(x), 4), round(float(y), 4)] for x, y in few] if len(few) > 2 else []

    def watch(self, kind: str, *polygons: Polygon) -> None:
        """Give an algorithm its zone: polygons on the ground, as the camera sees them.

        Raises:
            Unfit: none of it is in view.
        """
        zones = [zone for polygon in polygons if (zone := self.drawn(polygon))]
        if not zones:
            raise Unfit(f"the zone of {kind} is out of view")
        self.zones[kind] = zones

    def zoned(self) -> None:
        """Give every algorithm that has none yet the zone that an operator would draw.

        Vehicles may not stand on the carriageway, water gathers where the ground is low; what
        may lie or fall anywhere is watched everywhere. What has no place here is not watched.
        """
        usual = {
            "illegal_parking": ("no_parking", "carriageway"),
            "nonmotor_parking": ("pavement", "square", "floor"),
            "flooding": ("low_spot", "carriageway", "square", "floor"),
        }
        for kind, regions in usual.items():
            if kind in self.zones or kind not in self.run:
                continue
            for region in regions:
                seen = [self.drawn(polygon) for polygon in self.stage.regions.get(region, ())]
                large = [zone for zone in seen if zone and area(zone) >= 0.01]
                if large:
                    self.zones[kind] = large
                    break
            else:
                self.run = tuple(name for name in self.run if name != kind)

    def lasts(self, seconds: float) -> None:
        """Let the scene last at least so long."""
        self.duration_s = max(self.duration_s, round(seconds, 1))

    def shot(self) -> Shot:
        """Return the scene."""
        camera, day = self.camera, self.weather
        for later in self._later:
            later()
        self.zoned()
        name = f"{self.script}-{self.seed}"
        truth = {
            "file": f"{name}.mp4",
            "run": list(self.run),
            "zones": self.zones,
            "params": self.params,
            "events": self._events,
            "what": self.script,
        }
        shot = Shot(
            name=name,
            script=self.script,
            seed=self.number(),
            stage=self.stage,
            camera=camera,
            duration_s=self.duration_s,
            actors=tuple(self._actors),
            truth=truth,
            conditions=tuple(dict.fromkeys([*day.tags, *self._tags])),
            lighting=day.lighting,
            weather=day.weather,
            sensor=day.sensor,
            **self.more,
        )
        if any(not shows(shot, prop, at) for prop, at in self._shown):
            raise Unfit("what the story is about cannot be seen")
        return shot


SCRIPTS: dict[str, Script] = {}
"""Every story that has been told so far, by name; `scenes.library` has them all."""

Write = Callable[[Draft], None]


def story(name: str, kind: Kind, positive: bool, what: str) -> Callable[[Write], Write]:
    """Make a script of a function that writes a draft."""

    def told(write: Write) -> Write:
        def make(seed: int) -> Scene:
            for attempt in range(40):
                draft = Draft(name, seed, attempt)
                try:
                    write(draft)
                    return draft.shot()
                except Unfit:
                    continue
            raise RuntimeError(f"{name}: no place fits it with seed {seed}")

        SCRIPTS[name] = Script(name, kind, positive, what, make)
        return write

    return told


SEEN_LEVELS, SEEN_PX, SEEN_SIDE_PX = 12, 60, 10
"""A thing can be seen when so many pixels of 640 across differ by so many levels of 255 from the
same picture without it, over a box whose longer side is at least so long."""


def shows(shot: Shot, prop: Prop, at: float) -> bool:
    """Tell whether somebody could see a thing: its pixels with and without it, no noise added."""
    clean = replace(shot.sensor, noise=0.0, quality=0, clock=False, faults=())
    bare = replace(shot, sensor=clean, weather=replace(shot.weather, rain=ZERO, snow=ZERO))
    without = replace(bare, actors=()).render(at).pixels
    with_it = replace(bare, actors=(prop,)).render(at).pixels
    differs = np.abs(with_it.astype(int) - without).max(axis=2) >= SEEN_LEVELS
    if not differs.any():
        return False
    rows, columns = np.nonzero(differs)
    scale = 640 / shot.size[0]
    longer = max(np.ptp(rows), np.ptp(columns)) + 1
    return bool(differs.sum() * scale**2 >= SEEN_PX and longer * scale >= SEEN_SIDE_PX)


def _distance_to(start: Any, end: Any, point: Any) -> float:
    """Return how near a straight way comes to a point, in metres."""
    way = end - start
    share = float(np.clip(np.dot(point - start, way) / max(np.dot(way, way), 1e-9), 0.0, 1.0))
    return float(np.hypot(*(start + share * way - point)))


def _without(person: Person) -> Person:
    return replace(person, leaves=True)
