"""`scripts/evaluate TRUTH.json`: score the production chain on clips with known events.

`scripts/evaluate --generated N` scores it on N fresh generated scenes a kind and polarity instead.
"""

from __future__ import annotations

import argparse
import logging
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from config.settings import settings
from inference.evaluation import fresh
from inference.evaluation.crew import CrewError
from inference.evaluation.render import Renderer
from inference.evaluation.run import Clip, Evaluation, clips_of
from inference.evaluation.score import Row, summarise
from inference.evaluation.tables import print_rows
from inference.evaluation.truth import Truth, TruthError, read_truth
from inference.library import Library
from inference.parts import Part
from models.backends.loader import load
from models.backends.options import RunOptions
from models.catalog import Catalog
from models.install import install_folder
from models.manifest import ManifestError
from models.weights import WeightError, WeightStore
from store.catalog import Algorithms
from streams.libav.transcode import prepare
from streams.server import Media, serve
from streams.source import SourceError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; 0 only when every row that is not hard is RIGHT, 2 when refused."""
    args = _parser().parse_args(arguments)
    logging.basicConfig(level=args.log_level, format="%(levelname)s %(name)s: %(message)s")
    try:
        return _evaluate(args)
    except (TruthError, ManifestError, WeightError, LookupError, CrewError) as error:
        print(f"refused: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/evaluate", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("truth", type=Path, metavar="TRUTH.json", nargs="?")
    fresh.add_options(parser, what)
    parser.add_argument("--data", type=Path, help="folder of the clips (default: the truth's own)")
    parser.add_argument("--via", choices=("file", "rtsp"), default="file")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write rows and summary here")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="PATTERN",
        help="clips (FILE) or algorithms (KIND) to run; * and ? allowed; repeatable",
    )
    parser.add_argument("--render", type=Path, metavar="DIR", help="write annotated video here")
    parser.add_argument("--parallel", type=int, default=4, help="clips played at once")
    parser.add_argument("--log-level", default="ERROR")
    return parser


def _evaluate(args: argparse.Namespace) -> int:
    catalog = Catalog.read(settings.catalog_dirs)
    algorithms = Algorithms(catalog)
    weights = WeightStore(settings.weights_dir)
    if args.truth is None:
        if not args.member:
            install_folder(settings.test_data / "weights", catalog, weights)
        return fresh.run(args, algorithms, weights, load)
    truth = read_truth(args.truth)
    truth = _chosen(truth, args.only) if args.only else truth
    data = args.data or args.truth.resolve().parent
    for folder in (data / "weights", settings.test_data / "weights"):
        install_folder(folder, catalog, weights)
    clips = clips_of(truth, data, algorithms)
    renderer = Renderer(args.render) if args.render else None
    # As the service runs them, so that what is scored is what watches.
    options = RunOptions(
        settings.runtime, settings.device, precision=settings.precision, cache=settings.cache_dir
    )
    evaluation = Evaluation(
        truth,
        algorithms,
        lambda: Library(catalog.models, weights, partial(load, options=options)),
        serve=_served if args.via == "rtsp" else None,
        watcher=renderer,
        raised=renderer.raised if renderer else lambda _alert: None,
    )
    begun = time.monotonic()
    rows = _play(evaluation, clips, args.parallel)
    if renderer:
        renderer.close()
    return _report(rows, args.json, time.monotonic() - begun, args.via)


def _chosen(truth: Truth, only: list[str]) -> Truth:
    """Return the truth file narrowed to the clips and algorithms that a pattern names."""

    def named(name: str) -> bool:
        return any(fnmatch(name, pattern) for pattern in only)

    chosen = []
    for clip in truth.clips:
        kinds = clip.run if named(clip.file) else tuple(kind for kind in clip.run if named(kind))
        if kinds:
            events = tuple(event for event in clip.events if event.kind in kinds)
            chosen.append(clip.model_copy(update={"run": kinds, "events": events}))
    if not chosen:
        raise TruthError(f"--only {' '.join(only)}: no clip and no algorithm of that name")
    return truth.model_copy(update={"clips": tuple(chosen)})


@contextmanager
def _served(clips: Mapping[str, Clip]) -> Iterator[Mapping[str, str]]:
    media = {camera: _prepared(clip) for camera, clip in clips.items()}
    with serve(media, once=True) as server:
        yield {camera: server.url(camera) for camera in media}


def _prepared(clip: Clip) -> Media:
    truth = clip.truth
    try:
        return prepare(
            clip.path,
            settings.cache_dir / "media",
            freeze_first_s=truth.freeze_first_s,
            freeze_last_s=truth.freeze_last_s,
        )
    except SourceError as error:
        raise TruthError(f"{truth.file}: cannot be served: {error}") from error


def _play(evaluation: Evaluation, clips: list[Clip], parallel: int) -> list[Row]:
    rows: list[Row] = []
    stop = threading.Event()
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[now]}"))
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("clips", total=len(clips), now="")

        def show(done: threading.Event) -> None:
            while not done.wait(0.5):
                progress = evaluation.progress
                playing = [
                    f"{v:.0f} s" for c, v in progress.played.items() if c not in progress.done
                ]
                bar.update(task, completed=len(progress.done), now="at " + ", ".join(playing))

        shower = Part("progress", show, threading.Event())
        try:
            for first in range(0, len(clips), max(1, parallel)):
                rows += evaluation.play(clips[first : first + max(1, parallel)], stop)
        finally:
            stop.set()
            shower.stop()
            shower.join(2.0)
    return rows


def _report(rows: list[Row], out: Path | None, seconds: float, via: str) -> int:
    print_rows(rows)
    summary = summarise(rows)
    if out is not None:
        content = {"rows": rows, "summary": summary, "via": via, "seconds": round(seconds, 1)}
        out.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=1))
    print(f"via {via}, {seconds:.0f} s")
    print(summary.line)
    return 0 if summary.decides == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
