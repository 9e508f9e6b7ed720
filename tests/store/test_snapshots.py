"""Desired state read again and again: only what changed, and never less than what is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, text

from store import desired, snapshots
from store.snapshots import Snapshots
from store.values import AlgorithmSettings
from tests.store.samples import camera, destination, task, template

CAMERAS = [camera(f"gate-{n}") for n in range(8)]
TASKS = [task(f"gate-{n}", algorithm) for n in range(8) for algorithm in ("fall", "litter")]


@contextmanager
def rows_read(engine: Engine) -> Iterator[list[str]]:
    """Note every statement that reads cameras or tasks."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM camera" in statement or "FROM task" in statement:
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_it_says_what_a_whole_read_says_after_every_change(engine: Engine) -> None:
    follow = Snapshots(engine)
    assert follow.read() == desired.read(engine)
    desired.change(engine, "op", put=(*CAMERAS, *TASKS, destination(), template()))
    assert follow.read() == desired.read(engine)
    desired.put_camera(engine, camera("gate-3", name="North"), "op")
    desired.put_task(engine, task("gate-3", "fall", parameters={"dwell_s": 5}), "op")
    assert follow.read() == desired.read(engine)
    desired.remove_camera(engine, "gate-4", "op")
    desired.put_camera(engine, camera("gate-4", enabled=False), "op")
    assert follow.read() == desired.read(engine)
    desired.put_settings(engine, AlgorithmSettings(algorithm="fall", parameters={"x": 1}), "op")
    desired.remove_task(engine, "gate-7", "litter", "op")
    assert follow.read() == desired.read(engine)


def test_what_did_not_change_is_not_read_and_the_same_object(engine: Engine) -> None:
    desired.change(engine, "op", put=(*CAMERAS, *TASKS))
    follow = Snapshots(engine)
    before = follow.read()
    with rows_read(engine) as statements:
        assert follow.read() is before
    assert statements == []
    desired.put_task(engine, task("gate-3", "fall", enabled=False), "op")
    with rows_read(engine) as statements:
        after = follow.read()
    assert len(statements) == 1
    assert "WHERE" in statements[0]
    same = [a is b for a, b in zip(before.tasks, after.tasks, strict=True)]
    assert same.count(False) == 1
    assert all(a is b for a, b in zip(before.cameras, after.cameras, strict=True))


def test_many_changes_or_none_in_the_audit_read_everything(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    desired.change(engine, "op", put=(*CAMERAS, *TASKS))
    follow = Snapshots(engine)
    before = follow.read()
    monkeypatch.setattr(snapshots, "_MANY", 3)
    desired.change(engine, "op", put=[camera(f"gate-{n}", name="x") for n in range(5)])
    after = follow.read()
    assert after == desired.read(engine)
    assert after.tasks[0] is before.tasks[0]
    with engine.begin() as connection:
        connection.execute(text("UPDATE camera SET name = 'by hand' WHERE id = 'gate-6'"))
        connection.execute(text("UPDATE revision SET value = value + 1"))
    assert follow.read().cameras[6].name == "by hand"
