"""`scripts/bench`: runs the comparison, the growth or the soak that was asked for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

from config.settings import ROOT
from scripts.bench_tool import clip, growth, options, report, section
from scripts.bench_tool.child import raise_file_limit, stop_when_told
from scripts.bench_tool.compare import Held, Need, Pace, hold, need
from scripts.bench_tool.load import Load, Network, NoModel, network
from scripts.bench_tool.measure import Failed
from scripts.bench_tool.ours import Ours
from scripts.bench_tool.peers import PEERS, Peer, starter
from scripts.bench_tool.system import Start

OURS_ONLY = ("look4", "look10")
CHART = ROOT / "docs" / "images" / "performance.svg"


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for; 2 when it cannot be, 0 otherwise: figures are no verdict."""
    args = options.parsed(arguments)
    raise_file_limit()
    stop_when_told()
    args.folder.mkdir(parents=True, exist_ok=True)
    told = report.machine(
        ["scripts/bench", *(arguments if arguments is not None else sys.argv[1:])]
    )
    if args.publish and os.getloadavg()[0] > report.QUIET_LOAD:
        say(f"--publish refused: the load average is {os.getloadavg()[0]:.2f}, others are at work")
        return 2
    try:
        model = network(args.model, args.weights, args.folder / "weights")
        told["model"] = args.model
        found = _measured(args, model)
    except (NoModel, Failed) as error:
        print(f"scripts/bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; nothing is written", file=sys.stderr)
        return 130
    if "ratios" in found:
        content = {**told, **found}
    else:  # growth and soak are added to what a comparison has left there, with a head of their own
        content = report.added(args.json, {name: {**told, **one} for name, one in found.items()})
    report.write(args.json, content)
    if args.publish and "ratios" in found:
        section.put(ROOT / "docs" / "performance.md", section.written(content))
    target = CHART if args.publish else args.json.with_suffix(".svg")
    missing = report.chart(args.json, target)
    say(f"results: {args.json}; {missing or f'chart: {target}'}")
    return 0


def _measured(args: argparse.Namespace, model: Network) -> dict[str, Any]:
    pace = Pace(
        probe_s=args.probe_seconds,
        confirm_s=args.minutes * 60,
        first=args.first,
        most=args.most,
        deaths=args.deaths,
        folder=args.folder,
        pin=args.pin_cameras,
    )
    loads = _loads(args, model)
    if args.growth:
        say("growth: ours, a look every 2 s")
        grown = growth.grow(Ours, loads["parking"], pace, say)
        for what, found, unit in (("CPU", grown.fit, "cores"), ("memory", grown.memory, "MiB")):
            if found is not None:
                words = f"{found.base:.3f} + {found.slope:.5f} {unit} a camera"
                say(f"{what}: {words}, R2 {found.r2:.4f}")
        points = [report.plain(one) for one in grown.points]
        fits = {"fit": report.plain(grown.fit), "memory": report.plain(grown.memory)}
        return {"growth": {"points": points, **fits}}
    if args.soak:
        say(f"soak: ours, {args.cameras} cameras for {args.soak:g} minutes")
        soaked = growth.soak(Ours, loads["parking"], args.cameras, args.soak, pace)
        say(
            f"memory: first quarter {soaked.first} MiB, last {soaked.last}, most {soaked.most}, "
            f"{soaked.trend:+.1f} MiB an hour"
        )
        return {"soak": report.plain(soaked)}
    return _compared(args, loads, pace)


def _loads(args: argparse.Namespace, model: Network) -> dict[str, Load]:
    size = clip.MAIN if args.stream == "main" else clip.SUB
    folder = args.folder / "clips"
    say(f"clips: {size[0]}x{size[1]} H.264, {clip.RATE} pictures/s, GOP {clip.GOP / clip.RATE:g} s")
    parking = clip.made("illegal_parking", size, folder)
    loads = {
        "parking": Load("parking", parking, 2.0, model, size),
        "look4": Load("look4", parking, 4.0, model, size),
        "look10": Load("look10", parking, 10.0, model, size),
    }
    if "fall" in args.scenarios:
        fall = clip.made("fall", size, folder)
        loads["fall"] = Load("fall", fall, 0.2, model, size, absence_s=3.0)
    return loads


def _compared(args: argparse.Namespace, loads: dict[str, Load], pace: Pace) -> dict[str, Any]:
    peers = [peer for peer in PEERS if peer.name in args.systems]
    absent = {peer.name: peer.missing for peer in peers if peer.missing}
    for name, why in absent.items():
        say(f"{name} is left out: {why}")
    peers = [peer for peer in peers if not peer.missing]
    needs: list[Need] = []
    results: dict[str, dict[str, list[Held]]] = {}
    for scenario in args.scenarios:
        load = loads[scenario]
        rivals = [] if scenario in OURS_ONLY else peers
        results[scenario] = _scenario(args, load, rivals, pace, needs)
        for kind, held in results[scenario].items():
            report.table(f"{scenario}, {kind.replace('_', ' ')}", held)
    about = {peer.name: peer.what for peer in peers}
    return {**report.compared(results, needs), "left_out": absent, "systems": about}


def _scenario(
    args: argparse.Namespace, load: Load, peers: Sequence[Peer], pace: Pace, needs: list[Need]
) -> dict[str, list[Held]]:
    """Measure each system at our rate, at the rate it needs, and at the one its users are told."""
    rate = 1 / load.period_s
    starts: dict[str, tuple[Start, float]] = {}
    if "ours" in args.systems:
        starts["ours"] = (Ours, rate)
    starts |= {peer.name: (starter(peer), peer.rate) for peer in peers}
    found: dict[str, list[Held]] = {"alerts_equal": [], "rate_equal": [], "usual_rate": []}
    for name, (start, usual) in starts.items():
        known: dict[float, Held] = {}
        at = partial(_held_at, start, name, load, pace, known)
        found["rate_equal"].append(at(rate))
        if args.no_needs or load.name != "parking":
            continue
        say(f"{load.name}: which rate {name} needs for the right alerts")
        needs.append(need(start, name, load, usual, pace, say))
        found["alerts_equal"].append(at(needs[-1].rate))
        found["usual_rate"].append(at(usual))
    if load.name in OURS_ONLY:
        return {"ours": found["rate_equal"]}
    return {kind: held for kind, held in found.items() if held}


def _held_at(
    start: Start, name: str, load: Load, pace: Pace, known: dict[float, Held], rate: float
) -> Held:
    """Return what a system holds at a picture rate; what was measured is not measured again."""
    if rate not in known:
        say(f"{load.name}: {name}, {rate:g} pictures/s")
        known[rate] = hold(start, name, load.at(1 / rate), pace, say)
    return known[rate]


if __name__ == "__main__":
    sys.exit(main())
