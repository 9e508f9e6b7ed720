"""Fresh generated scenes through the production chain: which ones, and what each of them raised."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import msgspec
from pydantic import ValidationError

from events.alert import Alert
from inference.evaluation.exact import DARK, Marks, Sighted
from inference.evaluation.run import Clip, Evaluation, check_parameters
from inference.evaluation.scene_source import SceneSource
from inference.evaluation.score import Row
from inference.evaluation.truth import Truth, TruthClip, TruthError
from inference.judge import Watcher
from inference.library import Library
from models.detector import Detections, Detector, Pixels
from scenes.scene import Frame, Scene
from scenes.stories.script import PROFILE, Script
from store.catalog import Algorithms
from streams.source import Source

CODE = ("scenes", "rules", "models", "streams", "inference", "store")
"""Folders whose Python and catalog files decide what a scene looks like and what is raised."""


class Job(msgspec.Struct, frozen=True):
    """One scene to be judged."""

    script: str
    seed: int

    @property
    def name(self) -> str:
        """Return it as the command line and the results call it."""
        return f"{self.script}-{self.seed}"


class Judged(msgspec.Struct, frozen=True):
    """One scene with what was raised in it: a line of the resume file.

    `key` says under which code and settings; `seconds` is how long it took to play.
    """

    key: str
    script: str
    seed: int
    kind: str
    positive: bool
    conditions: tuple[str, ...]
    duration_s: float
    seconds: float
    rows: tuple[Row, ...]

    @property
    def job(self) -> Job:
        """Return which scene it was."""
        return Job(self.script, self.seed)


def plan(scripts: Sequence[Script], count: int, seed: int) -> list[Job]:
    """Return `count` scenes of every kind and polarity that `scripts` know, kinds in turn.

    The scripts of a group take turns too, each with its own next seed from `seed` on, so that any
    beginning of the list is a fair sample of the whole.
    """
    groups: dict[tuple[str, bool], list[str]] = {}
    for script in scripts:
        groups.setdefault((script.kind, script.positive), []).append(script.name)
    lists = [
        [Job(names[n % len(names)], seed + n // len(names)) for n in range(count)]
        for names in groups.values()
    ]
    return [job for job in chain.from_iterable(zip_longest(*lists)) if job is not None]


def code_version(root: Path, folders: Iterable[str] = CODE) -> str:
    """Return a hash over the files that decide about a result, 12 hex digits."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".py", ".toml"} and path.is_file():
                digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def key_of(job: Job, code: str, settings: Any) -> str:
    """Return by what a result is known again: the scene, the code and the settings."""
    said = json.dumps([job.script, job.seed, code, settings], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


class Results:
    """A file of judged scenes, one JSON line each, appended as they come; None keeps nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.known: dict[str, Judged] = {}
        if path is None or not path.exists():
            return
        lines = path.read_bytes().splitlines(keepends=True)
        if lines and not lines[-1].endswith(b"\n"):
            # A run that was killed while it wrote: that scene is judged again.
            path.write_bytes(b"".join(lines[:-1]))
            lines.pop()
        for number, line in enumerate(lines, 1):
            try:
                judged = msgspec.json.decode(line, type=Judged)
            except msgspec.DecodeError as error:
                raise TruthError(f"{path}: line {number} is no judged scene: {error}") from error
            self.known[judged.key] = judged

    def add(self, judged: Judged) -> None:
        """Keep a result; on disk before this returns."""
        self.known[judged.key] = judged
        if self._path is not None:
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(judged) + b"\n")


def known_only(entry: dict[str, Any], algorithms: Iterable[str]) -> dict[str, Any]:
    """Return a scene's truth as a truth file holds it, without what no algorithm here judges."""
    known = set(algorithms)
    content: dict[str, Any] = json.loads(json.dumps(entry))
    content["run"] = [name for name in content["run"] if name in known]
    content["events"] = [e for e in content.get("events", ()) if e["kind"] in known]
    for field in {"zones", "params"} & content.keys():
        content[field] = {k: v for k, v in content[field].items() if k in known}
    return content


def fitted(entry: dict[str, Any], algorithms: Iterable[str]) -> TruthClip:
    """Return a scene's truth for the algorithms that the catalog has.

    Raises:
        TruthError: the scene's truth is malformed, or no algorithm is left.
    """
    content = known_only(entry, algorithms)
    try:
        return TruthClip.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise TruthError(f"{entry.get('file', '?')}: {field}: {first['msg']}") from error


class Judge:
    """Plays scenes one after another; the models stay loaded between them."""

    def __init__(
        self,
        algorithms: Algorithms,
        library: Library,
        marks: Marks | None = None,
        watcher: Watcher | None = None,
        raised: Callable[[Alert], None] = lambda _alert: None,
    ) -> None:
        self._algorithms = algorithms
        self._library = library
        self._marks = marks
        self._watcher = watcher
        self._raised = raised

    def judge(self, scene: Scene, stop: threading.Event) -> list[Row]:
        """Return the rows of one scene, one for each algorithm.

        Raises:
            TruthError: what the scene says about itself cannot be judged.
        """
        clip = fitted(scene.truth, self._algorithms.by_id)
        defaults = {name: dict(values) for name, values in PROFILE.items()}
        truth = Truth(defaults=defaults, clips=(clip,))
        check_parameters(truth, clip, self._algorithms)
        evaluation = Evaluation(
            truth,
            self._algorithms,
            lambda: self._library,
            watcher=self._watcher,
            raised=self._raised,
            source=lambda _clip: self._source(scene),
        )
        return evaluation.play([Clip("scene", clip, Path(clip.file))], stop)

    def _source(self, scene: Scene) -> Source:
        dark = bool(DARK & set(scene.conditions))

        def drawn(frame: Frame, at: float) -> None:
            if self._marks is not None:
                self._marks.note(frame.pixels, Sighted(scene.name, at, dark, frame.marked))

        return SceneSource(scene, drawn=drawn)


class Staying:
    """A detector that outlives the worker which uses it."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    @property
    def model(self) -> str:
        return self._detector.model

    @property
    def sha256(self) -> str:
        return self._detector.sha256

    @property
    def device(self) -> str:
        return self._detector.device

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        return self._detector.batch_sizes

    def detect(self, pictures: Sequence[Pixels]) -> list[Detections]:
        return self._detector.detect(pictures)

    def close(self) -> None:
        """Keep it: the next scene's worker takes it over."""


class OneModel(Library):
    """A library that takes one given model wherever an algorithm may be played by it."""

    def __init__(self, first: Sequence[str], *library: Any) -> None:
        super().__init__(*library)
        self._first = tuple(first)

    def pick(self, role: str, candidates: Sequence[str]) -> Detector:
        """Return a preferred model where it is among the candidates, else as any library."""
        preferred = [model for model in self._first if model in candidates]
        return super().pick(role, preferred or candidates)
