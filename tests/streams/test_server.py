"""The camera server's parts without a network: packets, requests, logins, faults."""

from __future__ import annotations

import base64
import hashlib
import random
import struct

import pytest

from streams.nal import Codec
from streams.server import AccessUnit, Media
from streams.server.faults import Fault, FaultKind
from streams.server.rtp import RtpStream, interleave, payloads
from streams.server.rtsp import (
    REALM,
    Login,
    audio_description,
    description,
    interleaved_channels,
    parse_request,
    response,
)

KEY = AccessUnit((b"\x65" + b"k" * 5000,), 0.0, True)
MEDIA = Media("h264", (b"\x67\x42\x00\x1f", b"\x68\xce"), (KEY,), 0.1, 10.0)
HEVC_SETS = (b"\x40\x01v", b"\x42\x01s", b"\x44\x01p")


def joined(codec: Codec, bodies: list[bytes]) -> bytes:
    """Put the fragments of one unit together again, as RFC 6184 and RFC 7798 say."""
    if len(bodies) == 1:
        return bodies[0]
    size = 1 if codec == "h264" else 2
    header = bodies[0][size]
    assert header & 0x80
    assert not header & 0x40
    assert bodies[-1][size] & 0x40
    assert not bodies[-1][size] & 0x80
    assert all(not body[size] & 0xC0 for body in bodies[1:-1])
    content = b"".join(body[size + 1 :] for body in bodies)
    if codec == "h264":
        assert bodies[0][0] & 31 == 28
        return bytes([bodies[0][0] & 0xE0 | header & 31]) + content
    assert (bodies[0][0] >> 1) & 63 == 49
    return bytes([bodies[0][0] & 0x81 | (header & 63) << 1, bodies[0][1]]) + content


@pytest.mark.parametrize("size", [3, 100, 101, 102, 103, 199, 1000])
@pytest.mark.parametrize(("codec", "header"), [("h264", b"\x65"), ("hevc", b"\x26\x01")])
def test_large_units_are_fragmented_and_nothing_is_lost(
    codec: Codec, header: bytes, size: int
) -> None:
    unit = header + bytes(index % 251 for index in range(size))
    bodies = list(payloads(codec, [unit], mtu=100))
    assert max(len(body) for body in bodies) <= 100
    assert joined(codec, bodies) == unit


def test_rtp_headers_count_and_mark_the_last_packet() -> None:
    stream = RtpStream("h264", ssrc=7, sequence=0xFFFF, timestamp=0xFFFF_FFFF)
    packets = stream.packets(KEY.units, at=1.0)
    headers = [struct.unpack(">BBHII", packet[:12]) for packet in packets]
    assert [header[2] for header in headers[:2]] == [0xFFFF, 0]
    assert [header[1] >> 7 for header in headers] == [0] * (len(headers) - 1) + [1]
    assert {header[3] for header in headers} == {90_000 - 1}
    assert {header[4] for header in headers} == {7}
    assert interleave(2, b"abc") == b"$\x02\x00\x03abc"


def test_a_sender_report_ties_rtp_time_to_the_wall() -> None:
    stream = RtpStream("h264", ssrc=7, sequence=0, timestamp=1000)
    sent = stream.packets(KEY.units, at=0.0)
    report = stream.sender_report(at=2.0, wall=1.5)
    head, kind, words, ssrc, ntp, rtp, count, octets = struct.unpack(">BBHIQIII", report[:28])
    assert (head, kind, words, ssrc) == (0x80, 200, 6, 7)
    assert ntp / 2**32 == 2_208_988_801.5
    assert (rtp, count) == (181_000, len(sent))
    assert octets == sum(len(packet) - 12 for packet in sent)
    assert len(report) == 28 + 4 * (struct.unpack(">H", report[30:32])[0] + 1)


def test_parameter_sets_come_before_each_key_picture_once() -> None:
    assert MEDIA.units_of(KEY) == [*MEDIA.parameter_sets, *KEY.units]
    own = AccessUnit((b"\x09\xf0", b"\x67new", b"\x68new", b"\x65k"), 0.0, True)
    assert MEDIA.units_of(own) == [b"\x67new", b"\x68new", b"\x65k"]
    assert MEDIA.units_of(AccessUnit((b"\x41p",), 0.1, False)) == [b"\x41p"]


