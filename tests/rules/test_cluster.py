"""`cluster` with `track`, `stays` and `episodes`: two-wheelers that stand together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from models import manifest
from models.catalog import SHIPPED as CATALOG
from rules.composition import Composition, parameter_model
from rules.observation import Box, Finding
from rules.primitives import REGISTRY
from rules.zones import Zone, Zones
from tests.rules.street import START, Vehicle, driving, observations, standing, told

SHIPPED: manifest.AlgorithmManifest = manifest.read(
    CATALOG / "algorithms" / "nonmotor_parking.toml", manifest.AlgorithmManifest
)
STEPS: dict[str, Any] = {name: REGISTRY[name] for name in SHIPPED.chain[2:]}
PAVEMENT = Zones((Zone(points=((0.0, 0.4), (1.0, 0.4), (1.0, 0.9), (0.0, 0.9))),))


def bikes(zones: Zones = PAVEMENT, **values: float) -> Composition:
    """Return the steps of the shipped chain with its shipped parameters, but a dwell of 60 s."""
    known = {k for c in STEPS.values() for k in c.Params.model_fields}
    shipped = {k: o.default for k, o in SHIPPED.parameters.items() if k in known}
    model = parameter_model("bikes", list(STEPS.values()), {})
    chosen = model(**{**shipped, "dwell_s": 60.0, **values})
    return Composition(list(STEPS.values()), list(STEPS), chosen, zones)


def bay(k: int) -> Box:
    """Return where bike `k` of a row stands: seen at an angle, they overlap a little."""
    x = 0.2 + 0.035 * k
    return x, 0.55, x + 0.04, 0.65


def row(count: int, since: float = 0.0, until: float = 1e9, first: int = 0) -> list[Vehicle]:
    labels = ("bicycle", "motorcycle")
    return [
        Vehicle(standing(bay(first + k), since, until), 30 + first + k, labels[k % 2], 0.5)
        for k in range(count)
    ]


def opened(found: Sequence[Finding]) -> list[float]:
    return [f.at - START for f in found if f.change == "opened"]


@pytest.mark.parametrize("period", [0.2, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("restart", [False, True])
def test_a_cluster_is_one_event(period: float, restart: bool) -> None:
    pictures = observations(row(6), 90.0, period, missed=0.25)
    found = told(bikes(), pictures, restart)
    (at,) = opened(found)
    assert 60.0 <= at <= 60.0 + 5 * period + 1.0
    (event,) = [f for f in found if f.change == "opened"]
    assert event.facts["count"] == 6.0
    assert event.box[0] == pytest.approx(0.2, abs=0.02)
    assert event.box[2] == pytest.approx(0.415, abs=0.02)


def test_fewer_than_the_limit_are_none() -> None:
    assert opened(told(bikes(), observations(row(2), 90.0, 1.0))) == []
    assert len(opened(told(bikes(min_count=2), observations(row(2), 90.0, 1.0)))) == 1


def test_it_grows_and_shrinks_and_is_one_incident() -> None:
    street = row(3) + row(2, since=70.0, first=3) + row(1, since=80.0, until=150.0, first=5)
    street = [*street, *row(1, since=0.0, until=140.0, first=-1)]
    found = told(bikes(), observations(street, 200.0, 1.0, missed=0.1))
    assert [f.change for f in found if f.change in ("opened", "cleared")] == ["opened"]


def test_it_is_over_when_too_few_are_left() -> None:
    street = row(2) + row(3, until=90.0, first=2)
    found = told(bikes(), observations(street, 160.0, 1.0))
    (cleared,) = [f for f in found if f.change == "cleared"]
    assert 119.0 <= cleared.at - START <= 132.0  # The tracker remembers each for 10 s more.


def test_two_clusters_are_two_incidents() -> None:
    found = told(bikes(), observations(row(3) + row(3, first=16), 90.0, 1.0))
    assert len(opened(found)) == 2


def test_it_lasts_only_since_enough_are_there() -> None:
    street = row(2) + row(1, since=40.0, first=2)
    (at,) = opened(told(bikes(), observations(street, 140.0, 1.0)))
    assert 100.0 <= at <= 105.0


def test_riders_at_their_bikes_explain_them() -> None:
    """Three messengers wait on their bikes; a fourth bike stands alone."""
    riders = [
        Vehicle(standing((x1, y1 - 0.12, x2, y2 + 0.005)), 70 + k, "person", 0.8)
        for k, (x1, y1, x2, y2) in enumerate(map(bay, range(3)))
    ]
    assert opened(told(bikes(), observations([*row(4), *riders], 120.0, 1.0))) == []


def test_passers_by_explain_nothing() -> None:
    walkers = [
        Vehicle(driving((-0.03, 0.5, 0.0, 0.68), 0.05, since=k, every=25.0), 80 + k, "person", 0.8)
        for k in range(0, 25, 8)
    ]
    found = told(bikes(), observations([*row(5), *walkers], 120.0, 0.5, missed=0.1))
    (at,) = opened(found)
    assert 60.0 <= at <= 75.0


def test_one_guard_explains_one_bike_only() -> None:
    guard = Vehicle(standing((0.24, 0.5, 0.27, 0.68)), 90, "person", 0.8)
    found = told(bikes(), observations([*row(5), guard], 90.0, 1.0))
    (event,) = [f for f in found if f.change == "opened"]
    assert event.facts["attended"] == 1.0


def test_riding_past_is_no_cluster() -> None:
    stream = [
        Vehicle(driving((-0.05, 0.5, 0.0, 0.62), 0.2, since=-8.0 + k), 20 + k, "bicycle")
        for k in range(60)
    ]
    assert opened(told(bikes(dwell_s=5.0), observations(stream, 40.0, 1.0))) == []


def test_only_in_the_zone() -> None:
    road = Zones((Zone(points=((0.0, 0.7), (1.0, 0.7), (1.0, 0.9), (0.0, 0.9))),))
    assert opened(told(bikes(road), observations(row(6), 90.0, 1.0))) == []


def test_the_measure_says_what_decided() -> None:
    found = told(bikes(), observations(row(4), 90.0, 1.0))
    (event,) = [f for f in found if f.change == "opened"]
    (count,) = [m for m in event.measures if m.name == "unattended"]
    assert (count.value, count.limit, count.met) == (4.0, 3.0, True)
