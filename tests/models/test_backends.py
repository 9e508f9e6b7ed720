"""Both runtimes through the loader, on networks small enough to be written by the test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from models.backends.batch import Feeder, smallest_fit
from models.backends.loader import load
from models.backends.options import RunOptions
from models.detector import Detector, DetectorError, Pixels
from models.manifest import ModelManifest
from tests.models.manifests import hashed
from tests.models.onnx_file import contrasty, gridded, reddish

Runtime = Literal["onnxruntime", "openvino"]
RUNTIMES: tuple[Runtime, ...] = ("onnxruntime", "openvino")
RED, BLUE, GREY = (0, 0, 255), (255, 0, 0), (20, 20, 20)


def plain(bgr: tuple[int, int, int], width: int = 64, height: int = 64) -> Pixels:
    return np.full((height, width, 3), bgr, np.uint8)


def manifest(content: bytes, **changes: Any) -> ModelManifest:
    return ModelManifest.model_validate(
        {
            "id": "made",
            "version": "1",
            "licence": "none",
            "format": "onnx",
            "head": "yolov8",
            "files": [{"name": "made.onnx", "sha256": hashed(content)}],
            "input": {"width": 64, "height": 64},
            "classes": ("red", "blue"),
            "confidence": 0.5,
            **changes,
        }
    )


def loaded(folder: Path, content: bytes, options: RunOptions, **changes: Any) -> Detector:
    path = folder / "made.onnx"
    path.write_bytes(content)
    return load(manifest(content, **changes), [path], options)


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("batch", [1, "batch"])
def test_a_picture_goes_in_and_a_table_comes_out(
    tmp_path: Path, runtime: Runtime, batch: int | str
) -> None:
    content = reddish(batch)
    detector = loaded(tmp_path, content, RunOptions(runtime))
    assert (detector.model, detector.sha256) == ("made", hashed(content))
    # 128 x 64 leaves margins above and below; the box is 20 of 64 pixels wide, 20 of 32 high.
    found = detector.detect([plain(BLUE, 128, 64)])[0]
    assert found.labels == ("blue",)
    np.testing.assert_allclose(found.boxes[0], (22 / 64, 6 / 32, 42 / 64, 26 / 32), atol=1e-5)
    # Half of each cell is picture, half is the padding of 114.
    assert found.scores[0] == pytest.approx((1 + 114 / 255) / 2, abs=0.01)
    assert len(detector.detect([plain(GREY)])[0]) == 0
    detector.close()
    with pytest.raises(DetectorError, match="made: closed"):
        detector.detect([plain(RED)])


@pytest.mark.parametrize(
    ("runtime", "batch", "hint"),
    [
        ("onnxruntime", "batch", "latency"),
        ("openvino", "batch", "latency"),
        ("openvino", 1, "latency"),
        ("openvino", 1, "throughput"),
    ],
)
@pytest.mark.parametrize("count", [1, 2, 3, 5, 8])
def test_tables_keep_the_order_of_the_pictures(
    tmp_path: Path,
    runtime: Runtime,
    batch: int | str,
    hint: Literal["latency", "throughput"],
    count: int,
) -> None:
    detector = loaded(tmp_path, reddish(batch), RunOptions(runtime, hint=hint))
    assert detector.batch_sizes == (1, 2, 4, 8)
    colours = [RED, GREY, BLUE, RED, BLUE, GREY, GREY, RED][:count]
    names = {RED: ("red",), BLUE: ("blue",), GREY: ()}
    pictures = [plain(c, 40 + 9 * index, 70) for index, c in enumerate(colours)]
    # A larger batch first: what it leaves in the buffer must not show in a smaller one.
    detector.detect([plain(RED)] * 8)
    found = detector.detect(pictures)
    assert [table.labels for table in found] == [names[colour] for colour in colours]
    detector.close()


def test_one_picture_at_a_time_where_the_file_is_made_for_it(tmp_path: Path) -> None:
    detector = loaded(tmp_path, reddish(1), RunOptions("onnxruntime"))
    assert detector.batch_sizes == (1,)
    with pytest.raises(ValueError, match="takes 1 to 1"):
        detector.detect([plain(RED)] * 2)


def test_pictures_of_a_batch_do_not_change_each_other(tmp_path: Path) -> None:
    detector = loaded(tmp_path, contrasty(), RunOptions("openvino"))
    assert detector.batch_sizes == (1,)
    apart = loaded(tmp_path, contrasty(), RunOptions("openvino", hint="throughput"))
    dark = (40, 0, 0)
    alone = detector.detect([plain(dark)])[0]
    beside = apart.detect([plain(dark), plain(RED)])[0]
    assert alone.labels == ("blue",)
    np.testing.assert_array_equal(alone.scores, beside.scores)


@pytest.mark.parametrize(("width", "height"), [(64, 64), (96, 32), (32, 128)])
@pytest.mark.parametrize("batch", [1, 2])
def test_a_grid_follows_the_size_that_the_manifest_gives(
    tmp_path: Path, width: int, height: int, batch: int
) -> None:
    detector = loaded(
        tmp_path,
        gridded(),
        RunOptions("openvino"),
        classes=("red", "green", "blue"),
        input={"width": width, "height": height, "pad": 0},
        confidence=0.9,
    )
    for row in range(0, height, 8):
        for column in range(0, width, 8):
            picture = plain((0, 0, 0), width, height)
            picture[row : row + 8, column : column + 8] = (0, 255, 0)
            found = detector.detect([plain((0, 0, 0))] * (batch - 1) + [picture])[-1]
            box = np.array((column - 4, row - 4, column + 12, row + 12), np.float32)
            expected = np.clip(box / (width, height, width, height), 0, 1)
            assert found.labels == ("green",)
            np.testing.assert_allclose(found.boxes[0], expected, atol=2e-3)


def test_constants_that_are_no_grid_are_refused_not_guessed(tmp_path: Path) -> None:
    changes: dict[str, Any] = {"classes": ("red", "green", "blue")}
    assert loaded(tmp_path, gridded(0.25), RunOptions("openvino"), **changes).model == "made"
    with pytest.raises(DetectorError, match=r"constant of .* unknown"):
        loaded(
            tmp_path,
            gridded(0.25),
            RunOptions("openvino"),
            input={"width": 96, "height": 32},
            **changes,
        )


@pytest.mark.parametrize("made_for", [1, "batch"])
def test_a_network_that_follows_gets_no_more_padding_than_its_pictures_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_for: int | str
) -> None:
    seen: list[tuple[int, ...]] = []
    fill = Feeder.fill

    def noting(feeder: Feeder, pictures: Any) -> Any:
        seen.append(feeder.buffer.shape)
        return fill(feeder, pictures)

    monkeypatch.setattr(Feeder, "fill", noting)
    changes: dict[str, Any] = {"classes": ("red", "green", "blue"), "confidence": 0.9}
    grid = loaded(tmp_path, gridded(), RunOptions("openvino"), **changes)
    wide, tall = plain((0, 0, 0), 640, 320), plain((0, 0, 0), 96, 192)
    wide[80:160, 480:560] = (0, 255, 0)
    tall[96:120, 24:48] = (0, 255, 0)
    for pictures, size in (([wide], (32, 64)), ([tall], (64, 32)), ([wide, tall], (64, 64))):
        found = grid.detect(pictures)
        assert seen[-1][1:3] == size
        for picture, table in zip(pictures, found, strict=True):
            assert set(table.labels) == {"green"}
            middle = (table.boxes[0, :2] + table.boxes[0, 2:]) / 2
            expected = (520 / 640, 120 / 320) if picture is wide else (36 / 96, 108 / 192)
            np.testing.assert_allclose(middle, expected, atol=0.07)
    rigid = loaded(tmp_path, reddish(made_for), RunOptions("openvino"))
    assert rigid.detect([plain(BLUE, 128, 64)])[0].labels == ("blue",)
    assert seen[-1][1:3] == (64, 64)


def test_a_size_that_the_network_does_not_follow_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DetectorError, match="became"):
        loaded(tmp_path, reddish(1), RunOptions("openvino"), input={"width": 96, "height": 64})
    with pytest.raises(DetectorError, match="the manifest feeds N x 3 x 64 x 96"):
        loaded(tmp_path, reddish(1), RunOptions("onnxruntime"), input={"width": 96, "height": 64})


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_outputs_that_the_head_cannot_read_fail_the_batch(tmp_path: Path, runtime: Runtime) -> None:
    detector = loaded(tmp_path, reddish(1), RunOptions(runtime), classes="coco80")
    with pytest.raises(DetectorError, match="yolov8 reads one 84 x N"):
        detector.detect([plain(RED)])


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_picture_that_is_none_fails_its_batch_and_the_next_goes_on(
    tmp_path: Path, runtime: Runtime
) -> None:
    detector = loaded(tmp_path, reddish("batch"), RunOptions(runtime))
    with pytest.raises(DetectorError, match="not a BGR picture"):
        detector.detect([plain(RED), np.zeros((0, 0, 3), np.uint8)])
    assert detector.detect([plain(RED)])[0].labels == ("red",)


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("content", [b"", b"no model at all"])
def test_a_file_that_is_no_model_is_refused(
    tmp_path: Path, runtime: Runtime, content: bytes
) -> None:
    with pytest.raises(DetectorError, match="made: "):
        loaded(tmp_path, content, RunOptions(runtime))


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_device_that_is_not_there_is_refused(tmp_path: Path, runtime: Runtime) -> None:
    with pytest.raises(DetectorError):
        loaded(tmp_path, reddish(1), RunOptions(runtime, device="tpu"))


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_runtime_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runtime: Runtime
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == runtime]:
        monkeypatch.delitem(sys.modules, name)
    for name in [name for name in sys.modules if name.startswith(f"models.backends.{runtime}")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, runtime, None)
    with pytest.raises(DetectorError, match=f"made: needs {runtime}, which is not installed"):
        loaded(tmp_path, reddish(1), RunOptions(runtime))


@pytest.mark.parametrize("format_", ["tensorrt", "torch", "http"])
def test_a_format_without_a_backend_is_named(format_: str) -> None:
    with pytest.raises(DetectorError, match=f"no backend here reads format '{format_}'"):
        load(manifest(b"", format=format_), [])


def test_a_runtime_that_does_not_read_the_format_is_named() -> None:
    with pytest.raises(DetectorError, match="onnxruntime does not read format 'openvino'"):
        load(manifest(b"", format="openvino"), [], RunOptions("onnxruntime"))


def test_openvino_has_nobody_to_report_to() -> None:
    program = (
        "import sys, models.backends.openvino\n"
        "loaded = [n for n, m in sys.modules.items() if 'openvino_telemetry' in n and m]\n"
        "sys.exit(', '.join(loaded) or None)"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_smallest_batch_that_fits_is_taken() -> None:
    assert [smallest_fit(n, (1, 2, 4, 8)) for n in range(1, 9)] == [1, 2, 4, 4, 8, 8, 8, 8]
    for count in (0, 9):
        with pytest.raises(ValueError, match="takes 1 to 8"):
            smallest_fit(count, (1, 2, 4, 8))


@pytest.mark.parametrize("sizes", [(), (0, 1), (2, 1), (1, 1)])
def test_batch_sizes_ascend_from_one(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="batch_sizes"):
        RunOptions(batch_sizes=sizes)
