"""What a rule says is kept in the form that is stored and sent: both forms are the same."""

from __future__ import annotations

import msgspec
import pytest

from events import trace as kept
from rules import observation as said


@pytest.mark.parametrize("name", ["Measure", "Series", "Sample", "Trace"])
def test_a_trace_has_the_same_form_on_both_sides(name: str) -> None:
    theirs, ours = getattr(said, name), getattr(kept, name)
    assert theirs.__struct_fields__ == ours.__struct_fields__
    assert theirs.__struct_defaults__ == ours.__struct_defaults__


def test_a_trace_survives_the_spool() -> None:
    series = (said.Series("presence", 0.5), said.Series("apart", 2.0, above=False))
    samples = (said.Sample(1.0, "held", (1.0, 0.4)), said.Sample(2.0, "hidden", (None,)))
    trace = said.Trace(0.5, 0.25, series, samples, kept_at=1.0)
    made = msgspec.json.decode(msgspec.json.encode(trace), type=kept.Trace)
    assert msgspec.to_builtins(made) == msgspec.to_builtins(trace)
