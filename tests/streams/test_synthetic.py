"""The synthetic camera asks the sampler as a real one does."""

from __future__ import annotations

import numpy as np
import pytest

from streams.picture import Opened, Packet, Picture
from streams.sampler import Sampler
from streams.source import Attempt, Reason, SourceError
from streams.synthetic import SyntheticSource, failing, moving_rectangle


def test_it_yields_every_packet_and_the_wanted_pictures() -> None:
    items = list(SyntheticSource(moving_rectangle(10.0)).run(Attempt(""), Sampler([1.0])))
    assert isinstance(items[0], Opened)
    assert sum(isinstance(item, Packet) for item in items) == 100
    assert sum(isinstance(item, Picture) for item in items) == 10


def test_the_rectangle_moves() -> None:
    pictures = [item for item in moving_rectangle(2.0) if isinstance(item, Picture)]
    centres = [float(np.argwhere(p.pixels[:, :, 0] == 255)[:, 1].mean()) for p in pictures]
    assert centres == sorted(centres)
    assert centres[0] < centres[-1]
    assert pictures[0].pixels.shape == (48, 64, 3)


def test_each_attempt_has_its_own_script_and_the_last_stays() -> None:
    source = SyntheticSource(failing(SourceError(Reason.STALLED)), moving_rectangle(1.0))
    with pytest.raises(SourceError, match="stalled"):
        list(source.run(Attempt(""), Sampler([])))
    for _ in range(2):
        assert len(list(source.run(Attempt(""), Sampler([])))) == 11


def test_a_source_without_sessions_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        SyntheticSource()
