"""scripts/bench on two cameras and for seconds: ours and a baseline at work, as measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.bench_baselines.plain_rules import Found, IouTracker, PlainRule
from scripts.bench_baselines.plan import Plan
from scripts.bench_tool import report
from scripts.bench_tool.clip import Clip
from scripts.bench_tool.compare import Held, per_core
from scripts.bench_tool.load import Load, NoModel, network
from scripts.bench_tool.measure import Failed, Wish, measure
from scripts.bench_tool.ours import Ours
from scripts.bench_tool.peers import PEERS, Peer, starter
from tests.streams.clips import make_clip

PERIOD_S = 1.0
OPENCV = next(peer for peer in PEERS if peer.name == "opencv")


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Load:
    folder = tmp_path_factory.mktemp("bench")
    path = make_clip(folder / "clip.mp4", 50, rate=25, gop=25)
    clip = Clip("illegal_parking", str(path), "made up", 1, 2.0, 0.5, 2.0, ())
    return Load("parking", clip, PERIOD_S, network("street-nano", None, folder / "weights"))


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_ours_and_a_baseline_are_measured_in_the_same_way(load: Load, tmp_path: Path) -> None:
    wish = Wish(load, cameras=2, seconds=4.0)
    results = [
        measure(start, wish, tmp_path / name)
        for name, start in (("ours", Ours), ("opencv", starter(OPENCV)))
    ]
    for one in results:
        assert one.cameras == 2
        assert one.verdict.worst > 0.0  # every camera got something; how much is the machine's
        assert one.cores > 0.0
        assert one.memory_mib > 10.0
        assert one.server_cores < 1.0
    assert "street-nano" in results[0].runs
    held = [Held(one.system, "parking", PERIOD_S, one, "") for one in results]
    assert per_core(held)["opencv"] == pytest.approx(
        results[0].cameras_per_core / results[1].cameras_per_core, abs=0.01
    )
    target = tmp_path / "performance.json"
    report.write(target, report.compared({"parking": {"rate_equal": held}}, []))
    written = json.loads(target.read_text())
    assert set(written["ratios"]) == {"opencv"}
    assert written["scenarios"]["parking"]["rate_equal"][0]["held"] == 2


def test_a_system_that_ends_is_told_with_its_last_words(load: Load, tmp_path: Path) -> None:
    broken = Peer("broken", "no_such_program", "nothing", rate=1.0)
    with pytest.raises(Failed, match="no_such_program"):
        measure(starter(broken), Wish(load, 1, 1.0), tmp_path)


def test_a_model_that_not_everybody_can_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoModel, match="yolov8n-coco-openvino"):
        network("yolov8n-coco-openvino", None, tmp_path)
    with pytest.raises(NoModel, match="--weights"):
        network("yolox-nano-coco", None, tmp_path)


def _plan(kind: str) -> Plan:
    zone = ((0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0))
    return Plan(
        *({"cam0": "rtsp://127.0.0.1/cam0"}, kind, 2.0, 25.0, 640, 360, (zone,), 20.0, 8.0),
        *("model.onnx", "yolox", ("person", "car"), 640, 384, "bgr", 1.0, 114, "openvino"),
        *("ffmpeg", "diary.jsonl", "folder"),
    )


def test_the_baselines_rule_tells_a_car_that_stays_once() -> None:
    rule, tracker = PlainRule(_plan("illegal_parking")), IouTracker(8.0)
    stands = [Found("car", (0.4, 0.6, 0.6, 0.8))]
    alerts = [rule.step(tracker.follow(stands, t), t) for t in range(0, 40, 2)]
    assert sum(alerts) == 1
    assert alerts.index(1) == 10


def test_the_baselines_rule_leaves_what_moves_or_stands_elsewhere() -> None:
    rule, tracker = PlainRule(_plan("illegal_parking")), IouTracker(8.0)
    for t in range(0, 60, 2):
        drives = Found("car", (0.01 * t, 0.6, 0.01 * t + 0.2, 0.8))
        beside = Found("car", (0.4, 0.1, 0.6, 0.3))
        walks = Found("person", (0.7, 0.6, 0.75, 0.9))
        assert rule.step(tracker.follow([drives, beside, walks], t), t) == 0


def test_the_baselines_rule_tells_who_lies_after_standing() -> None:
    rule, tracker = PlainRule(_plan("fall")), IouTracker(8.0)
    stands, lies = Found("person", (0.4, 0.3, 0.5, 0.8)), Found("person", (0.3, 0.6, 0.6, 0.8))
    bends = Found("person", (0.35, 0.45, 0.55, 0.8))
    told = 0
    for t, one in [(0.0, stands), (1.0, bends), (2.0, lies), *((3.0 + n, lies) for n in range(25))]:
        told += rule.step(tracker.follow([one], t), t)
    assert told == 1
