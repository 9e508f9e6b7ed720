"""The conversation with a camera, and its session description, without a network."""

from __future__ import annotations

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.source import Reason, SourceError
from streams.tap import Why
from streams.tap.message import NotRtspError, read_message
from streams.tap.sdp import read_description
from streams.tap.talk import MovedError, Talk
from streams.tap.unfit import UnfitError
from tests.streams.tap.wire import PPS, SETS, SPS

BASE = "rtsp://cam/live"


def sdp(*lines: str) -> str:
    return "\r\n".join(["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=x", "t=0 0", *lines, ""])


def b64(unit: bytes) -> str:
    return base64.b64encode(unit).decode()


H264 = (
    "m=video 0 RTP/AVP 96",
    "a=rtpmap:96 H264/90000",
    f"a=fmtp:96 packetization-mode=1; sprop-parameter-sets={b64(SPS)},{b64(PPS)}",
)
SOUND = ("m=audio 0 RTP/AVP 0", "a=control:sound")


def test_the_video_is_found_among_several_media() -> None:
    text = sdp("a=control:*", *SOUND, *H264, "a=framerate:12.5", "a=control:track7")
    video = read_description(text, BASE + "/")
    assert (video.codec, video.rate, video.parameter_sets) == ("h264", 12.5, (SPS, PPS))
    assert (video.control, video.aggregate) == ("rtsp://cam/live/track7", "rtsp://cam/live/")


def test_h265_and_its_sets() -> None:
    sets = SETS["hevc"]
    names = ("sprop-vps", "sprop-sps", "sprop-pps")
    fmtp = ";".join(f"{name}={b64(unit)}" for name, unit in zip(names, sets, strict=True))
    text = sdp("m=video 0 RTP/AVP 98", "a=rtpmap:98 H265/90000", f"a=fmtp:98 {fmtp}")
    assert read_description(text, BASE).parameter_sets == sets


@pytest.mark.parametrize(
    ("session", "media", "control", "aggregate"),
    [
        ("*", "rtsp://other/a/track1", "rtsp://other/a/track1", BASE),
        ("rtsp://cam/all", "track1", "rtsp://cam/all/track1", "rtsp://cam/all"),
        ("", "trackID=1", BASE + "/trackID=1", BASE),
        ("", "", BASE, BASE),
    ],
)
def test_controls_relative_absolute_and_none(
    session: str, media: str, control: str, aggregate: str
) -> None:
    head = [f"a=control:{session}"] if session else []
    video = read_description(sdp(*head, *H264, *([f"a=control:{media}"] if media else [])), BASE)
    assert (video.control, video.aggregate) == (control, aggregate)


def test_what_is_not_for_the_tap_is_told_with_the_reason() -> None:
    with pytest.raises(SourceError) as none:
        read_description(sdp(*SOUND), BASE)
    assert none.value.reason is Reason.NOT_VIDEO
    for lines, why in [
        (("m=video 0 RTP/AVP 26",), Why.CODEC),
        (("m=video 0 RTP/AVP 96", "a=rtpmap:96 MP4V-ES/90000"), Why.CODEC),
        ((*H264[:2], "a=fmtp:96 packetization-mode=2"), Why.PACKETISATION),
        (
            (
                "m=video 0 RTP/AVP 96",
                "a=rtpmap:96 H265/90000",
                "a=fmtp:96 sprop-max-don-diff=3",
            ),
            Why.PACKETISATION,
        ),
    ]:
        with pytest.raises(UnfitError) as unfit:
            read_description(sdp(*lines), BASE)
        assert unfit.value.unsuited.why is why


@given(st.text(max_size=300))
def test_any_description_is_a_video_or_refused_in_words(text: str) -> None:
    with suppress(SourceError, UnfitError):
        read_description(text, BASE)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_not(data: bytes) -> None:
    for head in (b"", b"RTSP/1.0 200 OK\r\n"):
        try:
            read = read_message(head + data)
        except NotRtspError:
            continue
        assert read is None or 0 < read[1] <= len(head + data)


def test_a_message_is_read_when_it_is_whole() -> None:
    whole = b"\r\nRTSP/1.0 200 OK\r\nCSeq: 3\r\nContent-Length: 4\r\n\r\nbody$"
    assert all(read_message(whole[:size]) is None for size in range(len(whole) - 1))
    read = read_message(whole)
    assert read is not None
    assert (read[0].status, read[0].body, read[1]) == (200, b"body", len(whole) - 1)


class Device:
    """Answers a talk by hand."""

    def __init__(self, url: str) -> None:
        self.talk = Talk(url)
        self.asked = self.talk.start().decode()

    @property
    def line(self) -> str:
        return self.asked.partition("\r\n")[0]

    def says(self, status: int, *headers: str, body: str = "") -> None:
        number = self.asked.partition("CSeq: ")[2].partition("\r\n")[0]
        lines = [f"RTSP/1.0 {status} x", f"CSeq: {number}", *headers]
        text = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body])
        read = read_message(text.encode())
        assert read is not None
        self.asked = self.talk.answer(read[0]).decode()


