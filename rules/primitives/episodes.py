"""`episodes`: the one place that times things; subjects in, findings out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec
from pydantic import Field

from rules.boxes import nearness
from rules.observation import Box, Fact, Finding, Scene, Subject
from rules.primitive import Params as Parameters
from rules.zones import Zones

_HERE = 0.35  # Nearness from which a subject with an unknown key may continue an episode.
_SAME = 0.6  # Nearness from which two boxes are readings of one thing that did not move.
_SLACK_S = 1e-3  # For times that went through floats.

Phase = Literal["noticed", "candidate", "open"]
Change = Literal["candidate", "dropped", "opened", "updated", "cleared"]


class Episode(msgspec.Struct, frozen=True):
    """One condition at one place, from its first sighting until it is over.

    `key` is the outside name, `subject` the key under which the steps know it at present, `said`
    the `since` they last gave for it. `box` is where it is, `anchor` where it began. `absent_s`
    is for how long, without a sighting in between, it was seen to be over; `refuted` that its own
    key said so; `unseen_s` the longest stretch without a sighting.
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


class Episodes:
    """Conclusion. Four numbers, never folded into one: confirm, dwell, absence, repeat."""

    class Params(Parameters):
        """When an episode is announced, opened, repeated and over."""

        confirm_s: float = Field(
            1.0,
            ge=0.0,
            le=600.0,
            description="How long a condition must be visible before its evidence is kept; at most"
            " as long as it must last.",
            json_schema_extra={"unit": "s", "replay": True},
        )
        dwell_s: float = Field(
            60.0,
            ge=0.0,
            le=86400.0,
            description="How long a condition must last before it is an event.",
            json_schema_extra={"unit": "s", "replay": True},
        )
        absence_s: float = Field(
            10.0,
            ge=0.0,
            le=3600.0,
            description="How long it must be seen to be gone before it is over.",
            json_schema_extra={"unit": "s", "replay": True},
        )
        repeat_s: float = Field(
            60.0,
            ge=1.0,
            le=86400.0,
            description="While it lasts, it is reported again at most this often.",
            json_schema_extra={"unit": "s", "replay": True},
        )
        hidden_s: float = Field(
            900.0,
            ge=1.0,
            le=86400.0,
            description="How long it may be hidden, or go without pictures, and still run on.",
            json_schema_extra={"unit": "s", "replay": True},
        )
        presence: float = Field(
            0.5,
            ge=0.0,
            le=1.0,
            description="Share of the pictures able to show it in which it must have held.",
            json_schema_extra={"unit": "0..1", "replay": True},
        )
        view_restarts: bool = Field(
            False,
            description="After a camera move a running dwell begins anew; an open episode goes on.",
            json_schema_extra={"replay": True},
        )

    State = Ledger

    def __init__(self, params: Params, zones: Zones) -> None:
        self._p = params

    def conclude(
        self, state: Ledger, scene: Scene, now: float
    ) -> tuple[Ledger, tuple[Finding, ...]]:
        """Time the subjects of one scene. A paused scene changes nothing at all."""
        if scene.paused:
            return state, ()
        told: list[Finding] = []
        episodes, looking_since = state.episodes, state.looking_since
        elapsed = 0.0 if state.last is None else max(0.0, now - state.last)
        epoch = scene.observation.view.epoch
        elsewhere = self._p.view_restarts and state.epoch not in (0, epoch)
        if state.last is None or elapsed > self._p.hidden_s or elsewhere:
            looking_since = now
            episodes, told = _after_blindness(episodes, now)
        aspect = scene.observation.aspect
        seen, fresh = _join(episodes, scene.subjects, aspect)
        kept: list[Episode | None] = []
        for episode in episodes:
            subject = seen.get(episode.key)
            if subject is None or not subject.holds:
                kept.append(self._unseen(episode, subject, elapsed, looking_since, now, told))
            elif _elsewhere(episode, subject, aspect):
                _ended(episode, now, told)
                fresh.append(subject)
            else:
                after = _held(episode, subject, looking_since, now)
                kept.append(self._judged(after, now, told))
        for number, subject in enumerate(fresh, state.count + 1):
            kept.append(self._judged(_begun(subject, looking_since, now, number), now, told))
        running = tuple(e for e in kept if e is not None)
        count = state.count + len(fresh)
        return Ledger(running, now, looking_since, count, epoch), tuple(told)

    def _judged(self, episode: Episode, now: float, told: list[Finding]) -> Episode:
        """Return an episode that holds now in its new phase; tell what follows."""
        lasted = now - episode.since + _SLACK_S
        steady = episode.held >= self._p.presence * (episode.held + episode.missed)
        if episode.phase == "noticed" and lasted >= min(self._p.confirm_s, self._p.dwell_s):
            episode = msgspec.structs.replace(episode, phase="candidate")
            told.append(_tell("candidate", episode, now))
        if episode.phase == "candidate" and steady and lasted >= self._p.dwell_s:
            episode = msgspec.structs.replace(episode, phase="open", reported=now)
            told.append(_tell("opened", episode, now, self._sampled(episode)))
        elif episode.phase == "open" and now - episode.reported + _SLACK_S >= self._p.repeat_s:
            episode = msgspec.structs.replace(episode, reported=now)
            told.append(_tell("updated", episode, now, self._sampled(episode)))
        return episode

    def _unseen(
        self,
        episode: Episode,
        subject: Subject | None,
        elapsed: float,
        looking_since: float,
        now: float,
        told: list[Finding],
    ) -> Episode | None:
        """Return an episode that does not hold, or cannot be seen, now; None when it is over."""
        if subject is not None and subject.holds is None:
            if now - max(episode.last_held, looking_since) > self._p.hidden_s:
                _ended(episode, now, told, seen_gone=False)
                return None
            return msgspec.structs.replace(episode, subject=subject.key, sight="hidden")
        absent_s = episode.absent_s + (elapsed if episode.sight == "gone" else 0.0)
        if absent_s + _SLACK_S >= self._p.absence_s:
            _ended(episode, now, told)
            return None
        return msgspec.structs.replace(
            episode,
            sight="gone",
            absent_s=absent_s,
            refuted=episode.refuted or subject is not None,
            missed=episode.missed + 1,
        )

    def _sampled(self, episode: Episode) -> dict[str, Fact]:
        """Say so when it could have gone and come back between two sightings."""
        return {"sampled": True} if episode.unseen_s > self._p.absence_s else {}


