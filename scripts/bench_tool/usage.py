"""CPU seconds and memory of processes and all they have started, from /proc."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """Of a family of processes. CPU includes children that have ended and were waited for."""

    cpu_s: float
    memory_mib: float
    """Proportional set size, where shared pages count once; else resident."""
    processes: int
    by_name: dict[str, float]
    """Program to CPU seconds."""


def of(root: int) -> Usage:
    """Return the use so far of a process and its descendants; zeros when it is gone."""
    cpu, memory, count = 0.0, 0.0, 0
    by_name: dict[str, float] = {}
    for pid in family(root):
        fields = _stat(pid)
        if fields is None:
            continue
        seconds = sum(int(fields[i]) for i in (11, 12, 13, 14)) / _TICKS
        cpu, count, memory = cpu + seconds, count + 1, memory + _memory_mib(pid)
        name = _name(pid)
        by_name[name] = by_name.get(name, 0.0) + seconds
    return Usage(cpu, memory, count, by_name)


def cpu_s(root: int) -> float:
    """Return CPU seconds alone, which is cheaper to ask for."""
    found = (_stat(pid) for pid in family(root))
    return sum(sum(int(f[i]) for i in (11, 12, 13, 14)) / _TICKS for f in found if f is not None)


def family(root: int) -> list[int]:
    """Return the process and its descendants."""
    children: dict[int, list[int]] = {}
    for stat in PROC.glob("[0-9]*/stat"):
        fields = _stat(int(stat.parent.name))
        if fields is not None:
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [root]
    for pid in found:
        found += children.get(pid, ())
    return found


def machine_cpu_s() -> tuple[float, float]:
    """Return (busy, all) CPU seconds of the whole machine since it started."""
    line = (PROC / "stat").read_text().splitlines()[0].split()[1:9]
    ticks = [int(word) for word in line]
    return (sum(ticks) - ticks[3] - ticks[4]) / _TICKS, sum(ticks) / _TICKS


def machine() -> dict[str, object]:
    """Return what the machine is: cores, processor, memory, load average, kernel."""
    names = [
        line.partition(":")[2].strip()
        for line in (PROC / "cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    memory = next(
        int(line.split()[1]) / 2**20
        for line in (PROC / "meminfo").read_text().splitlines()
        if line.startswith("MemTotal")
    )
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": names[0] if names else "unknown",
        "memory_gib": round(memory, 1),
        "kernel": os.uname().release,
        "load_average": [round(value, 2) for value in os.getloadavg()],
    }


def others(mine: Sequence[int], before: dict[int, float], seconds: float) -> list[str]:
    """Return programs outside the families `mine` that used over 2 % of a core since `before`."""
    own = {pid for root in mine for pid in family(root)}
    found = []
    for pid, spent in snapshot().items():
        share = (spent - before.get(pid, spent)) / seconds
        if pid not in own and share > 0.02:
            found.append((share, _name(pid)))
    return [f"{name} {share:.2f} cores" for share, name in sorted(found, reverse=True)[:8]]


def snapshot() -> dict[int, float]:
    """Return CPU seconds of every process by its id."""
    found = {}
    for stat in PROC.glob("[0-9]*/stat"):
        fields = _stat(int(stat.parent.name))
        if fields is not None:
            found[int(stat.parent.name)] = (int(fields[11]) + int(fields[12])) / _TICKS
    return found


def _stat(pid: int) -> list[str] | None:
    """Return the fields behind the name: state, parent, ...; None when it has ended."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _memory_mib(pid: int) -> float:
    for file, mark in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            text = (PROC / str(pid) / file).read_text()
        except OSError:
            continue
        for line in text.splitlines():
            if line.startswith(mark):
                return int(line.split()[1]) / 1024
    return 0.0


def _name(pid: int) -> str:
    try:
        words = (PROC / str(pid) / "cmdline").read_text().split("\0")
    except OSError:
        return "ended"
    if "-m" in words:
        return words[words.index("-m") + 1]
    return Path(words[0]).name or "kernel"
