"""Real clips through `scripts/evaluate`: a positive of each kind, from files and over RTSP."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def _one_per_kind(truth: dict[str, Any]) -> list[str]:
    """Return, for each kind, the clip with the widest window: real time on a shared machine."""
    widest: dict[str, tuple[float, str]] = {}
    for clip in truth["clips"]:
        for event in clip["events"]:
            width = event["not_after"] - event["not_before"]
            known = widest.get(event["kind"], (0.0, ""))
            widest[event["kind"]] = max(known, (width, clip["file"]))
    return sorted({file for _, file in widest.values()})


def _evaluate(
    data: Path, out: Path, cache: Path, *arguments: str
) -> tuple[list[dict[str, Any]], str]:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "inference.evaluation", str(data / "truth.json")),
            *("--data", str(data), "--json", str(out), *arguments),
        ],
        cwd=ROOT,
        env={"SHARP_DATA_DIR": str(cache), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    rows: list[dict[str, Any]] = json.loads(out.read_bytes())["rows"]
    return rows, done.stdout.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("via", "attempts"), [("file", 1), ("rtsp", 2)])
def test_a_positive_of_each_kind_is_raised_once_inside_its_window(
    real_data: Path, tmp_path: Path, via: str, attempts: int
) -> None:
    truth = json.loads((real_data / "truth.json").read_text())
    wanted = {event["kind"] for clip in truth["clips"] for event in clip["events"]}
    files, right, summary = _one_per_kind(truth), set[str](), ""
    # Over RTSP a clip runs in real time: on a busy machine pictures are dropped, as they must be.
    for _ in range(attempts):
        only = [word for file in files for word in ("--only", file)]
        rows, summary = _evaluate(real_data, tmp_path / "out.json", tmp_path, "--via", via, *only)
        expected = [row for row in rows if row["expected"]]
        assert {row["kind"] for row in expected} | right == wanted
        right |= {row["kind"] for row in expected if row["verdict"] == "RIGHT"}
        files = sorted({row["file"] for row in expected if row["kind"] not in right})
        if not files:
            return
    pytest.fail(summary)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"surprise": 1}, "surprise"),
        ({"run": ["teleport"], "events": [], "zones": {}, "params": {}}, "unknown algorithm"),
        ({"params": {"litter": {"dwell_s": -1}}}, "dwell_s"),
        ({"params": {"litter": {"no_such": 1}}}, "no_such"),
        ({"file": "no-such-clip.mp4"}, "not found"),
    ],
)
def test_a_bad_truth_file_is_refused_with_field_and_reason(
    real_data: Path, tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    truth = json.loads((real_data / "truth.json").read_text())
    clip = next(c for c in truth["clips"] if "litter" in c["run"])
    path = tmp_path / "truth.json"
    path.write_text(json.dumps({"clips": [{**clip, **change}]}))
    done = subprocess.run(
        [sys.executable, "-m", "inference.evaluation", str(path), "--data", str(real_data)],
        cwd=ROOT,
        env={"SHARP_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
