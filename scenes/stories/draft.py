"""A scene being written: a place and a day drawn from a seed, actors, and the truth about them."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
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
from scenes.camera import Camera
from scenes.curve import ZERO
from scenes.places import PLACES
from scenes.scene import Scene
from scenes.shapes import Actor, Capsule
from scenes.shot import Shot
from scenes.stage import Polygon, Stage
from scenes.stories.day import Day, Time, Weathers, draw_day
from scenes.stories.script import ALGORITHMS, Kind, Script

T = TypeVar("T")
A = TypeVar("A", bound=Actor)

WALKABLE = ("square", "pavement", "floor", "crossing", "lawn")
SCALE = (0.035, 0.3)
"""How much of the picture's height a metre is, where a story does not care."""
SIZES = ((640, 360), (640, 360), (640, 480), (704, 396), (768, 432))


class Unfit(Exception):
    """The place that was drawn has no room for the story; the next one is tried."""


class Draft:
    """What a script writes its scene into. All that is random comes from `rng`."""

    def __init__(self, script: str, seed: int, attempt: int) -> None:
        self.script = script
        self.seed = seed
        self.rng = np.random.default_rng([seed, zlib.crc32(script.encode()), attempt])
        self.duration_s = 0.0
        self.kinds: tuple[str, ...] = tuple(PLACES)
        self.day: Day | None = None
        self.zones: dict[str, list[list[list[float]]]] = {}
        self.run: tuple[str, ...] = ALGORITHMS
        self.more: dict[str, Any] = {}
        """What else the shot is given: water, faults, moves of the camera ..."""
        self._times: tuple[Time, ...] | None = None
        self._weathers: tuple[Weathers, ...] | None = None
        self._actors: list[Actor] = []
        self._events: list[dict[str, Any]] = []
        self._clear: list[tuple[Point2, float]] = []
        self.roads: list[tuple[Point2, Point2]] = []
        """Where somebody stands on the road: traffic takes other lanes."""
        self._later: list[Callable[[], None]] = []
        self._tags: list[str] = []
        self._shown: list[tuple[Prop, float]] = []

    # -- drawing ------------------------------------------------------------------------------

    def uniform(self, low: float, high: float) -> float:
        """Return a number between two."""
        return float(self.rng.uniform(low, high))

    def chance(self, share: float) -> bool:
        """Return True in `share` (0..1) of all scenes."""
        return bool(self.rng.random() < share)

    def pick(self, among: Sequence[T]) -> T:
        """Return one of several."""
        return among[int(self.rng.integers(len(among)))]

    def number(self) -> int:
        """Return a seed for something of its own."""
        return int(self.rng.integers(2**31))

    # -- place and day ------------------------------------------------------------------------

    def look_like(
        self,
        places: Sequence[str] = (),
        times: Sequence[Time] = (),
        weathers: Sequence[Weathers] = (),
    ) -> None:
        """Say where and when it plays; empty leaves it to the seed. Before the first spot."""
        self.kinds = tuple(p for p in places if p in PLACES) or self.kinds
        self._times = tuple(times) or self._times
        self._weathers = tuple(weathers) or self._weathers

    @cached_property
    def stage(self) -> Stage:
        """Return the place."""
        return PLACES[self.pick(self.kinds)](self.number())

    @cached_property
    def camera(self) -> Camera:
        """Return the camera, where no spot has chosen one."""
        return self.stage.camera(self.number(), self.pick(SIZES))

    @property
    def weather(self) -> Day:
        """Return light, weather and sensor of the scene.

        Raises:
            Unfit: the story wants a sky, and this place has none.
        """
        if self.day is None:
            if self.stage.indoor and (self._times or self._weathers):
                raise Unfit("indoors there is no weather")
            self.day = draw_day(self.rng, self.stage.indoor, self._times, self._weathers)
        return self.day

    def tag(self, *conditions: str) -> None:
        """Add what is bad about the scene, for the tables by condition."""
        self._tags += conditions

    # -- room ---------------------------------------------------------------------------------

    def spot(self, regions: Sequence[str] = WALKABLE, scale: tuple[float, float] = SCALE) -> Point2:
        """Return a point that the camera sees well; the first one chooses the camera.

        Raises:
            Unfit: no camera of this place sees such a point.
        """
        fixed = "camera" in self.__dict__
        for _ in range(1 if fixed else 12):
            camera = self.camera if fixed else self.stage.camera(self.number(), self.pick(SIZES))
            there = [r for r in regions if r in self.stage.regions]
            for region in self.rng.permutation(there).tolist():
                found = self.stage.spots(camera, region, self.number(), 12, scale)
                for point in found:
                    if self._free(point, 1.0) and self._unfurnished(point):
                        self.__dict__["camera"] = camera
                        return point
        raise Unfit(f"{self.stage.kind}: no spot in {', '.join(regions)}")

    def keep_clear(self, point: Point2, radius: float = 1.8) -> None:
        """Have nobody who is added without a place come within `radius` metres of a point."""
        self._clear.append((point, radius))

    def _free(self, point: Point2, margin: float) -> bool:
        return all(math.dist(point, other) > radius + margin for other, radius in self._clear)

    def _unfurnished(self, point: Point2) -> bool:
        """Tell whether no bin, bench, lamp or tree stands within a metre of a point."""
        for body in self.stage.fixtures:
            for solid in body.solids:
                at = solid.a if isinstance(solid, Capsule) else solid.corners[0]
                if math.dist(at[:2], point) < 1.0:
                    return False
        return all(math.dist(tree.at, point) > 1.2 for tree in self.stage.trees)

    def toward_camera(self, point: Point2, metres: float) -> Point2:
        """Return the point so many metres nearer to the camera (negative: farther)."""
        x, y = self.camera.at[0] - point[0], self.camera.at[1] - point[1]
        far = math.hypot(x, y) or 1.0
        return point[0] + metres * x / far, point[1] + metres * y / far

    def aside(self, point: Point2, metres: float) -> Point2:
        """Return the point so many metres beside it, as the camera sees it."""
        x, y = self.toward_camera(point, 1.0)
        x, y = x - point[0], y - point[1]
        return point[0] - metres * y, point[1] + metres * x

    def region_of(self, point: Point2) -> Polygon | None:
        """Return the smallest polygon of the stage, walkable or not, that a point lies in."""
        found = [
            polygon
            for polygons in self.stage.regions.values()
            for polygon in polygons
            if within(polygon, point)
        ]
        return min(found, key=_area, default=None)

    def approach(self, goal: Point2, metres: float, seen: bool = False) -> Point2:
        """Return a point about so far from `goal`, on ground that one walks on, out of the way.

        With `seen` one that is in view, if there is such a point.
        """
        walkable = [p for name in WALKABLE for p in self.stage.regions.get(name, ())]
        best, least = None, float("inf")
        for _ in range(60):
            angle = self.uniform(-math.pi, math.pi)
            point = (goal[0] + metres * math.cos(angle), goal[1] + metres * math.sin(angle))
            off = 0.0 if any(within(p, point) for p in walkable) else 10.0
            off += 0.0 if self._open(goal, point) else 5.0
            off += 2.0 if seen and not self._in_view(point) else 0.0
            if off < least:
                best, least = point, off
            if least == 0.0:
                break
        return best or (goal[0] + metres, goal[1])

    def _in_view(self, point: Point2) -> bool:
        spots = [self.camera.spot((*point, height)) for height in (0.0, 1.8)]
        return all(spot is not None and 0 < spot[0] < 1 and 0 < spot[1] < 1 for spot in spots)

    def _open(self, one: Point2, other: Point2) -> bool:
        """Tell whether no house stands between two points on the ground."""
        for share in (0.25, 0.5, 0.75, 1.0):
            x = one[0] + share * (other[0] - one[0])
            y = one[1] + share * (other[1] - one[1])
            for block in self.stage.blocks:
                low, high = block.low, block.high
                if low[0] - 0.4 < x < high[0] + 0.4 and low[1] - 0.4 < y < high[1] + 0.4:
                    return False
        return True

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
                large = [zone for zone in seen if zone and _area(zone) >= 0.01]
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


def within(polygon: Iterable[Sequence[float]], point: Point2) -> bool:
    """Tell whether a point lies in a polygon (even-odd rule)."""
    corners, inside = list(polygon), False
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        if (y1 > point[1]) != (y2 > point[1]):
            cut = x1 + (point[1] - y1) * (x2 - x1) / (y2 - y1)
            inside ^= point[0] < cut
    return inside


def _area(polygon: Iterable[Sequence[float]]) -> float:
    corners = list(polygon)
    pairs = zip(corners, corners[1:] + corners[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def _distance_to(start: Any, end: Any, point: Any) -> float:
    """Return how near a straight way comes to a point, in metres."""
    way = end - start
    share = float(np.clip(np.dot(point - start, way) / max(np.dot(way, way), 1e-9), 0.0, 1.0))
    return float(np.hypot(*(start + share * way - point)))


def _without(person: Person) -> Person:
    return replace(person, leaves=True)
