"""What is pushed to an open console, and who of our processes lives."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.schemas.base import Output, Time


class Process(Output):
    """A process of ours. `away`: nothing was heard of it for longer than it should take."""

    name: Literal["worker", "relay", "api"]
    away: bool
    seen_at: Time | None
    since: Time | None
    """Up since, or away since."""
    wrong: dict[str, str]
    """Part to what is wrong with it; empty when all is well."""


class Live(Output):
    """One message of the live stream; it says what to fetch anew, not what it is.

    incident: `id` was opened, seen, decided … (`change` is the event type's middle word).
    camera: the state or coverage of camera `id` changed. desired: revision `revision` was written.
    An empty `id` means many at once. processes: who lives. anew: too much was missed to tell it one
    by one, fetch everything anew. `seq` is the place in the event log up to which the client is
    told; as Last-Event-ID it goes on from there.
    """

    type: Literal["incident", "camera", "desired", "processes", "anew"]
    seq: int
    id: str = ""
    change: str = ""
    kind: str = ""
    revision: int = 0
    processes: list[Process] = Field(default_factory=list)


class Health(Output):
    """The state of the house as the console shows it."""

    healthy: bool
    now: Time
    version: str
    revision: int
    processes: list[Process]


class Alive(Output):
    """The API works. Nothing else is told here, because everybody may ask."""

    ok: bool
