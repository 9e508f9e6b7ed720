"""A backup brings back the same incidents, a chain that verifies, and every picture."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from config.settings import load
from events.alert import EvidenceRef
from store import audit, backup, desired
from store.__main__ import main
from store.blobs import Blobs
from store.database import DatabaseError, is_postgresql, open_database
from store.incidents import decide, get, list_incidents, record
from tests.store.console import console
from tests.store.samples import alert, camera

NOW = 1_800_000_000.0


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


@pytest.fixture
def pictures(engine: Engine, blobs: Blobs) -> list[str]:
    """Hashes of the pictures of a small city."""
    desired.put_camera(engine, camera(name="北门"), "op")
    found = []
    for n in range(5):
        found.append(blobs.put(f"picture {n}".encode(), ".jpg"))
        ref = EvidenceRef("wide", "attached", found[-1], "image/jpeg", NOW + n)
        one = alert(f"a{n}", at=NOW + n, episode=f"e{n}", camera=f"cam-{n}", evidence=(ref,))
        incident = record(engine, one, True).incident
        if n % 2:
            decide(engine, incident, 1, "reject", "li", "not_litter: 落叶")
    return found


def shown(engine: Engine, blobs: Blobs, folder: Path) -> dict[str, Any]:
    """What the console shows of a database."""

    def read(browser: Any, path: str) -> Any:
        # Links to pictures are signed for some minutes from now on.
        return json.loads(re.sub(r'\?[^"]*"', '"', browser.get(f"/api/v1/{path}").text))

    with console(engine, blobs, folder) as browser:
        page = read(browser, "incidents")
        ids = [one["id"] for one in page["incidents"]]
        one_by_one = [read(browser, f"incidents/{id}") for id in ids]
        chain = read(browser, "audit/check")
        return {"page": page, "ids": ids, "details": one_by_one, "intact": chain}


@pytest.fixture
def empty(engine: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a database of the same kind that is not there yet."""
    if not is_postgresql(engine):
        return f"sqlite:///{tmp_path / 'restored' / 'sharp.db'}"
    return str(request.getfixturevalue("cluster").empty())


@pytest.mark.timeout(180)
def test_the_console_shows_the_same_after_a_restore(
    engine: Engine, blobs: Blobs, pictures: list[str], empty: str, tmp_path: Path
) -> None:
    before = shown(engine, blobs, tmp_path)
    told = backup.backup(engine, blobs, tmp_path / "backup", NOW)
    record(engine, alert("later", at=NOW + 99, camera="cam-9"), True)  # no longer in it
    other = Blobs(tmp_path / "other")
    assert backup.restore(tmp_path / "backup", empty, other) == told
    restored = open_database(empty)
    after = shown(restored, other, tmp_path)
    assert len(before["ids"]) == 5
    assert {name: before[name] for name in ("page", "details")} == {
        name: after[name] for name in ("page", "details")
    }
    assert (before["intact"]["whole"], after["intact"]["whole"]) == (True, True)
    assert audit.verify(restored, told.audit) is None
    assert [other.read(sha256) for sha256 in pictures] == [blobs.read(s) for s in pictures]
    # And it goes on from there: numbers are not given twice.
    fresh = record(restored, alert("new", at=NOW + 100, camera="cam-8"), True).incident
    assert get(restored, fresh).state == "pending_review"
    assert audit.verify(restored) is None
    restored.dispose()


