"""Places: jitter is one spot, a neighbour is another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.alert import Box
from events.places import SPOTS, same_spot

CAR: Box = (0.40, 0.50, 0.55, 0.70)
kinds = st.sampled_from([*SPOTS, "something new"])


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    """Draw a box with area inside the picture."""
    x, y = draw(st.floats(0, 0.9)), draw(st.floats(0, 0.9))
    w, h = draw(st.floats(0.005, 1 - x)), draw(st.floats(0.005, 1 - y))
    return (x, y, x + w, y + h)


def moved(box: Box, across: float, along: float, grow: float = 1.0) -> Box:
    """Return the box moved by shares of its own size, and scaled about its centre."""
    x1, y1, x2, y2 = box
    w, h = x2 - x1, y2 - y1
    cx, cy = (x1 + x2) / 2 + across * w, (y1 + y2) / 2 + along * h
    return (cx - w * grow / 2, cy - h * grow / 2, cx + w * grow / 2, cy + h * grow / 2)


@given(kinds, boxes(), boxes())
def test_it_does_not_matter_which_box_came_first(kind: str, a: Box, b: Box) -> None:
    assert same_spot(kind, a, b) == same_spot(kind, b, a)


@given(kinds, boxes(), st.floats(-0.08, 0.08), st.floats(-0.08, 0.08), st.floats(0.9, 1.1))
def test_a_jittering_box_stays_in_its_place(
    kind: str, box: Box, across: float, along: float, grow: float
) -> None:
    assert same_spot(kind, box, moved(box, across, along, grow))


@given(kinds, boxes())
def test_a_box_two_sizes_away_is_another_place(kind: str, box: Box) -> None:
    # Below one percent of the picture jitter, not size, sets the scale.
    wide = max(2.0, 0.03 / (box[2] - box[0]))
    assert not same_spot(kind, box, moved(box, wide, 0))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("side by side", moved(CAR, 1.0, 0.0)),
        ("side by side, at an angle", moved(CAR, 0.4, 0.25)),
        ("the next row behind", moved(CAR, 0.05, -0.45, 0.85)),
        ("overlapping by half", moved(CAR, 0.55, 0.05)),
    ],
)
def test_the_neighbouring_bay_is_another_place(name: str, other: Box) -> None:
    assert not same_spot("illegal_parking", CAR, other), name


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("right third hidden", (0.40, 0.50, 0.50, 0.70)),
        ("wheels hidden by a passer-by", (0.40, 0.50, 0.55, 0.62)),
        ("box a quarter larger", moved(CAR, 0.0, 0.0, 1.25)),
        ("box a quarter smaller", moved(CAR, 0.05, -0.05, 0.75)),
    ],
)
def test_a_parked_car_seen_badly_is_the_same_place(name: str, other: Box) -> None:
    assert same_spot("illegal_parking", CAR, other), name


def test_a_car_hidden_by_a_pole_is_no_bicycle_elsewhere_in_its_shadow() -> None:
    bicycle_behind: Box = (0.41, 0.46, 0.45, 0.54)
    assert not same_spot("illegal_parking", CAR, bicycle_behind)


def test_a_person_on_the_ground_may_crawl_and_turn() -> None:
    lying: Box = (0.40, 0.60, 0.52, 0.66)
    assert same_spot("fall", lying, moved(lying, 0.5, 0.3)), "crawled half a length"
    assert same_spot("fall", lying, (0.44, 0.56, 0.48, 0.68)), "turned"
    assert not same_spot("fall", lying, moved(lying, 1.5, 0.0)), "another person"
    assert not same_spot("fall", lying, moved(lying, 0.0, 2.0)), "another person, nearer"


def test_growing_water_is_one_place_and_a_second_pool_is_not() -> None:
    pool: Box = (0.30, 0.60, 0.40, 0.66)
    assert same_spot("flooding", pool, (0.05, 0.50, 0.95, 0.98)), "the pool became a lake"
    assert same_spot("flooding", pool, (0.38, 0.62, 0.60, 0.70)), "shifted, still overlapping"
    assert not same_spot("flooding", pool, (0.41, 0.60, 0.60, 0.66)), "a pool beside it"
    assert not same_spot("flooding", pool, (0.60, 0.60, 0.70, 0.66))


def test_a_growing_heap_of_litter_is_one_place() -> None:
    bag: Box = (0.500, 0.800, 0.515, 0.820)
    assert same_spot("litter", bag, (0.48, 0.77, 0.54, 0.83)), "a heap around the bag"
    assert not same_spot("litter", bag, moved(bag, 3.0, 0.0)), "a bag three bags away"


def test_empty_boxes_do_not_divide_by_zero() -> None:
    nothing: Box = (0.5, 0.5, 0.5, 0.5)
    for kind in SPOTS:
        assert not same_spot(kind, nothing, (0.1, 0.1, 0.2, 0.2))
