"""The comparison: for each load and system the number held, at equal alerts and at equal rates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.bench_tool.hold import largest
from scripts.bench_tool.load import Load
from scripts.bench_tool.measure import Failed, Measured, Wish, measure
from scripts.bench_tool.system import Start

RATES = (1.0, 2.0, 5.0, 12.5, 25.0)
"""Pictures a second tried above ours to find what a system needs for the same alerts."""
NEED_CAMERAS = 4
NEED_LOOPS = 2.5
STEP_BACK = 0.93
TRIES = 4

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """How to search: see the options of the same names."""

    probe_s: float
    confirm_s: float
    first: int
    most: int
    deaths: float
    folder: Path
    pin: int | None = None


@dataclass(slots=True)
class Held:
    """What a system held of a load; `measured` is the confirming window, None when nothing held.

    `why` says why not more, or why nothing.
    """

    system: str
    load: str
    period_s: float
    measured: Measured | None
    why: str
    probes: list[Measured] = field(default_factory=list)

    @property
    def cameras(self) -> int:
        """Return how many cameras were held."""
        return self.measured.cameras if self.measured else 0


@dataclass(frozen=True, slots=True)
class Need:
    """Which picture rate a system needs to raise the alerts that the truth asks for.

    `tried` is (pictures a second, due, raised, false). `measured` is False where no rate raised
    them all: then `rate` is what its users are told to give it.
    """

    system: str
    rate: float
    measured: bool
    tried: tuple[tuple[float, int, int, int], ...]


def hold(start: Start, system: str, load: Load, pace: Pace, say: Say) -> Held:
    """Search with short probes, confirm with a long window; a number that fails is stepped back."""
    found = Held(system, load.name, load.period_s, None, "")

    def holds(cameras: int) -> bool:
        try:
            one = measure(start, Wish(load, cameras, pace.probe_s, 0.0, pace.pin), pace.folder)
        except Failed as failed:
            found.why = f"{cameras}: {failed}"
            say(f"  {system} {cameras} cameras: {failed}")
            return False
        found.probes.append(one)
        say(f"  {line(one)}")
        found.why = f"{cameras}: {one.verdict.why}" if one.verdict.why else found.why
        return one.verdict.held

    cameras = largest(holds, pace.first, pace.most)
    for _ in range(TRIES):
        if not cameras:
            break
        try:
            wish = Wish(load, cameras, pace.confirm_s, pace.deaths, pace.pin)
            one = measure(start, wish, pace.folder)
        except Failed as failed:
            found.why = f"{cameras}: {failed}"
            say(f"  {system} {cameras} cameras, confirming: {failed}")
        else:
            say(f"  confirming: {line(one)}")
            if one.verdict.held:
                found.measured = one
                break
            found.why = f"{cameras}: {one.verdict.why}"
        cameras = int(cameras * STEP_BACK)
    return found


def need(start: Start, system: str, load: Load, usual: float, pace: Pace, say: Say) -> Need:
    """Find the lowest rate at which a system raises exactly the alerts that were due."""
    tried = []
    ours = 1.0 / load.period_s
    seconds = load.clip.duration_s * NEED_LOOPS
    for rate in (ours, *(rate for rate in RATES if rate > ours)):
        try:
            wish = Wish(load.at(1.0 / rate), NEED_CAMERAS, seconds, 0.0, pace.pin)
            one = measure(start, wish, pace.folder)
        except Failed as failed:
            say(f"  {system} at {rate:g}/s: {failed}")
            continue
        raised = one.raised
        tried.append((rate, raised.due, raised.found, raised.false))
        say(
            f"  {system} at {rate:g}/s: {raised.found} of {raised.due} raised, {raised.false} false"
        )
        if raised.right and one.verdict.held:
            return Need(system, rate, True, tuple(tried))
    return Need(system, max(usual, ours), False, tuple(tried))


def line(one: Measured) -> str:
    """Return a measurement in one line."""
    v = one.verdict
    words = [
        f"{one.system} {one.cameras} cameras at {1 / one.period_s:g}/s:",
        "held," if v.held else f"not held ({v.why}),",
        f"{one.cores:.2f} cores, {1000 * one.cpu_s_per_camera_s:.1f} ms CPU a camera-second,",
        f"{one.memory_mib / one.cameras:.1f} MiB a camera, p95 {v.delays.p95:.2f} s,",
        f"{one.died} died, server {one.server_cores:.2f} cores, load {one.load_average:g}",
    ]
    if one.server_was_late:
        words.append(f"- the camera server itself was late (p99 {one.server_late_p99_s:.2f} s)")
    return " ".join(words)


def ratio(ours: float, peer: float) -> float | None:
    """Return ours for each of the peer's; None where there is nothing to divide."""
    return round(ours / peer, 2) if ours > 0 and peer > 0 else None


def per_core(held: Sequence[Held]) -> Mapping[str, float | None]:
    """Return cameras per core of ours over those of each other system, of one load."""

    def cameras(one: Held) -> float:
        return one.measured.cameras_per_core if one.measured else 0.0

    ours = next((cameras(one) for one in held if one.system == "ours"), 0.0)
    return {one.system: ratio(ours, cameras(one)) for one in held if one.system != "ours"}


def on_machine(held: Sequence[Held]) -> Mapping[str, float | None]:
    """Return cameras held on the whole machine, ours over each other system's, of one load."""
    ours = next((one.cameras for one in held if one.system == "ours"), 0)
    return {one.system: ratio(ours, one.cameras) for one in held if one.system != "ours"}
