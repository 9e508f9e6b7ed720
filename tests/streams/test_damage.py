"""Damaged video is left out as far as the decoder notices it, and says so in a count."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from av.packet import Packet as AvPacket
from av.video.codeccontext import VideoCodecContext

from streams.libav.decoding import AnyPacket, Decoder
from streams.libav.file import FileSource
from streams.nal import is_parameter_set, split_annexb, to_annexb
from streams.picture import Picture
from streams.sampler import Sampler
from streams.source import Attempt, Reason, SourceError
from tests.streams.clips import make_clip, number_in
from tests.streams.odd import encode

COUNT, GOP = 40, 10
Grey = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
Coded = tuple[bytes, int, int, bool]


def coded(path: Path) -> tuple[str, bytes, list[Coded]]:
    """Return codec, extradata and (data, pts, dts, key) of each packet."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        packets = [
            (bytes(p), p.pts or 0, p.dts or 0, p.is_keyframe)
            for p in container.demux(stream)
            if p.size
        ]
        return context.name, context.extradata or b"", packets


def decoded(codec: str, extradata: bytes, packets: list[Coded]) -> tuple[dict[int, Grey], Decoder]:
    context = VideoCodecContext.create(codec, "r")
    context.extradata, context.thread_count = extradata, 1
    decoder = Decoder(context)  # type: ignore[arg-type]
    shown: dict[int, Grey] = {}
    for data, pts, dts, key in packets:
        packet: AnyPacket = AvPacket(data)  # type: ignore[assignment]
        packet.pts, packet.dts, packet.is_keyframe = pts, dts, key
        for frame in decoder.decode(packet, drain=False):
            shown[frame.pts or 0] = frame.to_ndarray(format="gray")  # type: ignore[assignment]
    for frame in decoder.drain():
        shown[frame.pts or 0] = frame.to_ndarray(format="gray")  # type: ignore[assignment]
    return shown, decoder


def is_damaged(seen: Grey, clean: Grey) -> bool:
    """Say whether more than a five-hundredth of the picture is clearly another one."""
    return bool((np.abs(seen.astype(int) - clean.astype(int)) > 24).mean() > 0.002)


def flipped(data: bytes, seed: int, count: int = 3) -> bytes:
    rng, spoiled = np.random.default_rng(seed), bytearray(data)
    for _ in range(count):
        at = int(rng.integers(min(len(spoiled) - 1, 12), len(spoiled)))
        spoiled[at] ^= 1 << int(rng.integers(8))
    return bytes(spoiled)


def test_flipped_bits_in_h264_are_noticed_with_few_exceptions(tmp_path: Path) -> None:
    """Libav marks the picture that it could not decode, not those that build upon it."""
    codec, extradata, packets = coded(make_clip(tmp_path / "a.mp4", COUNT, gop=GOP))
    clean, _ = decoded(codec, extradata, packets)
    unnoticed = 0
    for seed in range(8):
        at = 3 + seed * 4
        spoiled = list(packets)
        spoiled[at] = (flipped(packets[at][0], seed), *packets[at][1:])
        shown, decoder = decoded(codec, extradata, spoiled)
        unnoticed += any(is_damaged(picture, clean[pts]) for pts, picture in shown.items())
        # At most the rest of the GOP is missing, and what is missing is counted.
        assert len(shown) >= COUNT - GOP
        assert decoder.corrupt == COUNT - len(shown)
    assert unnoticed <= 2


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_half_a_picture_hides_what_builds_upon_it(tmp_path: Path, codec: str) -> None:
    name, extradata, packets = coded(make_clip(tmp_path / "a.mp4", COUNT, codec=codec, gop=GOP))
    clean, _ = decoded(name, extradata, packets)
    half = packets[13][0][: len(packets[13][0]) // 2]
    cut = [*packets[:13], (half, *packets[13][1:]), *packets[14:]]
    shown, decoder = decoded(name, extradata, cut)
    assert not [pts for pts, picture in shown.items() if is_damaged(picture, clean[pts])]
    numbers = sorted(clean)
    assert set(shown) == set(numbers) - set(numbers[13:20])
    assert decoder.corrupt == 7


def test_a_key_picture_ends_the_damage(tmp_path: Path) -> None:
    name, extradata, packets = coded(make_clip(tmp_path / "a.mp4", COUNT, gop=GOP))
    cut = [*packets[:10], (packets[10][0][:40], *packets[10][1:]), *packets[11:]]
    shown, _ = decoded(name, extradata, cut)
    assert sorted(clean_numbers(packets)[20:]) == sorted(shown)[-20:]


def clean_numbers(packets: list[Coded]) -> list[int]:
    return sorted(pts for _, pts, _, _ in packets)


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
@pytest.mark.parametrize("junk", [b"\x00", b"\x00\x00\x00\x01", b"\xff" * 300, bytes(2000)])
def test_packets_of_nonsense_raise_nothing(tmp_path: Path, codec: str, junk: bytes) -> None:
    name, extradata, packets = coded(make_clip(tmp_path / "a.mp4", 20, codec=codec, gop=GOP))
    spoiled = [(junk if n % 3 == 1 else p[0], *p[1:]) for n, p in enumerate(packets)]
    shown, decoder = decoded(name, extradata, spoiled)
    assert decoder.corrupt > 0
    assert len(shown) < 20


def test_files_without_a_picture_say_so(tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "whole.mp4", 20).read_bytes()
    bare = make_clip(tmp_path / "whole.h264", 20).read_bytes()
    cases = {
        "empty.mp4": b"",
        "zeros.mp4": bytes(5000),
        "head.mp4": whole[:200],
        "no-index.mp4": whole[: len(whole) // 2],
        "no-sets.h264": without_parameter_sets(bare),
    }
    for name, content in cases.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(SourceError) as caught:
            list(FileSource(path).run(Attempt(""), Sampler([0.0])))
        assert caught.value.reason is Reason.NOT_VIDEO, name


def without_parameter_sets(stream: bytes) -> bytes:
    """Take SPS and PPS out of an H.264 byte stream."""
    units = [unit for unit in split_annexb(stream) if not is_parameter_set("h264", unit)]
    return to_annexb(units)


def test_a_file_cut_off_in_the_middle_plays_to_the_cut(tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "whole.mkv", 40)
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    items = list(FileSource(cut).run(Attempt(""), Sampler([0.0])))
    shown = [number_in(item.pixels) for item in items if isinstance(item, Picture)]
    assert shown == list(range(len(shown)))
    assert 5 < len(shown) < 40


@pytest.mark.parametrize("size", [(2, 2), (16, 16)])
def test_video_of_hardly_a_pixel_plays(tmp_path: Path, size: tuple[int, int]) -> None:
    dots = [np.full((size[1], size[0], 3), 30 * n, np.uint8) for n in range(5)]
    path = encode(tmp_path / "a.mkv", dots, [n / 10 for n in range(5)])
    items = list(FileSource(path).run(Attempt(""), Sampler([0.0])))
    assert len([item for item in items if isinstance(item, Picture)]) == 5


def test_a_single_pixel_plays(tmp_path: Path) -> None:
    dots = [np.full((1, 1, 3), 30 * n, np.uint8) for n in range(5)]
    times = [n / 10 for n in range(5)]
    path = encode(tmp_path / "a.mkv", dots, times, codec="ffv1", pix_fmt="yuv444p")
    items = list(FileSource(path).run(Attempt(""), Sampler([0.0])))
    assert [i.pixels.shape for i in items if isinstance(i, Picture)] == [(1, 1, 3)] * 5
