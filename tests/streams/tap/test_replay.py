"""From raw bytes to packets: what a clip is made of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.nal import split_annexb
from streams.picture import Opened
from streams.ring import PacketRing
from streams.tap.replay import Gop
from tests.streams.tap.wire import PPS, SEI, SETS, SPS, Camera, aggregate, idr, other

ANSWER = b"RTSP/1.0 200 OK\r\nCSeq: 9\r\n\r\n"


def recorded(camera: Camera) -> tuple[Gop, bytes]:
    """Return a GOP of one key picture and three others, with an answer in the middle."""
    gop = Gop(camera.codec, 0, 90_000, camera.timestamp, 10.0, 1000.0)
    sets = [camera.rtp(aggregate(camera.codec, SETS[camera.codec]))]
    pictures = [*sets, *camera.picture(idr(camera.codec)), ANSWER]
    for _ in range(3):
        pictures += camera.picture(other(camera.codec, 2000))
    return gop, b"".join(pictures)


def test_packets_have_their_units_keys_and_times_over_a_wrap() -> None:
    for camera in (Camera("h264", timestamp=2**32 - 5000), Camera("hevc")):
        gop, data = recorded(camera)
        timed = gop.unpack(data)
        assert [packet.key for packet, _ in timed] == [True, False, False, False]
        assert [round(packet.pts - 10.0, 3) for packet, _ in timed] == [0.0, 0.04, 0.08, 0.12]
        assert [round(at - 1000.0, 3) for _, at in timed] == [0.0, 0.04, 0.08, 0.12]
        assert split_annexb(timed[0][0].data) == [*SETS[camera.codec], idr(camera.codec)]
        assert split_annexb(timed[2][0].data) == [other(camera.codec, 2000)]


def test_a_unit_with_a_lost_part_is_left_out() -> None:
    camera = Camera("h264")
    gop = Gop("h264", 0, 90_000, camera.timestamp, 0.0, 0.0)
    units = [SPS, PPS, SEI, idr("h264", 6000)]
    packets = camera.picture(*units)
    whole, spoiled = gop.unpack(b"".join(packets)), gop.unpack(b"".join(packets[:5] + packets[6:]))
    assert [split_annexb(packet.data) for packet, _ in whole] == [
        [SPS, PPS, SEI, idr("h264", 6000)]
    ]
    assert spoiled == []


@given(st.binary(max_size=300), st.integers(0, 4000))
def test_any_bytes_are_survived(data: bytes, at: int) -> None:
    gop, good = recorded(Camera("h264"))
    gop.unpack(data)
    gop.unpack(good[:at] + data + good[at:])


def test_the_ring_unpacks_only_what_a_clip_needs() -> None:
    ring = PacketRing(60.0, 10**6)
    ring.add(Opened("h264", 0, 0, 25.0, b"", 0), 0.0)
    unpacked: list[float] = []
    camera = Camera("h264")
    for number in range(5):
        start = 100.0 + number * 2
        gop = Gop("h264", 0, 90_000, camera.timestamp, number * 2.0, start)
        data = b"".join(camera.picture(idr("h264")) + camera.picture(other("h264")))

        def unpack(raw: bytes, gop: Gop = gop) -> list:  # type: ignore[type-arg]
            unpacked.append(gop.captured_at)
            return gop.unpack(raw)

        ring.add_raw(data[:1000], start, unpack)
        ring.add_raw(data[1000:], start + 0.04)
    clip = ring.clip(103.0, 104.5)
    assert clip is not None
    assert (clip.start, clip.packets[0].key) == (102.0, True)
    assert [packet.key for packet in clip.packets] == [True, False, True, False]
    assert unpacked == [102.0, 104.0]


def test_raw_gops_are_bounded_in_time_and_bytes_and_need_their_beginning() -> None:
    ring = PacketRing(2.0, 1000)
    ring.add(Opened("h264", 0, 0, 25.0, b"", 0), 0.0)
    ring.add_raw(b"x" * 100, 1.0)
    assert (ring.size, ring.dropped) == (0, 1)
    for number in range(10):
        ring.add_raw(b"x" * 100, 10.0 + number, lambda _: [])
        ring.add_raw(b"x" * 100, 10.5 + number)
    assert ring.size == 600
    ring.add_raw(b"x" * 2000, 20.0)
    assert ring.size <= 1000
    ring.add_raw(b"x" * 100, 20.1)
    assert ring.latest == 20.1
