"""The command line of `scripts/bench`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from config.settings import ROOT, settings
from scripts.bench_tool.peers import PEERS

SCENARIOS = ("parking", "look4", "look10", "fall")


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options; `--quick` has set those that were not given."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=_ABOUT,
    )
    names = ["ours", *(peer.name for peer in PEERS)]
    parser.add_argument("--systems", nargs="+", choices=names, default=names, metavar="NAME")
    parser.add_argument("--scenarios", nargs="+", choices=SCENARIOS, default=None, metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="minutes: few cameras, short windows")
    parser.add_argument("--minutes", type=float, help="of the confirmation (10; quick: 0.25)")
    parser.add_argument("--probe-seconds", type=float, help="of a probe (30; quick: 10)")
    parser.add_argument("--first", type=int, help="cameras of the first probe (16; quick: 2)")
    parser.add_argument("--most", type=int, help="cameras at most (2000; quick: 8)")
    parser.add_argument("--deaths", type=float, default=0.05, help="share that dies and returns")
    parser.add_argument("--stream", choices=("sub", "main"), default="sub")
    parser.add_argument("--model", default="street-nano", help="id of an ONNX model of the catalog")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="where its file lies")
    parser.add_argument("--growth", action="store_true", help="only: CPU from 1 to 500 cameras")
    parser.add_argument("--soak", type=float, metavar="MINUTES", help="only: memory over time")
    parser.add_argument("--cameras", type=int, default=100, help="of the soak (%(default)s)")
    parser.add_argument("--no-needs", action="store_true", help="take the peers' usual rates")
    parser.add_argument("--pin-cameras", type=int, metavar="CPU", help="processor of the server")
    parser.add_argument("--folder", type=Path, default=settings.data_dir / "bench")
    parser.add_argument("--json", type=Path, help="where to write the results")
    parser.add_argument("--publish", action="store_true", help="write docs/performance.json, chart")
    parser.add_argument("--no-install", action="store_true", help="install nothing")
    args = parser.parse_args(arguments)
    short = args.quick
    args.scenarios = args.scenarios or (["parking"] if short else list(SCENARIOS))
    for name, quick, full in (
        ("minutes", 0.25, 10.0),
        ("probe_seconds", 10.0, 30.0),
        ("first", 2, 16),
        ("most", 8, 2000),
    ):
        if getattr(args, name) is None:
            setattr(args, name, quick if short else full)
    args.no_needs = args.no_needs or short
    args.json = args.json or args.folder / "performance.json"
    if args.publish:
        args.json = ROOT / "docs" / "performance.json"
    return args


_ABOUT = """How many cameras each system holds on this machine, on the same clip, in the same run.

Held: every camera gets at least 95 % of the pictures it was promised and p95 from picture received
to finding is at most 1 s, while 5 % of the cameras die and return (for those that survive a death).
Short probes search the number, one long window confirms it.

scenarios: parking (a look every 2 s), fall (5 a second), look4, look10 (4 and 10 s, ours only)
systems: ours, ultralytics, opencv, ffmpeg_pipe, gstreamer; what is not installed is left out
"""
