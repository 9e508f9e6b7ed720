"""What older programs wrote is there after the upgrade, and there is no way back but a backup."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, create_engine, func, inspect, select, text

from store import access_tables, audit, case_tables, desired, keys, users
from store.database import (
    MIGRATIONS,
    DatabaseError,
    alembic_config,
    open_database,
    writing,
)
from store.incidents import decide, get, list_incidents, record
from store.log import DatabaseLog
from tests.store import old_rows
from tests.store.samples import alert, camera

METADATA = case_tables.IncidentRow.metadata
assert access_tables.UserRow.metadata is METADATA


def revisions() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    steps = ScriptDirectory.from_config(config).walk_revisions()
    return [step.revision for step in steps][::-1]


def upgraded_to(url: str, revision: str) -> dict[str, int]:
    """Make a database as the program of that revision left it; return its rows by table."""
    made = create_engine(url)
    with made.begin() as connection:
        command.upgrade(alembic_config(connection), revision)
    with made.begin() as connection:
        counts = old_rows.insert(connection)
    made.dispose()
    return counts


def count(engine: Engine, tables: dict[str, int]) -> dict[str, int]:
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        found = {
            name: connection.scalar(select(func.count()).select_from(metadata.tables[name]))
            for name in tables
        }
    return {name: many or 0 for name, many in found.items()}


@pytest.mark.parametrize("revision", revisions())
def test_what_an_older_program_wrote_goes_on(new_url: str, revision: str) -> None:
    before = upgraded_to(new_url, revision)
    engine = open_database(new_url)
    assert count(engine, before) == before
    with engine.connect() as connection:
        command.check(alembic_config(connection))
    wanted = desired.read(engine)
    assert (wanted.revision, wanted.cameras[0].name) == (7, "北门")
    assert wanted.tasks[0].zones[0].name == "square"
    assert audit.verify(engine) is None
    assert [event.id for event in DatabaseLog(engine).after(0, 9)] == [
        "event-0",
        "event-1",
        "event-2",
    ]
    assert [incident.id for incident in list_incidents(engine).incidents] == ["old"]
    if revision >= "0002":
        assert (users.users(engine)[0].name, keys.keys(engine)[0].id) == ("li", "k")
    # And it goes on: a sighting, a decision, a write of what is wanted, each with a new number.
    assert record(engine, alert("u1", "updated", 1060.0), True).incident == "old"
    assert decide(engine, "old", 2, "confirm", "li").state == "confirmed"
    assert len(get(engine, "old").decisions) == 2
    assert desired.put_camera(engine, camera("gate-2"), "op") == 8
    assert audit.verify(engine) is None
    engine.dispose()


def test_incidents_of_before_levels_may_rise(new_url: str) -> None:
    upgraded_to(new_url, "0002")
    engine = open_database(new_url)
    old = get(engine, "old")
    assert (old.level, old.levels, old.measures, old.opened) == (0, (), (), None)
    risen = alert("u1", "updated", 1060.0, level=1, severity="urgent")
    assert record(engine, risen, True).incident == "old"
    assert (get(engine, "old").level, get(engine, "old").severity) == (1, "urgent")
    engine.dispose()


@pytest.mark.parametrize(
    ("action", "reason", "verdict"),
    [
        ("reject", "gone: moved on", "excused"),
        ("reject", "gone_wrong", "wrong"),
        ("confirm", "", "confirm"),
        ("mark_duplicate", "", "duplicate"),
        ("redecide", "", ""),
    ],
)
def test_verdicts_of_before_are_counted(
    new_url: str, action: str, reason: str, verdict: str
) -> None:
    upgraded_to(new_url, "0007")
    engine = create_engine(new_url)
    with engine.begin() as connection:
        moved = {"action": action, "reason": reason}
        connection.execute(text("UPDATE decision SET action = :action, reason = :reason"), moved)
    engine.dispose()
    engine = open_database(new_url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT judged_at, verdict FROM incident")).one()
    assert tuple(found) == (1002.0, verdict)
    engine.dispose()


def test_the_migrations_lead_to_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        command.check(alembic_config(connection))
    assert set(METADATA.tables) < set(inspect(engine).get_table_names())


def test_there_is_no_way_back(engine: Engine) -> None:
    desired.put_camera(engine, camera(), "op")
    with engine.connect() as connection:
        with pytest.raises(DatabaseError, match="restore the backup"):
            command.downgrade(alembic_config(connection), "0003")
        connection.rollback()
    with engine.connect() as connection:
        command.check(alembic_config(connection))
    assert desired.revision(engine) == 1


def test_a_newer_schema_is_left_alone(engine: Engine, url: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match=r"newer than this program.*restore the backup"):
        open_database(url)


def test_a_migration_that_fails_leaves_the_old_schema(new_url: str) -> None:
    old = create_engine(new_url)
    with old.begin() as connection:
        connection.execute(text("CREATE TABLE task (id TEXT)"))
    with pytest.raises(Exception, match="already exists"):
        open_database(new_url)
    assert inspect(old).get_table_names() == ["task"]
    with writing(old) as session:
        assert session.scalar(select(func.count()).select_from(text("task"))) == 0
    old.dispose()
