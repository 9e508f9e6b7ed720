"""`scripts/bench_gpu`: runs every step, prints its figures or why there are none, writes JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from config.settings import settings
from scripts.bench_gpu_tool import steps
from scripts.bench_gpu_tool.steps import Figures, NotMeasured
from scripts.bench_tool import clip, report
from scripts.bench_tool.child import raise_file_limit, stop_when_told
from scripts.bench_tool.compare import Pace
from scripts.bench_tool.load import Load, network


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the steps; 0 even without a GPU: then the result says so."""
    args = _parser().parse_args(arguments)
    raise_file_limit()
    stop_when_told()
    given = list(arguments if arguments is not None else sys.argv[1:])
    results: dict[str, Any] = report.machine(["scripts/bench_gpu", *given])
    model = network(args.model, args.weights, args.folder / "weights")
    clips = args.folder / "clips"
    sizes = {"sub": clip.SUB} if args.quick else {"sub": clip.SUB, "main": clip.MAIN}
    made = {name: clip.made("illegal_parking", size, clips) for name, size in sizes.items()}
    todo: dict[str, Callable[[], Figures]] = {"gpu": steps.facts}
    for name, one in made.items():
        for decoder in ("cuvid", "cpu"):
            todo[f"decoding {name} by {decoder}"] = _decoding(Path(one.path), decoder, args.seconds)
    sub = made["sub"]
    todo["detecting"] = lambda: steps.detecting(model, args.seconds)
    if not args.quick:
        pace = Pace(30.0, args.minutes * 60, 64, args.most, 0.05, args.folder)
        todo["cameras held"] = lambda: steps.holding(
            Load("look4", sub, 4.0, model), pace, lambda text: print(text, flush=True)
        )
    for name, step in todo.items():
        figures = step()
        skipped = isinstance(figures, NotMeasured)
        results[name] = (
            {"not_measured": figures.why} if isinstance(figures, NotMeasured) else figures
        )
        print(f"{name}: {'not measured: ' if skipped else ''}{_words(figures)}", flush=True)
    report.write(args.json or args.folder / "performance-gpu.json", results)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench_gpu", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="sub stream only, no cameras held")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each rate (%(default)g)")
    parser.add_argument("--minutes", type=float, default=10.0, help="of the confirmation")
    parser.add_argument("--most", type=int, default=8000, help="cameras at most (%(default)s)")
    parser.add_argument("--model", default="street-nano", help="id of an ONNX model of the catalog")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="where its file lies")
    parser.add_argument("--folder", type=Path, default=settings.data_dir / "bench")
    parser.add_argument("--json", type=Path, help="where to write the results")
    return parser


def _decoding(path: Path, decoder: str, seconds: float) -> Callable[[], Figures]:
    return lambda: steps.decoding(path, decoder, seconds)


def _words(figures: Figures) -> str:
    return figures.why if isinstance(figures, NotMeasured) else json.dumps(figures)[:400]


if __name__ == "__main__":
    sys.exit(main())
