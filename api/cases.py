"""Incidents of the store as messages: with names, links, and what the caller may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from api.access import Caller, Right
from api.context import Context
from api.explained import explained
from api.links import Links, links
from api.schemas.base import Words
from api.schemas.incident import (
    CameraPlace,
    Decision,
    Evidence,
    Incident,
    IncidentSummary,
    MadeBy,
    Risen,
)
from events import lifecycle, payload
from events.alert import EvidenceRef
from store import incident as stored
from store.camera_places import camera_places
from store.catalog import Algorithms

SMALL = 0.12
"""Share of the picture under which a thing is better recognised in its close-up."""


def summaries(
    here: Context, caller: Caller, found: Sequence[stored.Incident]
) -> list[IncidentSummary]:
    """Return incidents as rows of the queue."""
    kinds = kind_names(here.algorithms)
    cameras = camera_places(here.database, (one.camera for one in found))
    link = links(here.database, caller.name)
    return [
        IncidentSummary.model_validate(
            {
                **_summary(one, kinds, cameras[one.camera], link),
                "level_name": level_name(here.algorithms, one.algorithm, one.level),
            }
        )
        for one in found
    ]


def in_full(
    here: Context, caller: Caller, one: stored.Incident, *, masked: bool = True
) -> Incident:
    """Return one incident with everything that is known of it."""
    cameras = camera_places(here.database, [one.camera])
    link = links(here.database, caller.name, masked=masked)
    decides = caller.may(Right.INCIDENTS_DECIDE)
    maker = one.maker
    return Incident.model_validate(
        {
            **_summary(one, kind_names(here.algorithms), cameras[one.camera], link),
            "level_name": level_name(here.algorithms, one.algorithm, one.level),
            "previous": one.previous,
            "duplicate_of": one.duplicate_of,
            "facts": one.facts,
            "codes": one.codes,
            "opened": explained(one.opened),
            "latest": explained(one.latest),
            "levels": [
                Risen(
                    level=risen.level,
                    name=level_name(here.algorithms, one.algorithm, risen.level),
                    severity=risen.severity,
                    at=at(risen.at),
                )
                for risen in one.levels
            ],
            "made_by": MadeBy(
                algorithm=maker.algorithm,
                algorithm_version=maker.algorithm_version,
                models=maker.models,
                parameters=maker.parameters,
                zone=maker.zone,
                clock=maker.clock,
                revision=maker.revision,
            ),
            "evidence": [_evidence(ref, link) for ref in one.evidence],
            "decisions": [_decision(made) for made in one.decisions],
            "actions": list(lifecycle.actions(one.state, "reviewer")) if decides else [],
            "fixture": one.fixture,
        }
    )


def kind_names(algorithms: Algorithms) -> dict[str, Words]:
    """Return what people call each kind that an algorithm of the catalog can raise."""
    names: dict[str, Words] = {}
    for id in algorithms.ids:
        manifest = algorithms[id].manifest
        names.setdefault(manifest.kind, Words(zh=manifest.name.zh, en=manifest.name.en))
    return names


def level_name(algorithms: Algorithms, algorithm: str, level: int) -> Words | None:
    """Return what people call a level; None for the least and for one that has no name."""
    known = algorithms.by_id.get(algorithm)
    levels = () if known is None else known.manifest.levels
    if not levels or level < 1:
        return None
    name = levels[min(level, len(levels)) - 1].name
    return Words(zh=name.zh, en=name.en)


def at(unix: float) -> datetime:
    """Return unix seconds as an aware time."""
    return datetime.fromtimestamp(unix, UTC)


def _summary(
    one: stored.Incident, kinds: Mapping[str, Words], place: payload.CameraPlace, link: Links
) -> dict[str, object]:
    best = thumbnail(one)
    return {
        "id": one.id,
        "kind": one.kind,
        # A kind whose algorithm was taken out of the catalog keeps its bare name.
        "kind_name": kinds.get(one.kind, Words(zh=one.kind, en=one.kind.replace("_", " "))),
        "camera": _place(place),
        "zone": str(one.maker.zone.get("name", "")),
        "state": one.state,
        "version": one.version,
        "presence": one.presence,
        "severity": one.severity,
        "level": one.level,
        "score": one.score,
        "box": one.box,
        "since": at(one.since),
        "opened_at": at(one.opened_at),
        "updated_at": at(one.updated_at),
        "last_seen": at(one.last_seen),
        "cleared_at": None if one.cleared_at is None else at(one.cleared_at),
        "dwell_s": round(max(0.0, one.last_seen - one.since), 3),
        "merged": one.merged,
        "reopened": one.reopened,
        "muted": one.muted,
        "template": one.maker.template,
        "thumbnail": None if best is None else _evidence(best, link),
    }


def thumbnail(one: stored.Incident) -> EvidenceRef | None:
    """Return the picture in which a reviewer sees what it is: a small thing in its close-up."""
    width, height = one.box[2] - one.box[0], one.box[3] - one.box[1]
    first = ("close_up", "annotated") if width * height < SMALL else ("annotated", "close_up")
    for role in (*first, "wide", "start", "now", "after"):
        if (ref := _newest(one.evidence, role)) is not None:
            return ref
    return None


def _newest(evidence: Iterable[EvidenceRef], role: str) -> EvidenceRef | None:
    kept = [ref for ref in evidence if ref.role == role and ref.state == "attached"]
    return kept[-1] if kept else None


def _place(place: payload.CameraPlace) -> CameraPlace:
    return CameraPlace(
        id=place.id,
        name=place.name or place.id,
        owner_unit=place.owner_unit,
        place_code=place.place_code,
        gb_id=place.gb_id,
        lon=place.lon,
        lat=place.lat,
        crs=place.crs,
    )


def _evidence(ref: EvidenceRef, link: Links) -> Evidence:
    attached = ref.state == "attached"
    return Evidence(
        role=ref.role,
        state=ref.state,
        url=link.to(ref.sha256) if attached else "",
        media_type=ref.media_type,
        captured_at=at(ref.captured_at) if ref.captured_at else None,
        masked=link.masked,
        sha256=ref.sha256,
        why=ref.why,
    )


def _decision(made: stored.Decision) -> Decision:
    reason, note = split_reason(made.action, made.reason)
    return Decision(
        version=made.version,
        action=made.action,
        from_state=made.from_state,
        to_state=made.to_state,
        actor=made.actor,
        by=made.by,
        reason=reason,
        note=note,
        rule=made.rule,
        at=at(made.at),
    )


def split_reason(action: str, text: str) -> tuple[str, str]:
    """Return key and words of a stored 'key: words'; only a rejection has a key."""
    key, _, words = text.partition(":")
    if action == "reject" and key.strip() in lifecycle.REJECT_REASONS:
        return key.strip(), words.strip()
    return "", text


def join_reason(reason: str, note: str) -> str:
    """Return what is stored of a reason's key and a note."""
    return f"{reason}: {note}" if reason and note else reason or note
