"""Incidents: the queue, one incident, decisions."""

from __future__ import annotations

from datetime import datetime
from time import time
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from api import cases
from api.access import Caller, Right, needs
from api.context import Context, Here
from api.problem import Conflict, Invalid, NotFound
from api.schemas.base import FieldProblem, Words
from api.schemas.incident import (
    ActionInfo,
    BlindPair,
    DecisionIn,
    HourCount,
    Incident,
    IncidentPage,
    KindCount,
    Lifecycle,
    OriginalsIn,
    Overview,
    Presence,
    TransitionInfo,
)
from api.words import because_words
from events import lifecycle as cycle
from store import audit
from store import incidents as known
from store import overview as counted
from store.database import writing

router = APIRouter(prefix="/api/v1", tags=["incidents"])

_HOUR_S = 3600


@router.get("/incidents")
def incidents(
    caller: Annotated[Caller, needs(Right.INCIDENTS_READ)],
    here: Here,
    state: Annotated[list[str] | None, Query()] = None,
    kind: Annotated[list[str] | None, Query()] = None,
    camera: Annotated[list[str] | None, Query()] = None,
    presence: Presence | None = None,
    opened_from: AwareDatetime | None = None,
    opened_before: AwareDatetime | None = None,
    order: known.Order = "newest",
    after: str = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> IncidentPage:
    """Return incidents, newest first, or with `order=gravest` the graver first and then so."""
    _check_states(state or [])
    wanted = known.Filter(
        states=tuple(state or ()),
        kinds=tuple(kind or ()),
        cameras=tuple(camera or ()),
        presence=presence,
        opened_from=_unix(opened_from),
        opened_before=_unix(opened_before),
    )
    try:
        page = known.list_incidents(here.database, wanted, after, limit, order)
    except ValueError as error:
        raise _invalid("after", str(error)) from error
    return IncidentPage(
        incidents=cases.summaries(here, caller, page.incidents),
        next=page.next,
        waiting=counted.count_waiting(here.database),
    )


@router.get("/incidents/{incident}")
def incident(
    incident: str, caller: Annotated[Caller, needs(Right.INCIDENTS_READ)], here: Here
) -> Incident:
    """Return one incident in full."""
    return cases.in_full(here, caller, _get(here, incident))


@router.post("/incidents/{incident}/decisions")
def decide(
    incident: str,
    given: DecisionIn,
    caller: Annotated[Caller, needs(Right.INCIDENTS_DECIDE)],
    here: Here,
) -> Incident:
    """Decide. 409 'conflict' with the fresh incident when somebody was first."""
    _check(given)
    _get(here, incident)
    try:
        decided = known.decide(
            here.database,
            incident,
            given.version,
            given.action,
            caller.name,
            cases.join_reason(given.reason, given.note.strip()),
            given.duplicate_of,
        )
    except known.Conflict as first:
        fresh = cases.in_full(here, caller, first.incident)
        raise Conflict(_who_was_first(first.incident), fresh=fresh) from first
    except cycle.IllegalTransition as error:
        fresh = cases.in_full(here, caller, _get(here, incident))
        title = "The case cannot do that from where it is."
        raise Conflict(_allowed(error), fresh=fresh, type="illegal-move", title=title) from error
    except (known.UnknownIncident, ValueError) as error:
        raise _invalid("duplicate_of", str(error)) from error
    return cases.in_full(here, caller, decided)


@router.post("/incidents/{incident}/originals")
def originals(
    incident: str,
    given: OriginalsIn,
    caller: Annotated[Caller, needs(Right.EVIDENCE_ORIGINAL)],
    here: Here,
) -> Incident:
    """Return the incident with links to its pictures without masks; each look is audited.

    The links work for some minutes, as all do.
    """
    reason = given.reason.strip()
    if not reason:
        raise _invalid("reason", "say why: it stands in the audit")
    found = _get(here, incident)
    shown = [ref.sha256 for ref in found.evidence if ref.state == "attached"]
    with writing(here.database) as session:
        detail = {"reason": reason, "evidence": shown}
        audit.append(session, caller.name, "incident.originals", incident, detail)
    return cases.in_full(here, caller, found, masked=False)


@router.delete("/incidents/{incident}/fixture")
def lift_mute(
    incident: str, caller: Annotated[Caller, needs(Right.INCIDENTS_DECIDE)], here: Here
) -> Incident:
    """Let a place be heard again that was muted as a fixture."""
    _get(here, incident)
    return cases.in_full(here, caller, known.lift_mute(here.database, incident, caller.name))


@router.get("/lifecycle")
def lifecycle(caller: Annotated[Caller, needs()], here: Here) -> Lifecycle:
    """Return the words and moves of cases."""
    return Lifecycle(
        states={name: _words(words) for name, words in cycle.STATES.items()},
        actions=[
            ActionInfo(name=action.name, who=action.who, words=_words(action.words))
            for action in cycle.ACTIONS.values()
        ],
        transitions=[
            TransitionInfo(state=row.state, action=row.action, to=row.to) for row in cycle.TABLE
        ],
        reject_reasons={key: _words(words) for key, words in cycle.REJECT_REASONS.items()},
        kinds=cases.kind_names(here.algorithms),
    )


@router.get("/overview")
def overview(
    caller: Annotated[Caller, needs(Right.INCIDENTS_READ)],
    here: Here,
    hours: Annotated[int, Query(ge=1, le=720)] = 24,
) -> Overview:
    """Return the last hours at a glance."""
    now = time()
    start = now - hours * _HOUR_S
    found = counted.read(here.database, start, now)
    oldest = found.oldest_waiting_at
    return Overview(
        hours=hours,
        now=cases.at(now),
        kinds=[_kind(one) for one in found.kinds],
        by_hour=[
            HourCount(at=cases.at(hour), opened=found.by_hour.get(hour, {}))
            for hour in range(int(start) // _HOUR_S * _HOUR_S, int(now) + 1, _HOUR_S)
        ],
        waiting=found.waiting,
        oldest_waiting_at=None if oldest is None else cases.at(oldest),
        median_decision_s=found.median_decision_s,
        cameras=found.cameras,
        coverage=found.coverage,
        blind=[
            BlindPair(
                camera=pair.camera,
                camera_name=pair.camera_name or pair.camera,
                algorithm=pair.algorithm,
                because=pair.because,
                because_words=because_words(pair.because),
                since=cases.at(pair.since),
            )
            for pair in found.blind
        ],
    )


def _kind(one: counted.KindCount) -> KindCount:
    judged = one.confirmed + one.wrong
    return KindCount(
        kind=one.kind,
        opened=one.opened,
        waiting=one.waiting,
        confirmed=one.confirmed,
        rejected=one.rejected,
        duplicate=one.duplicate,
        precision=one.confirmed / judged if judged else None,
    )


def _get(here: Context, incident: str) -> known.Incident:
    try:
        return known.get(here.database, incident)
    except known.UnknownIncident as error:
        raise NotFound(f"incident {incident!r}") from error


def _check_states(states: list[str]) -> None:
    for index, state in enumerate(states):
        if state not in cycle.STATES:
            raise _invalid(f"state[{index}]", f"not a state; one of {', '.join(cycle.STATES)}")


def _check(given: DecisionIn) -> None:
    """Refuse what no state of a case would make right."""
    mine = [action.name for action in cycle.ACTIONS.values() if action.who == "reviewer"]
    if given.action not in mine:
        raise _invalid("action", f"not a reviewer's action; one of {', '.join(mine)}")
    if given.action == "reject" and given.reason not in cycle.REJECT_REASONS:
        keys = ", ".join(cycle.REJECT_REASONS)
        raise _invalid("reason", f"a rejection needs a reason; one of {keys}")
    if given.action != "reject" and given.reason:
        raise _invalid("reason", "only a rejection has a reason; words go into the note")
    if given.action == "mark_duplicate" and not given.duplicate_of:
        raise _invalid("duplicate_of", "say which incident it repeats")
    if given.action != "mark_duplicate" and given.duplicate_of:
        raise _invalid("duplicate_of", "goes with mark_duplicate only")


def _invalid(field: str, reason: str) -> Invalid:
    return Invalid([FieldProblem(field=field, reason=reason)])


def _who_was_first(fresh: known.Incident) -> str:
    state = cycle.STATES[fresh.state].en
    if not fresh.decisions:
        return f"it is {state} at version {fresh.version}"
    last = fresh.decisions[-1]
    return f"{last.actor} was first: it is {state} by now (version {fresh.version})"


def _allowed(error: cycle.IllegalTransition) -> str:
    able = [name for name in error.allowed if cycle.ACTIONS[name].who == "reviewer"]
    words = ", ".join(f"{cycle.ACTIONS[name].words.en} ({name})" for name in able)
    state = cycle.STATES[error.state].en
    return (
        f"it is {state}; a reviewer can now: {words}"
        if able
        else (f"it is {state}; a reviewer can do nothing now")
    )


def _words(words: cycle.Words) -> Words:
    return Words(zh=words.zh, en=words.en)


def _unix(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
