"""Models, algorithms, templates, destinations."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import AwareDatetime, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from api.schemas.base import Input, Output, Time, Words
from events.destination import Filter, Kind

_DEMO: JsonDict = {
    "name": {"zh": "演示", "en": "Demo"},
    "note": {"zh": "时长很短，仅供演示。", "en": "Short times, to show how it works."},
    "parameters": {"litter": {"dwell_s": 20}, "illegal_parking": {"dwell_s": 15}},
}
_HOOK: JsonDict = {
    "audience": "city",
    "url": "https://platform.example/hooks/sharp-eyes",
    "secret": "…",
    "pictures": "masked",
}


def _like(example: JsonDict) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class Speed(Output):
    """How a loaded model runs, from real batches."""

    device: str
    pictures: int
    ms_per_picture: float | None
    last_error: str


class Model(Output):
    """A model of the catalog; `installed`: all its files are in the weight store.

    `speed` is None while the worker is away or has not loaded it.
    """

    id: str
    version: str
    name: str
    licence: str
    provider: str
    source: str
    format: str
    head: str
    files: dict[str, str]
    """File name to sha256."""
    classes: list[str]
    width: int
    height: int
    installed: bool
    used_by: list[str]
    """Algorithms that name it."""
    speed: Speed | None


class Level(Output):
    """A level above the least: what it is called, and how severe it is."""

    name: Words
    severity: str


class Algorithm(Output):
    """An algorithm of the catalog.

    `parameters` is the JSON Schema of its parameters. Each property also has `title_zh`,
    `description_zh`, `primitive` (the part of `chain` that it belongs to), `replay` (a change can
    be replayed from what was logged), `main` (one of the few that people tune), and where they
    apply `unit` and `unit_zh`. `settings` are the values for every camera, over its defaults.
    """

    id: str
    version: str
    kind: str
    name: Words
    description: Words
    chain: list[str]
    models: dict[str, list[str]]
    severity: str
    levels: list[Level]
    """Graver forms of it, the next above the least first."""
    review: bool
    priority: int
    period_s: float
    """Seconds between the pictures it needs with these settings."""
    codes: dict[str, str | None]
    parameters: dict[str, Any]
    settings: dict[str, Any]
    cameras: int
    """How many cameras have it on."""
    revision: int
    """Of everything that is wanted; a change of the settings makes a new one."""
    applied: int | None
    """The oldest revision that the worker runs on these cameras; None: not on all, or no camera."""
    overridden: dict[str, list[str]]
    """Parameter to the cameras that give it a value of their own (or by a template)."""


class Settings(Input):
    """Values of an algorithm's parameters for every camera; what is left out is the default."""

    model_config = _like({"parameters": {"dwell_s": 180}})

    parameters: dict[str, Any]


class WordsIn(Input):
    """A text in the languages of the console."""

    zh: str
    en: str


class TemplateIn(Input):
    """Parameter values that many tasks share: algorithm to parameter to value."""

    model_config = _like(_DEMO)

    name: WordsIn
    note: WordsIn = WordsIn(zh="", en="")
    parameters: dict[str, dict[str, Any]] = Field(default_factory=dict)


class Template(Output):
    """A template and how many tasks use it."""

    id: str
    name: Words
    note: Words
    parameters: dict[str, dict[str, Any]]
    tasks: int


class DestinationIn(Input):
    """Where events go. `secret`: left out, the stored one stays for the same address.

    `options` are those of the type; `filter` says which events it wants. See docs/buses.md.
    """

    model_config = _like(_HOOK)

    audience: Literal["internal", "city"] = "city"
    type: Kind = "webhook"
    url: str
    secret: str | None = None
    pictures: Literal["none", "masked", "original"] = "masked"
    options: dict[str, Any] = Field(default_factory=dict)
    filter: Filter = Filter()
    enabled: bool = True


class Destination(Output):
    """A destination and how far its deliveries are.

    `url` shows no path and no query, tokens stand there; sent back as shown, the stored one stays.
    """

    id: str
    audience: Literal["internal", "city"]
    type: Kind
    url: str
    has_secret: bool
    pictures: Literal["none", "masked", "original"]
    options: dict[str, Any]
    filter: Filter
    enabled: bool
    cursor: int
    waiting: int
    """Events beyond the cursor; the filter may yet pass some of them over."""
    oldest_waiting_at: Time | None
    """When the first of them happened."""
    replay: int | None
    """How far a replay is; none runs: null."""
    dead_letters: int


class ReplayIn(Input):
    """From where on events come again: beyond a place in the log, or from a time on."""

    model_config = _like({"since": "2026-07-01T00:00:00Z"})

    after: int | None = Field(default=None, ge=0)
    since: AwareDatetime | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.after is None) == (self.since is None):
            raise ValueError("give `after` or `since`")
        return self


class RedriveIn(Input):
    """Which dead letters are tried again: that of one event, or all."""

    model_config = _like({})

    event_id: str | None = None


class Again(Output):
    """How many events come again, at most, while the relay runs."""

    events: int


class DeadLetter(Output):
    """An event that a destination refused for good, and why."""

    seq: int
    event_id: str
    why: str
    at: Time
