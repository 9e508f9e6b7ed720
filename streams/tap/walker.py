"""Walks interleaved RTP by length and copies out key pictures only. Pure; the hot loop."""

from __future__ import annotations

from dataclasses import dataclass, field

from streams.nal import START, Codec, is_parameter_set, to_annexb
from streams.tap.units import (
    AGGREGATE,
    FOREIGN,
    FRAGMENT,
    HEADER,
    KEY,
    PLAIN,
    aggregated,
    begins_picture,
    fragment_header,
    fragment_kinds,
    is_slice_kind,
    payload_kinds,
    set_id,
)

DOLLAR = 0x24
FRAME_HEAD = 4
LONG_ENOUGH = FRAME_HEAD + 12 + 3
"""Bytes of a frame after which it is known what is in it, where the RTP header is the plain one."""
MOST_BYTES = 16 * 1024 * 1024
"""No key picture is larger; what is has no end that could be recognised."""


@dataclass(slots=True)
class KeyPicture:
    """A key access unit: `data` with start codes, parameter sets first; `timestamp` as in RTP."""

    timestamp: int
    data: bytes
    parameters: bytes
    damaged: bool


@dataclass(slots=True)
class _Unit:
    """The access unit that is being collected."""

    timestamp: int
    stamp: bytes
    """The timestamp as it stands in the packets."""
    pieces: list[bytes] = field(default_factory=list)
    size: int = 0
    damaged: bool = False
    fragmented: bool = False
    """A fragmented unit was begun and not ended."""


