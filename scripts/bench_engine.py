"""`python -m scripts.bench_engine`: the engine's pictures a second over the bare runtime's."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from config.settings import settings
from inference.engine import Engine
from models.backends.bare import bare
from models.backends.batch import Feeder
from models.backends.loader import load, measured
from models.backends.options import RunOptions
from models.catalog import Catalog
from models.detector import Pixels
from models.heads import table
from models.install import install_folder
from models.manifest import ModelManifest
from models.rectangle import rectangle
from models.weights import WeightStore

MODELS = ("yolov8n-coco-openvino", "street-nano")
SHAPES = {"1920x1080": (1080, 1920), "640x360": (360, 640), "704x576": (576, 704)}
SLICE_S = 0.25
"""Engine and runtime take turns so often that both meet the same moments of the machine."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the result. Rates are pictures a second; shares are of the engine's CPU time.

    `ratio` is of the rates, `cpu_ratio` of the pictures for a second of CPU time: that one holds
    also while other programs want the same cores.
    """

    model: str
    runs_on: str
    picture: str
    input: str
    batch: int
    runtime_rate: float
    engine_rate: float
    ratio: float
    cpu_ratio: float
    letterbox: float
    inference: float
    heads: float
    nms: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table; 1 when a ratio is below `--least`."""
    args = _parser().parse_args(arguments)
    catalog, store = Catalog.read(settings.catalog_dirs), WeightStore(settings.weights_dir)
    install_folder(settings.test_data / "weights", catalog, store)
    rows: list[Row] = []
    for id in args.models or [i for i in MODELS if store.installed(catalog.models[i])]:
        manifest = store.pinned(catalog.models[id])
        for row in _rows(manifest, store.find(manifest), args):
            rows.append(row)
            print(_line(row) if len(rows) > 1 else f"{_head()}\n{_line(row)}", flush=True)
    if args.json:
        args.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    if not rows:
        print("no model is installed", file=sys.stderr)
        return 1
    least = min(row.ratio for row in rows)
    for name, ratios in (
        ("by the clock", [row.ratio for row in rows]),
        ("by CPU time", [row.cpu_ratio for row in rows]),
    ):
        print(f"ratio {name}: median {statistics.median(ratios):.2f}, least {min(ratios):.2f}")
    return 0 if least >= args.least else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.bench_engine", description=__doc__)
    parser.add_argument("models", nargs="*", metavar="ID", help=f"default: {', '.join(MODELS)}")
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--seconds", type=float, default=5.0, help="of each line, without warm-up")
    parser.add_argument("--least", type=float, default=0.0, help="ratio below which it fails")
    parser.add_argument("--json", type=Path, metavar="OUT")
    return parser


def _rows(
    manifest: ModelManifest, files: tuple[Path, ...], args: argparse.Namespace
) -> Iterator[Row]:
    cache = settings.cache_dir
    asked = RunOptions(settings.runtime, settings.device, precision=settings.precision)
    chosen = measured(manifest, files, asked, cache).options(asked)
    for name, shape in SHAPES.items():
        for batch in args.batches:
            # This size alone, so that the engine neither splits nor pads what the runtime gets.
            options = RunOptions(
                chosen.runtime, chosen.device, batch_sizes=(batch,), precision=chosen.precision
            )
            detector = load(manifest, files, options)
            if detector.batch_sizes != (batch,):
                detector.close()
                continue
            engine = Engine()
            engine.add(detector)
            pictures = [_picture(shape, seed) for seed in range(batch)]
            input_ = rectangle(manifest.input, [shape])
            alone = bare(manifest, files, options, batch, input_)

            def ours(engine: Engine = engine, pictures: list[Pixels] = pictures) -> object:
                return engine.detect(manifest.id, pictures)

            rates = _compare(alone, ours, batch, args.seconds)
            shares = _shares(ours)
            yield Row(
                manifest.id,
                detector.device,
                name,
                f"{input_[1]}x{input_[0]}",
                batch,
                *rates,
                *shares,
            )
            engine.close()


