"""What the worker hands over: one alert, complete in itself, so that it can wait for days."""

from __future__ import annotations

from typing import Literal

import msgspec

from events.trace import Measure, Trace

Box = tuple[float, float, float, float]
Fact = str | float | bool

SEVERITIES = ("low", "medium", "high", "urgent")
"""How grave an incident can be, least first."""


def graver(severity: str, than: str) -> bool:
    """Say whether one severity is above another; one that is unknown is below all."""
    ranks = {name: rank for rank, name in enumerate(SEVERITIES)}
    return ranks.get(severity, -1) > ranks.get(than, -1)


class Mask(msgspec.Struct, frozen=True):
    """An area to hide in what leaves the review screen: a head, a plate.

    body: a whole person, where nobody can tell at which end the head is.
    """

    what: Literal["head", "plate", "body"]
    box: Box


class EvidenceRef(msgspec.Struct, frozen=True):
    """A picture or clip by content hash.

    role: wide, close_up, start, annotated, after, clip. `masks` are in fractions of that picture.
    state: pending (a clip still being recorded), attached, lost (`why` says why).
    """

    role: str
    state: Literal["pending", "attached", "lost"]
    sha256: str = ""
    media_type: str = ""
    captured_at: float = 0.0
    masks: tuple[Mask, ...] = ()
    why: str = ""


class Maker(msgspec.Struct, frozen=True):
    """What made an alert, so that it can be explained years later."""

    algorithm: str
    algorithm_version: str
    models: dict[str, str]
    """Model id to weight hash."""
    parameters: dict[str, object]
    zone: dict[str, object]
    clock: str
    """Where `now` came from: 'camera session' or 'file'."""
    revision: int
    """The revision of the desired state that was applied."""
    template: str = ""
    """Id of the template whose values it was made with, '' for none."""


class Alert(msgspec.Struct, frozen=True):
    """One message of a rule about one episode; `id` is stable over retries and restarts.

    `change` opened | updated | cleared | evidence. `episode` names the rule's episode. Times are
    unix seconds of capture. `box` in fractions of the picture as displayed. `measures` are the
    tests behind this message; `level` is how grave it is, 0 for the least, `severity` says the same
    in the words that all algorithms share.
    """

    id: str
    change: Literal["opened", "updated", "cleared", "evidence"]
    camera: str
    algorithm: str
    kind: str
    episode: str
    box: Box
    since: float
    at: float
    last_seen: float
    score: float
    severity: str
    facts: dict[str, Fact]
    maker: Maker
    evidence: tuple[EvidenceRef, ...] = ()
    review: bool = True
    """Whether its incident waits for a person: as it was wanted when the alert was made."""
    measures: tuple[Measure, ...] = ()
    level: int = 0
    trace: Trace | None = None
