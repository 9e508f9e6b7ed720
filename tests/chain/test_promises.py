"""A clip is promised, then attached or lost; no promise stays open, whenever the worker dies."""

from __future__ import annotations

from pathlib import Path

from store import incidents
from tests.chain.rig import Rig
from tests.chain.street import film, parks

PARKING = {"illegal_parking": {"dwell_s": 5.0}}


def _clip(rig: Rig) -> tuple[str, str]:
    (incident,) = incidents.list_incidents(rig.database).incidents
    (clip,) = (ref for ref in incident.evidence if ref.role == "clip")
    return clip.state, clip.why


def test_a_promise_of_which_nothing_is_left_is_told_lost_by_the_next_worker(
    tmp_path: Path,
) -> None:
    rig = Rig(tmp_path)
    rig.want("street", film(14, parks(arrives=2)), PARKING)
    worker = rig.worker()
    worker.clips.begin = lambda alert: None  # type: ignore[method-assign]
    rig.worker = lambda *_: worker  # type: ignore[method-assign]
    with rig.played():
        pass
    assert _clip(rig)[0] == "pending"
    del rig.worker
    rig.films["street"] = film(1, parks(arrives=0))
    with rig.played(begun=1_790_000_100.0):
        pass
    state, why = _clip(rig)
    assert state == "lost"
    assert why
    assert incidents.pending_evidence(rig.database) == []
