"""The truth file: which clips, which algorithms, what must be raised and when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from rules.zones import Zone


class TruthError(ValueError):
    """The truth file is refused; every line names a field and the reason."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TruthEvent(_Strict):
    """One event that must be raised, once, within its bounds (seconds as played)."""

    kind: str
    not_before: float = Field(ge=0)
    not_after: float = Field(ge=0)
    box: tuple[float, float, float, float] | None = None
    what: str = ""
    note: str = ""
    hard: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> TruthEvent:
        if self.not_after < self.not_before:
            raise ValueError("not_after lies before not_before")
        return self


class TruthClip(_Strict):
    """One clip, the algorithms to run on it, and its events; without events a negative."""

    file: str = Field(min_length=1)
    run: tuple[str, ...] = Field(min_length=1)
    params: dict[str, dict[str, Any]] = {}
    zones: dict[str, tuple[Zone, ...]] = {}
    events: tuple[TruthEvent, ...] = ()
    freeze_first_s: float = Field(default=0.0, ge=0)
    freeze_last_s: float = Field(default=0.0, ge=0)
    what: str = ""
    note: str = ""
    hard: bool = False

    @field_validator("zones", mode="before")
    @classmethod
    def _polygons(cls, zones: Any) -> Any:
        """Accept one polygon (a list of points) or a list of polygons per algorithm."""
        if not isinstance(zones, dict):
            return zones
        return {name: _zones(name, value) for name, value in zones.items()}

    @model_validator(mode="after")
    def _runs_what_it_names(self) -> TruthClip:
        for field, names in (
            ("params", self.params),
            ("zones", self.zones),
            ("events", [e.kind for e in self.events]),
        ):
            stray = [name for name in names if name not in self.run]
            if stray:
                raise ValueError(f"{field}: {stray[0]!r} is not among the algorithms in `run`")
        return self


class Truth(_Strict):
    """A whole truth file. `stills` is for still pictures and not used here."""

    about: str = ""
    defaults: dict[str, dict[str, Any]] = {}
    clips: tuple[TruthClip, ...] = Field(min_length=1)
    stills: dict[str, Any] = {}

    def parameters(self, clip: TruthClip, algorithm: str) -> dict[str, Any]:
        """Return the parameters of one run: the file's defaults, overridden by the clip's."""
        return {**self.defaults.get(algorithm, {}), **clip.params.get(algorithm, {})}


def _zones(name: str, value: Any) -> Any:
    if not isinstance(value, list) or not value:
        return value
    one = isinstance(value[0], list) and value[0] and isinstance(value[0][0], int | float)
    polygons: list[Any] = [value] if one else value
    return [
        p if isinstance(p, dict) else {"name": f"{name}-{i}", "points": p}
        for i, p in enumerate(polygons, 1)
    ]


def read_truth(path: Path) -> Truth:
    """Return the truth file at `path`.

    Raises:
        TruthError: not readable, not JSON, or a field is unknown, missing or out of range.
    """
    try:
        return Truth.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise TruthError(f"{path}: {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise TruthError(f"{path}: not JSON: {error}") from error
    except ValidationError as error:
        raise TruthError("\n".join(_problems(error))) from error


def _problems(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False, include_input=False):
        field = ".".join(str(part) for part in problem["loc"])
        yield f"{field}: {problem['msg']}"


def find_clip(file: str, data: Path) -> Path:
    """Return where a clip lies: DATA/videos/FILE, then DATA/FILE.

    Raises:
        TruthError: in neither place.
    """
    for path in (data / "videos" / file, data / file):
        if path.is_file():
            return path
    raise TruthError(f"{file}: not found in {data / 'videos'} nor in {data}")