@pytest.mark.parametrize(
    ("units", "duration", "reason"),
    [
        ((), 1.0, "key picture"),
        ((AccessUnit((b"\x41",), 0.0, False),), 1.0, "key picture"),
        ((KEY, AccessUnit((b"\x41",), 0.0, False)), 1.0, "grow"),
        ((KEY,), 0.0, "ends after"),
    ],
)
def test_media_that_no_camera_could_send_is_refused(
    units: tuple[AccessUnit, ...], duration: float, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        Media("h264", MEDIA.parameter_sets, units, duration, 10.0)


def test_requests_are_parsed() -> None:
    request = parse_request(
        b"SETUP rtsp://h:1/gate/track1?fault=die&at=2/x RTSP/1.0\r\nCSeq: 3\r\nContent-Length: 7"
    )
    assert (request.method, request.name, request.content_length) == ("SETUP", "gate", 7)
    assert request.query == {"fault": "die", "at": "2"}
    assert request.headers["cseq"] == "3"


@pytest.mark.parametrize("head", [b"", b"GET / HTTP/1.1", b"nonsense", b"\xff\xfe x y z"])
def test_what_is_no_rtsp_is_refused(head: bytes) -> None:
    with pytest.raises(ValueError, match=r"RTSP|unpack"):
        parse_request(head)


def test_responses_repeat_the_sequence_number() -> None:
    request = parse_request(b"DESCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: 9")
    text = response(request, 200, {"Session": "x"}, body="v=0\r\n").decode()
    assert text.startswith("RTSP/1.0 200 OK\r\nCSeq: 9\r\nSession: x\r\n")
    assert text.endswith("Content-Length: 5\r\n\r\nv=0\r\n")


def test_descriptions_hold_the_parameter_sets() -> None:
    sdp = description(MEDIA, "127.0.0.1")
    sets = ",".join(base64.b64encode(unit).decode() for unit in MEDIA.parameter_sets)
    assert f"profile-level-id=42001f;sprop-parameter-sets={sets}" in sdp
    hevc = Media("hevc", HEVC_SETS, (AccessUnit((b"\x26\x01",), 0.0, True),), 0.1, 10.0)
    assert "H265/90000" in description(hevc, "h")
    for name, unit in zip(("vps", "sps", "pps"), HEVC_SETS, strict=True):
        assert f"sprop-{name}={base64.b64encode(unit).decode()}" in description(hevc, "h")
    assert "m=video" not in audio_description("h")


def test_only_tcp_is_offered() -> None:
    assert interleaved_channels("RTP/AVP/TCP;unicast;interleaved=4-5") == (4, 5)
    assert interleaved_channels("RTP/AVP/TCP;unicast") == (0, 1)
    assert interleaved_channels("RTP/AVP;unicast;client_port=5000-5001") is None


def authorized(value: str) -> bool:
    head = f"DESCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\nAuthorization: {value}"
    return LOGIN.allows(parse_request(head.encode()))


LOGIN = Login("admin", "p:w")


def digest(username: str, password: str, nonce: str, method: str = "DESCRIBE") -> str:
    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    answer = md5(f"{md5(f'{username}:{REALM}:{password}')}:{nonce}:{md5(f'{method}:rtsp://h/a')}")
    return (
        f'Digest username="{username}", realm="{REALM}", nonce="{nonce}", '
        f'uri="rtsp://h/a", response="{answer}"'
    )


def test_logins_are_checked() -> None:
    nonce = LOGIN.challenges[0].rpartition('nonce="')[2].rstrip('"')
    assert authorized("Basic " + base64.b64encode(b"admin:p:w").decode())
    assert not authorized("Basic " + base64.b64encode(b"admin:wrong").decode())
    assert authorized(digest("admin", "p:w", nonce))
    assert not authorized(digest("admin", "wrong", nonce))
    assert not authorized(digest("other", "p:w", nonce))
    assert not authorized(digest("admin", "p:w", "another nonce"))
    assert not authorized(digest("admin", "p:w", nonce, method="PLAY"))
    assert not authorized("")
    assert not authorized("Digest")


def test_faults_are_read_from_the_query() -> None:
    assert Fault.parse({}) == Fault(FaultKind.NONE)
    fault = Fault.parse({"fault": "stall", "at": "1.5", "for": "3"})
    assert (fault.kind, fault.at, fault.lasts) == (FaultKind.STALL, 1.5, 3.0)
    assert Fault.parse({"fault": "slow", "x": "0.25"}).speed == 0.25
    assert Fault.parse({"fault": "die", "x": "0.25"}).speed == 1.0
    for query in ({"fault": "nonsense"}, {"at": "soon"}, {"p": "2"}, {"x": "0"}):
        with pytest.raises(ValueError, match=r"nonsense|soon|between"):
            Fault.parse(query)


def test_packets_are_lost_or_damaged_at_the_asked_rate() -> None:
    packets = [bytes(100)] * 2000
    rng = random.Random(1)  # noqa: S311 - the same in every run
    assert Fault().spoil(packets, rng) == packets
    lost = Fault(FaultKind.LOSS, p=0.25).spoil(packets, rng)
    assert 1400 < len(lost) < 1600
    damaged = Fault(FaultKind.CORRUPT, p=0.25).spoil(packets, rng)
    assert len(damaged) == 2000
    assert 400 < sum(packet != bytes(100) for packet in damaged) < 600
    assert all(packet[:16] == bytes(16) for packet in damaged)
