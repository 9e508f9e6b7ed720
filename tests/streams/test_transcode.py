"""Clips prepared for serving: passed through where a camera could have sent them."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.libav.transcode import prepare
from streams.source import Reason, SourceError
from tests.streams.clips import decoded_numbers, make_clip


@pytest.mark.parametrize(("encoder", "codec"), [("libx264", "h264"), ("libx265", "hevc")])
def test_without_b_frames_a_clip_is_passed_through(
    tmp_path: Path, encoder: str, codec: str
) -> None:
    clip = make_clip(tmp_path / "a.mp4", 25, codec=encoder)
    media = prepare(clip, tmp_path / "cache")
    assert (media.codec, media.rate, len(media.access_units)) == (codec, 10.0, 25)
    assert media.duration == pytest.approx(2.5)
    assert not (tmp_path / "cache").exists()
    written = clip.read_bytes()
    assert all(unit in written for access in media.access_units for unit in access.units)


@pytest.mark.parametrize(
    ("name", "codec", "b_frames", "rotation"),
    [
        ("b.mp4", "libx264", 3, 0),
        ("b.mp4", "libx265", 3, 0),
        ("a.avi", "mpeg4", 0, 0),
        ("a.avi", "mpeg4", 2, 0),
        ("a.gif", "gif", 0, 0),
        ("turned.mp4", "libx264", 0, 90),
    ],
)
def test_anything_else_is_made_into_h264_once(
    tmp_path: Path, name: str, codec: str, b_frames: int, rotation: int
) -> None:
    clip = make_clip(tmp_path / name, 25, codec=codec, b_frames=b_frames, rotation=rotation)
    cache = tmp_path / "cache"
    media = prepare(clip, cache)
    assert (media.codec, len(media.access_units)) == ("h264", 25)
    times = [unit.at for unit in media.access_units]
    assert times == pytest.approx([i / 10 for i in range(25)], abs=0.02)
    (made,) = cache.iterdir()
    if not rotation:
        assert [number for number, _ in decoded_numbers(made)] == list(range(25))
    stamp = made.stat().st_mtime_ns
    # the same content under another name is not transcoded again
    moved = clip.rename(tmp_path / f"other{clip.suffix}")
    assert prepare(moved, cache) == media
    assert [file.stat().st_mtime_ns for file in cache.iterdir()] == [stamp]


def test_freezes_are_baked_in(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", 20)
    media = prepare(clip, tmp_path / "cache", freeze_first_s=1.0, freeze_last_s=2.0)
    assert media.duration == pytest.approx(5.0, abs=0.01)
    (made,) = (tmp_path / "cache").iterdir()
    numbers = [number for number, _ in decoded_numbers(made)]
    assert numbers == [0] * 10 + list(range(20)) + [19] * 20


def test_an_alternative_has_another_size(tmp_path: Path) -> None:
    media = prepare(make_clip(tmp_path / "a.mp4", 10), tmp_path / "cache")
    assert media.alternative is not None
    other = media.alternative()
    assert other.parameter_sets != media.parameter_sets
    assert len(other.access_units) == 10


def test_what_is_no_video_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    text = tmp_path / "a.mp4"
    text.write_text("not a video")
    for path, reason in [(text, Reason.NOT_VIDEO), (tmp_path / "b", Reason.NOT_FOUND)]:
        with pytest.raises(SourceError) as caught:
            prepare(path, tmp_path / "cache")
        assert caught.value.reason is reason
    assert not (tmp_path / "cache").exists()
