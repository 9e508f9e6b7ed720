"""Incidents as the console and integrators see them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from api.schemas.base import Box, Input, Output, Time, Words

Presence = Literal["here", "gone", "unknown"]


class Evidence(Output):
    """A picture or clip behind a link that works for some minutes.

    role: start, wide, annotated, close_up, now, after, clip. `url` is relative to the server, ''
    unless attached. `masked`: heads and plates are hidden in what the link gives.
    """

    role: str
    state: Literal["pending", "attached", "lost"]
    url: str = ""
    media_type: str = ""
    captured_at: Time | None = None
    masked: bool = True
    sha256: str = ""
    why: str = ""


class CameraPlace(Output):
    """Where it happened."""

    id: str
    name: str
    owner_unit: str = ""
    place_code: str = ""
    gb_id: str = ""
    lon: float | None = None
    lat: float | None = None
    crs: str = ""


class Risen(Output):
    """A rise after the opening: how grave it became, and when. `name` None: without one."""

    level: int
    name: Words | None
    severity: str
    at: Time


class IncidentSummary(Output):
    """A row of the queue. `thumbnail` is the evidence to show for it.

    `severity` (low, medium, high, urgent) and `level` rise while it lasts and never fall.
    `level_name` is None for the least level.
    """

    id: str
    kind: str
    kind_name: Words
    camera: CameraPlace
    zone: str
    state: str
    version: int
    presence: Presence
    severity: str
    level: int
    level_name: Words | None
    score: float
    box: Box
    since: Time
    opened_at: Time
    updated_at: Time
    last_seen: Time
    cleared_at: Time | None
    dwell_s: float
    merged: int
    reopened: int
    muted: bool
    template: str
    """Id of the template it was made with, '' for none."""
    thumbnail: Evidence | None


class IncidentPage(Output):
    """Incidents in the order asked for; `next` is the `after` of the next page, '' after all.

    `waiting` counts all incidents that wait for a decision, whatever the filter.
    """

    incidents: list[IncidentSummary]
    next: str
    waiting: int


class Decision(Output):
    """One move of the case."""

    version: int
    action: str
    from_state: str
    to_state: str
    actor: str
    by: Literal["reviewer", "system", "platform"]
    reason: str
    note: str
    rule: str
    at: Time


class MadeBy(Output):
    """What made it fire, so that it can be explained years later."""

    algorithm: str
    algorithm_version: str
    models: dict[str, str]
    """Model id to weight hash."""
    parameters: dict[str, Any]
    zone: dict[str, Any]
    clock: str
    revision: int


class Measured(Output):
    """What a number is called, and the limit that it is held against.

    `unit` is None for a bare number; `percent`: a share of 1, better read as a percentage.
    `above`: it has to be at least the limit, otherwise at most.
    """

    name: str
    words: Words
    unit: Words | None
    percent: bool
    limit: float
    above: bool


class Measure(Measured):
    """One test that decided: its value, and whether the limit was kept."""

    value: float
    met: bool


class Sample(Output):
    """What one picture said; `values` stand in the order of the trace's `series`.

    None where the picture did not give that number. `sight`: held, the condition was met; gone,
    it was seen not to be; hidden, it could not be seen.
    """

    at: Time
    sight: Literal["held", "gone", "hidden"]
    values: list[float | None]


class Trace(Output):
    """How it went: few samples, about `every_s` apart, the last of the picture that decided."""

    began_at: Time
    evidence_at: Time | None
    """When it had held long enough for its evidence to be kept."""
    raised_at: Time | None
    every_s: float
    series: list[Measured]
    samples: list[Sample]


class Explained(Output):
    """Why it was opened, updated or cleared: the tests, in the order in which one asks them."""

    change: Literal["opened", "updated", "cleared"]
    at: Time
    level: int
    measures: list[Measure]
    trace: Trace | None


class Incident(IncidentSummary):
    """One incident in full. `actions` are what this caller may do now, in the table's order.

    `opened` is what it rested on when it was raised, `latest` the same of its newest sighting;
    None where nothing was kept.
    """

    previous: str
    duplicate_of: str
    facts: dict[str, str | float | bool]
    codes: dict[str, str | None]
    opened: Explained | None
    latest: Explained | None
    levels: list[Risen]
    """Every rise after the opening, oldest first."""
    made_by: MadeBy
    evidence: list[Evidence]
    decisions: list[Decision]
    actions: list[str]
    fixture: bool
    """The place is muted until somebody lifts that."""


class DecisionIn(Input):
    """A reviewer's decision on the version that was shown.

    `reason` is a key of the reject reasons; `duplicate_of` goes with `mark_duplicate` only.
    """

    version: int
    action: str
    reason: str = ""
    note: str = Field(default="", max_length=2000)
    duplicate_of: str = ""


class OriginalsIn(Input):
    """Why somebody has to see pictures without masks; it stands in the audit."""

    reason: str = Field(min_length=1, max_length=500)


class ActionInfo(Output):
    """An action of the life cycle and who does it."""

    name: str
    who: Literal["reviewer", "system", "platform"]
    words: Words


class TransitionInfo(Output):
    """One row of the life cycle's table."""

    state: str
    action: str
    to: str


class Lifecycle(Output):
    """The words and moves of cases; buttons come from it."""

    states: dict[str, Words]
    actions: list[ActionInfo]
    transitions: list[TransitionInfo]
    reject_reasons: dict[str, Words]
    kinds: dict[str, Words]


class KindCount(Output):
    """Incidents of one kind: how they were judged. `precision` is confirmed / (confirmed + wrong).

    Wrong are the rejections whose reason says that the algorithm was wrong: not those as a
    duplicate, below the threshold, gone by itself, not ours, or a test. It is None where nothing
    was judged: no figure is made up.
    """

    kind: str
    opened: int
    waiting: int
    confirmed: int
    rejected: int
    duplicate: int
    precision: float | None


class HourCount(Output):
    """How many incidents were opened in the hour that begins at `at`, by kind."""

    at: Time
    opened: dict[str, int]


class Overview(Output):
    """The last `hours` at a glance. Coverage: share of the wanted time in which it was looked."""

    hours: int
    now: Time
    kinds: list[KindCount]
    by_hour: list[HourCount]
    waiting: int
    oldest_waiting_at: Time | None
    median_decision_s: float | None
    cameras: dict[str, int]
    """Camera state to how many are in it."""
    coverage: dict[str, float]
    """Algorithm to share, 0..1, over its enabled tasks."""
    blind: list[BlindPair]
    """What is blind now, longest first."""


class BlindPair(Output):
    """An algorithm that should look through a camera and cannot."""

    camera: str
    camera_name: str
    algorithm: str
    because: str
    because_words: Words
    since: Time


Overview.model_rebuild()
