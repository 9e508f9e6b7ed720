"""One episode, and the pure steps that it takes: begun, held, marked, continued."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from rules import trace
from rules.boxes import nearness
from rules.observation import Box, Fact, Measure, Subject, Trace

_HERE = 0.35  # Nearness from which a subject with an unknown key may continue an episode.
_SAME = 0.6  # Nearness from which two boxes are readings of one thing that did not move.
SLACK_S = 1e-3
"""For times that went through floats."""

Phase = Literal["noticed", "candidate", "open"]


class Episode(msgspec.Struct, frozen=True):
    """One condition at one place, from its first sighting until it is over.

    `key` is the outside name, `subject` the key under which the steps know it at present, `said`
    the `since` they last gave for it. `box` is where it is, `anchor` where it began. `absent_s`
    is for how long, without a sighting in between, it was seen to be over; `refuted` that its own
    key said so; `unseen_s` the longest stretch without a sighting. `measures` are those that were
    told last; `level` how grave it is known to be, `at_level` since when each level above 0 has
    been claimed without a break.
    """

    key: str
    subject: str
    said: float | None
    box: Box
    anchor: Box
    since: float
    last_held: float
    phase: Phase = "noticed"
    sight: Literal["seen", "gone", "hidden"] = "seen"
    reported: float = 0.0
    absent_s: float = 0.0
    refuted: bool = False
    unseen_s: float = 0.0
    held: int = 1
    missed: int = 0
    score_sum: float = 0.0
    facts: dict[str, Fact] = {}
    measures: tuple[Measure, ...] = ()
    level: int = 0
    at_level: tuple[float, ...] = ()
    trace: Trace | None = None


class Ledger(msgspec.Struct, frozen=True):
    """State: the running episodes; last judged picture, its view, start of unbroken looking."""

    episodes: tuple[Episode, ...] = ()
    last: float | None = None
    looking_since: float = 0.0
    count: int = 0
    epoch: int = 0

    @property
    def timing(self) -> bool:
        """Say whether a dwell runs that is not up yet."""
        return any(episode.phase != "open" for episode in self.episodes)


def marked(episode: Episode, phase: Literal["candidate", "open"], now: float) -> Episode:
    """Return an episode that enters a phase now."""
    course = episode.trace
    if phase == "open":
        course = course and msgspec.structs.replace(course, opened_at=now)
        return msgspec.structs.replace(episode, phase=phase, trace=course, reported=now)
    course = course and msgspec.structs.replace(course, kept_at=now)
    return msgspec.structs.replace(episode, phase=phase, trace=course)


def began_elsewhere(episode: Episode, subject: Subject, aspect: float) -> bool:
    """Tell whether the same thing began anew at another spot before its dwell was up."""
    return (
        episode.phase != "open"
        and subject.since is not None
        and subject.since > episode.last_held + SLACK_S
        and nearness(episode.anchor, subject.box, aspect) < _SAME
    )


def held(episode: Episode, subject: Subject, looking_since: float, now: float) -> Episode:
    """Return an episode that was seen to hold in this picture."""
    since = episode.since
    # A step may correct itself. But a start after the last sighting is a flicker (it would have
    # been `began_elsewhere` otherwise), and under a new key it is only the start of that key.
    corrected = subject.key == episode.subject and subject.since != episode.said
    if corrected and episode.phase != "open" and subject.since is not None:
        late = subject.since > episode.last_held + SLACK_S
        since = since if late else min(max(subject.since, looking_since), now)
    return msgspec.structs.replace(
        episode,
        subject=subject.key,
        said=subject.since,
        box=subject.box,
        since=since,
        last_held=now,
        sight="seen",
        absent_s=0.0,
        refuted=False,
        unseen_s=max(episode.unseen_s, now - episode.last_held),
        held=episode.held + 1,
        score_sum=episode.score_sum + subject.score,
        facts=subject.facts,
        measures=trace.sound(subject.measures),
    )


def begun(subject: Subject, looking_since: float, now: float, number: int) -> Episode:
    """Return the episode that a subject begins; `number` tells those of one picture apart."""
    since = now if subject.since is None else min(max(subject.since, looking_since), now)
    return Episode(
        key=f"{round(now * 1000)}-{number}",
        subject=subject.key,
        said=subject.since,
        box=subject.box,
        anchor=subject.box,
        since=since,
        last_held=now,
        score_sum=subject.score,
        facts=subject.facts,
        measures=trace.sound(subject.measures),
    )


def join(
    episodes: tuple[Episode, ...], subjects: tuple[Subject, ...], aspect: float
) -> tuple[dict[str, Subject], list[Subject]]:
    """Return which subject continues which episode (by its key), and the subjects of new ones."""
    by_subject = {s.key: s for s in subjects}
    seen = {e.key: by_subject[e.subject] for e in episodes if e.subject in by_subject}
    known = {s.key for s in seen.values()}
    free = [s for s in subjects if s.key not in known and s.holds is not False]
    for episode, subject in _by_place(episodes, free, aspect):
        # One that was refuted under its own key is over; what stands there now is another one.
        if episode.key in seen or subject.key in known or episode.refuted:
            continue
        seen[episode.key] = subject
        known.add(subject.key)
    fresh: list[Subject] = []
    taken = [s.box for s in seen.values() if s.holds is not False]
    for subject in free:
        double = any(nearness(box, subject.box, aspect) >= _SAME for box in taken)
        if subject.holds and subject.key not in known and not double:
            fresh.append(subject)
            taken.append(subject.box)
    return seen, fresh


def _by_place(
    episodes: tuple[Episode, ...], subjects: list[Subject], aspect: float
) -> Iterator[tuple[Episode, Subject]]:
    """Yield episodes with the subjects near them, nearest first."""
    pairs = [(nearness(e.box, s.box, aspect), e, s) for e in episodes for s in subjects]
    pairs.sort(key=lambda pair: -pair[0])
    return ((e, s) for near, e, s in pairs if near >= _HERE)
