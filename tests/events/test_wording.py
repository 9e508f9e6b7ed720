"""The readable line: what a person needs, and no error on data of another version."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from events import payload
from events.bus import Event
from events.payload import CameraPlace, CameraStateData, CoverageData, Evidence, utc
from events.wording import line
from tests.events.samples import HASH, T0, event, incident


def made(type: str, data: dict[str, object]) -> Event:
    return Event(1, "a", type, "s", "", payload.rfc3339(T0), data)


def test_an_incident() -> None:
    text = line(event())
    for word in ("incident.opened", "cam-1", "litter", "normal", "pending_review", "here"):
        assert word in text
    assert f"wide {HASH[:12]}" in text
    assert "clip pending" in text
    assert "incident inc-1" in text
    assert "\n" not in text


def test_lost_evidence_says_why() -> None:
    lost = incident(evidence=(Evidence("clip", "lost", why="disk full"),))
    assert "clip lost (disk full)" in line(made(payload.EVIDENCE, payload.incident_data(lost)))


def test_a_camera_and_its_coverage() -> None:
    camera = CameraPlace(id="cam-1")
    state = CameraStateData(camera=camera, state="refused", since=utc(T0), why="wrong password")
    text = line(made(payload.CAMERA_STATE, payload.event_data(state)))
    assert "camera.state" in text
    assert text.endswith("cam-1  refused  wrong password")
    blind = CoverageData(
        camera=camera, algorithm="fall", watching=False, since=utc(T0), because="stalled"
    )
    assert line(made(payload.COVERAGE, payload.event_data(blind))).endswith(
        "cam-1  fall  blind  stalled"
    )


@given(
    st.sampled_from([*payload.TYPES, "something.else"]),
    st.dictionaries(
        st.sampled_from(["camera", "kind", "evidence", "until", "state", "severity"]),
        st.none() | st.text() | st.integers() | st.lists(st.dictionaries(st.text(), st.text())),
    ),
)
def test_any_data_makes_a_line(type: str, data: dict[str, object]) -> None:
    assert type.removeprefix(payload.PREFIX).removesuffix(".v1") in line(made(type, data))
