"""Decoders shared by cameras: every picture is its own camera's, bit by bit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import av
import numpy as np
import pytest

from streams.libav.convert import StackedPlanes, planes_of
from streams.libav.decoding import to_pixels
from streams.libav.pool import Contexts, DecoderPool
from streams.libav.transcode import prepare
from streams.nal import Codec, is_parameter_set, to_annexb
from streams.picture import Picture, Pixels
from streams.server import Media
from streams.tap import KeyUnit
from tests.streams import odd
from tests.streams.beside import ThreadPoolExecutor
from tests.streams.clips import make_clip, number_in, numbered

SIZES = ((192, 96), (320, 184), (176, 144), (640, 360))
GOP = 5


@pytest.fixture(scope="module")
def kinds(cache: Path) -> list[Media]:
    """Streams of both codecs and four sizes, twenty pictures each, every fifth a key."""
    made = []
    for codec in ("libx264", "libx265"):
        for size in SIZES:
            clip = make_clip(cache / f"{codec}-{size[0]}.mp4", 20, codec=codec, gop=GOP, size=size)
            made.append(prepare(clip, cache))
    return made


def keys(media: Media, owner: str) -> Iterator[KeyUnit]:
    sets = to_annexb(media.parameter_sets)
    for unit in media.access_units:
        if unit.key:
            slices = [one for one in unit.units if not is_parameter_set(media.codec, one)]
            yield KeyUnit(owner, media.codec, sets, sets + to_annexb(slices), unit.at, unit.at)


def alone(unit: KeyUnit) -> Pixels:
    """Decode a unit with a decoder of its own."""
    context = av.CodecContext.create(unit.codec, "r")
    frames = [*context.decode(av.Packet(unit.data)), *context.decode(None)]
    assert len(frames) == 1
    return Picture(planes_of(frames[0], 0), 0.0, True).pixels


def test_interleaved_cameras_get_their_own_pictures_bit_by_bit(kinds: list[Media]) -> None:
    contexts = Contexts(most=3)  # fewer decoders than kinds: they are given up and made anew
    rows = [list(keys(media, f"camera-{index}")) for index, media in enumerate(kinds)]
    for turn in range(len(rows[0])):
        for row in rows:
            picture = contexts.decode(row[turn])
            assert picture is not None
            assert number_in(picture.pixels) == turn * GOP
            assert np.array_equal(picture.pixels, alone(row[turn]))
            assert picture.stream_time == row[turn].stream_time
    assert len(contexts) == 3
    assert contexts.strangers == 0


def test_one_decoder_serves_mixed_sizes_of_a_codec(kinds: list[Media]) -> None:
    contexts = Contexts()
    for codec in ("h264", "hevc"):
        rows = [list(keys(media, "x")) for media in kinds if media.codec == codec]
        for units in zip(*rows, strict=True):
            for unit in units:
                shared = KeyUnit("x", unit.codec, b"", unit.data, unit.stream_time, 0.0)
                picture = contexts.decode(shared)
                assert picture is not None
                assert np.array_equal(picture.pixels, alone(unit))
    assert (len(contexts), contexts.strangers) == (2, 0)


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_damage_spoils_no_other_picture(kinds: list[Media], codec: Codec) -> None:
    media = next(one for one in kinds if one.codec == codec)
    first, second, third, _ = keys(media, "x")
    contexts = Contexts()
    cut = KeyUnit("x", codec, second.parameters, second.data[:-200], 0.0, 0.0)
    none = KeyUnit("x", codec, second.parameters, second.parameters, 0.0, 0.0)
    two = KeyUnit("x", codec, first.parameters, first.data + second.data, 0.0, 0.0)
    for unit in (none, cut, two):
        assert contexts.decode(first) is not None
        contexts.decode(unit)
        after = contexts.decode(third)
        assert after is not None
        assert np.array_equal(after.pixels, alone(third))
    assert contexts.decode(none) is None


def test_interlaced_video_is_left_to_the_other_way(cache: Path) -> None:
    size = (192, 96)
    pictures = (numbered(number, *size) for number in range(4))
    times = [number / 10 for number in range(4)]
    path = odd.encode(cache / "fields.mp4", pictures, times, gop=2, params="tff=1")
    assert all(Contexts().decode(unit) is None for unit in keys(prepare(path, cache), "x"))


def test_a_pool_gives_each_camera_its_pictures_in_order(kinds: list[Media]) -> None:
    pool, stop = DecoderPool(), Event()
    seen: dict[str, list[int]] = {}
    cameras = {f"camera-{n}": kinds[n % len(kinds)] for n in range(40)}
    with ThreadPoolExecutor(3) as threads:
        runs = [threads.submit(body, stop) for body in pool.bodies(3).values()]
        for turn in range(4):
            done = Event()
            left = set(cameras)
            for owner, media in cameras.items():
                unit = list(keys(media, owner))[turn]
                expected = (alone(unit).shape, turn * GOP)

                def decoded(
                    picture: Picture | None,
                    owner: str = owner,
                    expected: tuple[tuple[int, ...], int] = expected,
                    left: set[str] = left,
                    done: Event = done,
                ) -> None:
                    if picture is not None:
                        found = number_in(picture.pixels)
                        assert (picture.pixels.shape, found) == expected
                        seen.setdefault(owner, []).append(found)
                    left.discard(owner)
                    if not left:
                        done.set()

                assert pool.put(unit, decoded)
            assert done.wait(20)
        stop.set()
        for run in runs:
            run.result(timeout=10)
    assert seen == {owner: [0, 5, 10, 15] for owner in cameras}
    assert (pool.strangers, pool.waiting) == (0, 0)


def test_under_overload_every_camera_keeps_its_turn_and_its_newest(kinds: list[Media]) -> None:
    pool, stop = DecoderPool(), Event()
    seen: list[tuple[str, int]] = []
    first, second, third, _ = keys(kinds[0], "a")

    def note(owner: str) -> object:
        return lambda picture: seen.append((owner, number_in(picture.pixels)))

    other = next(keys(kinds[0], "b"))
    assert pool.put(first, note("a"))  # type: ignore[arg-type]
    assert pool.put(other, note("b"))  # type: ignore[arg-type]
    assert not pool.put(second, note("a"))  # type: ignore[arg-type]
    assert not pool.put(third, note("a"))  # type: ignore[arg-type]
    assert pool.waiting == 2
    with ThreadPoolExecutor(1) as threads:
        (body,) = pool.bodies(1).values()
        run = threads.submit(body, stop)
        while pool.waiting:
            stop.wait(0.01)
        stop.set()
        run.result(timeout=10)
    assert seen == [("a", 10), ("b", 0)]


def test_the_cheap_conversion_shows_what_the_general_one_shows(kinds: list[Media]) -> None:
    for media in kinds:
        unit = next(keys(media, "x"))
        context = av.CodecContext.create(unit.codec, "r")
        frame = [*context.decode(av.Packet(unit.data)), *context.decode(None)][0]
        for rotation in (0, 90, 180, 270):
            cheap = Picture(planes_of(frame, rotation), 0.0, True).pixels
            general = to_pixels(frame, rotation)
            assert cheap.shape == general.shape
            assert np.abs(cheap.astype(int) - general).mean() < 2.0


def test_a_kept_picture_holds_its_planes_and_pixels_only_while_they_are_looked_at(
    kinds: list[Media],
) -> None:
    picture = Contexts().decode(next(keys(kinds[0], "x")))
    assert picture is not None
    held = picture._held
    assert isinstance(held, StackedPlanes)
    assert held.stacked.size * 2 == picture.pixels.size
    pixels = picture.pixels
    assert picture.pixels is pixels
    before = pixels.copy()
    del pixels
    assert picture._made is not None
    assert picture._made() is None
    assert np.array_equal(picture.pixels, before)
