"""What the demo watches: which videos become cameras, with which algorithms and zones. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inference.evaluation.truth import Truth, TruthClip
from rules.zones import Zone
from scripts.clips import Clip
from store.catalog import Algorithms
from store.values import Template, Words

TIMES: Mapping[str, Mapping[str, Any]] = {
    "litter": {"dwell_s": 5.0},
    "illegal_parking": {"dwell_s": 5.0},
    "fall": {"dwell_s": 2.0},
    "flooding": {"dwell_s": 3.0},
}
"""Dwell times so short that a clip of seconds shows something."""

TEMPLATE = Template(
    id="demo",
    name=Words(zh="演示", en="Demo"),
    note=Words(
        zh="为演示缩短了持续时间(停留、滞留、积水等几秒即告警),不可用于实际布控。",
        en="Times are shortened to seconds so that short clips show something; not for real use.",
    ),
    parameters={algorithm: dict(values) for algorithm, values in TIMES.items()},
)

PICTURES_PER_CORE = 6.0
"""Pictures a second that one core judges beside decoding, the camera server and the console."""
FEWEST = 4
"""Cameras that are served from a folder without a truth file, if it holds as many."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One algorithm on a video: its zones (none: the whole picture) and parameters of its own."""

    algorithm: str
    zones: tuple[Zone, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """One video as a camera. `events`: kind and the second by which each is raised, when known;
    `hard`: the truth file does not count on them.
    """

    clip: Clip
    watches: tuple[Watch, ...]
    events: tuple[tuple[str, float], ...] = ()
    hard: bool = False


def scenes_of_truth(truth: Truth, paths: Iterable[Path], algorithms: Algorithms) -> list[Scene]:
    """Return the videos that a truth file knows, by file name, most telling first.

    A clip is watched for the kinds of event that it holds, and one without events for the first
    algorithm that it is meant to be run with: so nothing is computed that the demo would not show.
    """
    found = {path.name: path for path in paths}
    clips = [(clip, found.get(Path(clip.file).name)) for clip in truth.clips]
    scenes = [_scene(truth, clip, path, algorithms) for clip, path in clips if path is not None]
    return _telling([scene for scene in scenes if scene.watches], algorithms)


def scenes_without_truth(paths: Iterable[Path], algorithms: Sequence[str]) -> list[Scene]:
    """Return every video with every algorithm on the whole picture."""
    watches = tuple(Watch(algorithm) for algorithm in algorithms)
    return [Scene(Clip(path), watches) for path in paths]


def load(scenes: Iterable[Scene], algorithms: Algorithms) -> float:
    """Return how many pictures a second the scenes want judged, by all models together."""
    return sum(_load(scene, algorithms) for scene in scenes)


def fitting(scenes: Sequence[Scene], algorithms: Algorithms, cores: int) -> list[Scene]:
    """Return the scenes that this machine can judge as often as they want; at least the first.

    One that would be too much is passed over for a cheaper one behind it.
    """
    budget = PICTURES_PER_CORE * cores
    chosen: list[Scene] = []
    for scene in scenes:
        wanted = _load(scene, algorithms)
        if not chosen or wanted <= budget:
            chosen.append(scene)
            budget -= wanted
    return chosen


def first_and_all(scenes: Iterable[Scene]) -> tuple[float, float] | None:
    """Return by which second the first event comes, and by which one of every kind has come."""
    soonest: dict[str, float] = {}
    for scene in scenes:
        for kind, by in scene.events:
            soonest[kind] = min(by, soonest.get(kind, by))
    return (min(soonest.values()), max(soonest.values())) if soonest else None


def _scene(truth: Truth, clip: TruthClip, path: Path, algorithms: Algorithms) -> Scene:
    kinds = [e.kind for e in clip.events] or [clip.run[0]]
    watches = []
    for algorithm in dict.fromkeys(kind for kind in kinds if kind in algorithms.by_id):
        common = TIMES.get(algorithm, {})
        own = truth.parameters(clip, algorithm)
        own = {name: value for name, value in own.items() if common.get(name) != value}
        watches.append(Watch(algorithm, clip.zones.get(algorithm, ()), own))
    return Scene(
        Clip(path, clip.freeze_first_s, clip.freeze_last_s),
        tuple(watches),
        tuple((e.kind, e.not_after) for e in clip.events),
        any(e.hard for e in clip.events) or clip.hard,
    )


def _telling(scenes: list[Scene], algorithms: Algorithms) -> list[Scene]:
    """Put the soonest scene of each kind first, then further events, then scenes of nothing.

    Of the latter the cheapest come first: with them the demo shows that nothing is raised there.
    """

    def rank(scene: Scene) -> tuple[bool, bool, float]:
        if scene.events:
            return (False, scene.hard, min(by for _, by in scene.events))
        return (True, scene.hard, _load(scene, algorithms))

    left = sorted(scenes, key=rank)
    first: list[Scene] = []
    shown: set[str] = set()
    for scene in left:
        kinds = {kind for kind, _ in scene.events}
        if kinds - shown:
            shown |= kinds
            first.append(scene)
    return first + [scene for scene in left if scene not in first]


def _load(scene: Scene, algorithms: Algorithms) -> float:
    rates: dict[tuple[str, ...], float] = {}
    for watch in scene.watches:
        algorithm = algorithms.by_id[watch.algorithm]
        values = {**TIMES.get(watch.algorithm, {}), **watch.parameters}
        rate = 1.0 / algorithm.period_s(algorithm.parameters(**values))
        for models in algorithm.manifest.models.values():
            rates[models] = max(rate, rates.get(models, 0.0))
    return sum(rates.values())
