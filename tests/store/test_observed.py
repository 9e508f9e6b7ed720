"""Silence is never mistaken for 'all clear': intervals, heartbeats, coverage."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from events import payload
from store import desired, observed
from store.log import DatabaseLog
from store.observed import (
    AWAY,
    Applied,
    Blind,
    CameraState,
    Ended,
    Heartbeat,
    Rate,
    Watching,
)
from tests.store.samples import camera

PAIR = ("gate-1", "litter")


def spans(engine: Engine) -> list[tuple[str, float, float | None]]:
    found = observed.intervals(engine, *PAIR)
    return [("watching" if i.watching else i.because, i.start, i.end) for i in found]


def test_intervals_follow_each_other_without_a_gap(engine: Engine) -> None:
    observed.blind(engine, *PAIR, "connecting", 10.0)
    observed.watching(engine, *PAIR, 12.0)
    observed.watching(engine, *PAIR, 15.0)
    observed.blind(engine, *PAIR, "no key frame", 20.0)
    observed.blind(engine, *PAIR, "refused", 25.0)
    observed.ended(engine, *PAIR, 30.0)
    assert spans(engine) == [
        ("connecting", 10.0, 12.0),
        ("watching", 12.0, 20.0),
        ("no key frame", 20.0, 25.0),
        ("refused", 25.0, 30.0),
    ]


def test_each_change_is_logged_for_our_own_eyes(engine: Engine) -> None:
    desired.put_camera(engine, camera(name="Gate"), "op")
    observed.watching(engine, *PAIR, 12.0)
    observed.watching(engine, *PAIR, 15.0)
    observed.ended(engine, *PAIR, 30.0)
    observed.set_camera_state(engine, "gate-1", "stalled", "nothing for 20 s", 40.0)
    observed.set_camera_state(engine, "gate-1", "stalled", "nothing for 30 s", 40.0)

    events = DatabaseLog(engine).after(0, 10)
    assert [e.type for e in events] == [
        payload.COVERAGE,
        payload.COVERAGE,
        payload.CAMERA_STATE,
    ]
    assert not any(event.city for event in events)
    assert events[1].data["until"] == "1970-01-01T00:00:30Z"
    assert events[2].data["why"] == "nothing for 20 s"
    assert observed.camera_states(engine)["gate-1"].detail == "nothing for 30 s"


def test_a_crash_ends_watching_at_the_last_heartbeat(engine: Engine) -> None:
    observed.watching(engine, *PAIR, 10.0)
    observed.blind(engine, "gate-2", "fall", "refused", 10.0)
    observed.heartbeat(engine, [PAIR, ("gate-2", "fall"), ("gone", "fall")], 20.0)
    assert observed.close_stale(engine, 50.0) == 1
    assert spans(engine) == [("watching", 10.0, 20.0), (AWAY, 20.0, None)]
    observed.watching(engine, *PAIR, 53.0)
    assert spans(engine)[1:] == [(AWAY, 20.0, 53.0), ("watching", 53.0, None)]
    (other,) = observed.intervals(engine, "gate-2", "fall")
    assert (other.because, other.end) == ("refused", None)


def test_a_worker_closes_its_own_cameras_only(engine: Engine) -> None:
    observed.watching(engine, *PAIR, 10.0)
    assert observed.close_stale(engine, 50.0, cameras={"gate-2"}) == 0
    assert spans(engine) == [("watching", 10.0, None)]


def test_coverage_counts_what_was_really_watched(engine: Engine) -> None:
    observed.watching(engine, *PAIR, 10.0)
    observed.blind(engine, *PAIR, "stalled", 20.0)
    observed.watching(engine, *PAIR, 30.0)
    observed.heartbeat(engine, [PAIR], 35.0)
    assert observed.coverage(engine, *PAIR, 0.0, 40.0) == pytest.approx(15 / 40)
    assert observed.coverage(engine, *PAIR, 12.0, 18.0) == 1.0
    assert observed.coverage(engine, "gate-1", "fall", 0.0, 40.0) == 0.0
    with pytest.raises(ValueError, match="ends after"):
        observed.coverage(engine, *PAIR, 5.0, 5.0)


def test_a_clock_that_steps_back_makes_no_negative_interval(engine: Engine) -> None:
    observed.watching(engine, *PAIR, 10.0)
    observed.heartbeat(engine, [PAIR], 9.0)
    observed.blind(engine, *PAIR, "stalled", 8.0)
    assert spans(engine) == [("watching", 10.0, 10.0), ("stalled", 10.0, None)]


def test_a_beat_is_one_transaction(engine: Engine) -> None:
    observed.write(
        engine,
        [
            CameraState("gate-1", "live", "", 5.0),
            Applied("gate-1", 7),
            Rate("gate-1", "tap", "", 0.5, None, None, 5.0),
            Rate("gate-1", "tap", "", 0.5, 0.4, 0.1, 25.0),
            Watching("gate-1", "litter", 5.0),
            Blind("gate-1", "fall", "no pose model", 5.0),
            Heartbeat((PAIR,), 6.0),
        ],
    )
    assert observed.applied(engine) == {"gate-1": 7}
    assert observed.rates(engine) == {"gate-1": Rate("gate-1", "tap", "", 0.5, 0.4, 0.1, 25.0)}
    assert observed.intervals(engine, *PAIR)[0].seen_at == 6.0
    with pytest.raises(TypeError):
        observed.write(engine, [Applied("gate-1", 8), "nonsense"])  # type: ignore[list-item]
    assert observed.applied(engine) == {"gate-1": 7}
    observed.set_applied(engine, "gate-1", 9)
    assert observed.applied(engine) == {"gate-1": 9}


def test_a_city_is_written_like_a_camera(engine: Engine) -> None:
    """Beyond a few hundred cameras other statements are used; they must say the same."""
    pairs = [(f"c{n:03}", "fall") for n in range(300)]
    gone = ("away", "fall")
    observed.write(engine, [Watching(*pair, 10.0) for pair in (*pairs, gone)])
    observed.write(engine, [Heartbeat(tuple(pairs), 20.0)])
    blind = [Blind(*pair, "stalled", 25.0) for pair in pairs[:250]]
    observed.write(engine, [*blind, Heartbeat(tuple(pairs), 30.0), Ended(*pairs[299], 31.0)])
    assert [i.seen_at for i in observed.intervals(engine, *gone)] == [10.0]
    first = observed.intervals(engine, *pairs[0])
    assert [(i.start, i.end, i.seen_at) for i in first] == [(10.0, 25.0, 20.0), (25.0, None, 30.0)]
    kept = observed.intervals(engine, *pairs[298])
    assert [(i.start, i.end, i.seen_at) for i in kept] == [(10.0, None, 30.0)]
    last = observed.intervals(engine, *pairs[299])
    assert [(i.start, i.end, i.seen_at) for i in last] == [(10.0, 31.0, 30.0)]
    assert len(DatabaseLog(engine).after(0, 1000)) == 301 + 250 + 1
    assert observed.close_stale(engine, 50.0) == 50
    assert observed.intervals(engine, *gone)[-1].start == 10.0
