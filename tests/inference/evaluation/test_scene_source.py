"""A scene is drawn exactly as often as somebody wants a picture, and handed on untouched."""

from __future__ import annotations

import pytest

from inference.evaluation.scene_source import SceneSource
from scenes.scene import Frame
from streams.picture import Opened, Picture
from streams.sampler import Sampler
from streams.source import Attempt
from tests.inference.evaluation.street import HEIGHT, WIDTH, Street


@pytest.mark.parametrize("period", [0.2, 0.6, 2.0])
def test_it_is_drawn_at_the_sampled_rate(period: float) -> None:
    drawn: list[float] = []
    scene = Street(duration_s=20.0)
    source = SceneSource(scene, drawn=lambda _frame, at: drawn.append(at))
    items = list(source.run(Attempt("x"), Sampler([period])))
    assert items[0] == Opened("generated", WIDTH, HEIGHT, 25.0, b"", 0)
    pictures = [item for item in items[1:] if isinstance(item, Picture)]
    assert len(pictures) == len(items) - 1 == len(drawn)
    assert [picture.stream_time for picture in pictures] == pytest.approx(drawn)
    assert drawn == pytest.approx([period * i for i in range(int(20 / period) + 1)])


def test_nothing_is_drawn_while_nobody_looks() -> None:
    items = list(SceneSource(Street()).run(Attempt("x"), Sampler([])))
    assert len(items) == 1


def test_the_picture_is_the_very_one_that_was_announced() -> None:
    frames: list[Frame] = []
    source = SceneSource(Street(duration_s=1.0), drawn=lambda frame, _at: frames.append(frame))
    items = list(source.run(Attempt("x"), Sampler([0.5])))
    shown = [item for item in items if isinstance(item, Picture)]
    assert len(shown) == len(frames) > 1
    assert all(a.pixels is b.pixels for a, b in zip(shown, frames, strict=True))
