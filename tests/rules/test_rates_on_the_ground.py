"""Litter and flooding: the same findings at any picture rate, and after a restart at any moment."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rules.composition import Composition, parameter_model
from rules.observation import Blob, Box, Finding, Object, Observation, Water
from rules.primitive import NoState
from rules.primitive import Params as Parameters
from rules.primitives.covered import AreaAbove
from rules.primitives.episodes import Episodes
from rules.primitives.left_behind import LeftBehind
from rules.zones import Zones

WATCHED: list[tuple[float, bool]] = [
    (0.04, False),
    *((p, r) for p in (0.2, 1.0, 2.0) for r in (False, True)),
]
"""Seconds between pictures, and whether each state goes through bytes."""

SHARES = (0.0, 0.2, 0.2, 0.45, 0.45, 0.7, 0.7, 0.0)
BAG: Box = (0.45, 0.55, 0.5, 0.62)
FLOOR: Box = (0.0, 0.5, 1.0, 1.0)
Seen = Callable[[float], Observation]


class Nothing:
    """A perceiver that adds nothing: the observations here are made by hand."""

    Params = Parameters
    State = NoState

    def __init__(self, params: Parameters, zones: Zones) -> None: ...

    def perceive(self, state: object, sight: object, observation: Observation) -> object:
        return state, observation


def rule(step: type, **values: float) -> Composition:
    classes = [Nothing, step, Episodes]
    params = parameter_model("made", classes, {})(**values)
    return Composition(classes, ["nothing", "step", "episodes"], params, Zones())


def told(
    chain: Composition, seen: Seen, until: float, period: float, restart: bool
) -> list[Finding]:
    state = chain.start()
    found: list[Finding] = []
    for t in np.arange(0.0, until, period).tolist():
        if restart:
            state = chain.load(chain.dump(state))
        state, findings = chain.step(state, seen(t), t)
        found.extend(findings)
    return found


def litter(t: float) -> Observation:
    """A bag lies there from 10 to 80 s; its owner leaves at 20 s; somebody runs by at 50 s."""
    people = []
    if t < 20.0:
        people.append(Object("person", 0.8, (0.38, 0.33, 0.46, 0.63)))
    if 50.0 <= t < 50.9:
        people.append(Object("person", 0.8, (0.4 + (t - 50) / 3, 0.33, 0.5 + (t - 50) / 3, 0.63)))
    blob = Blob(1, BAG, 0.002, 10.0, appeared=True, contrast=0.4)
    return Observation(t, 4 / 3, objects=tuple(people), blobs=(blob,) if 10.0 <= t < 80.0 else ())


def flood(t: float) -> Observation:
    """Water covers 20, 45, 70 % of the zone from 10, 35, 60 s on, and is gone at 85 s."""
    share = float(np.interp(t, (9, 11, 34, 36, 59, 61, 84, 86), SHARES))
    return Observation(t, 4 / 3, water=Water(round(share, 4), 1.0, FLOOR))


CASES: dict[str, tuple[Composition, Seen, list[tuple[str, float, int]]]] = {
    "litter": (
        rule(LeftBehind, dwell_s=20.0, absence_s=10.0, repeat_s=900.0, confirm_s=2.0),
        litter,
        [("candidate", 22.0, 0), ("opened", 40.0, 0), ("cleared", 90.0, 0)],
    ),
    "flooding": (
        rule(AreaAbove, dwell_s=10.0, absence_s=5.0, repeat_s=900.0, confirm_s=2.0),
        flood,
        [
            ("candidate", 12.0, 0),
            ("opened", 20.0, 0),
            ("updated", 37.0, 1),
            ("updated", 62.5, 2),
            ("cleared", 91.0, 2),
        ],
    ),
}


@pytest.mark.parametrize(("period", "restart"), WATCHED)
@pytest.mark.parametrize("case", CASES)
def test_every_rate_tells_the_same(case: str, period: float, restart: bool) -> None:
    chain, seen, expected = CASES[case]
    found = told(chain, seen, 110.0, period, restart)
    assert [(f.change, f.level) for f in found] == [(c, level) for c, _, level in expected]
    for finding, (_, at, _) in zip(found, expected, strict=True):
        assert finding.at == pytest.approx(at, abs=2 * period + 0.7)
    assert len({f.key for f in found}) == 1
