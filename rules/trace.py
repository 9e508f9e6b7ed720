"""The short memory of an episode: few samples, evenly thinned as it gets longer."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import msgspec

from rules.observation import Measure, Sample, Series, Sight, Trace

MOST = 64
"""Samples of one trace at most, but for the one of the picture that decides."""

_AFTER_THINNING = 48
_PER_DWELL = 32  # Samples of a dwell, if its pictures are not rarer.
_SLACK_S = 1e-3


def begun(since: float, dwell_s: float) -> Trace:
    """Return the empty trace of an episode that must last `dwell_s` seconds."""
    return Trace(since=since, every_s=max(dwell_s, 1.0) / _PER_DWELL)


def sampled(
    trace: Trace, at: float, sight: Sight, measures: Sequence[Measure], always: bool = False
) -> Trace:
    """Return the trace with this picture, if one is due or the sight changed, or `always`."""
    at = round(at, 3)
    last = trace.samples[-1] if trace.samples else None
    due = last is None or sight != last.sight or at - last.at + _SLACK_S >= trace.every_s
    if not (due or (always and last is not None and last.at < at)):
        return trace
    series = _joined(trace.series, measures)
    now = {m.name: m.value for m in measures}
    values = tuple(None if one.name not in now else _short(now[one.name]) for one in series)
    trace = msgspec.structs.replace(
        trace, series=series, samples=(*trace.samples, Sample(at, sight, values))
    )
    return trace if always or len(trace.samples) <= MOST else _thinned(trace)


def sound(measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """Return the measures that are numbers, as plain ones; others could not be stored."""
    return tuple(
        Measure(m.name, float(m.value), float(m.limit), m.above)
        for m in measures
        if isfinite(m.value) and isfinite(m.limit)
    )


def _joined(series: tuple[Series, ...], measures: Sequence[Measure]) -> tuple[Series, ...]:
    """Return the series with the newest limits, and with what is measured for the first time."""
    now = {m.name: Series(m.name, m.limit, m.above) for m in measures}
    known = [now.pop(one.name, one) for one in series]
    return (*known, *now.values())


def _thinned(trace: Trace) -> Trace:
    """Drop flickers first; only a trace that is long, not restless, gets coarser."""
    every_s, kept = trace.every_s, _apart(trace.samples, trace.every_s)
    while len(kept) > _AFTER_THINNING:
        every_s *= 2.0
        kept = _apart(trace.samples, every_s)
    return msgspec.structs.replace(trace, every_s=every_s, samples=kept)


def _apart(samples: Sequence[Sample], every_s: float) -> tuple[Sample, ...]:
    kept: list[Sample] = []
    for sample in samples:
        if not kept or sample.at - kept[-1].at + _SLACK_S >= every_s:
            kept.append(sample)
    return tuple(kept)


def _short(value: float) -> float:
    """Four digits are more than a person reads, and keep the state small."""
    return float(f"{value:.4g}")
