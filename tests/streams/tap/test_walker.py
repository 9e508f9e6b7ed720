"""The walk over interleaved RTP: which key pictures come out, and which are held back."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.nal import Codec, is_parameter_set, split_annexb, to_annexb
from streams.server.rtp import interleave, payloads
from streams.tap.walker import KeyPicture, KeyWalker
from tests.streams.tap.wire import (
    DELIMITER,
    PPS,
    PPS265,
    SEI,
    SETS,
    SPS,
    Camera,
    aggregate,
    idr,
    other,
    walk,
    walked,
)

BOTH: list[Codec] = ["h264", "hevc"]


def slices(picture: KeyPicture, codec: Codec) -> list[bytes]:
    return [unit for unit in split_annexb(picture.data) if not is_parameter_set(codec, unit)]


def gop(camera: Camera, *key: bytes, others: int = 3) -> list[bytes]:
    made = camera.picture(*key)
    for _ in range(others):
        made += camera.picture(other(camera.codec))
    return made


@pytest.mark.parametrize("codec", BOTH)
def test_key_pictures_come_out_whole_over_the_wraps_of_numbers_and_times(codec: Codec) -> None:
    camera = Camera(codec)
    times = []
    stream: list[bytes] = []
    for _ in range(5):
        times.append(camera.timestamp)
        stream += gop(camera, *SETS[codec], idr(codec))
    walker = KeyWalker(codec, (0, 1))
    keys = walk(walker, b"".join(stream))
    assert [key.timestamp for key in keys] == times
    assert min(times) < times[0]
    assert {key.data for key in keys} == {to_annexb([*SETS[codec], idr(codec)])}
    assert {key.parameters for key in keys} == {to_annexb(SETS[codec])}
    assert not any(key.damaged for key in keys)
    assert walker.packets == len(stream)
    assert walker.lost == 0


@pytest.mark.parametrize("codec", BOTH)
def test_aggregates_extensions_sources_and_padding_change_nothing(codec: Codec) -> None:
    camera = Camera(codec)
    plain = walked(b"".join(gop(Camera(codec), *SETS[codec], idr(codec))), codec)
    stream = camera.rtp(aggregate(codec, SETS[codec]), extension=b"\0" * 8)
    fragments = list(payloads(codec, [idr(codec)]))
    stream += camera.rtp(fragments[0], sources=2)
    stream += camera.rtp(fragments[1], padding=7)
    stream += camera.rtp(fragments[2], marker=True, extension=b"", sources=15, padding=255)
    keys = walked(stream, codec)
    assert [key.data for key in keys] == [plain[0].data]
    assert not keys[0].damaged


def test_a_small_key_picture_may_come_in_one_aggregate() -> None:
    camera = Camera("h264")
    small = idr("h264", 200)
    stream = b"".join(camera.bodies([aggregate("h264", [DELIMITER, SPS, PPS, SEI, small])]))
    keys = walked(stream, "h264")
    assert slices(keys[0], "h264") == [small]


def test_delimiters_and_messages_before_the_key_do_not_split_it() -> None:
    camera = Camera("h264")
    stream = camera.picture(DELIMITER, SPS, PPS, SEI, idr("h264"), SEI)
    keys = walked(b"".join(stream), "h264")
    assert len(keys) == 1
    assert slices(keys[0], "h264") == [idr("h264")]


@pytest.mark.parametrize("codec", BOTH)
def test_a_key_picture_of_many_slices_is_one(codec: Codec) -> None:
    camera = Camera(codec)
    units = [idr(codec, fill=1), idr(codec, first=False, fill=2), idr(codec, first=False, fill=3)]
    keys = walked(b"".join(camera.picture(*units)), codec)
    assert [slices(key, codec) for key in keys] == [units]
    assert not keys[0].damaged


def test_a_camera_that_marks_every_slice_is_understood_from_its_second_picture_on() -> None:
    camera = Camera("h264")
    units = [idr("h264", 300, fill=1), idr("h264", 300, first=False, fill=2)]
    stream = b""
    for _ in range(3):
        stream += camera.rtp(units[0], marker=True) + camera.rtp(units[1], marker=True)
        camera.timestamp = (camera.timestamp + 3600) & 0xFFFF_FFFF
        stream += b"".join(camera.picture(other("h264")))
    keys = walked(stream, "h264")
    assert [len(slices(key, "h264")) for key in keys[-2:]] == [2, 2]
    assert not any(key.damaged for key in keys[-2:])


def test_without_a_marker_the_next_time_ends_the_picture() -> None:
    camera = Camera("h264")
    bodies = list(payloads("h264", [SPS, PPS, idr("h264")]))
    stream = b"".join(camera.rtp(body) for body in bodies)
    assert walked(stream, "h264") == []
    camera.timestamp = (camera.timestamp + 3600) & 0xFFFF_FFFF
    keys = walked(stream + camera.rtp(other("h264"), marker=True), "h264")
    assert [key.damaged for key in keys] == [False]


@pytest.mark.parametrize("codec", BOTH)
def test_any_lost_packet_of_a_key_picture_holds_it_back_and_is_counted(codec: Codec) -> None:
    camera = Camera(codec)
    camera.picture(other(codec))
    before = camera.picture(other(codec))
    key = camera.picture(idr(codec, 6000))
    after = camera.picture(other(codec)) + camera.picture(idr(codec))
    assert len(key) > 3
    for missing in range(len(key)):
        walker = KeyWalker(codec, (0, 1), SETS[codec])
        kept = [*before, *key[:missing], *key[missing + 1 :], *after]
        keys = walk(walker, b"".join(kept))
        assert [one.damaged for one in keys] == [True, False], missing
        assert walker.lost == 1


def test_a_lost_first_slice_is_noticed_and_a_lost_message_before_it_forgiven() -> None:
    camera = Camera("h264")
    start = camera.picture(other("h264"))
    two = camera.picture(idr("h264", 500), idr("h264", 500, first=False))
    assert [key.damaged for key in walked(b"".join([*start, *two[1:]]), "h264")] == [True]
    camera = Camera("h264")
    start = camera.picture(other("h264"))
    one = camera.picture(SEI, idr("h264", 500))
    assert [key.damaged for key in walked(b"".join([*start, *one[1:]]), "h264")] == [False]


def test_parameter_sets_are_remembered_and_replaced_by_their_ids() -> None:
    camera = Camera("h264")
    second = b"\x68\x5e\x3c\x80"  # pic_parameter_set_id 1
    newer = b"\x67\x4d\x00\x28\xda"
    walker = KeyWalker("h264", (0, 1), (SPS, PPS))
    stream = camera.picture(second) + camera.picture(idr("h264")) + camera.picture(newer)
    keys = walk(walker, b"".join(stream + camera.picture(idr("h264"))))
    assert keys[0].parameters == to_annexb([SPS, PPS, second])
    assert keys[1].parameters == to_annexb([newer, PPS, second])


def test_a_key_picture_without_parameter_sets_is_of_no_use() -> None:
    keys = walk(KeyWalker("h264", (0, 1)), b"".join(Camera("h264").picture(idr("h264"))))
    assert [key.damaged for key in keys] == [True]


def test_other_channels_are_passed_over_and_reports_counted() -> None:
    camera = Camera("h264")
    walker = KeyWalker("h264", (0, 1), SETS["h264"])
    stream = (
        interleave(1, b"\x80\xc8\0\1aaaa")
        + interleave(7, idr("h264"))
        + camera.picture(idr("h264"))[0]
    )
    walk(walker, stream)
    assert (walker.rtcp, walker.packets) == (1, 1)


def test_what_cannot_be_read_is_counted() -> None:
    camera = Camera("h264")
    walker = KeyWalker("h264", (0, 1))
    walk(walker, b"".join(camera.rtp(bytes([kind]) + b"xxxx") for kind in (25, 26, 27, 29)))
    assert walker.foreign == 4


def test_where_a_gop_began_is_told() -> None:
    camera = Camera("h264")
    first, rest = camera.picture(other("h264")), camera.picture(SPS, PPS, idr("h264"))
    walker = KeyWalker("h264", (0, 1))
    data = bytearray(b"".join([*first, *rest]))
    assert walker.walk(data, 0, len(data)) == len(data)
    expected = len(b"".join([*first, *rest[:2]]))
    assert [at for at, _ in walker.begun] == [expected]


STREAM = {
    codec: b"".join(
        itertools.chain(
            gop(made := Camera(codec), *SETS[codec], idr(codec, 2500), others=2),
            [interleave(1, b"\x80\xc8\0\1aaaa"), made.rtp(aggregate(codec, SETS[codec]))],
            gop(made, idr(codec, 1200), others=1),
        )
    )
    for codec in BOTH
}


@given(st.sampled_from(BOTH), st.lists(st.integers(0, 100_000), max_size=30))
def test_however_the_stream_is_cut_the_same_comes_out(codec: Codec, cuts: list[int]) -> None:
    assert walked(STREAM[codec], codec, cuts=cuts) == walked(STREAM[codec], codec)


@given(
    st.sampled_from(BOTH),
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.binary(max_size=40).map(lambda data: interleave(0, data)),
            st.builds(
                lambda flags, data: interleave(0, bytes([0x80 | flags, 96]) + data),
                st.integers(0, 63),
                st.binary(max_size=60),
            ),
            st.sampled_from([b"".join(Camera("h264").picture(idr("h264"))), b"$", b"$\0"]),
        ),
        max_size=20,
    ),
    st.lists(st.integers(0, 10_000), max_size=10),
)
def test_any_bytes_are_survived(codec: Codec, parts: list[bytes], cuts: list[int]) -> None:
    for key in walked(b"".join(parts), codec, cuts=cuts):
        assert key.data.startswith(key.parameters)


@given(st.sampled_from(BOTH), st.data())
def test_a_damaged_stream_is_survived(codec: Codec, data: st.DataObject) -> None:
    spoiled = bytearray(STREAM[codec])
    for _ in range(data.draw(st.integers(1, 8))):
        spoiled[data.draw(st.integers(0, len(spoiled) - 1))] ^= data.draw(st.integers(1, 255))
    walked(bytes(spoiled), codec)


def test_pps_of_h265_are_told_apart() -> None:
    camera = Camera("hevc")
    second = PPS265[:2] + b"\x41\x72"
    walker = KeyWalker("hevc", (0, 1), SETS["hevc"])
    walk(walker, b"".join(camera.picture(second) + camera.picture(idr("hevc"))))
    assert walker.keys[0].parameters == to_annexb([*SETS["hevc"], second])