def _picture(shape: tuple[int, int], seed: int) -> Pixels:
    """Return blocks of colour with sensor noise; how much a network sees in them costs little."""
    draw = np.random.default_rng(seed)
    blocks = draw.integers(0, 255, (9, 16, 3)).astype(np.int16)
    rows = np.linspace(0, 8.99, shape[0]).astype(int)
    columns = np.linspace(0, 15.99, shape[1]).astype(int)
    grain = draw.normal(0, 4, (*shape, 1)).astype(np.int16)
    picture: Pixels = np.clip(blocks[rows][:, columns] + grain, 0, 255).astype(np.uint8)
    return picture


def _compare(
    alone: Callable[[], object], ours: Callable[[], object], batch: int, seconds: float
) -> tuple[float, float, float, float]:
    """Return both rates, and the medians of both ratios of neighbouring slices."""
    for warm in (alone, ours, alone, ours):
        warm()
    rates: list[tuple[float, ...]] = []
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends or len(rates) < 3:
        (before, cpu_before), (now, cpu_now), (after, cpu_after) = (
            _rate(one, batch) for one in (alone, ours, alone)
        )
        runtime, cpu = (before + after) / 2, (cpu_before + cpu_after) / 2
        rates.append((runtime, now, now / runtime, cpu_now / cpu))
    one, two, three, four = (
        round(statistics.median(column), 3) for column in zip(*rates, strict=True)
    )
    return one, two, three, four


def _rate(run: Callable[[], object], batch: int) -> tuple[float, float]:
    """Return pictures a second, by the clock and by the CPU time of this process."""
    begun, spent, count = time.perf_counter(), time.process_time(), 0
    while (took := time.perf_counter() - begun) < SLICE_S or not count:
        run()
        count += batch
    return count / took, count / max(time.process_time() - spent, 1e-9)


class _Watch:
    """CPU time of the whole process inside wrapped functions."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextmanager
    def wrapped(self, owner: Any, function: str, name: str) -> Iterator[None]:
        real = getattr(owner, function)

        def timed(*given: Any, **named: Any) -> Any:
            before = time.process_time()
            try:
                return real(*given, **named)
            finally:
                self.spent[name] = self.spent.get(name, 0.0) + time.process_time() - before

        setattr(owner, function, timed)
        try:
            yield
        finally:
            setattr(owner, function, real)


def _shares(ours: Callable[[], object]) -> tuple[float, float, float, float]:
    """Return the shares of letterbox, inference, heads without NMS, and NMS in the CPU time."""
    watch = _Watch()
    with (
        watch.wrapped(Feeder, "fill", "letterbox"),
        watch.wrapped(Feeder, "read", "heads"),
        watch.wrapped(table, "suppress", "nms"),
    ):
        before, begun, count = time.process_time(), time.perf_counter(), 0
        while time.perf_counter() - begun < 2 * SLICE_S or count < 5:
            ours()
            count += 1
        whole = max(time.process_time() - before, 1e-9)
    spent = {name: watch.spent.get(name, 0.0) / whole for name in ("letterbox", "heads", "nms")}
    rest = 1.0 - spent["letterbox"] - spent["heads"]
    shares = (spent["letterbox"], rest, spent["heads"] - spent["nms"], spent["nms"])
    one, two, three, four = (round(share, 3) for share in shares)
    return one, two, three, four


def _head() -> str:
    return (
        "| model | runs on | picture | input | batch | runtime/s | engine/s | ratio"
        " | by CPU | letterbox | inference | heads | NMS |\n|" + " --- |" * 13
    )


def _line(row: Row) -> str:
    shares = (row.letterbox, row.inference, row.heads, row.nms)
    return (
        f"| {row.model} | {row.runs_on} | {row.picture} | {row.input} | {row.batch}"
        f" | {row.runtime_rate:.1f} | {row.engine_rate:.1f} | **{row.ratio:.2f}**"
        f" | {row.cpu_ratio:.2f} | " + " | ".join(f"{100 * share:.1f} %" for share in shares) + " |"
    )


if __name__ == "__main__":
    sys.exit(main())
