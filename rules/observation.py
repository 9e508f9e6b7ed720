"""Plain values between the two stages of a rule: what was perceived, and what follows from it.

All boxes are (x1, y1, x2, y2) in fractions of the picture as displayed, x right, y down.
All times are unix seconds of capture; all values are frozen and serialise to JSON and msgpack.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Fact = str | float | bool


class Object(msgspec.Struct, frozen=True):
    """One detection. `keypoints` are (x, y, visibility) in COCO order, () without a pose head.

    `look` is what a vehicle looks like (`rules/looks.py`); nothing else has one.
    """

    label: str
    score: float
    box: Box
    keypoints: tuple[tuple[float, float, float], ...] = ()
    look: bytes = b""


class Blob(msgspec.Struct, frozen=True):
    """A connected region of static foreground, stable under `key` while it lasts.

    `area` is its share of the picture; `since` when it became static; `appeared` is False where
    something was taken away rather than put down (a ghost); `contrast` is its mean difference
    from the background, 0..1; `seen` is False while something else hides it. `measures` are the
    tests on its pixels.
    """

    key: int
    box: Box
    area: float
    since: float
    appeared: bool
    contrast: float
    seen: bool = True
    measures: tuple[Measure, ...] = ()


class Water(msgspec.Struct, frozen=True):
    """Share (0..1) of the zone that became water against the dry baseline; `sure` 0..1.

    `zone` is '' for all watched ground together; `parts` are the same per zone, if several are.
    `measures` are the tests on the pixels of what is under water, () while nothing is.
    `level_cm` is the water level on the reference line; None without one, or when it is hidden.
    """

    share: float
    sure: float
    box: Box
    zone: str = ""
    parts: tuple[Water, ...] = ()
    measures: tuple[Measure, ...] = ()
    level_cm: float | None = None


class View(msgspec.Struct, frozen=True):
    """How usable the picture is. `fault` is '' or frozen, black, bright, covered, blurred, damaged,
    moved.

    `warp` (a, b, tx, ty) maps the view's reference onto this picture: x' = a x - b y + tx,
    y' = b x + a y + ty, in long sides of the picture; exactly the identity while it stands still.
    `epoch` counts the references: it grows when a move has ended and a new one was taken.
    """

    fault: str = ""
    light: float = 0.5
    warp: tuple[float, float, float, float] = (1.0, 0.0, 0.0, 0.0)
    epoch: int = 0


class Observation(msgspec.Struct, frozen=True):
    """All that stage one tells stage two about one picture; the only thing that is logged."""

    at: float
    aspect: float
    """Width over height of the picture as displayed."""
    view: View = View()
    objects: tuple[Object, ...] = ()
    blobs: tuple[Blob, ...] = ()
    water: Water | None = None


class Track(msgspec.Struct, frozen=True):
    """One object over time, inside one camera and one task; `id` never leaves the task.

    `seen` is False in a picture where the object was predicted, not detected.
    `still_since` is when it last stopped moving, None while it moves. `hidden` says that nearer
    objects cover it, so that not being seen is no news. `alike` (1 the same, to -1) is how much
    the pictures of a vehicle resembled each other while it stood: successive ones do not.
    `spot` is the box averaged over the first readings since it stands, None while it moves;
    `strayed` is how far `box` is from it in its own size, and `slack` how far it may be.
    """

    id: int
    label: str
    score: float
    box: Box
    first_seen: float
    last_seen: float
    seen: bool
    still_since: float | None = None
    keypoints: tuple[tuple[float, float, float], ...] = ()
    hidden: bool = False
    alike: float = 1.0
    spot: Box | None = None
    strayed: float = 0.0
    slack: float = 1.0


class Measure(msgspec.Struct, frozen=True):
    """One number that a claim rests on, and the limit that it is held against.

    `name` is a key of `rules/measures.py`, which gives its words and unit. `above`: the claim needs
    `value >= limit`; otherwise it needs `value <= limit`.
    """

    name: str
    value: float
    limit: float
    above: bool = True

    @property
    def met(self) -> bool:
        """Say whether the limit is kept."""
        return self.value >= self.limit if self.above else self.value <= self.limit


class Subject(msgspec.Struct, frozen=True):
    """Something a primitive claims about a spot in this picture, for `episodes` to time.

    `key` is stable inside the task while the primitive can follow it; `episodes` also joins
    subjects by place, so a lost key is no new episode. `holds` True: the condition is met now;
    False: seen not to be met; None: cannot be seen now (hidden, blind).
    `since` is when the condition began, if the primitive knows better than 'now'. `measures` are
    the tests of this picture that decided, in the order in which a person would ask them. `level`
    is how grave it is now, 0 for the least (the manifest names the levels above it).
    """

    key: str
    box: Box
    holds: bool | None
    score: float
    since: float | None = None
    facts: dict[str, Fact] = {}
    measures: tuple[Measure, ...] = ()
    level: int = 0


class Scene(msgspec.Struct, frozen=True):
    """What the steps of a chain hand on: the observation, and what was made of it so far."""

    observation: Observation
    tracks: tuple[Track, ...] = ()
    subjects: tuple[Subject, ...] = ()
    paused: str = ""
    """Why rules must not judge this picture ('' = they may): a fault of the view, a camera move."""


Sight = Literal["held", "gone", "hidden"]
"""What a picture said of a condition: met, seen not to be met, not to be seen."""


class Series(msgspec.Struct, frozen=True):
    """One measure over time: its name, and the limit as it was held against last."""

    name: str
    limit: float
    above: bool = True


class Sample(msgspec.Struct, frozen=True, array_like=True):
    """What one picture said. `values` are those of the trace's `series`, in their order.

    None, or nothing at the end, where this picture did not give that measure.
    """

    at: float
    sight: Sight
    values: tuple[float | None, ...] = ()


class Trace(msgspec.Struct, frozen=True):
    """How an episode went: few samples, about `every_s` apart, also where its sight changed.

    `since` is when it began, `kept_at` when its evidence was kept, `opened_at` when it was raised
    (None: not yet).
    """

    since: float
    every_s: float
    series: tuple[Series, ...] = ()
    samples: tuple[Sample, ...] = ()
    kept_at: float | None = None
    opened_at: float | None = None


class Finding(msgspec.Struct, frozen=True):
    """What a rule says to the outside. `key` names one episode, stable over restarts.

    candidate: dwell runs, evidence of the start is worth keeping; dropped: it came to nothing;
    opened: the dwell is up (exactly one per episode); updated: still there, or graver than before;
    cleared: gone. `since` is when the condition began; `at` the capture time of the picture that
    decided. `measures` are the tests that decided; `level` never falls while the episode is open.
    `trace`, of opened, updated and cleared only, ends with the picture that decided.
    """

    change: Literal["candidate", "dropped", "opened", "updated", "cleared"]
    key: str
    box: Box
    since: float
    at: float
    last_seen: float
    score: float
    facts: dict[str, Fact] = {}
    measures: tuple[Measure, ...] = ()
    level: int = 0
    trace: Trace | None = None
