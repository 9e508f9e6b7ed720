"""Settings: defaults, derived paths, and refusals that name the variable and hide the value."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import ROOT, Settings, SettingsError, read, settings


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("SHARP_")]:  # noqa: TID251 - to clear it
        monkeypatch.delenv(name)


def test_everything_lies_under_the_data_folder_by_default() -> None:
    defaults = read()
    assert defaults.data_dir == ROOT / "var"
    assert defaults.database_url == f"sqlite:///{ROOT / 'var' / 'sharp.db'}"
    assert defaults.worker_socket == ROOT / "var" / "worker.sock"
    assert defaults.test_data == ROOT.parent / "shared" / "data"
    assert defaults.catalog_dirs == ()


def test_moving_the_data_folder_moves_all_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SHARP_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SHARP_SPOOL_DIR", "/fast/spool")
    moved = read()
    names = ("weights_dir", "blobs_dir", "state_dir", "cache_dir", "worker_socket")
    assert {getattr(moved, name).parent for name in names} == {tmp_path}
    assert moved.database_url == f"sqlite:///{tmp_path / 'sharp.db'}"
    assert moved.spool_dir == Path("/fast/spool")


def test_relative_paths_start_at_the_repository(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHARP_WEIGHTS_DIR", "../weights")
    assert read().weights_dir == ROOT.parent / "weights"


def test_catalog_folders_are_a_path_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHARP_CATALOG_DIRS", "ours::/theirs")
    assert read().catalog_dirs == (ROOT / "ours", Path("/theirs"))


def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHARP_LOG_LEVEL", "")
    assert read().log_level == "INFO"


def test_a_log_level_may_be_written_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHARP_LOG_LEVEL", "debug")
    assert read().log_level == "DEBUG"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SHARP_LOG_LEVEL", "s3cret"),
        ("SHARP_DATABASE_URL", "mysql://user:s3cret@host/db"),
        ("SHARP_REQUIRE_DATA", "s3cret"),
        ("SHARP_WORKER_SOCKET", "/s3cret" * 20),
        ("SHARP_WEIGHT_DIR", "s3cret"),
    ],
)
def test_a_wrong_value_is_refused_by_name_without_being_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as refused:
        read()
    assert "s3cret" not in str(refused.value)


def test_every_wrong_variable_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHARP_LOG_LEVEL", "loud")
    monkeypatch.setenv("SHARP_REQUIRE_DATA", "perhaps")
    with pytest.raises(SettingsError, match=r"SHARP_REQUIRE_DATA.*SHARP_LOG_LEVEL"):
        read()


def test_a_misspelt_variable_is_answered_with_the_near_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHARP_CATALOG_DIR", "x")
    with pytest.raises(SettingsError, match="did you mean SHARP_CATALOG_DIRS"):
        read()


def test_a_database_password_is_not_in_the_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHARP_DATABASE_URL", "postgresql+psycopg://user:s3cret@host/db")
    assert read().database_url.endswith("host/db")
    assert "s3cret" not in repr(read())
    assert "s3cret" not in repr(settings)


def test_the_settings_of_the_process_are_read_on_first_use(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SHARP_DATA_DIR", str(tmp_path))
    assert settings.data_dir == tmp_path
    monkeypatch.setenv("SHARP_DATA_DIR", str(tmp_path / "later"))
    assert settings.data_dir == tmp_path


def test_importing_reads_nothing_and_reading_makes_nothing(tmp_path: Path) -> None:
    code = "import config.settings as s; print('imported'); s.settings.data_dir"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"SHARP_LOG_LEVEL": "loud", "SHARP_DATA_DIR": str(tmp_path / "var")},
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.stdout == "imported\n"
    assert "SHARP_LOG_LEVEL" in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().log_level = "DEBUG"  # type: ignore[misc]
