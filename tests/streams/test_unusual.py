"""Unusual but valid video comes out whole: every picture, upright, at its own time."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from streams.libav.file import FileSource
from streams.picture import Picture, Pixels
from streams.sampler import Sampler
from streams.source import Attempt
from tests.streams.clips import number_in, numbered
from tests.streams.odd import encode, joined, retimed
from tests.streams.test_file_source import play

COUNT = 12
TENTHS = [n / 10 for n in range(COUNT)]


def pictures(size: tuple[int, int] = (192, 96), count: int = COUNT) -> list[Pixels]:
    return [numbered(n, *size) for n in range(count)]


def numbers(found: list[Picture]) -> list[int]:
    return [number_in(picture.pixels) for picture in found]


@pytest.mark.parametrize(
    ("codec", "pix_fmt"),
    [
        ("libx264", "yuv420p10le"),
        ("libx265", "yuv420p10le"),
        ("libx265", "yuv420p12le"),
        ("libx264", "yuv422p"),
        ("libx264", "yuv444p"),
        ("libx265", "yuv444p10le"),
        ("libx264", "gray"),
        ("libx265", "gray"),
        ("libx264", "yuvj420p"),
        ("mjpeg", "yuvj422p"),
    ],
)
def test_any_depth_and_colour_form(tmp_path: Path, codec: str, pix_fmt: str) -> None:
    path = encode(tmp_path / "a.mkv", pictures(), TENTHS, codec=codec, pix_fmt=pix_fmt)
    _, _, found = play(path)
    assert numbers(found) == list(range(COUNT))
    pixels = found[3].pixels
    assert (pixels.shape, str(pixels.dtype)) == ((96, 192, 3), "uint8")
    # Full or limited range, many or few bits: black stays black and white white.
    assert pixels[:16, :160].min() < 45
    assert pixels[:16, :160].max() > 210
    if pix_fmt == "gray":
        assert np.ptp(pixels.astype(int), axis=2).max() <= 3


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
@pytest.mark.parametrize("size", [(641, 359), (161, 97), (180, 320), (163, 1000)])
def test_odd_and_upright_sizes(tmp_path: Path, codec: str, size: tuple[int, int]) -> None:
    path = encode(tmp_path / "a.mp4", pictures(size), TENTHS, codec=codec, pix_fmt="yuv444p")
    opened, _, found = play(path)
    assert (opened.width, opened.height) == size
    assert numbers(found) == list(range(COUNT))
    assert {picture.pixels.shape for picture in found} == {(size[1], size[0], 3)}


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_camera_that_hangs_turned_and_one_that_says_so(tmp_path: Path, rotation: int) -> None:
    hung = [np.ascontiguousarray(np.rot90(p, rotation // 90)) for p in pictures()]
    says = encode(tmp_path / "says.mp4", hung, TENTHS, rotation=rotation)
    silent = encode(tmp_path / "silent.mp4", hung, TENTHS)
    for _, _, found in (play(says), play(silent, rotation=rotation)):
        assert numbers(found) == list(range(COUNT))
        assert found[0].pixels.shape == (96, 192, 3)


def test_interlaced_video_gives_whole_pictures(tmp_path: Path) -> None:
    path = encode(
        tmp_path / "a.mp4", pictures(), TENTHS, params="interlaced=1:tff=1", flags="+ildct+ilme"
    )
    _, _, found = play(path)
    assert numbers(found) == list(range(COUNT))


def test_pixels_that_are_not_square_keep_their_places(tmp_path: Path) -> None:
    """Zones and boxes are fractions of the picture, so nothing needs to be stretched."""
    path = encode(tmp_path / "a.mp4", pictures(), TENTHS, aspect=Fraction(16, 11))
    _, _, found = play(path)
    assert numbers(found) == list(range(COUNT))
    assert found[0].pixels.shape == (96, 192, 3)


def test_a_variable_rate_keeps_each_pictures_own_time(tmp_path: Path) -> None:
    times = [0.0, 0.04, 0.08, 0.5, 0.51, 1.7, 1.74, 5.0, 5.02, 9.0, 9.5, 9.9]
    _, _, found = play(encode(tmp_path / "a.mkv", pictures(), times))
    assert numbers(found) == list(range(COUNT))
    assert [p.stream_time for p in found] == pytest.approx(times, abs=0.002)


def test_one_picture_a_second_is_enough_for_a_fast_rule(tmp_path: Path) -> None:
    times = [float(n) for n in range(COUNT)]
    path = encode(tmp_path / "a.mp4", pictures(), times, gop=4)
    _, _, found = play(path, periods=[0.2])
    assert numbers(found) == list(range(COUNT))


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_gop_of_twenty_seconds_gives_pictures_all_along(tmp_path: Path, codec: str) -> None:
    count = 90
    times = [n / 2 for n in range(count)]
    path = encode(tmp_path / "a.mp4", pictures(count=count), times, codec=codec, gop=40)
    _, packets, found = play(path, periods=[1.0])
    assert [p.pts for p in packets if p.key] == [0.0, 20.0, 40.0]
    steps = [b.stream_time - a.stream_time for a, b in pairwise(found)]
    assert max(steps) <= 1.5
    assert found[-1].stream_time > 43


def test_sound_before_the_pictures_is_passed_over(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", pictures(), TENTHS, audio_first=True)
    _, packets, found = play(path)
    assert numbers(found) == list(range(COUNT))
    assert len(packets) == COUNT


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_resolution_that_changes_in_the_middle(tmp_path: Path, codec: str) -> None:
    end = ".h264" if codec == "libx264" else ".hevc"
    large, small = (192, 96), (176, 64)
    parts = [
        encode(tmp_path / f"{size[0]}{end}", pictures(size), TENTHS, codec=codec)
        for size in (large, small)
    ]
    _, _, found = play(joined(tmp_path / f"both{end}", parts))
    shapes = [picture.pixels.shape[:2] for picture in found]
    assert shapes == [(96, 192)] * COUNT + [(64, 176)] * COUNT
    assert numbers(found) == [*range(COUNT)] * 2
    assert all(b.stream_time > a.stream_time for a, b in pairwise(found))


WRAP = 2**33 / 90_000
"""Seconds after which MPEG-TS times begin again."""


@pytest.mark.parametrize(
    "shift",
    [
        [WRAP - 0.55] * COUNT,
        [100.0] * 6 + [3000.0] * 6,
    ],
    ids=["wraps", "ahead"],
)
def test_times_that_wrap_or_jump_lose_no_picture(tmp_path: Path, shift: list[float]) -> None:
    source = encode(tmp_path / "a.mp4", pictures(), TENTHS)
    _, _, found = play(retimed(tmp_path / "a.ts", source, shift))
    assert numbers(found) == list(range(COUNT))
    assert all(b.stream_time > a.stream_time for a, b in pairwise(found))


def test_times_that_begin_again_in_the_middle_lose_no_picture(tmp_path: Path) -> None:
    source = encode(tmp_path / "a.mp4", pictures(), TENTHS)
    parts = [retimed(tmp_path / f"{at}.ts", source, [at] * COUNT) for at in (3000.0, 100.0)]
    _, _, found = play(joined(tmp_path / "both.ts", parts))
    assert numbers(found) == [*range(COUNT)] * 2
    assert all(b.stream_time > a.stream_time for a, b in pairwise(found))


@pytest.mark.slow
def test_8k_comes_through_key_pictures_alone(tmp_path: Path) -> None:
    """Pictures of 7680 x 4320 are 100 MB each: only those that are wanted are made."""
    size = (7680, 4320)
    shown = [numbered(n, *size) for n in range(3)]
    times = [0.0, 0.1, 0.2, 2.0, 2.1, 4.0]
    repeated = [shown[0], shown[0], shown[0], shown[1], shown[1], shown[2]]
    path = encode(tmp_path / "a.mp4", repeated, times, gop=3)
    made = [
        (number_in(item.pixels), item.pixels.shape)
        for item in FileSource(path).run(Attempt(""), Sampler([2.0]))
        if isinstance(item, Picture)
    ]
    assert [one[0] for one in made][:2] == [0, 1]
    assert {one[1] for one in made} == {(4320, 7680, 3)}
    assert len(made) <= 3
