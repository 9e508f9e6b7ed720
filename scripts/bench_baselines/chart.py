"""The bench's results as a picture (SVG). Runs where matplotlib is: in the bench's environment."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt

OURS, THEIRS = "#1668dc", "#8c8c8c"


def main(results: Path, target: Path) -> int:
    """Draw one panel a comparison; 1 when there is nothing to draw."""
    content = json.loads(results.read_text())
    panels = [
        (f"{scenario}, {kind.replace('_', ' ')}", held)
        for scenario, kinds in content.get("scenarios", {}).items()
        for kind, held in kinds.items()
        if any(one["held"] for one in held)
    ]
    growth = content.get("growth", {}).get("points", [])
    soak = content.get("soak", {}).get("samples", [])
    count = len(panels) + bool(growth) + bool(soak)
    if not count:
        print("there is nothing to draw", file=sys.stderr)
        return 1
    figure, axes = plt.subplots(count, 1, figsize=(8, 2.4 * count), squeeze=False)
    for axis, (title, held) in zip(axes[:, 0], panels, strict=False):
        _bars(axis, title, held)
    if growth:
        _line(axes[len(panels), 0], growth, content["growth"].get("fit"))
    if soak:
        _memory(axes[-1, 0], soak)
    told = next(
        c for c in (content, content.get("growth"), content.get("soak")) if c and "date" in c
    )
    machine = told["machine"]
    figure.suptitle(f"{told['date'][:10]}, {machine['processor']}, {machine['cores']} cores")
    figure.tight_layout()
    figure.savefig(target, metadata={"Date": None})
    return 0


def _bars(axis: Any, title: str, held: list[dict[str, Any]]) -> None:
    names = [f"{one['system']}" for one in held]
    values = [one["held"] for one in held]
    colors = [OURS if one["system"] == "ours" else THEIRS for one in held]
    bars = axis.barh(names, values, color=colors)
    axis.bar_label(bars, [_label(one) for one in held], padding=3)
    axis.invert_yaxis()
    axis.set_xlim(0, max(values) * 1.35)
    axis.set_title(title, loc="left", fontsize=10)
    axis.set_xlabel("cameras held")


def _label(one: dict[str, Any]) -> str:
    if not one["held"]:
        return "0"
    return f"{one['held']} at {1 / one['period_s']:g}/s, {one['cameras_per_core']:.0f} a core"


def _line(axis: Any, points: list[dict[str, Any]], fit: dict[str, float] | None) -> None:
    x = [point["verdict"]["cameras"] for point in points]
    axis.plot(x, [point["cores"] for point in points], "o", color=OURS)
    if fit:
        axis.plot(x, [fit["base"] + fit["slope"] * n for n in x], color=THEIRS)
        words = f"{1000 * fit['slope']:.2f} ms a camera-second, R2 {fit['r2']:.4f}"
        axis.set_title(f"growth: {words}", loc="left", fontsize=10)
    axis.set_xlabel("cameras")
    axis.set_ylabel("cores used")


def _memory(axis: Any, samples: list[list[float]]) -> None:
    axis.plot([at / 60 for at, _ in samples], [mib for _, mib in samples], color=OURS)
    axis.set_ylim(bottom=0)
    axis.set_title("soak", loc="left", fontsize=10)
    axis.set_xlabel("minutes")
    axis.set_ylabel("MiB")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
