"""The headless commands: apply, status, incidents, decide, audit."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.__main__ import main
from store import observed
from store.database import open_database
from store.incidents import record
from tests.store.samples import alert

ALGORITHM = "illegal_parking"
CITY = f"""
[[camera]]
id = "gate-1"
url = "rtsp://10.0.0.7/main"
username = "viewer"
password = "s3cret"

[[task]]
camera = "gate-1"
algorithm = "{ALGORITHM}"
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'sharp.db'}"


def test_apply_reports_the_revision(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "city.toml"
    file.write_text(CITY)
    assert main(["apply", str(file), "--actor", "li", "--database", url]) == 0
    assert capsys.readouterr().out == "revision 1\n"

    engine = open_database(url)
    observed.set_camera_state(engine, "gate-1", "refused", "wrong login", 1000.0)
    observed.set_applied(engine, "gate-1", 1)
    observed.blind(engine, "gate-1", ALGORITHM, "camera refused", 1000.0)
    engine.dispose()
    assert main(["status", "--database", url]) == 0
    out = capsys.readouterr().out
    assert "gate-1: refused since" in out
    assert "(wrong login); runs revision 1" in out
    assert "blind, because camera refused, since" in out
    assert "s3cret" not in out


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (CITY.replace("rtsp:", "file:"), "camera[0].url: scheme 'file' is not allowed"),
        (CITY + "[[camera]\n", "not TOML"),
        (CITY.replace(ALGORITHM, "unheard-of"), "task[0].algorithm: there is no algorithm"),
    ],
)
def test_apply_says_field_and_reason(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, reason: str
) -> None:
    file = tmp_path / "city.toml"
    file.write_text(text)
    assert main(["apply", str(file), "--actor", "li", "--database", url]) == 1
    err = capsys.readouterr().err
    assert reason in err
    assert "s3cret" not in err


def test_a_case_is_decided_from_the_command_line(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = open_database(url)
    id = record(engine, alert("a1"), review=True).incident
    engine.dispose()

    assert main(["incidents", "--database", url]) == 0
    assert capsys.readouterr().out.startswith(f"{id}  v1  ")

    decide = ["decide", id, "--version", "1", "--actor", "li", "--database", url, "--action"]
    assert main([*decide, "reject", "--reason", "do not like it"]) == 1
    assert "begins with one of: algorithm_error" in capsys.readouterr().err
    assert main([*decide, "confirm"]) == 0
    assert "confirmed" in capsys.readouterr().out
    assert main([*decide, "reject", "--reason", "test"]) == 1
    assert "at version 2 (confirmed)" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*decide, "close"])
    capsys.readouterr()

    assert main(["incidents", "--state", "rejected", "--database", url]) == 0
    assert capsys.readouterr().out == ""
    assert main(["incidents", "--json", "--database", url]) == 0
    assert '"state":"confirmed"' in capsys.readouterr().out


def test_the_audit_is_verified_against_an_anchor(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = open_database(url)
    record(engine, alert("a1"), review=True)
    assert main(["audit", "--database", url]) == 0
    anchor = capsys.readouterr().out.strip()
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit")
    engine.dispose()
    assert main(["audit", "--database", url]) == 0
    assert main(["audit", "--anchor", anchor, "--database", url]) == 1
    assert "row 1 was changed" in capsys.readouterr().err


@pytest.mark.parametrize("bad", ["nonsense", "sqlite://", "mysql://u:s3cret@h/d"])
def test_a_database_that_cannot_serve_is_said_in_words(
    bad: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["incidents", "--database", bad]) == 1
    err = capsys.readouterr().err
    assert err
    assert "s3cret" not in err