class KeyWalker:
    """Reads one video's frames of one connection; everything else is passed over.

    `keys` are the key pictures found since somebody emptied it, `begun` the offsets at which their
    first slices stood, each with its timestamp: what lies before belongs to the GOP before.
    """

    def __init__(
        self, codec: Codec, channels: tuple[int, int], parameter_sets: tuple[bytes, ...] = ()
    ) -> None:
        self.codec: Codec = codec
        self.channels = channels
        self.keys: list[KeyPicture] = []
        self.begun: list[tuple[int, int]] = []
        self.packets = 0
        self.lost = 0
        self.rtcp = 0
        self.foreign = 0
        """Packets of a kind that cannot be read, the sign of another packetisation."""
        self._kinds = payload_kinds(codec)
        self._fragments = fragment_kinds(codec)
        self._size = HEADER[codec]
        self._sets = {set_id(codec, unit): unit for unit in parameter_sets}
        self._parameters = self._joined()
        self._unit: _Unit | None = None
        self._sequence = -1
        self._closed_at = -1
        self._marker_lies = False

    @property
    def parameters(self) -> bytes:
        """The newest parameter sets, as a byte stream."""
        return self._parameters

    def walk(self, data: bytearray, at: int, end: int) -> int:
        """Read frames from `data[at:end]`; return where reading stopped.

        That is beyond `end` where a frame is not wanted and not complete (the rest is to be passed
        over), at a frame that must be complete first, or at a byte that begins no frame.
        """
        video, kinds, fragments, size = self.channels[0], self._kinds, self._fragments, self._size
        view = memoryview(data)
        while end - at >= FRAME_HEAD and data[at] == DOLLAR:
            length = data[at + 2] << 8 | data[at + 3]
            following = at + FRAME_HEAD + length
            if data[at + 1] != video:
                self.rtcp += data[at + 1] == self.channels[1]
                at = following
                continue
            if end - at < LONG_ENOUGH and following > end:
                break
            if length > 12 + size and data[at + 4] == 0x80:
                start, stop = at + 16, following
            elif following > end:
                break
            else:
                start, stop = payload_span(data, at + FRAME_HEAD, following)
                if stop - start <= size:
                    self._sequence_of(data, at)
                    at = following
                    continue
            kind = kinds[data[start]]
            if kind == FRAGMENT:
                kind = FRAGMENT if fragments[data[start + size]] == KEY else PLAIN
            if kind != PLAIN and following > end:
                break
            number = data[at + 6] << 8 | data[at + 7]
            if number != self._sequence:
                self._gap(number)
            self._sequence = number + 1 & 0xFFFF
            self.packets += 1
            unit = self._unit
            if (
                unit is not None
                and unit.fragmented
                and kind == FRAGMENT
                and not data[start + size] & 0xC0
                and not data[at + 5] & 0x80
                and data[at + 8 : at + 12] == unit.stamp
                and unit.size < MOST_BYTES
            ):
                # nearly all packets of a key picture: the middle of a fragmented slice
                unit.pieces.append(bytes(view[start + size + 1 : stop]))
                unit.size += stop - start
            elif kind != PLAIN or unit is not None:
                self._take(kind, data, at, bytes(view[start:stop]) if kind != PLAIN else b"")
            at = following
        return at

    def _sequence_of(self, data: bytearray, at: int) -> None:
        """Count a packet without a payload that matters."""
        if _is_rtp(data, at):
            number = data[at + 6] << 8 | data[at + 7]
            if number != self._sequence:
                self._gap(number)
            self._sequence = number + 1 & 0xFFFF
            self.packets += 1

    def _gap(self, number: int) -> None:
        if self._sequence >= 0:
            missing = number - self._sequence & 0xFFFF
            # what goes far ahead or back is a camera that counts anew
            self.lost += missing if missing < 0x8000 else 0
            if self._unit is not None:
                self._unit.damaged = True

    def _take(self, kind: int, data: bytearray, at: int, payload: bytes) -> None:
        """Take a packet while a key picture is open, or one that belongs to such."""
        timestamp = int.from_bytes(data[at + 8 : at + 12], "big")
        if self._unit is not None and self._unit.timestamp != timestamp:
            self._close()
        if kind == FOREIGN:
            self.foreign += 1
        elif kind == AGGREGATE:
            for unit in aggregated(self.codec, payload):
                if self._kinds[unit[0]] == KEY:
                    self._whole(unit, timestamp, at)
        elif kind == KEY:
            self._whole(payload, timestamp, at)
        elif kind == FRAGMENT:
            self._fragment(payload, timestamp, at)
        if data[at + 5] & 0x80 and self._unit is not None and not self._marker_lies:
            self._close()

    def _whole(self, unit: bytes, timestamp: int, at: int) -> None:
        if is_parameter_set(self.codec, unit):
            self._set(unit)
            return
        open_unit = self._opened(timestamp, at, begins_picture(self.codec, unit))
        open_unit.damaged |= open_unit.fragmented
        _append(open_unit, START, unit)

    def _fragment(self, payload: bytes, timestamp: int, at: int) -> None:
        head, body = payload[self._size], payload[self._size + 1 :]
        begins = bool(head & 0x80)
        if not is_slice_kind(self.codec, fragment_unit_kind(self.codec, head)):
            # parameter sets larger than a packet do not exist in practice
            self.foreign += begins
            return
        first = begins and bool(body[:1] and body[0] & 0x80)
        unit = self._opened(timestamp, at, first)
        if begins:
            unit.damaged |= unit.fragmented
            _append(unit, START, fragment_header(self.codec, payload))
        elif not unit.fragmented:
            unit.damaged = True
        _append(unit, body)
        unit.fragmented = not head & 0x40

    def _opened(self, timestamp: int, at: int, first: bool) -> _Unit:
        """Return the open access unit; a new one is whole only if it begins with its beginning."""
        unit = self._unit
        if unit is None:
            unit = self._unit = _Unit(timestamp, timestamp.to_bytes(4, "big"))
            unit.damaged = not first
            if timestamp == self._closed_at and not first:
                # this camera marks every slice: its pictures end where the time changes
                self._marker_lies = True
            else:
                self.begun.append((at, timestamp))
        return unit

    def _close(self) -> None:
        unit, self._unit = self._unit, None
        if unit is None:
            return
        self._closed_at = unit.timestamp
        damaged = unit.damaged or unit.fragmented or not self._parameters
        data = self._parameters + b"".join(unit.pieces)
        self.keys.append(KeyPicture(unit.timestamp, data, self._parameters, damaged))

    def _set(self, unit: bytes) -> None:
        key = set_id(self.codec, unit)
        if self._sets.get(key) != unit:
            self._sets[key] = unit
            self._parameters = self._joined()

    def _joined(self) -> bytes:
        return to_annexb([self._sets[key] for key in sorted(self._sets)])


def _append(unit: _Unit, *pieces: bytes) -> None:
    unit.size += sum(map(len, pieces))
    if unit.size > MOST_BYTES:
        unit.pieces.clear()
        unit.damaged = True
    else:
        unit.pieces += pieces


def fragment_unit_kind(codec: Codec, head: int) -> int:
    """Return the type of the unit that a fragment is part of, from the fragment's own header."""
    return head & 31 if codec == "h264" else head & 63


def _is_rtp(data: bytearray, at: int) -> bool:
    length = data[at + 2] << 8 | data[at + 3]
    return length >= 12 and data[at + 4] >> 6 == 2


def payload_span(data: bytearray | bytes, start: int, stop: int) -> tuple[int, int]:
    """Return where the payload of an RTP packet lies; nothing where it is no RTP (RFC 3550 5.1)."""
    if stop - start < 12 or data[start] >> 6 != 2:
        return start, start
    at = start + 12 + 4 * (data[start] & 15)
    if data[start] & 0x10:
        if at + 4 > stop:
            return start, start
        at += 4 + 4 * (data[at + 2] << 8 | data[at + 3])
    if data[start] & 0x20:
        stop -= data[stop - 1]
    return (at, stop) if at < stop else (start, start)
