"""Backup and restore: the database as of one moment, and the blobs that it refers to.

A backup is a folder: `database.sqlite` or `database.pgdump`, `blobs/` by content hash, and
`backup.json`, written last: a folder without it is no backup. Blobs are copied after the database,
so that each one that its rows name is there; the same folder again copies only what is new.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
from sqlalchemy import Engine, make_url, select

from store import audit
from store.blobs import BlobError, Blobs
from store.case_tables import KEPT, EvidenceRow
from store.database import DatabaseError, open_database, reading
from store.log import DatabaseLog

_SQLITE, _POSTGRES = "database.sqlite", "database.pgdump"
_TOLD = "backup.json"
_PAGE = 5_000


class Backup(msgspec.Struct, frozen=True):
    """What a backup holds; the head of the audit chain shows later that nothing was cut off it."""

    at: float
    database: str
    sha256: str
    events: int
    audit: tuple[int, str]
    blobs: int
    missing: tuple[str, ...] = ()
    """Blobs that rows name and that were not there to copy, or were damaged."""


def backup(engine: Engine, blobs: Blobs, folder: Path, now: float) -> Backup:
    """Copy the database and its blobs into `folder`; everything may go on running meanwhile.

    Raises:
        DatabaseError: pg_dump is missing or fails.
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _TOLD).unlink(missing_ok=True)
    # Before the copy: what is in it now must be in the copy, or something was cut off.
    head, end = audit.head(engine), DatabaseLog(engine).end()
    sqlite = engine.dialect.name == "sqlite"
    name = _SQLITE if sqlite else _POSTGRES
    (_copy_sqlite if sqlite else _dump)(engine, folder / name)
    into, wanted = Blobs(folder / "blobs"), list(_hashes(engine))
    missing = [sha256 for sha256 in wanted if not _copied(blobs, into, sha256)]
    told = Backup(
        at=now,
        database=name,
        sha256=_sha256(folder / name),
        events=end,
        audit=head,
        blobs=len(wanted) - len(missing),
        missing=tuple(missing),
    )
    _write(folder / _TOLD, msgspec.json.encode(told))
    return told


def restore(folder: Path, url: str, blobs: Blobs) -> Backup:
    """Fill an empty place with a backup and check it: hashes, and the whole audit chain.

    Raises:
        DatabaseError: no whole backup, the place is not empty, or the chain does not verify.
    """
    told = read(folder)
    source = folder / told.database
    if _sha256(source) != told.sha256:
        raise DatabaseError(f"{source.name} is not what was backed up: its hash differs")
    if (told.database == _SQLITE) != (make_url(url).get_backend_name() == "sqlite"):
        raise DatabaseError(f"{source.name} is of another kind of database than the one to fill")
    (_place_sqlite if told.database == _SQLITE else _load)(source, url)
    for file in sorted((folder / "blobs").glob("??/*")):
        if blobs.put_file(file) != file.name[:64]:
            raise DatabaseError(f"blob {file.name} is damaged")
    engine = open_database(url)
    try:
        broken = audit.verify(engine, told.audit)
        if broken is not None:
            raise DatabaseError(f"the audit chain is broken at row {broken}")
    finally:
        engine.dispose()
    return told


def read(folder: Path) -> Backup:
    """Return what a backup says of itself.

    Raises:
        DatabaseError: there is no whole backup in the folder.
    """
    try:
        return msgspec.json.decode((folder / _TOLD).read_bytes(), type=Backup)
    except (OSError, msgspec.DecodeError) as error:
        raise DatabaseError(f"no whole backup in {folder.name}: {error}") from error


def _hashes(engine: Engine) -> Iterator[str]:
    after = ""
    while True:
        with reading(engine) as session:
            hash = EvidenceRow.sha256
            query = select(hash).distinct().where(KEPT, hash > after).order_by(hash).limit(_PAGE)
            page = session.scalars(query).all()
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1]


def _copied(blobs: Blobs, into: Blobs, sha256: str) -> bool:
    """Copy a blob that is not there yet; False when there is none, or it is damaged."""
    try:
        into.path(sha256)
    except BlobError:
        try:
            return into.put_file(blobs.path(sha256)) == sha256
        except (BlobError, FileNotFoundError):
            return False
    return True


def _copy_sqlite(engine: Engine, target: Path) -> None:
    """Copy a database in use, as of one moment, with SQLite's own backup."""
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    source = engine.raw_connection()
    try:
        with closing(sqlite3.connect(partial)) as copy:
            # All at once: a copy in steps begins anew with every write in between.
            source.driver_connection.backup(copy)  # type: ignore[union-attr]
            copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        source.close()
    partial.replace(target)


def _place_sqlite(source: Path, url: str) -> None:
    path = Path(make_url(url).database or "")
    if path.exists():
        raise DatabaseError(f"{path.name} is there already: restore into an empty place")
    path.parent.mkdir(parents=True, exist_ok=True)
    for leftover in ("-wal", "-shm"):
        path.with_name(path.name + leftover).unlink(missing_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    shutil.copyfile(source, partial)
    partial.chmod(0o600)
    partial.replace(path)


def _dump(engine: Engine, target: Path) -> None:
    target.touch(mode=0o600)
    _run("pg_dump", engine.url.render_as_string(hide_password=False), "-Fc", "-f", str(target))


def _load(source: Path, url: str) -> None:
    options = ("--single-transaction", "--no-owner", "--exit-on-error")
    _run("pg_restore", url, *options, str(source), into=True)


def _run(program: str, url: str, *options: str, into: bool = False) -> None:
    """Run a client program; the password goes through its environment, not its arguments."""
    parsed = make_url(url)
    plain = parsed.set(drivername="postgresql", password=None).render_as_string()
    secret = {"PGPASSWORD": str(parsed.password)} if parsed.password else {}
    found = shutil.which(program)
    if found is None:
        raise DatabaseError(f"{program} is missing; on Debian: apt-get install postgresql-client")
    done = subprocess.run(
        [found, "--dbname" if into else "-d", plain, *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env={"PATH": str(Path(found).parent), **secret},
    )
    if done.returncode != 0:
        raise DatabaseError(f"{program}: {done.stderr.strip()[-500:]}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(data)
    partial.replace(path)