def playing(url: str, session: str = "12;timeout=30") -> Device:
    device = Device(url)
    device.says(200, "Public: DESCRIBE, GET_PARAMETER")
    device.says(200, f"Content-Base: {BASE}/", body=sdp(*H264, "a=control:track1"))
    device.says(200, f"Session: {session}", "Transport: RTP/AVP/TCP;unicast;interleaved=4-5")
    assert device.line == f"PLAY {BASE}/ RTSP/1.0"
    device.says(200)
    return device


def test_from_options_to_play_and_teardown() -> None:
    device = Device("rtsp://cam/live?channel=1")
    assert device.line == "OPTIONS rtsp://cam/live?channel=1 RTSP/1.0"
    device = playing("rtsp://cam/live")
    assert device.talk.playing
    assert (device.talk.channels, device.talk.timeout_s) == ((4, 5), 30.0)
    alive = device.talk.keep_alive().decode()
    assert alive.startswith("GET_PARAMETER")
    assert "Session: 12\r\n" in alive
    assert device.talk.teardown().decode().startswith("TEARDOWN")


def test_the_login_is_in_no_request_line_and_no_error() -> None:
    device = Device("rtsp://ad%20min:p%40ss@cam/live")
    device.says(401, 'WWW-Authenticate: Digest realm="r", nonce="n"')
    assert "OPTIONS" in device.line
    assert 'username="ad min"' in device.asked
    assert "p@ss" not in device.asked
    assert "p%40ss" not in device.asked
    with pytest.raises(SourceError) as refused:
        device.says(401, 'WWW-Authenticate: Digest realm="r", nonce="n2"')
    assert refused.value.reason is Reason.REFUSED
    assert "ss" not in refused.value.detail


def test_a_stale_nonce_during_play_is_renewed() -> None:
    device = Device("rtsp://u:p@cam/live")
    device.says(200)
    device.says(401, 'WWW-Authenticate: Digest realm="r", nonce="n"')
    assert 'nonce="n"' in device.asked
    device.says(200, body=sdp(*H264))
    device.says(200, "Session: 1")
    device.says(200)
    device.asked = device.talk.keep_alive().decode()
    device.says(401, 'WWW-Authenticate: Digest realm="r", nonce="newer", stale=true')
    assert device.asked.startswith("OPTIONS")
    assert 'nonce="newer"' in device.asked
    device.says(200)
    assert device.talk.playing


@pytest.mark.parametrize(
    ("status", "reason"),
    [(403, Reason.REFUSED), (404, Reason.NOT_FOUND), (503, Reason.FAILED)],
)
def test_what_a_device_refuses_becomes_a_reason(status: int, reason: Reason) -> None:
    device = Device("rtsp://cam/live")
    device.says(551)  # OPTIONS may be unknown
    with pytest.raises(SourceError) as error:
        device.says(status)
    assert error.value.reason is reason


def test_udp_only_is_not_for_the_tap() -> None:
    for answer in [(461,), (200, "Session: 1", "Transport: RTP/AVP;unicast;client_port=5-6")]:
        device = Device("rtsp://cam/live")
        device.says(200)
        device.says(200, body=sdp(*H264))
        with pytest.raises(UnfitError) as unfit:
            device.says(*answer)  # type: ignore[arg-type]
        assert unfit.value.unsuited.why is Why.TRANSPORT


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("rtsp://cam:8554/b", "rtsp://u:p@cam:8554/b"),
        ("/c", "rtsp://u:p@cam/c"),
        ("rtsp://elsewhere/b", "rtsp://elsewhere/b"),
        ("rtsp://x:y@elsewhere/b", "rtsp://elsewhere/b"),
    ],
)
def test_a_redirect_takes_the_login_to_the_same_host_only(location: str, url: str) -> None:
    device = Device("rtsp://u:p@cam/live")
    device.says(200)
    with pytest.raises(MovedError) as moved:
        device.says(302, f"Location: {location}")
    assert moved.value.url == url
    assert "p" not in str(moved.value).replace("moved", "")


def test_a_redirect_to_another_scheme_is_forbidden() -> None:
    device = Device("rtsp://cam/live")
    device.says(200)
    with pytest.raises(SourceError) as error:
        device.says(301, "Location: file:///etc/passwd")
    assert error.value.reason is Reason.FORBIDDEN_URL


def test_a_server_that_repeats_the_login_in_its_base_gets_none_back() -> None:
    device = Device("rtsp://u:p@cam/live")
    device.says(200)
    device.says(200, "Content-Base: rtsp://u:p@cam/live/", body=sdp(*H264, "a=control:t"))
    assert device.line == "SETUP rtsp://cam/live/t RTSP/1.0"
