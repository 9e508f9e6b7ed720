"""`python -m scripts.soak --clips FOLDER`: does memory stay flat while cameras loop?"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from config.settings import ROOT

WARM_UP_S = 120.0
"""Rings fill, models compile and caches grow in the first minutes; they are not judged."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `scripts/run` for a while and watch the memory of the processes it starts."""
    parser = argparse.ArgumentParser(prog="python -m scripts.soak", description=__doc__)
    parser.add_argument("--clips", required=True, metavar="FOLDER")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--csv", type=Path, help="write the samples here")
    args = parser.parse_args(arguments)
    command = ["-m", "scripts.run_clips", "--clips", args.clips]
    with subprocess.Popen(  # noqa: TID251
        [sys.executable, *command, "--seconds", str(args.minutes * 60)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    ) as run:
        samples = list(_watch(run))
    if args.csv:
        with args.csv.open("w", newline="") as file:
            csv.writer(file).writerows([("process", "seconds", "mib"), *samples])
    for name in sorted({name for name, _, _ in samples}):
        print(_verdict(name, [(t, m) for n, t, m in samples if n == name]))
    return run.returncode


def _watch(run: subprocess.Popen[bytes]) -> Iterator[tuple[str, float, float]]:  # noqa: TID251
    """Yield (process, seconds since start, resident MiB) every 5 s until the run has ended."""
    begun, pause = time.monotonic(), threading.Event()
    while run.poll() is None:
        for pid in _family(run.pid):
            found = _memory(pid)
            if found is not None:
                yield (found[0], round(time.monotonic() - begun, 1), found[1])
        pause.wait(5.0)


def _family(root: int) -> list[int]:
    """Return the process and its descendants."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    family = [root]
    for pid in family:
        family += [child for child, parent in parents.items() if parent == pid]
    return family


def _memory(pid: int) -> tuple[str, float] | None:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    name = " ".join(words[words.index("-m") + 1 :][:2]).strip() if "-m" in words else words[0]
    rss = next((line for line in status.splitlines() if line.startswith("VmRSS:")), "")
    return (name, int(rss.split()[1]) / 1024) if rss else None


def _verdict(name: str, samples: list[tuple[float, float]]) -> str:
    """Return one line: how much, and how fast it grows after the warm-up."""
    late = np.array([s for s in samples if s[0] >= WARM_UP_S])
    if len(late) < 3:
        return f"{name}: {samples[-1][1]:.0f} MiB, too short to judge"
    slope = float(np.polyfit(late[:, 0] / 60, late[:, 1], 1)[0])
    first, last = late[: len(late) // 4, 1].mean(), late[-(len(late) // 4) :, 1].mean()
    return (
        f"{name}: {late[-1, 1]:.0f} MiB at the end, most {late[:, 1].max():.0f}; after the warm-up "
        f"first quarter {first:.0f}, last quarter {last:.0f}, {slope:+.2f} MiB a minute"
    )


if __name__ == "__main__":
    sys.exit(main())
