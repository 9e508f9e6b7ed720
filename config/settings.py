"""Settings from the environment (`SHARP_...`), read once, on first use."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import (
    AliasChoices,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[1]
"""The repository root; relative paths in settings start here, wherever a program is started."""

PREFIX = "SHARP_"
SOCKET_PATH_BYTES = 107
"""Longest path of a Unix socket on Linux (sun_path is 108 bytes with its final zero)."""

_PYDANTIC_NOISE = "Value error, "
_UNDER_DATA_DIR = {
    "weights_dir": "weights",
    "blobs_dir": "blobs",
    "spool_dir": "spool",
    "state_dir": "state",
    "cache_dir": "cache",
    "worker_socket": "worker.sock",
}


class SettingsError(ValueError):
    """The environment is wrong; the text names every variable and why, never its value."""


class Settings(BaseSettings):
    """What a process is told by its environment. Every path is absolute; none is created here.

    `database_url` is a SQLAlchemy URL and may hold a password, so it is left out of the repr;
    `catalog_dirs` are manifest folders beyond the shipped ones, separated by ':' in the variable;
    `keep_…` are days, 0 for ever; `keep_incidents` may name kinds: '730,fall=180';
    `trusted_proxies` are addresses whose word on a caller's address and on https the API takes;
    `test_data` may be absent; with `require_data` tests that need it fail instead of skipping;
    so do, with `require_services` (or `CI`), those that need a database server or a broker.
    `device` (auto, cpu, cuda, cuda:N, tensorrt, or a name of OpenVINO's), `runtime` and `precision`
    say how models are run; what is 'auto' is measured once and kept in `cache_dir`.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    data_dir: Path = ROOT / "var"
    database_url: str = Field(default="", repr=False)
    weights_dir: Path = Path()
    catalog_dirs: Annotated[tuple[Path, ...], NoDecode] = ()
    blobs_dir: Path = Path()
    spool_dir: Path = Path()
    state_dir: Path = Path()
    cache_dir: Path = Path()
    worker_socket: Path = Path()
    keep_incidents: str = "730"
    keep_evidence: int = Field(default=365, ge=0)
    keep_observations: int = Field(default=400, ge=0)
    keep_log: int = Field(default=400, ge=0)
    keep_audit: int = Field(default=0, ge=0)
    session_idle_minutes: int = Field(default=60, ge=5, le=720)
    trusted_proxies: str = "127.0.0.1"
    test_data: Path = ROOT.parent / "shared" / "data"
    require_data: bool = False
    require_services: bool = Field(
        default=False, validation_alias=AliasChoices("SHARP_REQUIRE_SERVICES", "CI")
    )
    device: str = "auto"
    runtime: Literal["auto", "onnxruntime", "openvino"] = "auto"
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"

    @model_validator(mode="before")
    @classmethod
    def _fill_from_data_dir(cls, given: dict[str, Any]) -> dict[str, Any]:
        data_dir = _absolute(given.get("data_dir") or cls.model_fields["data_dir"].default)
        derived: dict[str, Any] = {name: data_dir / leaf for name, leaf in _UNDER_DATA_DIR.items()}
        derived["database_url"] = f"sqlite:///{data_dir / 'sharp.db'}"
        return derived | given

    @field_validator("catalog_dirs", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(_absolute(part) for part in value.split(os.pathsep) if part)
        return value

    @field_validator("keep_incidents")
    @classmethod
    def _days_by_kind(cls, value: str) -> str:
        first, *kinds = value.split(",")
        numbers = [first, *(kind.partition("=")[2] for kind in kinds)]
        if not all(number.strip().isdecimal() for number in numbers):
            raise ValueError("days, then kinds that differ, such as 730,fall=180")
        return value

    @field_validator("require_services", mode="before")
    @classmethod
    def _said(cls, value: object) -> object:
        # Some CI systems put their own name there.
        return value.lower() not in {"0", "false", "no", "off"} if isinstance(value, str) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("data_dir", "test_data", *_UNDER_DATA_DIR)
    @classmethod
    def _make_absolute(cls, value: Path, info: ValidationInfo) -> Path:
        path = _absolute(value)
        if info.field_name == "worker_socket" and len(os.fsencode(path)) > SOCKET_PATH_BYTES:
            raise ValueError(f"a socket's path may have at most {SOCKET_PATH_BYTES} bytes")
        return path

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value.partition("://")[0].partition("+")[0] not in {"sqlite", "postgresql"}:
            raise ValueError("start it with sqlite:// or postgresql://")
        return value


def _absolute(path: str | Path) -> Path:
    return Path(os.path.normpath(ROOT / Path(path).expanduser()))


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    given = (name.upper() for name in environment)
    for name in sorted({name for name in given if name.startswith(PREFIX)} - set(known)):
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else f"; known: {', '.join(known)}"
        raise SettingsError(f"{name}: no such setting{hint}")


def read() -> Settings:
    """Return the settings that the environment gives now.

    Raises:
        SettingsError: a variable is unknown or its value does not fit.
    """
    _refuse_unknown(os.environ)
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("; ".join(_reasons(error))) from None


def _reasons(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False, include_input=False):
        name = str(problem["loc"][0]).upper() if problem["loc"] else "*"
        yield f"{PREFIX}{name}: {problem['msg'].removeprefix(_PYDANTIC_NOISE)}"


load = cache(read)
"""`read`, once a process."""


class _OnFirstUse:
    """Stands for the settings of the process, so that importing this module reads nothing."""

    def __getattr__(self, name: str) -> Any:
        return getattr(load(), name)

    def __repr__(self) -> str:
        return repr(load())


settings: Settings = cast(Settings, _OnFirstUse())
"""The settings of this process. Only composition roots may use it (see `pyproject.toml`)."""
