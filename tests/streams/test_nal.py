"""NAL units: splitting, joining, parameter sets out of MP4 descriptions."""

from __future__ import annotations

from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.nal import (
    Codec,
    Layout,
    is_parameter_set,
    is_random_access,
    kind,
    split_annexb,
    split_length_prefixed,
    to_annexb,
)
from tests.streams.clips import make_clip

# as an encoder writes them: no start code inside, no zero at the end
UNITS = st.lists(
    st.binary(min_size=1, max_size=50).map(lambda b: b.replace(b"\x00", b"\x03") + b"\x80"),
    min_size=1,
    max_size=5,
)


@given(UNITS)
def test_a_byte_stream_is_split_as_it_was_joined(units: list[bytes]) -> None:
    assert split_annexb(to_annexb(units)) == units
    assert split_annexb(b"".join(b"\x00\x00\x01" + unit for unit in units)) == units


@given(UNITS, st.sampled_from([1, 2, 4]))
def test_length_prefixed_units_are_split(units: list[bytes], size: int) -> None:
    data = b"".join(len(unit).to_bytes(size, "big") + unit for unit in units)
    assert split_length_prefixed(data, size) == units


@given(st.binary(max_size=60))
def test_damaged_data_is_split_or_refused(data: bytes) -> None:
    assert all(split_annexb(data))
    if len(data) >= 4 and int.from_bytes(data[:4], "big") > len(data) - 4:
        with pytest.raises(ValueError, match="longer"):
            split_length_prefixed(data, 4)


@pytest.mark.parametrize(
    ("encoder", "codec", "kinds"),
    [("libx264", "h264", [7, 8]), ("libx265", "hevc", [32, 33, 34])],
)
def test_parameter_sets_are_read_from_an_mp4(
    tmp_path: Path, encoder: str, codec: Codec, kinds: list[int]
) -> None:
    path = make_clip(tmp_path / "a.mp4", 20, codec=encoder)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        layout = Layout(codec, stream.codec_context.extradata or b"")
        assert [kind(codec, unit) for unit in layout.parameter_sets] == kinds
        assert layout.length_size == 4
        for packet in container.demux(stream):
            units = layout.split(bytes(packet))
            if units:
                assert any(is_random_access(codec, unit) for unit in units) == packet.is_keyframe
    written = Layout(codec, to_annexb(layout.parameter_sets))
    assert written.parameter_sets == layout.parameter_sets
    assert all(is_parameter_set(codec, unit) for unit in written.parameter_sets)
