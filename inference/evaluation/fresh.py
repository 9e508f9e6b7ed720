"""The command `scripts/evaluate --generated`: options, the run over all scenes, the report."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from inference.evaluation import crew, tally
from inference.evaluation.exact import EveryWeight, Marks, Noise, load_exact
from inference.evaluation.generated import (
    Job,
    Judge,
    Judged,
    OneModel,
    Results,
    Staying,
    code_version,
    key_of,
    plan,
)
from inference.evaluation.render import Renderer
from inference.evaluation.score import summarise
from inference.evaluation.tables import print_rows, print_tallies, say
from inference.evaluation.truth import TruthError
from inference.library import Library, Load
from models.detector import Detector
from models.manifest import ModelManifest
from models.weights import EMBEDDED, WeightStore
from scenes import library as scripts
from scenes.stories.script import PROFILE
from store.catalog import Algorithms

ROOT = Path(__file__).resolve().parents[2]


def add_options(parser: argparse.ArgumentParser, what: Any) -> None:
    """Add the options of generated scenes to the command line of the evaluation."""
    what.add_argument(
        "--generated", type=int, metavar="N", help="judge N fresh scenes a kind and polarity"
    )
    what.add_argument("--member", action="store_true", help=argparse.SUPPRESS)
    own = parser.add_argument_group("generated scenes")
    held_out = f"{scripts.HELD_OUT.start} and above are for judging only"
    own.add_argument("--seed", type=int, default=1, help=f"of the first scene; {held_out}")
    own.add_argument(
        "--kinds", nargs="+", default=[], metavar="KIND", help="what scripts are about"
    )
    own.add_argument("--scripts", nargs="+", default=[], metavar="NAME", help="with * and ?")
    own.add_argument("--workers", type=int, default=0, metavar="K", help="default: one a core")
    own.add_argument("--resume", type=Path, metavar="FILE", help="keep results and go on from them")
    own.add_argument(
        "--detector",
        default="",
        metavar="WHICH",
        help="'embedded', 'truth' (exact labels with noise: the rules alone) or a model's id "
        "(default: what is installed, as the catalog prefers it)",
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """What is the same for every scene of a run."""

    code: str
    settings: Mapping[str, Any]

    def key(self, job: Job) -> str:
        return key_of(job, self.code, self.settings)


def run(args: argparse.Namespace, algorithms: Algorithms, weights: WeightStore, load: Load) -> int:
    """Judge all scenes and report; exit status as for clips.

    Raises:
        TruthError, LookupError, WeightError, CrewError: the command cannot be carried out.
    """
    preferred = _preferred(args.detector, algorithms, weights)
    settings = {
        "detector": args.detector,
        "noise": asdict(Noise()) if args.detector == "truth" else None,
        "installed": preferred or _installed(algorithms, weights),
        "profile": {name: dict(values) for name, values in PROFILE.items()},
    }
    this = _Run(code_version(ROOT), settings)
    renderer = Renderer(args.render) if args.render else None
    judge = partial(_judge, args, algorithms, weights, load, preferred, renderer)
    if args.member:
        return _serve(judge(), this)
    jobs = plan(scripts.chosen(args.kinds, args.scripts), args.generated, args.seed)
    results = Results(args.resume)
    left = [job for job in jobs if this.key(job) not in results.known]
    workers = args.workers or len(os.sched_getaffinity(0))
    begun = time.monotonic()
    if left and (workers == 1 or len(left) == 1):
        _follow(_alone(left, judge(), this), results, len(jobs), len(left))
    elif left:
        _follow(crew.judged(left, workers, _options(args)), results, len(jobs), len(left))
    if renderer:
        renderer.close()
    scenes = [results.known[this.key(job)] for job in jobs]
    return _report(scenes, args.json, settings, time.monotonic() - begun)


def _preferred(detector: str, algorithms: Algorithms, weights: WeightStore) -> tuple[str, ...]:
    """Return the models that a detector's name means; none: as installed."""
    if detector in {"", "truth"}:
        return ()
    if detector == "embedded":
        chosen = tuple(i for i in algorithms.models if (EMBEDDED / i).is_dir())
        if not chosen:
            raise TruthError("--detector embedded: the catalog has no embedded model")
        return chosen
    if detector not in algorithms.models:
        known = ", ".join(sorted(algorithms.models))
        raise TruthError(f"--detector {detector}: no such model; known: {known}")
    weights.find(algorithms.models[detector])
    return (detector,)


