"""Evidence clips: packets as they are, in an MP4 that plays; masked copies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.libav.decoding import to_pixels
from streams.libav.encoding import H264Writer
from streams.libav.file import FileSource
from streams.libav.mux import MuxError, decoding_times, mux, transcode_playable
from streams.nal import Layout, to_annexb
from streams.picture import Opened, Packet, Pixels
from streams.sampler import Sampler
from streams.source import Attempt, Reason, SourceError
from tests.streams.clips import decoded_numbers, make_clip, number_in, numbered


def packets_of(path: Path) -> tuple[Opened, list[Packet]]:
    items = list(FileSource(path).run(Attempt(""), Sampler([])))
    assert isinstance(items[0], Opened)
    return items[0], [item for item in items if isinstance(item, Packet)]


def as_camera(opened: Opened, packets: list[Packet]) -> tuple[Opened, list[Packet]]:
    """Rewrite an MP4's packets as RTSP gives them: start codes, and times that began long ago."""
    layout = Layout("h264" if opened.codec == "h264" else "hevc", opened.parameters)
    sent = [
        replace(p, data=to_annexb(layout.split(p.data)), pts=p.pts + 5000, dts=p.dts + 5000)
        for p in packets
    ]
    return replace(opened, parameters=to_annexb(layout.parameter_sets)), sent


def boxes(path: Path) -> list[bytes]:
    """Return the types of an MP4's top boxes."""
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        found.append(data[at + 4 : at + 8])
        at += int.from_bytes(data[at : at + 4], "big")
    return found


@pytest.mark.parametrize("b_frames", [0, 3])
@pytest.mark.parametrize("codec", ["libx264", "libx265"])
@pytest.mark.parametrize("live", [False, True])
def test_packets_become_an_mp4_that_plays_the_same(
    tmp_path: Path, codec: str, b_frames: int, live: bool
) -> None:
    clip = make_clip(tmp_path / "in.mp4", 40, codec=codec, b_frames=b_frames)
    opened, packets = packets_of(clip)
    if live:
        opened, packets = as_camera(opened, packets)
    out = tmp_path / "out.mp4"
    mux(opened, packets[10:31], out)
    found = decoded_numbers(out)
    numbers = [number for number, _ in found]
    assert numbers[0] == 10
    assert numbers == sorted(numbers)
    assert set(range(10, 29)) <= set(numbers)
    assert [at for _, at in found] == pytest.approx([(n - 10) / 10 for n in numbers])
    assert boxes(out).index(b"moov") < boxes(out).index(b"mdat"), "not faststart"


def test_parameter_sets_only_in_the_description_are_enough(tmp_path: Path) -> None:
    opened, packets = as_camera(*packets_of(make_clip(tmp_path / "in.mp4", 10)))
    layout = Layout("h264", opened.parameters)
    bare = [
        replace(p, data=to_annexb([u for u in layout.split(p.data) if u[0] & 31 not in (6, 7, 8)]))
        for p in packets
    ]
    mux(opened, bare, tmp_path / "out.mp4")
    assert [number for number, _ in decoded_numbers(tmp_path / "out.mp4")] == list(range(10))


def test_mpeg4_is_muxed_too(tmp_path: Path) -> None:
    opened, packets = packets_of(make_clip(tmp_path / "in.avi", 20, codec="mpeg4"))
    mux(opened, packets, tmp_path / "out.mp4")
    assert [number for number, _ in decoded_numbers(tmp_path / "out.mp4")] == list(range(20))


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_the_rotation_is_kept_for_the_player(tmp_path: Path, rotation: int) -> None:
    opened, packets = packets_of(make_clip(tmp_path / "in.mp4", 10))
    mux(replace(opened, rotation=rotation), packets, tmp_path / "out.mp4")
    assert packets_of(tmp_path / "out.mp4")[0].rotation == rotation


def test_the_same_time_twice_is_parted(tmp_path: Path) -> None:
    opened, packets = packets_of(make_clip(tmp_path / "in.mp4", 10))
    stuck = [replace(p, pts=0.0, dts=0.0) for p in packets]
    mux(opened, stuck, tmp_path / "out.mp4")
    assert [number for number, _ in decoded_numbers(tmp_path / "out.mp4")] == list(range(10))


def test_what_cannot_be_muxed_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    opened, packets = packets_of(make_clip(tmp_path / "in.mp4", 10))
    out = tmp_path / "out.mp4"
    gif = replace(opened, codec="gif")
    damaged = [replace(packets[0], data=b"\x00\x00\x00\xff" + packets[0].data), *packets[1:]]
    for description, content in [
        (opened, []), (opened, packets[1:]), (gif, packets), (opened, damaged),
    ]:  # fmt: skip
        with pytest.raises(MuxError):
            mux(description, content, out)
        assert not out.exists()


@given(st.permutations(list(range(12))))
def test_decoding_times_grow_and_are_never_late(shown: list[int]) -> None:
    times = decoding_times(shown)
    assert times == sorted(set(times))
    assert all(dts <= pts for dts, pts in zip(times, shown, strict=True))


def test_any_clip_becomes_playable(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", 20, codec="libx265", b_frames=2, rotation=90)
    transcode_playable(clip, tmp_path / "out.mp4")
    opened, packets = packets_of(tmp_path / "out.mp4")
    assert (opened.codec, opened.rotation) == ("h264", 0)
    assert (opened.width, opened.height) == (96, 192)
    assert [p.pts for p in packets] == pytest.approx([i / 10 for i in range(20)])
    assert boxes(tmp_path / "out.mp4").index(b"moov") < boxes(tmp_path / "out.mp4").index(b"mdat")


def test_masks_are_drawn_on_every_picture(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", 20)
    asked: list[float] = []

    def draw(pixels: Pixels, at: float) -> Pixels:
        asked.append(at)
        masked = pixels.copy()
        masked[48:, :] = 0
        return masked

    transcode_playable(clip, tmp_path / "out.mp4", draw)
    assert asked == pytest.approx([i / 10 for i in range(20)])
    with av.open(str(tmp_path / "out.mp4")) as container:
        shown = [to_pixels(f, 0) for f in container.decode(video=0)]
    assert [number_in(pixels) for pixels in shown] == list(range(20))
    assert all(pixels[60:, :].mean() < 8 for pixels in shown)


def test_a_failed_copy_leaves_nothing(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "in.mp4", 5)

    def draw(pixels: Pixels, at: float) -> Pixels:
        raise RuntimeError("no mask")

    with pytest.raises(RuntimeError, match="no mask"):
        transcode_playable(clip, tmp_path / "out.mp4", draw)
    with pytest.raises(SourceError) as caught:
        transcode_playable(tmp_path / "none.mp4", tmp_path / "out.mp4")
    assert caught.value.reason is Reason.NOT_FOUND
    assert not (tmp_path / "out.mp4").exists()


def test_odd_sizes_and_changed_sizes(tmp_path: Path) -> None:
    with H264Writer(tmp_path / "a.mp4", 10.0) as writer:
        writer.write(numbered(5, 193, 97), 0.0)
        with pytest.raises(ValueError, match="one size"):
            writer.write(np.zeros((50, 50, 3), np.uint8), 0.1)
    assert decoded_numbers(tmp_path / "a.mp4") == [(5, 0.0)]
