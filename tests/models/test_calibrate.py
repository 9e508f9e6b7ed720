"""What is fastest is measured once and remembered; numbers decide, and a busy moment does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from models.backends import calibrate, machine
from models.backends.options import RunOptions
from models.detector import Detections, Detector, DetectorError, Pixels
from models.fake import FakeDetector
from tests.models.onnx_file import reddish
from tests.models.test_backends import RED, loaded, manifest, plain

MANIFEST = manifest(b"")
Costs = Callable[[RunOptions, int], float]


class _Machine:
    """A clock that runs by what each way costs: milliseconds of a batch of so many pictures."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, costs: Costs) -> None:
        self.now, self.costs, self.opened = 0.0, costs, 0
        monkeypatch.setattr("models.backends.calibrate.time.perf_counter", lambda: self.now)

    def open(self, way: RunOptions) -> Detector:
        self.opened += 1
        clock = self

        class Timed(FakeDetector):
            def detect(self, pictures: Sequence[Pixels]) -> list[Detections]:
                clock.now += clock.costs(way, len(pictures)) / 1000
                return [Detections.none()] * len(pictures)

        return Timed(batch_sizes=way.batch_sizes)


def ways(options: RunOptions) -> list[RunOptions]:
    return [
        replace(options, runtime="openvino", device="cpu", precision="fp32"),
        replace(options, runtime="openvino", device="cpu", precision="bf16"),
        replace(options, runtime="onnxruntime", device="cpu", precision="fp32"),
    ]


def decided(
    options: RunOptions, made: _Machine, more: Sequence[RunOptions] = (), again: bool = False
) -> RunOptions:
    assert options.cache is not None
    choice = calibrate.known(
        MANIFEST,
        options,
        options.cache,
        lambda: [*more, *ways(options)],
        made.open,
        again=again,
    )
    return choice.options(options)


@pytest.mark.parametrize(
    ("fp32", "bf16", "other", "expected"),
    [
        (20.0, 10.0, 30.0, ("openvino", "bf16")),
        (20.0, 19.0, 30.0, ("openvino", "fp32")),
        (20.0, 10.0, 5.0, ("onnxruntime", "fp32")),
    ],
)
def test_the_fastest_is_taken_and_fewer_digits_only_when_clearly_faster(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fp32: float,
    bf16: float,
    other: float,
    expected: tuple[str, str],
) -> None:
    def costs(way: RunOptions, count: int) -> float:
        if way.runtime == "onnxruntime":
            return other * count
        return (bf16 if way.precision == "bf16" else fp32) * count

    found = decided(RunOptions(cache=tmp_path), _Machine(monkeypatch, costs))
    assert (found.runtime, found.precision) == expected
    assert found.batch_sizes == (1,)


def test_batches_end_where_more_pictures_are_no_faster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def costs(_way: RunOptions, count: int) -> float:
        return 10.0 if count <= 4 else 2.5 * count

    found = decided(RunOptions(cache=tmp_path), _Machine(monkeypatch, costs))
    assert found.batch_sizes == (1, 2, 4)


def test_it_is_measured_once_until_the_machine_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _Machine(monkeypatch, lambda way, count: 10.0 * count)
    first = decided(RunOptions(cache=tmp_path), made)
    opened = made.opened
    assert decided(RunOptions(cache=tmp_path), made) == first
    assert made.opened == opened
    (kept,) = (tmp_path / "engines").iterdir()
    kept.write_text("{}", encoding="utf-8")
    decided(RunOptions(cache=tmp_path), made)
    assert made.opened == 2 * opened
    monkeypatch.setattr(machine, "runtimes", lambda: {"openvino": "9999"})
    decided(RunOptions(cache=tmp_path), made)
    assert made.opened == 3 * opened
    decided(RunOptions(cache=tmp_path), made, again=True)
    assert made.opened == 4 * opened


def test_a_card_comes_before_the_processor_unless_it_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = False

    def costs(way: RunOptions, count: int) -> float:
        if broken and way.device != "cpu":
            raise DetectorError("no libraries")
        return {"tensorrt:0": 30.0, "cuda:0": 40.0}.get(way.device, 10.0) * count

    made = _Machine(monkeypatch, costs)
    options = RunOptions(cache=tmp_path)
    cards = [
        replace(options, runtime="onnxruntime", device="tensorrt:0", precision="fp16"),
        replace(options, runtime="onnxruntime", device="cuda:0", precision="fp32"),
    ]
    assert decided(options, made, cards).device == "tensorrt:0"
    broken = True
    assert decided(replace(options, threads=1), made, cards).device == "cpu"


def test_nothing_that_starts_says_why_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def costs(way: RunOptions, _count: int) -> float:
        raise DetectorError(f"{way.runtime} is unwell")

    with pytest.raises(DetectorError, match=r"openvino is unwell.*onnxruntime is unwell"):
        decided(RunOptions(cache=tmp_path), _Machine(monkeypatch, costs))


def test_a_model_loaded_with_a_cache_runs_as_was_measured(tmp_path: Path) -> None:
    options = RunOptions(cache=tmp_path / "cache")
    detector = loaded(tmp_path, reddish("batch"), options)
    assert detector.detect([plain(RED)])[0].labels == ("red",)
    assert detector.device.startswith("cpu, ")
    again = loaded(tmp_path, reddish("batch"), options)
    assert (again.device, again.batch_sizes) == (detector.device, detector.batch_sizes)
    asked = loaded(tmp_path, reddish("batch"), replace(options, precision="fp32"))
    assert asked.device.endswith("fp32")