def _installed(algorithms: Algorithms, weights: WeightStore) -> tuple[str, ...]:
    return tuple(i for i, manifest in algorithms.models.items() if weights.installed(manifest))


def _judge(
    args: argparse.Namespace,
    algorithms: Algorithms,
    weights: WeightStore,
    load: Load,
    preferred: Sequence[str],
    renderer: Renderer | None,
) -> Judge:
    # Several scenes are judged at once: each of them on one core.
    cv2.setNumThreads(1)
    marks = Marks() if args.detector == "truth" else None

    def opened(manifest: ModelManifest, files: tuple[Path, ...]) -> Detector:
        if marks is not None:
            return load_exact(marks, Noise(), manifest)
        return Staying(load(manifest, files))

    store = weights if marks is None else EveryWeight(ROOT)
    library = (
        OneModel(preferred, algorithms.models, store, opened)
        if preferred
        else Library(algorithms.models, store, opened)
    )
    return Judge(algorithms, library, marks, renderer, renderer.raised if renderer else _unheard)


def _unheard(_alert: object) -> None:
    pass


def _one(job: Job, judge: Judge, this: _Run, stop: threading.Event) -> Judged:
    script = scripts.SCRIPTS[job.script]
    begun = time.monotonic()
    scene = script.make(job.seed)
    rows = judge.judge(scene, stop)
    return Judged(
        key=this.key(job),
        script=job.script,
        seed=job.seed,
        kind=script.kind,
        positive=script.positive,
        conditions=tuple(scene.conditions),
        duration_s=scene.duration_s,
        seconds=round(time.monotonic() - begun, 2),
        rows=tuple(rows),
    )


def _alone(jobs: Iterable[Job], judge: Judge, this: _Run) -> Iterator[Judged]:
    stop = threading.Event()
    for job in jobs:
        yield _one(job, judge, this, stop)


def _serve(judge: Judge, this: _Run) -> int:
    """Answer every line on standard input with a line: one member of a crew."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stop = threading.Event()
    for line in sys.stdin.buffer:
        result = _one(msgspec.json.decode(line, type=Job), judge, this, stop)
        sys.stdout.buffer.write(msgspec.json.encode(result) + b"\n")
        sys.stdout.buffer.flush()
    return 0


def _options(args: argparse.Namespace) -> list[str]:
    options = ["--detector", args.detector, "--log-level", args.log_level]
    return [*options, "--render", str(args.render)] if args.render else options


def _follow(judged: Iterable[Judged], results: Results, total: int, left: int) -> None:
    """Keep every result as it comes, and show how far it is."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[now]}"))
    console = Console(stderr=True)
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("scenes", total=total, completed=total - left, now="")
        for result in judged:
            results.add(result)
            bar.update(task, advance=1, now=f"{result.job.name} {result.seconds:.0f} s")


def _report(
    scenes: Sequence[Judged], out: Path | None, settings: Mapping[str, Any], seconds: float
) -> int:
    rows = [row for scene in scenes for row in scene.rows]
    telling = [row for row in rows if row.expected or row.raised or row.note]
    print_rows(telling)
    say(f"{len(rows) - len(telling)} more rows: nothing expected, nothing raised")
    tables = {
        "by script": tally.by_script(scenes),
        "by condition": tally.by_condition(scenes),
        "by kind": tally.by_kind(scenes),
    }
    for title, tallies in tables.items():
        print_tallies(title, tallies)
        say("")
    summary = summarise(rows)
    if out is not None:
        content = {"scenes": scenes, "summary": summary, "settings": settings, **tables}
        out.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=1))
    hours = sum(scene.duration_s for scene in scenes) / 3600
    spent = sum(scene.seconds for scene in scenes)
    say(f"{len(scenes)} scenes, {hours:.2f} camera-hours, {spent:.0f} s of work, {seconds:.0f} s")
    say(summary.line)
    return 0 if summary.decides == 0 else 1
