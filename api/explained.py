"""Why an incident was raised, as a message: each number with its name, unit and limit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from api.schemas.base import Words
from api.schemas.incident import Explained, Measure, Measured, Sample, Trace
from events import trace as kept
from rules.labels import UNITS
from rules.measures import MEASURES
from rules.measures import Words as Named
from store import explained as stored


def explained(found: stored.Explained | None) -> Explained | None:
    """Return what an incident rests on in words, None where nothing was kept."""
    if found is None:
        return None
    return Explained(
        change=found.change,
        at=_at(found.at),
        level=found.level,
        measures=[
            Measure(**_measured(m.name, m.limit, m.above), value=m.value, met=m.met)
            for m in found.measures
        ],
        trace=None if found.trace is None else _trace(found.trace),
    )


def _trace(trace: kept.Trace) -> Trace:
    width = len(trace.series)
    return Trace(
        began_at=_at(trace.since),
        evidence_at=None if trace.kept_at is None else _at(trace.kept_at),
        raised_at=None if trace.opened_at is None else _at(trace.opened_at),
        every_s=trace.every_s,
        series=[Measured(**_measured(s.name, s.limit, s.above)) for s in trace.series],
        samples=[
            Sample(
                at=_at(sample.at),
                sight=sample.sight,
                values=[*sample.values, *[None] * (width - len(sample.values))],
            )
            for sample in trace.samples
        ],
    )


def _measured(name: str, limit: float, above: bool) -> dict[str, Any]:
    """Return a number's words; one that a rule of before used keeps its bare name."""
    named = MEASURES.get(name) or Named(name.replace("_", " "), name)
    unit = Words(zh=UNITS[named.unit], en=named.unit) if named.unit else None
    return {
        "name": name,
        "words": Words(zh=named.zh, en=named.en),
        "unit": unit,
        "percent": named.percent,
        "limit": limit,
        "above": above,
    }


def _at(unix: float) -> datetime:
    return datetime.fromtimestamp(unix, UTC)
