"""Session descriptions (RFC 4566): which of the media is the video, and how it is packed. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from streams.nal import Codec
from streams.source import Reason, SourceError
from streams.tap import Unsuited, Why
from streams.tap.unfit import UnfitError

CLOCK_RATE = 90_000
_CODECS: Mapping[str, Codec] = {"H264": "h264", "H265": "hevc", "HEVC": "hevc"}
_SETS = {
    "h264": ("sprop-parameter-sets",),
    "hevc": ("sprop-vps", "sprop-sps", "sprop-pps"),
}


@dataclass(frozen=True, slots=True)
class Video:
    """The video to set up. URLs are for requests; `control` is the media's, `aggregate` all's.

    `parameter_sets` are the SPS, PPS (and VPS) that the description holds, which may be none.
    """

    codec: Codec
    control: str
    aggregate: str
    parameter_sets: tuple[bytes, ...]
    rate: float
    clock_rate: int = CLOCK_RATE


def read_description(text: str, base: str) -> Video:
    """Return the first video that can be tapped; `base` is what relative controls build upon.

    Raises:
        SourceError: NOT_VIDEO, there is no video in it.
        UnfitError: there is, but not for the tap.
    """
    head, *media = _sections(text)
    whole = _attribute(head, "control") or "*"
    aggregate = _joined(base, whole)
    # relative controls of the media are relative to an absolute one of the session only
    directory = aggregate if urlsplit(whole).scheme else base
    videos = [lines for lines in media if lines[0].split(" ")[0].lower() == "m=video"]
    if not videos:
        raise SourceError(Reason.NOT_VIDEO, "there is no video among its media")
    for lines in videos:
        codec = _codec(lines)
        if codec is None:
            continue
        parameters = _fmtp(lines)
        _check(codec, parameters)
        control = _joined(directory, _attribute(lines, "control") or "*")
        rate = _rate(_attribute(lines, "framerate"))
        return Video(codec, control, aggregate, _sets(codec, parameters), rate, _clock(lines))
    raise UnfitError(Unsuited(Why.CODEC, "no H.264 or H.265 among its media"))


def _sections(text: str) -> list[list[str]]:
    sections: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.lower().startswith("m="):
            sections.append([])
        sections[-1].append(line.strip())
    return sections


def _attribute(lines: list[str], name: str) -> str:
    prefix = f"a={name}:"
    found = (line[len(prefix) :].strip() for line in lines if line.lower().startswith(prefix))
    return next(found, "")


def _rtpmap(lines: list[str]) -> tuple[str, int]:
    """Return the name and clock rate of the first payload type; static ones have no name here."""
    kinds = lines[0].split(" ")[3:]
    for line in lines:
        found = re.match(r"a=rtpmap:\s*(\d+)\s+([\w.-]+)/(\d+)", line, re.IGNORECASE)
        if found and (not kinds or found[1] == kinds[0]):
            return found[2].upper(), int(found[3][:9])
    return "", CLOCK_RATE


def _codec(lines: list[str]) -> Codec | None:
    return _CODECS.get(_rtpmap(lines)[0])


def _clock(lines: list[str]) -> int:
    return _rtpmap(lines)[1] or CLOCK_RATE


def _fmtp(lines: list[str]) -> dict[str, str]:
    _, _, text = _attribute(lines, "fmtp").partition(" ")
    pairs = (pair.partition("=") for pair in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}


def _check(codec: Codec, parameters: Mapping[str, str]) -> None:
    if codec == "h264" and parameters.get("packetization-mode") == "2":
        raise UnfitError(Unsuited(Why.PACKETISATION, "interleaved units (mode 2)"))
    if codec == "hevc" and parameters.get("sprop-max-don-diff", "0") not in ("", "0"):
        raise UnfitError(Unsuited(Why.PACKETISATION, "units carry decoding order numbers"))


def _sets(codec: Codec, parameters: Mapping[str, str]) -> tuple[bytes, ...]:
    found = []
    for name in _SETS[codec]:
        for text in parameters.get(name, "").split(","):
            try:
                unit = base64.b64decode(text + "=" * (-len(text) % 4))
            except (binascii.Error, ValueError):
                continue
            if unit:
                found.append(unit)
    return tuple(found)


def _rate(text: str) -> float:
    return float(text[:12]) if re.fullmatch(r"\d+(\.\d*)?", text) else 0.0


def _joined(base: str, control: str) -> str:
    """Join as cameras mean it, which is not as RFC 3986 says: put the control behind the base."""
    if control == "*":
        return base
    if urlsplit(control).scheme.lower() in ("rtsp", "rtsps", "rtspu"):
        return control
    return f"{base.rstrip('/')}/{control.lstrip('/')}"
