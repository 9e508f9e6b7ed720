"""Fresh scenes: which are taken, that a run goes on where it stopped, and what is raised in one."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from inference.evaluation.exact import CLEAN, EveryWeight, Marks, load_exact
from inference.evaluation.generated import (
    Job,
    Judge,
    Judged,
    Results,
    code_version,
    fitted,
    key_of,
    plan,
)
from inference.evaluation.score import Row
from inference.evaluation.truth import TruthError
from inference.library import Library
from models.catalog import Catalog
from scenes.scene import Frame
from scenes.stories.script import Kind, Script
from store.catalog import Algorithms
from tests.inference.evaluation.street import Street


def _script(name: str, kind: Kind, *, positive: bool) -> Script:
    return Script(name, kind, positive, "", lambda seed: Street(name=f"{name}-{seed}"))


SCRIPTS = (
    _script("fall_a", "fall", positive=True),
    _script("fall_b", "fall", positive=True),
    _script("fall_no", "fall", positive=False),
    _script("litter_a", "litter", positive=True),
)


def test_every_kind_and_polarity_gets_as_many_scenes() -> None:
    jobs = plan(SCRIPTS, 3, 70)
    assert len(jobs) == len(set(jobs)) == 9
    falls = [job for job in jobs if job.script in {"fall_a", "fall_b"}]
    assert falls == [Job("fall_a", 70), Job("fall_b", 70), Job("fall_a", 71)]


def test_the_beginning_of_a_plan_is_a_sample_of_all() -> None:
    assert {job.script for job in plan(SCRIPTS, 5, 1)[:3]} == {"fall_a", "fall_no", "litter_a"}


def _judged(key: str) -> Judged:
    row = Row("x", "fall", "-", (1.0,), "RIGHT", False, 1, 1, 0)
    return Judged(key, "fall_a", 3, "fall", True, ("rain",), 60.0, 5.0, (row,))


def test_a_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    Results(path).add(_judged("one"))
    Results(path).add(_judged("two"))
    with path.open("ab") as file:
        file.write(b'{"key":"cut off')
    assert Results(path).known == {"one": _judged("one"), "two": _judged("two")}
    Results(path).add(_judged("three"))
    assert set(Results(path).known) == {"one", "two", "three"}


def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("my notes\n")
    with pytest.raises(TruthError, match="line 1 is no judged scene"):
        Results(path)
    assert path.read_text() == "my notes\n"


def test_another_seed_code_or_setting_is_another_result() -> None:
    job, other = Job("fall_a", 1), Job("fall_a", 2)
    keys = {
        key_of(job, "c", {"d": 1}),
        key_of(other, "c", {"d": 1}),
        key_of(job, "c2", {"d": 1}),
        key_of(job, "c", {"d": 2}),
    }
    assert len(keys) == 4


def test_the_code_s_version_follows_what_decides(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "docs").mkdir()
    before = code_version(tmp_path)
    (tmp_path / "docs" / "page.py").write_text("x")
    assert code_version(tmp_path) == before
    (tmp_path / "rules" / "a.py").write_text("x")
    assert code_version(tmp_path) != before


def test_a_scene_is_judged_by_what_the_catalog_has() -> None:
    clip = fitted(Street().truth, ["illegal_parking", "litter"])
    assert clip.run == ("illegal_parking",)
    assert set(clip.zones) == {"illegal_parking"}
    with pytest.raises(TruthError, match="run"):
        fitted(Street().truth, ["litter"])


@pytest.mark.parametrize(("scene", "expected"), [(Street(), 1), (Street(stops=2.0, leaves=4.0), 0)])
def test_a_scene_runs_through_the_production_chain(scene: Street, expected: int) -> None:
    algorithms = Algorithms(Catalog.read())
    marks = Marks()
    library = Library(
        algorithms.models,
        EveryWeight(Path()),
        lambda manifest, _: load_exact(marks, CLEAN, manifest),
    )
    (row,) = Judge(algorithms, library, marks).judge(scene, threading.Event())
    assert (row.verdict, row.expected, row.found, row.note) == ("RIGHT", expected, expected, "")


class _Breaking(Street):
    def render(self, at: float) -> Frame:
        if at > 4.0:
            raise RuntimeError("no more paint")
        return super().render(at)


def test_a_scene_that_breaks_is_never_a_quiet_negative() -> None:
    algorithms = Algorithms(Catalog.read())
    marks = Marks()
    library = Library(
        algorithms.models,
        EveryWeight(Path()),
        lambda manifest, _: load_exact(marks, CLEAN, manifest),
    )
    (row,) = Judge(algorithms, library, marks).judge(_Breaking(leaves=4.0), threading.Event())
    assert row.verdict == "WRONG"
    assert "not played to its end" in row.note