def _after_blindness(
    episodes: tuple[Episode, ...], now: float
) -> tuple[tuple[Episode, ...], list[Finding]]:
    """Nobody looked for too long: a dwell begins anew, an open episode waits to be seen."""
    gone = [_tell("dropped", e, now) for e in episodes if e.phase == "candidate"]
    return tuple(e for e in episodes if e.phase == "open"), gone


def _elsewhere(episode: Episode, subject: Subject, aspect: float) -> bool:
    """Tell whether the same thing began anew at another spot before its dwell was up."""
    return (
        episode.phase != "open"
        and subject.since is not None
        and subject.since > episode.last_held + _SLACK_S
        and nearness(episode.anchor, subject.box, aspect) < _SAME
    )


def _held(episode: Episode, subject: Subject, looking_since: float, now: float) -> Episode:
    """Return an episode that was seen to hold in this picture."""
    since = episode.since
    # A step may correct itself. But a start after the last sighting is a flicker (it would have
    # been `_elsewhere` otherwise), and under a new key it is only the start of that key.
    corrected = subject.key == episode.subject and subject.since != episode.said
    if corrected and episode.phase != "open" and subject.since is not None:
        late = subject.since > episode.last_held + _SLACK_S
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
    )


def _begun(subject: Subject, looking_since: float, now: float, number: int) -> Episode:
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
    )


def _ended(episode: Episode, now: float, told: list[Finding], seen_gone: bool = True) -> None:
    """Tell the end of an episode as its phase demands; one that was only noticed ends silently."""
    if episode.phase == "open":
        told.append(_tell("cleared", episode, now, {"seen_gone": seen_gone}))
    elif episode.phase == "candidate":
        told.append(_tell("dropped", episode, now))


def _tell(
    change: Change, episode: Episode, now: float, facts: dict[str, Fact] | None = None
) -> Finding:
    score = min(1.0, max(0.0, episode.score_sum / episode.held))
    return Finding(
        change=change,
        key=episode.key,
        box=episode.box,
        since=episode.since,
        at=now,
        last_seen=episode.last_held,
        score=score,
        facts={**episode.facts, **(facts or {})},
    )


def _join(
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
