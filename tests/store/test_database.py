"""The database is opened by many at once, migrated once, and survives a kill."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateIndex, CreateTable

from store import access_tables, audit, case_tables, desired
from store.database import DatabaseError, open_database, reading, writing
from tests.store.samples import camera

METADATA = case_tables.IncidentRow.metadata
assert access_tables.UserRow.metadata is METADATA


def test_postgresql_has_a_type_for_every_column() -> None:
    dialect = postgresql.psycopg.PGDialect_psycopg()  # type: ignore[no-untyped-call]
    made = "".join(
        str(CreateTable(table).compile(dialect=dialect)) for table in METADATA.sorted_tables
    )
    assert "seq BIGSERIAL" in made
    assert "DOUBLE PRECISION" in made
    (only_open,) = (i for i in METADATA.tables["watch_interval"].indexes if i.unique)
    assert "WHERE ended IS NULL" in str(CreateIndex(only_open).compile(dialect=dialect))


def test_every_connection_is_durable_and_checks_references(sqlite: Engine) -> None:
    with sqlite.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


def test_nobody_else_may_read_the_file(sqlite: Engine, tmp_path: Path) -> None:
    desired.put_camera(sqlite, camera(), "op")
    files = [*tmp_path.glob("sharp.db"), *tmp_path.glob("sharp.db-*")]
    assert len(files) == 3
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_failing_block_writes_nothing(engine: Engine) -> None:
    def fail() -> None:
        with writing(engine) as session:
            audit.append(session, "op", "test", "x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert audit.head(engine) == (0, audit.GENESIS)


def test_a_reader_sees_one_state(engine: Engine) -> None:
    with reading(engine) as session:
        assert desired.read_in(session).revision == 0
        desired.put_camera(engine, camera(), "op")
        assert desired.read_in(session).cameras == ()
    assert desired.revision(engine) == 1


def test_errors_of_the_database_quote_no_row(engine: Engine) -> None:
    desired.put_camera(engine, camera(), "op")
    with pytest.raises(IntegrityError) as caught, writing(engine) as session:
        session.execute(
            text("INSERT INTO camera (id, password) VALUES ('gate-1', :p)"), {"p": "s3cret"}
        )
    assert "s3cret" not in str(caught.value)


OPENER = """
import sys
from store import audit
from store.database import open_database, writing
print("ready", flush=True)
sys.stdin.readline()
engine = open_database(sys.argv[1])
for n in range(5):
    with writing(engine) as session:
        audit.append(session, sys.argv[2], "test", str(n))
"""


def test_many_processes_may_open_it_the_first_time_at_once(new_url: str) -> None:
    running = [
        subprocess.Popen(  # noqa: TID251
            [sys.executable, "-c", OPENER, new_url, str(n)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(3)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        process.communicate(timeout=60)
    assert [process.returncode for process in running] == [0, 0, 0]
    engine = open_database(new_url)
    assert audit.verify(engine) is None
    assert audit.head(engine)[0] == 15
    engine.dispose()


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("sqlite://", "give it a file"),
        ("sqlite:///:memory:", "give it a file"),
        ("mysql://root:s3cret@localhost/x", "not supported"),
    ],
)
def test_what_cannot_serve_is_refused(bad: str, reason: str) -> None:
    with pytest.raises(DatabaseError, match=reason) as caught:
        open_database(bad)
    assert "s3cret" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database at all, but longer than a header " * 9)
    with pytest.raises(DatabaseError, match=r"text\.db"):
        open_database(f"sqlite:///{tmp_path / 'text.db'}")
