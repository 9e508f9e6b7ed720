"""TensorRT and CUDA without a card: what is asked of ONNX Runtime, what is kept, what is said."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import onnxruntime
import pytest

from models.backends import machine
from models.backends.options import RunOptions
from models.backends.providers import CPU, CUDA, TENSORRT, names, ways
from models.detector import DetectorError
from tests.models.onnx_file import reddish
from tests.models.test_backends import RED, loaded, manifest, plain

ALL = (TENSORRT, CUDA, CPU)
ANY: tuple[str, list[int | str]] = ("images", ["n", 3, "h", "w"])


@pytest.mark.parametrize(
    ("device", "offered", "expected"),
    [
        ("auto", (CPU,), ("cpu",)),
        ("auto", ALL, ("tensorrt:0", "cuda:0", "cpu")),
        ("cpu", ALL, ("cpu",)),
        ("CUDA:3", ALL, ("cuda:3",)),
        ("cuda", (CUDA, CPU), ("cuda:0",)),
        ("tensorrt", ALL, ("tensorrt:0",)),
    ],
)
def test_the_better_device_comes_first(
    device: str, offered: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert names(device, offered) == expected


@pytest.mark.parametrize(
    ("device", "reason"),
    [("cuda", "offers only"), ("tensorrt:1", "offers only"), ("tpu", "takes auto, cpu, cuda")],
)
def test_a_device_that_is_not_offered_is_refused_not_replaced(device: str, reason: str) -> None:
    with pytest.raises(DetectorError, match=reason):
        names(device, (CPU,))


def test_tensorrt_builds_one_engine_for_all_sizes_and_keeps_it(tmp_path: Path) -> None:
    made = manifest(b"", input={"width": 640, "height": 640})
    options = RunOptions(device="tensorrt:2", batch_sizes=(1, 2, 4), cache=tmp_path)
    (way,) = ways(made, ANY, options, ALL)
    (first, settings), (second, cuda), third = way.providers
    assert (first, second, third) == ALL
    assert way.title == "cuda:2, TensorRT fp16"
    assert settings["device_id"] == cuda["device_id"] == 2
    assert settings["trt_fp16_enable"] is True
    shapes = [settings[f"trt_profile_{what}_shapes"] for what in ("min", "opt", "max")]
    assert shapes == ["images:1x3x320x320", "images:4x3x384x640", "images:4x3x640x640"]
    assert settings["trt_engine_cache_path"] == settings["trt_timing_cache_path"]
    assert Path(settings["trt_engine_cache_path"]).is_relative_to(tmp_path / "engines")


def test_a_file_made_for_one_size_has_no_range(tmp_path: Path) -> None:
    options = RunOptions(device="tensorrt", cache=tmp_path, precision="fp32")
    (way,) = ways(manifest(b""), ("images", [1, 3, 64, 64]), options, ALL)
    settings = way.providers[0][1]
    assert not [name for name in settings if "profile" in name]
    assert settings["trt_fp16_enable"] is False


def test_an_engine_belongs_to_its_file_card_and_versions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def place(content: bytes = b"a", **changes: Any) -> str:
        options = RunOptions(device="tensorrt", cache=tmp_path, **changes)
        (way,) = ways(manifest(content), ANY, options, ALL)
        return str(way.providers[0][1]["trt_engine_cache_path"])

    monkeypatch.setattr(machine, "gpu", lambda index: f"card {index}")
    monkeypatch.setattr(machine, "runtimes", lambda: {"onnxruntime-gpu": "1", "tensorrt": "10"})
    first = place()
    assert place() == first
    assert place(b"other") != first
    assert place(precision="fp32") != first
    assert place(batch_sizes=(1, 2, 4, 8, 16, 32)) != first
    monkeypatch.setattr(machine, "runtimes", lambda: {"onnxruntime-gpu": "2", "tensorrt": "10"})
    newer = place()
    monkeypatch.setattr(machine, "gpu", lambda index: f"other card {index}")
    assert len({first, newer, place()}) == 3


class _Refusing:
    """ONNX Runtime where some providers do not start, each in one of the two ways seen."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, raising: str, silent: str) -> None:
        self.asked: list[str] = []
        self._real = onnxruntime.InferenceSession
        self._raising, self._silent = raising, silent
        monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: list(ALL))
        monkeypatch.setattr(onnxruntime, "preload_dlls", lambda directory: None)
        monkeypatch.setattr(onnxruntime, "InferenceSession", self)

    def __call__(self, path: str, settings: Any, providers: Any, **_: Any) -> Any:
        first = providers[0] if isinstance(providers[0], str) else providers[0][0]
        self.asked.append(first)
        if first == self._raising:
            raise RuntimeError("libnvinfer.so.10: cannot open shared object file")
        session = self._real(path, settings, providers=[CPU])
        if first != CPU and first != self._silent:
            session.get_providers = lambda: [first, CPU]
        return session


def test_what_does_not_start_is_passed_over_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _Refusing(monkeypatch, raising=TENSORRT, silent="")
    with caplog.at_level(logging.WARNING):
        detector = loaded(tmp_path, reddish("batch"), RunOptions(cache=None))
    assert detector.device == "cuda:0, ONNX Runtime fp32"
    assert detector.detect([plain(RED)])[0].labels == ("red",)
    (said,) = caplog.messages
    assert said.startswith("made runs on cuda:0, ONNX Runtime fp32: cuda:0, TensorRT fp16 did not")
    assert "libnvinfer.so.10: cannot open" in said
    assert "pip install" in said


def test_a_provider_that_is_left_out_silently_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = _Refusing(monkeypatch, raising=TENSORRT, silent=CUDA).asked
    with caplog.at_level(logging.WARNING):
        assert loaded(tmp_path, reddish(1), RunOptions()).device == "cpu, ONNX Runtime fp32"
    assert asked[-3:] == [TENSORRT, CUDA, CPU]
    assert "cuda:0, ONNX Runtime fp32 did not start (its libraries do not load)" in caplog.text
    with pytest.raises(DetectorError, match="nvidia-smi shows the card"):
        loaded(tmp_path, reddish(1), RunOptions(device="cuda"))


def test_the_card_is_named_by_its_driver(tmp_path: Path) -> None:
    assert machine.gpu(0, tmp_path) == ""
    folder = tmp_path / "driver" / "nvidia"
    for bus in ("0000:01:00.0", "0000:02:00.0"):
        (folder / "gpus" / bus).mkdir(parents=True)
        about = f"Model: \t\t NVIDIA H200 at {bus}\nIRQ:   \t\t 87\n"
        (folder / "gpus" / bus / "information").write_text(about, encoding="utf-8")
    version = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build\n"
    (folder / "version").write_text(version, encoding="utf-8")
    assert machine.gpu(1, tmp_path) == "NVIDIA H200 at 0000:02:00.0, driver 580.95.05"
    assert machine.gpu(2, tmp_path) == ""


def test_a_processor_is_known_by_what_it_can_do(tmp_path: Path) -> None:
    def cpu(flags: str, mhz: str) -> str:
        text = f"model name\t: Made\ncpu MHz\t\t: {mhz}\nflags\t\t: {flags}\n\nprocessor\t: 1\n"
        (tmp_path / "cpuinfo").write_text(text, encoding="utf-8")
        return machine.cpu(tmp_path)

    assert cpu("avx2", "2000") == cpu("avx2", "3000")
    assert cpu("avx2", "2000") != cpu("avx2 amx_bf16", "2000")
    assert cpu("avx2", "2000").startswith("Made ")
