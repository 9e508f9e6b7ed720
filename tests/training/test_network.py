"""The network is the published one, learns, and is exported as it is. Needs torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from config.settings import settings
from models.classes import COCO80
from training.shelf import Sample, Shelf, write_shelf

torch = pytest.importorskip("torch", reason="torch is in training's own environment only")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnx", reason="onnx is in training's own environment only")

from training.export import export  # noqa: E402
from training.fit import Recipe, blend, fit  # noqa: E402
from training.loss import Cells, detection_loss, pair_overlap  # noqa: E402
from training.network import StreetNano, WithScores  # noqa: E402
from training.pretrained import PretrainedError, read_yolox_nano, unfold_focus  # noqa: E402

PUBLISHED = settings.test_data / "weights" / "yolox_nano_416.onnx"
needs_weights = pytest.mark.skipif(not PUBLISHED.is_file(), reason=f"no {PUBLISHED.name}")


@needs_weights
def test_published_weights_give_the_published_numbers() -> None:
    pictures = np.random.default_rng(0).uniform(0, 255, (1, 3, 416, 416)).astype(np.float32)
    wanted = onnxruntime.InferenceSession(str(PUBLISHED)).run(None, {"images": pictures})[0]
    whole = WithScores(read_yolox_nano(PUBLISHED, COCO80)).eval()
    with torch.no_grad():
        found = whole(torch.from_numpy(pictures)).numpy()
    np.testing.assert_allclose(found, wanted, atol=1e-3)


@needs_weights
def test_a_class_that_coco_lacks_is_refused() -> None:
    with pytest.raises(PretrainedError, match="cart"):
        read_yolox_nano(PUBLISHED, ("person", "cart"))


def test_the_first_kernel_is_the_rearrangement_and_its_convolution() -> None:
    random = np.random.default_rng(1)
    kernel = random.normal(size=(4, 12, 3, 3)).astype(np.float32)
    x = torch.from_numpy(random.normal(size=(1, 3, 16, 16)).astype(np.float32))
    parts = (x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2])
    conv = torch.nn.functional.conv2d
    wanted = conv(torch.cat(parts, dim=1), torch.from_numpy(kernel), padding=1)
    found = conv(x, torch.from_numpy(unfold_focus(kernel)), stride=2, padding=2)
    torch.testing.assert_close(found, wanted, atol=1e-4, rtol=1e-4)


def test_training_learns_a_made_up_thing_and_repeats_itself(tmp_path: Path) -> None:
    pixels = np.full((96, 96, 3), 40, np.uint8)
    pixels[30:66, 30:66] = (20, 30, 220)
    sample = Sample(pixels, np.array([[30, 30, 66, 66]], np.float32), ("cart",))
    write_shelf(tmp_path, [sample] * 4)
    recipe = Recipe(steps=15, batch=4, size=(96, 96), rate=4e-3, warm_up=1, teach=0.0, average=0.5)
    torch.manual_seed(0)
    start = StreetNano(1)
    shelves = [(Shelf(tmp_path), 1.0)]
    first, again = (fit(start, shelves, ("cart",), recipe, torch.device("cpu")) for _ in range(2))
    assert all(
        torch.equal(a, b) for a, b in zip(first.parameters(), again.parameters(), strict=True)
    )
    assert _loss(first, sample) < 0.8 * _loss(start, sample)
    halfway = blend(start, first, 0.5)
    for mid, old, new in zip(
        halfway.parameters(), start.parameters(), first.parameters(), strict=True
    ):
        torch.testing.assert_close(mid, (old + new) / 2)


def _loss(network: StreetNano, sample: Sample) -> float:
    from training.fit import target_of

    pictures = torch.from_numpy(sample.pixels).permute(2, 0, 1)[None].float()
    with torch.no_grad():
        rows = network.eval()(pictures)
        cells = Cells.of(96, 96, torch.device("cpu"))
        return float(detection_loss(rows, [target_of(sample, ("cart",))], cells))


def test_an_empty_picture_has_a_finite_loss() -> None:
    nothing = Sample(np.zeros((96, 96, 3), np.uint8), np.zeros((0, 4), np.float32), ())
    assert np.isfinite(_loss(StreetNano(2), nothing))


def test_overlap_of_pairs() -> None:
    ours = torch.tensor([[0.0, 0.0, 10.0, 10.0]])
    theirs = torch.tensor([[5.0, 0.0, 15.0, 10.0]])
    torch.testing.assert_close(pair_overlap(ours, theirs), torch.tensor([1 / 3]))


def test_an_export_says_what_the_network_says(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = StreetNano(2)
    one = export(network, tmp_path / "one.onnx", (96, 64), {"labels": "a,b"})
    assert one == export(network, tmp_path / "two.onnx", (96, 64), {"labels": "a,b"})
    session = onnxruntime.InferenceSession(str(tmp_path / "one.onnx"))
    assert session.get_modelmeta().custom_metadata_map == {"labels": "a,b"}
    assert session.get_inputs()[0].shape == ["batch", 3, 64, 96]
