"""`posture` with `track` and `episodes`: falls, and what only looks like one."""

from __future__ import annotations

from collections.abc import Iterable
from math import pi

import msgspec
import numpy as np
import pytest

from rules.composition import Composition, parameter_model
from rules.observation import Finding, Object, Observation, View
from rules.primitives.episodes import Episodes
from rules.primitives.posture import Posture
from rules.primitives.track import Tracker
from rules.zones import Zone, Zones
from tests.rules.people import BEND, SIT, SQUAT, STAND, START, Camera, Joints, Move, filmed, lying
from tests.rules.street import Nothing, told

CHAIN = {"nothing": Nothing, "track": Tracker, "posture": Posture, "episodes": Episodes}
DWELL_S = 5.0
STANDS: list[Move] = [(3.0, STAND, "hold")]


def falling(zones: Zones | None = None, **values: float) -> Composition:
    model = parameter_model("fall", list(CHAIN.values()), {})
    chosen = model(**{"dwell_s": DWELL_S, "confirm_s": 2.0, "absence_s": 4.0, **values})
    return Composition(list(CHAIN.values()), list(CHAIN), chosen, zones or Zones())


def falls(pictures: Iterable[Observation], restart: bool = False) -> list[Finding]:
    return [f for f in told(falling(), pictures, restart) if f.change == "opened"]


def fall(to: Joints, takes: float = 0.9) -> list[Move]:
    return [*STANDS, (takes, to, "fall"), (9.0, to, "hold")]


SIDEWAYS = (pi / 2, -pi / 2, pi / 3, -2 * pi / 3)
"""Headings from which a body that falls forward is seen from the side."""


@pytest.mark.parametrize("period", [0.1, 0.2, 0.33])
@pytest.mark.parametrize("heading", SIDEWAYS)
def test_a_fall_is_told_once_and_in_time(period: float, heading: float) -> None:
    (found,) = falls(filmed(fall(lying()), heading=heading, period=period))
    down = START + 3.9
    assert down - 0.7 <= found.since <= down + 1.0
    assert down + DWELL_S - 0.7 <= found.at <= down + DWELL_S + 2.0


@pytest.mark.parametrize("camera", [Camera(2.5, 12, 5), Camera(3, 20, 7), Camera(6, 30, 11)])
@pytest.mark.parametrize(
    "to", [lying(), lying(pi), lying(0.3, curl=1.0)], ids=["fore", "back", "curl"]
)
def test_falls_from_other_cameras(camera: Camera, to: Joints) -> None:
    assert len(falls(filmed(fall(to), camera))) == 1


def test_a_fall_from_a_chair() -> None:
    moves: list[Move] = [
        (4.0, SIT, "hold"),
        (1.2, lying(curl=1.0), "fall"),
        (9.0, lying(curl=1.0), "hold"),
    ]
    assert len(falls(filmed(moves))) == 1


@pytest.mark.parametrize("to", [SIT, SQUAT, BEND], ids=["sit", "squat", "bend"])
@pytest.mark.parametrize("heading", [k * pi / 4 + 0.2 for k in range(8)])
def test_other_postures_are_no_fall(to: Joints, heading: float) -> None:
    moves = [*STANDS, (0.9, to, "ease"), (10.0, to, "hold")]
    assert falls(filmed(moves, heading=heading)) == []


def test_lying_down_on_a_sofa_is_no_fall() -> None:
    """Seen from the front: the sofa stands behind where the feet were."""
    onto = lying(pi / 2, up=0.55) - np.array([0.5, 0.8, 0.0])
    moves: list[Move] = [
        *STANDS,
        (1.2, SIT, "ease"),
        (2.0, SIT, "hold"),
        (2.0, onto, "ease"),
        (9.0, onto, "hold"),
    ]
    assert falls(filmed(moves, heading=pi)) == []


def test_lying_down_slowly_is_no_fall() -> None:
    moves: list[Move] = [
        *STANDS,
        (1.5, SQUAT, "ease"),
        (1.5, SQUAT, "hold"),
        (3.0, lying(), "ease"),
        (9.0, lying(), "hold"),
    ]
    assert falls(filmed(moves)) == []


def test_who_lies_from_the_first_picture_has_not_fallen() -> None:
    assert falls(filmed([(15.0, lying(), "hold")])) == []


def test_who_gets_up_is_no_event() -> None:
    moves: list[Move] = [
        *fall(lying())[:-1],
        (2.0, lying(), "hold"),
        (1.5, SQUAT, "ease"),
        (8.0, STAND, "ease"),
    ]
    assert falls(filmed(moves)) == []


def test_getting_up_afterwards_clears_it() -> None:
    moves: list[Move] = [*fall(lying()), (1.5, SQUAT, "ease"), (10.0, STAND, "ease")]
    changes = [f.change for f in told(falling(), filmed(moves))]
    assert changes == ["candidate", "opened", "cleared"]


def test_a_fallen_person_is_followed_by_weak_detections() -> None:
    (found,) = falls(filmed(fall(lying()), lying_score=0.18))
    assert found.score < 0.4


def test_a_fall_that_the_detector_lost_is_found_again_by_place() -> None:
    """The fall itself is not detected, and the lying person gets a new id."""
    pictures = filmed(fall(lying()))
    torn = [
        msgspec.structs.replace(p, objects=()) if 3.1 < p.at - START < 5.5 else p for p in pictures
    ]
    assert len(falls(torn)) == 1


def test_a_fallen_person_who_is_not_detected_any_more_is_not_gone() -> None:
    found = told(falling(), filmed([*fall(lying()), (15.0, lying(), "hold")], missed_after=10.0))
    assert [f.change for f in found] == ["candidate", "opened"]


def test_a_helper_beside_a_fallen_person_ends_nothing() -> None:
    helper = filmed([(20.0, STAND, "hold")], Camera(away=10.5), seed=5)
    both = [
        msgspec.structs.replace(
            p, objects=(*p.objects, *h.objects) if h.at - START > 5 else p.objects
        )
        for p, h in zip(filmed([*fall(lying()), (7.0, lying(), "hold")]), helper, strict=False)
    ]
    assert [f.change for f in told(falling(), both)] == ["candidate", "opened"]


def test_far_away_people_are_not_judged() -> None:
    assert falls(filmed(fall(lying()), Camera(6, 8, 45))) == []


def test_only_in_the_zone() -> None:
    corner = Zones((Zone(points=((0.0, 0.0), (0.2, 0.0), (0.2, 0.2), (0.0, 0.2))),))
    found = told(falling(corner), filmed(fall(lying())))
    assert found == []


def test_a_box_cut_by_the_border_says_nothing() -> None:
    """Someone comes in at the bottom: first only head and shoulders, wider than high."""
    person = filmed([(12.0, STAND, "hold")])
    sliced = []
    for k, picture in enumerate(person):
        (x1, _, x2, _) = picture.objects[0].box
        box = (x1 - 0.05, 0.95 - min(0.5, 0.02 * k), x2 + 0.05, 1.0)
        sliced.append(msgspec.structs.replace(picture, objects=(Object("person", 0.8, box),)))
    assert falls(sliced) == []


def test_a_restart_in_the_dwell_changes_nothing() -> None:
    pictures = filmed(fall(lying()))
    assert falls(pictures, restart=True) == falls(pictures)


def test_nothing_is_judged_while_the_view_is_at_fault() -> None:
    moving = [msgspec.structs.replace(p, view=View(fault="moved")) for p in filmed(fall(lying()))]
    assert told(falling(), moving) == []
