"""The packet ring: bounded, cut at key packets, aware of changed streams."""

from __future__ import annotations

from dataclasses import replace

from streams.picture import Opened, Packet
from streams.ring import PacketRing
from tests.streams.beside import ThreadPoolExecutor
from tests.streams.clips import packet

OPENED = Opened("h264", 64, 48, 10.0, b"sps", 0)
START = 1000.0


def filled(seconds: float = 30.0, max_bytes: int = 10**6, until: float = 60.0) -> PacketRing:
    """Return a ring fed at 10 packets a second, a key every 2 s."""
    ring = PacketRing(seconds, max_bytes)
    ring.add(OPENED, START)
    for index in range(round(until * 10)):
        ring.add(packet(index / 10, index % 20 == 0), START + index / 10)
    return ring


def test_a_clip_starts_with_the_key_packet_at_or_before() -> None:
    clip = filled().clip(START + 45.3, START + 50.0)
    assert clip is not None
    assert clip.opened == OPENED
    assert clip.packets[0].key
    assert clip.packets[0].pts == 44.0
    assert clip.packets[-1].pts == 50.0
    assert (clip.start, clip.end, clip.runs) == (START + 44.0, START + 50.0, 1)


def test_the_wanted_seconds_are_always_held_and_not_much_more() -> None:
    ring = filled(seconds=30.0)
    clip = ring.clip(START, START + 100)
    assert clip is not None
    assert START + 59.9 - clip.start >= 30.0
    assert START + 59.9 - clip.start < 34.0
    assert ring.dropped == 0


def test_bytes_are_bounded_whatever_comes() -> None:
    ring = filled(max_bytes=1000)
    assert 0 < ring.size <= 1000
    assert ring.dropped > 0
    clip = ring.clip(START, START + 100)
    assert clip is not None
    assert clip.packets[0].key


def test_a_gop_larger_than_the_bound_is_given_up_until_the_next_key() -> None:
    ring = PacketRing(30.0, 100)
    ring.add(OPENED, 0.0)
    ring.add(packet(0.0, True, 60), 0.0)
    ring.add(packet(0.1, size=60), 0.1)
    ring.add(packet(0.2, size=60), 0.2)
    assert (ring.size, ring.dropped) == (0, 3)
    assert ring.clip(0.0, 1.0) is None
    ring.add(packet(2.0, True, 60), 2.0)
    assert ring.size == 60


def test_nothing_before_the_first_key_is_kept() -> None:
    ring = PacketRing(30.0, 1000)
    ring.add(packet(0.0, True), 0.0)
    ring.add(OPENED, 0.0)
    ring.add(packet(0.1), 0.1)
    assert ring.clip(0.0, 1.0) is None
    assert ring.dropped == 2
    assert ring.latest == 0.1


def test_a_changed_stream_never_shares_a_clip() -> None:
    ring = filled(until=10.0)
    changed = replace(OPENED, width=128)
    ring.add(changed, START + 10)
    for index in range(50):
        ring.add(packet(index / 10, index % 20 == 0), START + 10 + index / 10)
    mostly_old = ring.clip(START + 6, START + 11)
    mostly_new = ring.clip(START + 9, START + 14)
    assert mostly_old is not None
    assert mostly_new is not None
    assert (mostly_old.opened, mostly_old.end, mostly_old.runs) == (OPENED, START + 9.9, 2)
    assert (mostly_new.opened, mostly_new.start, mostly_new.runs) == (changed, START + 10, 2)


def test_the_end_is_cut_in_stream_order_with_b_frames() -> None:
    ring = PacketRing(30.0, 1000)
    ring.add(OPENED, 0.0)
    # decode order I P B B: the P picture is shown last, but the B pictures need it
    for pts, dts, key in [
        (0.0, -0.2, True),
        (0.3, -0.1, False),
        (0.1, 0.0, False),
        (0.2, 0.1, False),
    ]:
        ring.add(Packet(b"x", pts, dts, key), pts)
    clip = ring.clip(0.0, 0.15)
    assert clip is not None
    assert [one.pts for one in clip.packets] == [0.0, 0.3, 0.1]


def test_a_span_outside_is_none() -> None:
    ring = filled(until=10.0)
    assert ring.clip(START - 20, START - 10) is None
    assert ring.clip(START + 20, START + 30) is None
    assert PacketRing(1.0, 1).latest is None


def test_clips_are_cut_while_packets_come() -> None:
    ring = PacketRing(5.0, 10**6)
    ring.add(OPENED, 0.0)

    def feed() -> None:
        for index in range(5000):
            ring.add(packet(index / 100, index % 50 == 0), index / 100)

    with ThreadPoolExecutor(1) as pool:
        fed = pool.submit(feed)
        while not fed.done():
            clip = ring.clip(0.0, 100.0)
            assert clip is None or clip.packets[0].key
        fed.result()
