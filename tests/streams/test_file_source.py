"""Files as sources: every picture once, in order, turned, frozen where asked, drained on keys."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from streams.libav.file import FileSource
from streams.picture import Opened, Packet, Picture
from streams.sampler import Sampler
from streams.source import Attempt, Reason, SourceError
from tests.streams.clips import make_clip, number_in, numbered

CODECS = ["libx264", "libx265"]


class KeysOnly:
    """A sampler that is in key-frame mode from the first packet on."""

    drain = True

    def decode(self, key: bool, stream_time: float) -> bool:
        return key

    def show(self, key: bool, stream_time: float) -> bool:
        return True


def play(
    path: Path, periods: Sequence[float] = (0.0,), rotation: int = 0, **freezes: float
) -> tuple[Opened, list[Packet], list[Picture]]:
    """Play a file; return what it yielded, apart."""
    items = list(FileSource(path, **freezes).run(Attempt("", rotation), Sampler(periods)))
    assert isinstance(items[0], Opened)
    packets = [item for item in items if isinstance(item, Packet)]
    return items[0], packets, [item for item in items if isinstance(item, Picture)]


@pytest.mark.parametrize("b_frames", [0, 3])
@pytest.mark.parametrize("codec", CODECS)
def test_every_picture_comes_once_in_order(tmp_path: Path, codec: str, b_frames: int) -> None:
    path = make_clip(tmp_path / "a.mp4", 40, codec=codec, b_frames=b_frames)
    opened, packets, pictures = play(path)
    assert (opened.width, opened.height, opened.rate, opened.rotation) == (192, 96, 10.0, 0)
    assert [number_in(p.pixels) for p in pictures] == list(range(40))
    assert [p.stream_time for p in pictures] == pytest.approx([i / 10 for i in range(40)])
    assert len(packets) == 40
    sent = [p.pts for p in packets]
    assert (sent != sorted(sent)) == bool(b_frames), "the clip is not what this test needs"
    assert sorted(p.pts for p in packets) == pytest.approx([i / 10 for i in range(40)])
    assert [p.dts for p in packets] == sorted(p.dts for p in packets)
    assert all(p.dts <= p.pts + 1e-9 for p in packets)


@pytest.mark.parametrize("b_frames", [0, 3])
@pytest.mark.parametrize("codec", CODECS)
def test_a_key_picture_comes_out_at_once_with_its_own_time(
    tmp_path: Path, codec: str, b_frames: int
) -> None:
    path = make_clip(tmp_path / "a.mp4", 40, codec=codec, b_frames=b_frames)
    key: Packet | None = None
    waited, shown = 0, []
    for item in FileSource(path).run(Attempt(""), KeysOnly()):
        if isinstance(item, Packet):
            key, waited = (item, 0) if item.key else (key, waited + 1)
        elif isinstance(item, Picture):
            assert key is not None
            assert item.key
            assert item.stream_time == pytest.approx(key.pts)
            assert waited == 0, "the picture sat in the decoder"
            shown.append(number_in(item.pixels))
    assert shown == [0, 10, 20, 30]


@pytest.mark.parametrize("codec", CODECS)
def test_changing_over_to_key_frames_loses_no_picture_and_turns_no_time_back(
    tmp_path: Path, codec: str
) -> None:
    path = make_clip(tmp_path / "a.mp4", 100, codec=codec, b_frames=3)
    sampler = Sampler([1.0])
    pictures = [i for i in FileSource(path).run(Attempt(""), sampler) if isinstance(i, Picture)]
    assert sampler.drain
    times = [picture.stream_time for picture in pictures]
    assert times == pytest.approx(list(range(10)))
    assert [number_in(picture.pixels) for picture in pictures] == list(range(0, 100, 10))


@pytest.mark.parametrize(("name", "codec"), [("a.avi", "mpeg4"), ("a.gif", "gif")])
@pytest.mark.parametrize("b_frames", [0, 2])
def test_old_formats_play(tmp_path: Path, name: str, codec: str, b_frames: int) -> None:
    path = make_clip(tmp_path / name, 30, codec=codec, b_frames=b_frames)
    _, _, pictures = play(path)
    assert [number_in(p.pixels) for p in pictures] == list(range(30))
    times = [p.stream_time for p in pictures]
    assert times[0] == 0.0
    assert times == pytest.approx([i / 10 for i in range(30)], abs=0.02)


@pytest.mark.parametrize("matrix", [0, 90, 180, 270])
@pytest.mark.parametrize("camera", [0, 90])
def test_display_matrix_and_camera_rotation_add_up(
    tmp_path: Path, matrix: int, camera: int
) -> None:
    path = make_clip(tmp_path / "a.mp4", 3, rotation=matrix)
    opened, _, pictures = play(path, rotation=camera)
    turned = (matrix + camera) % 360
    assert opened.rotation == turned
    assert (opened.width, opened.height) == (192, 96)
    pixels = pictures[2].pixels
    assert pixels.shape == ((192, 96, 3) if turned % 180 else (96, 192, 3))
    assert pixels.flags.c_contiguous
    # turned clockwise: the row of squares at the top moves to the right, the bottom, the left
    edge = {0: pixels[8], 90: pixels[:, -8], 180: pixels[-8], 270: pixels[:, 8]}[turned]
    row = edge if turned in (0, 90) else edge[::-1]
    expected = numbered(2)[8]
    assert abs(row.astype(int) - expected.astype(int)).mean() < 12


def test_frozen_ends_show_the_first_and_the_last_picture(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.mp4", 20, b_frames=3)
    _, packets, pictures = play(path, freeze_first_s=1.0, freeze_last_s=2.0)
    numbers = [number_in(p.pixels) for p in pictures]
    assert numbers == [0] * 10 + list(range(20)) + [19] * 20
    assert [p.stream_time for p in pictures] == pytest.approx([i / 10 for i in range(50)])
    assert packets[0].pts == pytest.approx(1.0)


def test_the_frozen_end_is_the_last_picture_also_when_only_keys_were_decoded(
    tmp_path: Path,
) -> None:
    path = make_clip(tmp_path / "a.mp4", 45, b_frames=3, codec="libx264")
    source = FileSource(path, freeze_last_s=2.0)
    pictures = [i for i in source.run(Attempt(""), KeysOnly()) if isinstance(i, Picture)]
    assert [number_in(p.pixels) for p in pictures] == [0, 10, 20, 30, 40] + [44] * 20
    assert pictures[5].stream_time == pytest.approx(4.5)


def test_what_is_no_video_says_so(tmp_path: Path) -> None:
    text = tmp_path / "a.mp4"
    text.write_text("not a video")
    for path, reason in [(text, Reason.NOT_VIDEO), (tmp_path / "b.mp4", Reason.NOT_FOUND)]:
        with pytest.raises(SourceError) as caught:
            play(path)
        assert caught.value.reason is reason
        assert str(tmp_path) not in str(caught.value)


def test_a_playlist_cannot_reach_other_places(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", 5)
    playlist = tmp_path / "list.txt"
    playlist.write_text(f"ffconcat version 1.0\nfile 'http://127.0.0.1:9/{clip.name}'\n")
    with pytest.raises(SourceError):
        play(playlist)


def test_damaged_files_are_played_as_far_as_possible(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.avi", 100, codec="mpeg4")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = b"\x00" * 400
    path.write_bytes(data)
    _, _, pictures = play(path)
    assert len(pictures) > 60
    assert number_in(pictures[-1].pixels) == 99


def test_real_clips_play_with_growing_times(real_data: Path) -> None:
    for path in sorted((real_data / "videos").iterdir()):
        last = -1.0
        shape: tuple[int, ...] = ()
        for item in FileSource(path).run(Attempt(""), Sampler([1.0])):
            if isinstance(item, Picture):
                assert item.stream_time > last or last < 0
                assert not shape or shape == item.pixels.shape
                last, shape = item.stream_time, item.pixels.shape
        assert last > 2.0, path.name


def test_real_clips_without_times_of_their_own_play_evenly(real_data: Path) -> None:
    clips = [path for path in (real_data / "videos").iterdir() if path.suffix == ".avi"]
    for path in clips:
        opened, _, pictures = play(path)
        steps = [b.stream_time - a.stream_time for a, b in pairwise(pictures)]
        # AVI counts pictures and knows no times: a step is a whole number of them
        assert min(steps) > 0.5 / opened.rate, path.name
        assert sum(steps) == pytest.approx(len(steps) / opened.rate, rel=0.02), path.name
