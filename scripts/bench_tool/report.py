"""What was measured, as JSON for machines, a table for people, and the data of the chart."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from config.settings import ROOT
from scripts.bench_tool import compare, usage
from scripts.bench_tool.compare import Held, Need
from scripts.bench_tool.measure import Measured
from scripts.bench_tool.peers import VENV

QUIET_LOAD = 0.7
"""A machine with a higher load average at the start is not one to publish figures of."""


def machine(command: Sequence[str]) -> dict[str, Any]:
    """Return when, where and how the run was made, as it begins."""
    return {
        "command": " ".join(command),
        "date": time.strftime("%Y-%m-%d %H:%M:%S %z"),
        "machine": usage.machine(),
        "commit": _said(["git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD"]),
        "changed_files": len(_said(["git", "-C", str(ROOT), "status", "--short"]).splitlines()),
        "versions": {
            **{name: _version(name) for name in ("onnxruntime", "openvino", "opencv-python", "av")},
            "ffmpeg": _said(["ffmpeg", "-version"]).partition("\n")[0],
            "gstreamer": _said(["gst-launch-1.0", "--version"]).partition("\n")[0],
        },
    }


def plain(value: Any) -> Any:
    """Return anything of ours as JSON takes it; what is no number becomes null."""
    if isinstance(value, Held):
        fields = {name: plain(getattr(value, name)) for name in ("system", "load", "why")}
        probes = [plain(one) for one in value.probes]
        return {**fields, **plain(value.measured or {}), "held": value.cameras, "probes": probes}
    if isinstance(value, Measured):
        per_core = round(value.cameras_per_core, 1)
        late = value.server_was_late
        return {**plain(asdict(value)), "cameras_per_core": per_core, "server_was_late": late}
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float):
        return round(value, 5) if math.isfinite(value) else None
    return value if isinstance(value, str | int | bool | None) else str(value)


def compared(
    loads: Mapping[str, Mapping[str, Sequence[Held]]], needs: Sequence[Need]
) -> dict[str, Any]:
    """Return the ratios: `loads` are, by scenario, kinds of comparison with systems."""
    summary: dict[str, Any] = {}
    for scenario, kinds in loads.items():
        for kind, held in kinds.items():
            if len(held) > 1:
                summary[f"{scenario}_{kind}"] = {
                    "cameras_per_core": dict(compare.per_core(held)),
                    "cameras_on_machine": dict(compare.on_machine(held)),
                }
    best = next((n for n in ("alerts_equal", "rate_equal") if f"parking_{n}" in summary), "")
    main = summary.get(f"parking_{best}", {})
    return {
        "ratios": main.get("cameras_per_core", {}),
        "ratios_of": f"cameras per core, ours over theirs, parking, {best.replace('_', ' ')}",
        "comparisons": summary,
        "needs": plain(list(needs)),
        "scenarios": plain(loads),
    }


def added(path: Path, more: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file of results holds, with more of it."""
    before: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return {**before, **more}


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Write the results."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(plain(content), indent=1, ensure_ascii=False) + "\n")


def chart(results: Path, target: Path) -> str:
    """Draw the results; return why there is no chart, '' when there is."""
    if not VENV.is_file():
        return "no chart: .venv-bench, which has matplotlib, is not there"
    done = subprocess.run(
        [str(VENV), "-m", "scripts.bench_baselines.chart", str(results), str(target)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return f"no chart: {done.stderr[-300:]}" if done.returncode else ""


def table(title: str, held: Sequence[Held]) -> None:
    """Print one comparison: rate in pictures a second; CPU, memory and ratio for each camera."""
    shown = Table(title=title, caption="p95: seconds from picture received to finding")
    for column in (
        *("system", "rate", "held", "a core", "ms CPU", "MiB", "p95", "alert p50/95/99"),
        *("alerts", "ours is"),
    ):
        shown.add_column(column, no_wrap=True)
    ratios = compare.per_core(held)
    for one in held:
        shown.add_row(*_row(one, ratios.get(one.system)))
    Console(width=max(Console().width, 110)).print(shown)
    for one in held:
        if one.why:
            print(f"{one.system}: {one.why}")


def _row(one: Held, ratio: float | None) -> list[str]:
    measured, rate = one.measured, f"{1 / one.period_s:g}"
    if measured is None:
        return [one.system, rate, "0", *["-"] * 7]
    raised = measured.raised
    return [
        *(one.system, rate, str(one.cameras), f"{measured.cameras_per_core:.0f}"),
        *(
            f"{1000 * measured.cpu_s_per_camera_s:.2f}",
            f"{measured.memory_mib / one.cameras:.1f}",
            f"{measured.verdict.delays.p95:.2f}",
            f"{raised.p50:.1f}/{raised.p95:.1f}/{raised.p99:.1f}" if raised.found else "-",
            f"{raised.found}/{raised.due}, {raised.false} false",
            f"{ratio:g}x" if ratio else "",
        ),
    ]


def _said(command: Sequence[str]) -> str:
    if shutil.which(command[0]) is None:
        return "not installed"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