def test_a_backup_in_the_same_folder_copies_what_is_new(
    engine: Engine, blobs: Blobs, pictures: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    assert backup.backup(engine, blobs, folder, NOW).blobs == 5
    copied = Blobs(folder / "blobs").path(pictures[0])
    os.utime(copied, (1.0, 1.0))
    blobs.path(pictures[1]).unlink()
    ref = EvidenceRef("wide", "attached", blobs.put(b"one more"), "image/jpeg", NOW)
    record(engine, alert("more", camera="cam-9", evidence=(ref,)), True)
    again = backup.backup(engine, blobs, folder, NOW + 1)
    assert (again.blobs, again.missing) == (6, ())  # what is gone here is still there
    assert copied.stat().st_mtime == 1.0


def test_a_restore_refuses_what_is_not_whole_or_not_empty(
    engine: Engine, blobs: Blobs, pictures: list[str], empty: str, url: str, tmp_path: Path
) -> None:
    folder, other = tmp_path / "backup", Blobs(tmp_path / "other")
    with pytest.raises(DatabaseError, match="no whole backup"):
        backup.restore(folder, empty, other)
    told = backup.backup(engine, blobs, folder, NOW)
    with pytest.raises(DatabaseError, match=r"there already|already exists"):
        backup.restore(folder, url, other)
    with (folder / told.database).open("r+b") as file:
        file.seek(200)
        file.write(b"damage")
    with pytest.raises(DatabaseError, match="hash differs"):
        backup.restore(folder, empty, other)


def test_a_chain_that_was_tampered_with_is_not_restored_as_sound(
    engine: Engine, blobs: Blobs, pictures: list[str], empty: str, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit SET actor = 'wang' WHERE n = 3"))
    backup.backup(engine, blobs, tmp_path / "backup", NOW)
    with pytest.raises(DatabaseError, match="broken at row 3"):
        backup.restore(tmp_path / "backup", empty, Blobs(tmp_path / "other"))


@pytest.fixture
def place(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings that point into a folder of the test's own."""
    monkeypatch.setenv("SHARP_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SHARP_DATABASE_URL", url)
    monkeypatch.setenv("SHARP_KEEP_INCIDENTS", "3,litter=1")
    load.cache_clear()
    return tmp_path


def test_the_commands(
    place: Path,
    engine: Engine,
    blobs: Blobs,
    pictures: list[str],
    empty: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(*words: str) -> tuple[int, str, str]:
        status = main(words)
        said = capsys.readouterr()
        return status, said.out, said.err

    head = "{}:{}".format(*audit.head(engine))
    status, said, _ = run("backup", str(place / "b"))
    assert (status, said) == (0, f"{backup.read(place / 'b').database}, 5 blobs, audit {head}\n")
    (id, *_others) = [one.id for one in list_incidents(engine).incidents]
    assert run("hold", id, "--reason", "court 12", "--actor", "li")[0] == 0
    assert "court 12" in run("holds")[1]
    assert run("hold", "none", "--reason", "x", "--actor", "li")[2] == "no incident 'none'\n"
    assert run("release", id, "--actor", "li")[0] == 0
    assert run("release", id, "--actor", "li")[0] == 1
    assert "incidents 0, " in run("retain")[1]
    blobs.path(pictures[0]).unlink()
    assert run("backup", str(place / "c"))[::2] == (1, f"missing or damaged: {pictures[0]}\n")
    assert run("restore", str(place / "b"), "--database", empty)[0] == 0
    assert run("restore", str(place / "b"), "--database", empty)[0] == 1


def test_what_waits_in_the_spool_keeps_its_pictures(
    place: Path, engine: Engine, blobs: Blobs, capsys: pytest.CaptureFixture[str]
) -> None:
    orphan, waiting = blobs.put(b"orphan", ".jpg"), blobs.put(b"waiting", ".jpg")
    for sha256 in (orphan, waiting):
        os.utime(blobs.path(sha256), (1.0, 1.0))
    (place / "spool" / "rejected").mkdir(parents=True)
    (place / "spool" / "rejected" / "x.json").write_text(f'{{"sha256":"{waiting}"}}')
    renders = place / "cache" / "renders"
    renders.mkdir(parents=True)
    (renders / f"{orphan}-masked.jpg").write_bytes(b"shown")
    assert main(["retain"]) == 0
    assert "blobs 1, renders 1" in capsys.readouterr().out
    assert blobs.read(waiting) == b"waiting"
    assert list(renders.iterdir()) == []
