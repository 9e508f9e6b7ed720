"""What a published run of scripts/bench writes into docs/performance.md."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from config.settings import ROOT
from scripts.bench_tool import report, section
from scripts.bench_tool.compare import Held, Need
from scripts.bench_tool.events import Raised
from scripts.bench_tool.hold import Delays, Verdict
from scripts.bench_tool.measure import Measured

PAGE = ROOT / "docs" / "performance.md"


def _measured(system: str, cameras: int, cores: float, late: float = 0.01) -> Measured:
    return Measured(
        system=system,
        load="parking",
        period_s=2.0,
        verdict=Verdict(cameras, 1.0, 0, Delays(0.1, 0.25, 0.4), ""),
        seconds=600.0,
        died=0 if system == "ultralytics" else 3,
        cpu_s_per_camera_s=cores / cameras,
        cores=cores,
        memory_mib=500.0,
        processes=1,
        by_program={},
        server_cores=0.2,
        server_late_p99_s=late,
        started_s=12.0,
        raised=Raised(40, 39, 0, 0.5, 1.5, math.nan),
        runs="a way",
        load_average=0.3,
    )


@pytest.fixture
def content() -> dict[str, Any]:
    held = [
        Held("ours", "parking", 2.0, _measured("ours", 400, 1.6), ""),
        Held("ultralytics", "parking", 2.0, _measured("ultralytics", 50, 1.0, 0.9), ""),
        Held("opencv", "parking", 2.0, None, "16: it has ended"),
    ]
    needs = [Need("ultralytics", 5.0, True, ((0.5, 4, 2, 1), (5.0, 4, 4, 0)))]
    compared = report.compared({"parking": {"alerts_equal": held}}, needs)
    about = {"machine": {"cores": 2, "processor": "x", "memory_gib": 8, "load_average": [0.1]}}
    run = {"command": "scripts/bench", "date": "2026-11-25", "commit": "abc", "model": "m"}
    made: dict[str, Any] = report.plain({**run, **about, **compared, "left_out": {}})
    return made


def test_the_ratio_is_of_cameras_per_core(content: dict[str, Any]) -> None:
    assert content["ratios"] == {"ultralytics": 5.0, "opencv": None}
    machine = content["comparisons"]["parking_alerts_equal"]["cameras_on_machine"]
    assert machine == {"ultralytics": 8.0, "opencv": None}


def test_the_section_says_what_was_measured_and_what_was_not(content: dict[str, Any]) -> None:
    text = section.written(content)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert any("ours | 0.5 | 400 | 250 | 4.00 |" in row for row in rows)
    assert any("ultralytics" in row and row.endswith("| 5x |") for row in rows)
    assert any("opencv" in row and "it has ended" in row for row in rows)
    assert "0.5/s: 2 of 4, 1 false; 5/s: 4 of 4, 0 false" in text
    assert "camera server was late with ultralytics" in text
    assert "No camera died while these ran: ultralytics." in text
    assert "nan" not in text


def test_it_goes_between_the_marks_of_the_page_again_and_again(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(PAGE.read_text())
    section.put(page, "first")
    section.put(page, "second")
    text = page.read_text()
    assert "second" in text
    assert "first" not in text.split(section.BEGIN)[1].split(section.END)[0]
    assert text.startswith("# Performance")
    assert "## Evaluation speed" in text
    page.write_text("no marks")
    with pytest.raises(ValueError, match="marks"):
        section.put(page, "third")
