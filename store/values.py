"""Desired state as values: what people want watched, where and how, in whole snapshots."""

from __future__ import annotations

from datetime import time
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from events.destination import Filter, Kind, check_address, read_options
from rules.zones import Zone
from streams.camera import HIDDEN, Camera


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Period(_Strict):
    """Hours of a week by the camera's clock; `start` > `end` goes over midnight; 0 is Monday."""

    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    start: time = time(0, 0)
    end: time = time(23, 59, 59)


class Task(_Strict):
    """One algorithm on one camera.

    A parameter's value comes from the first that gives it: `parameters` here, the template, the
    algorithm's settings for every camera, the manifest's default.
    """

    camera: str
    algorithm: str
    enabled: bool = True
    parameters: dict[str, Any] = {}
    zones: tuple[Zone, ...] = ()
    time_plan: tuple[Period, ...] = ()
    """Always on when empty."""
    review: bool | None = None
    """None: as the algorithm's manifest says."""
    template: str = ""
    """Id of the template whose values lie under `parameters`; '' for none."""


class Words(_Strict):
    """A text in the languages of the console."""

    zh: str
    en: str


class Template(_Strict):
    """Parameter values that many tasks share, under a name that the console shows beside them.

    `parameters`: algorithm id to parameter to value.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    name: Words
    note: Words = Words(zh="", en="")
    parameters: dict[str, dict[str, Any]] = {}


class AlgorithmSettings(_Strict):
    """Values of one algorithm's parameters for every camera, over the manifest's defaults."""

    algorithm: str
    parameters: dict[str, Any] = {}


class Destination(_Strict):
    """Where events go. A city destination gets released incidents only.

    `options` are those of its type, `filter` says what it wants (see `events.destination`).
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    audience: Literal["internal", "city"] = "city"
    type: Kind = "webhook"
    url: str
    secret: str = Field(default="", repr=False)
    """Signs what is delivered, or logs in."""
    pictures: Literal["none", "masked", "original"] = "masked"
    options: dict[str, Any] = {}
    filter: Filter = Filter()
    enabled: bool = True

    @field_validator("url")
    @classmethod
    def _url(cls, url: str, info: ValidationInfo) -> str:
        return check_address(info.data["type"], url) if "type" in info.data else url

    @field_validator("options")
    @classmethod
    def _options(cls, given: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        if "type" not in info.data:
            return given
        return read_options(info.data["type"], given).model_dump(mode="json", exclude_unset=True)


def shown_address(url: str) -> str:
    """Return a destination's address as people may see it: tokens stand in paths and queries."""
    parts = urlsplit(url)
    tail = f"/{HIDDEN}" if parts.path.strip("/") or parts.query or parts.fragment else parts.path
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{tail}"


class Desired(_Strict):
    """Everything that is wanted, under one revision that grows with every write."""

    revision: int
    cameras: tuple[Camera, ...] = ()
    tasks: tuple[Task, ...] = ()
    destinations: tuple[Destination, ...] = ()
    templates: tuple[Template, ...] = ()
    settings: tuple[AlgorithmSettings, ...] = ()
