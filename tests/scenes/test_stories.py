"""Every script can be made, and what it says about itself holds together."""

from __future__ import annotations

import json

import numpy as np
import pytest

from inference.evaluation.generated import fitted
from inference.evaluation.truth import Truth
from models.catalog import Catalog
from scenes import library
from scenes.actors.handling import PutDown
from scenes.actors.person import Person
from scenes.actors.props import Prop
from scenes.library import HELD_OUT, SCRIPTS, chosen
from scenes.shot import Shot
from scenes.stories.draft import shows
from scenes.stories.script import ALGORITHMS, PROFILE
from scenes.stories.windows import due, dwell_s, event
from store.catalog import Algorithms

KNOWN = Algorithms(Catalog.read())
NAMES = sorted(SCRIPTS)


def _made(name: str, seed: int) -> Shot:
    scene = SCRIPTS[name].make(seed)
    assert isinstance(scene, Shot)
    return scene


@pytest.mark.parametrize("name", NAMES)
def test_a_script_can_be_made_and_its_truth_is_one(name: str) -> None:
    scene, script = _made(name, 5), SCRIPTS[name]
    assert (scene.name, scene.script) == (f"{name}-5", name)
    clip = fitted(scene.truth, KNOWN.ids)
    defaults = {key: dict(values) for key, values in PROFILE.items()}
    truth = Truth(defaults=defaults, clips=(clip,))
    for algorithm in clip.run:
        KNOWN.parameters(algorithm)(**truth.parameters(clip, algorithm))
    assert bool(scene.truth["events"]) == script.positive
    for known in scene.truth["events"]:
        assert known["kind"] == script.kind
        assert 0 < known["not_before"] < known["not_after"] <= scene.duration_s
    assert 5 < scene.duration_s <= 180
    assert json.loads(json.dumps(scene.truth))["run"]


def test_every_kind_has_stories_of_both_polarities() -> None:
    polarities = {(s.kind, s.positive) for s in SCRIPTS.values()}
    for kind in ("litter", "illegal_parking", "fall", "flooding"):
        assert {(kind, True), (kind, False)} <= polarities
    assert ("calm", False) in polarities
    assert ("fault", False) in polarities


def test_a_seed_gives_the_same_scene_and_another_seed_another() -> None:
    one, again, other = _made("fall_trip", 7), _made("fall_trip", 7), _made("fall_trip", 8)
    assert one.truth == again.truth
    assert np.array_equal(one.render(3.2).pixels, again.render(3.2).pixels)
    assert one.truth["events"] != other.truth["events"]


def test_an_alert_may_not_come_before_the_dwell_is_over() -> None:
    window = event("litter", 10.0, 14.0, "a bag")
    assert window["not_before"] == pytest.approx(10.0 + dwell_s("litter") - 1.0)
    assert window["not_after"] == pytest.approx(due("litter", 14.0))
    assert window["not_after"] > 14.0 + dwell_s("litter")


def _dropped(scene: Shot) -> tuple[Prop, Person]:
    prop = next(a for a in scene.actors if isinstance(a, Prop) and a.people)
    return prop, prop.people[0]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_bag_that_is_left_is_left_when_the_truth_says_so(seed: int) -> None:
    scene = _made("litter_bag_dropped", seed)
    prop, owner = _dropped(scene)
    (rest,) = prop.rests
    (told,) = scene.truth["events"]
    assert told["not_before"] >= rest.begin + dwell_s("litter") - 1.0 - 0.01
    assert any(isinstance(motion, PutDown) for motion in owner.motions)
    assert not owner.present(scene.duration_s) or _apart(owner, scene.duration_s, rest.place) > 3
    assert rest.end > scene.duration_s
    assert shows(scene, prop, told["not_before"])


def _apart(person: Person, at: float, place: tuple[float, float]) -> float:
    x, y = person.place(at)
    return float(np.hypot(x - place[0], y - place[1]))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_bag_that_is_taken_again_lies_for_less_than_the_dwell(seed: int) -> None:
    prop, _ = _dropped(_made("litter_no_picked_up", seed))
    lain = [rest.end - rest.begin for rest in prop.rests]
    assert max(lain) < dwell_s("litter")


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith("fall_no")])
def test_nobody_stays_down_where_no_fall_is_told(name: str) -> None:
    scene = _made(name, 4)
    people = [a for a in scene.actors if isinstance(a, Person)]
    fallen = [down for p in people for down in p.downs if not down.willed]
    assert all(down.end - down.begin < dwell_s("fall") for down in fallen)


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith("fall_") and "_no_" not in n])
def test_a_fall_is_told_from_the_moment_that_balance_is_lost(name: str) -> None:
    scene = _made(name, 4)
    people = [a for a in scene.actors if isinstance(a, Person)]
    (down,) = [d for p in people for d in p.downs if not d.willed]
    (told,) = scene.truth["events"]
    assert told["not_before"] == pytest.approx(down.fell + dwell_s("fall") - 1.0, abs=0.01)
    assert down.end > told["not_after"]


def test_scripts_are_chosen_by_kind_and_pattern() -> None:
    assert {s.kind for s in chosen(["fall"])} == {"fall"}
    assert [s.name for s in chosen((), ["fall_tr*"])] == ["fall_trip"]
    with pytest.raises(LookupError, match="crowd"):
        chosen(["crowd"])
    with pytest.raises(LookupError, match="fall_up"):
        chosen((), ["fall_up"])


def test_seeds_for_judging_are_set_apart() -> None:
    assert 1 not in HELD_OUT
    assert 1_000_000 in HELD_OUT
    assert set(ALGORITHMS) == set(PROFILE)
    assert len(library.TOLD) >= 5
