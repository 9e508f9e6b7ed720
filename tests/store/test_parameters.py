"""Where a parameter's value is from: camera, template, settings, default; checked together."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from models.catalog import Catalog
from store.catalog import Algorithms
from store.parameters import Layers, Shared, Value, resolve
from store.values import AlgorithmSettings
from tests.store.samples import task, template


class Pair(BaseModel):
    """Two numbers of which the first is the lower one."""

    model_config = ConfigDict(extra="forbid")

    low: float = 1.0
    high: float = 9.0

    @model_validator(mode="after")
    def _in_order(self) -> Pair:
        if self.low > self.high:
            raise ValueError("low lies over high")
        return self


SHARED = Shared.of(
    [AlgorithmSettings(algorithm="litter", parameters={"dwell_s": 60, "repeat_s": 90})],
    [template(parameters={"litter": {"dwell_s": 20, "confirm_s": 2}, "fall": {"dwell_s": 3}})],
)


@pytest.mark.parametrize(
    ("used", "own", "value", "origin"),
    [
        ("", {}, 60.0, "settings"),
        ("demo", {}, 20.0, "template"),
        ("demo", {"dwell_s": 5}, 5.0, "camera"),
        ("", {"dwell_s": 5}, 5.0, "camera"),
    ],
)
def test_the_nearest_to_the_camera_wins(
    used: str, own: dict[str, Any], value: float, origin: Any
) -> None:
    model = Algorithms(Catalog.read()).parameters("litter")
    found = resolve(model, SHARED.layers("litter", used, own))
    assert found["dwell_s"] == Value(value, origin, value)
    assert found["repeat_s"] == Value(90.0, "settings", 90.0)
    assert found["absence_s"] == Value(20.0, "default", 20.0)
    assert found["confirm_s"].origin == ("template" if used else "default")
    assert set(found) == set(model.model_fields)


def test_values_that_are_wrong_together_only_are_refused() -> None:
    assert resolve(Pair, Layers(settings={"low": 5}))["low"] == Value(5.0, "settings", 5.0)
    with pytest.raises(ValidationError, match="low lies over high"):
        resolve(Pair, Layers(settings={"low": 5}, camera={"high": 4}))


def test_an_effective_task_carries_everything_that_is_given() -> None:
    effective = SHARED.effective(task(template="demo", parameters={"confirm_s": 1}))
    assert effective.parameters == {"dwell_s": 20, "repeat_s": 90, "confirm_s": 1}
    with pytest.raises(KeyError):
        SHARED.effective(task(template="other"))


def test_a_primitive_s_own_check_counts_when_parameters_are_checked() -> None:
    """Only vehicles have looks; the rule itself would refuse it, but then it is too late."""
    model = Algorithms(Catalog.read()).parameters("illegal_parking")
    with pytest.raises(ValidationError, match="vehicles only"):
        resolve(model, Layers(camera={"looks": ["person"]}))
