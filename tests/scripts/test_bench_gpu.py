"""scripts/bench_gpu on a machine without a GPU: the twins of its steps, and what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.bench_gpu_tool import steps
from scripts.bench_gpu_tool.decode import NoDecoder, keys, rate, units
from scripts.bench_gpu_tool.steps import NotMeasured
from scripts.bench_tool.load import network
from tests.streams.clips import make_clip


@pytest.fixture(scope="module", params=["libx264", "libx265"])
def clip(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    codec = str(request.param)
    folder = tmp_path_factory.mktemp("gpu")
    return make_clip(folder / f"{codec}.mp4", 20, codec=codec, rate=10, gop=10)


def test_key_pictures_alone_are_decoded_without_the_rest(clip: Path) -> None:
    codec, found = units(clip)
    assert len(found) == 20
    assert len(keys(found)) == 2
    assert rate(codec, keys(found), 2, 0.2) > 0


def test_a_decoder_that_is_not_there_is_not_measured(clip: Path) -> None:
    _, found = units(clip)
    with pytest.raises(NoDecoder, match="no_such_decoder"):
        rate("no_such_decoder", found, 1, 0.1)
    figures = steps.decoding(clip, "no_such_maker", 0.1)
    assert isinstance(figures, NotMeasured)
    assert "no_such_maker" in figures.why


def test_the_detector_is_timed_on_the_device_that_it_picks(tmp_path: Path) -> None:
    figures = steps.detecting(network("street-nano", None, tmp_path), 0.05)
    assert isinstance(figures, dict)
    assert figures["device"]
    assert figures["pictures_per_second"]["1"] > 0
