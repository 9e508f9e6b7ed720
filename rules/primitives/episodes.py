"""`episodes`: the one place that times things; subjects in, findings out."""

from __future__ import annotations

from typing import Literal

import msgspec
from pydantic import Field

from rules import trace
from rules.observation import Fact, Finding, Measure, Scene, Sight, Subject
from rules.primitive import Params as Parameters
from rules.primitives.episode import (
    SLACK_S,
    Episode,
    Ledger,
    began_elsewhere,
    begun,
    held,
    join,
    marked,
)
from rules.zones import Zones

__all__ = ["Episode", "Episodes", "Ledger"]

_MOST_LEVELS = 8
_CONFIRM_SHARE = 0.5  # Of the dwell: evidence is kept well before an event is raised.

Change = Literal["candidate", "dropped", "opened", "updated", "cleared"]


class Episodes:
    """Conclusion. Four numbers, never folded into one: confirm, dwell, absence, repeat."""

    class Params(Parameters):
        """When an episode is announced, opened, repeated and over."""

        confirm_s: float = Field(
            1.0,
            ge=0.0,
            le=600.0,
            description="How long a condition must be visible before its evidence is kept, and a"
            " graver level before it counts; at most half as long as it must last.",
            json_schema_extra={
                "unit": "s",
                "replay": True,
                "counts_at_most": {"parameter": "dwell_s", "share": _CONFIRM_SHARE},
            },
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
        long_s: float = Field(
            0.0,
            ge=0.0,
            le=86400.0,
            description="Lasting longer than this it is at least at the second level; 0: never.",
            json_schema_extra={"unit": "s", "replay": True},
        )
        view_restarts: bool = Field(
            False,
            description="After a camera move a running dwell begins anew; an open episode goes on.",
            json_schema_extra={"replay": True},
        )

        @property
        def effective_confirm_s(self) -> float:
            """Return the confirmation that counts: never more than half the dwell."""
            return min(self.confirm_s, self.dwell_s * _CONFIRM_SHARE)

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
            told = [self._tell("dropped", e, now) for e in episodes if e.phase == "candidate"]
            # A dwell begins anew, an open episode waits to be seen.
            episodes = tuple(e for e in episodes if e.phase == "open")
        aspect = scene.observation.aspect
        seen, fresh = join(episodes, scene.subjects, aspect)
        kept: list[Episode | None] = []
        for episode in episodes:
            subject = seen.get(episode.key)
            if subject is None or not subject.holds:
                kept.append(self._unseen(episode, subject, elapsed, looking_since, now, told))
            elif began_elsewhere(episode, subject, aspect):
                self._ended(episode, now, told)
                fresh.append(subject)
            else:
                after = held(episode, subject, looking_since, now)
                kept.append(self._judged(after, subject, now, told))
        for number, subject in enumerate(fresh, state.count + 1):
            first = begun(subject, looking_since, now, number)
            kept.append(self._judged(first, subject, now, told))
        running = tuple(e for e in kept if e is not None)
        count = state.count + len(fresh)
        return Ledger(running, now, looking_since, count, epoch), tuple(told)

    def _judged(
        self, episode: Episode, subject: Subject, now: float, told: list[Finding]
    ) -> Episode:
        """Return an episode that holds now in its new phase; tell what follows."""
        lasted = now - episode.since + SLACK_S
        steady = episode.held >= self._p.presence * (episode.held + episode.missed)
        before = episode.level
        episode = self._traced(episode, "held", now, episode.measures)
        episode = self._graded(episode, subject, now)
        repeat = now - episode.reported + SLACK_S >= self._p.repeat_s
        if episode.phase == "noticed" and lasted >= self._p.effective_confirm_s:
            episode = marked(episode, "candidate", now)
            told.append(self._tell("candidate", episode, now))
        if episode.phase == "candidate" and steady and lasted >= self._p.dwell_s:
            episode = marked(episode, "open", now)
            told.append(self._tell("opened", episode, now, self._sampled(episode)))
        elif episode.phase == "open" and (repeat or episode.level > before):
            episode = msgspec.structs.replace(episode, reported=now)
            told.append(self._tell("updated", episode, now, self._sampled(episode)))
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
        measures = () if subject is None else trace.sound(subject.measures)
        episode = msgspec.structs.replace(episode, measures=measures or episode.measures)
        if subject is not None and subject.holds is None:
            hidden_s = now - max(episode.last_held, looking_since)
            episode = self._traced(episode, "hidden", now, measures)
            if hidden_s > self._p.hidden_s:
                self._ended(episode, now, told, Measure("hidden_s", hidden_s, self._p.hidden_s))
                return None
            return msgspec.structs.replace(episode, subject=subject.key, sight="hidden")
        absent_s = episode.absent_s + (elapsed if episode.sight == "gone" else 0.0)
        episode = msgspec.structs.replace(
            self._traced(episode, "gone", now, measures),
            sight="gone",
            absent_s=absent_s,
            refuted=episode.refuted or subject is not None,
            missed=episode.missed + 1,
            at_level=(),
        )
        if absent_s + SLACK_S >= self._p.absence_s:
            self._ended(episode, now, told, Measure("absent_s", absent_s, self._p.absence_s))
            return None
        return episode

    def _graded(self, episode: Episode, subject: Subject, now: float) -> Episode:
        """Return the episode with its level: one picture makes none, and an open one keeps it."""
        claimed = min(max(0, subject.level), _MOST_LEVELS)
        at_level = episode.at_level[:claimed]
        at_level += (now,) * (claimed - len(at_level))
        sure_s = self._p.effective_confirm_s
        level = sum(now - since + SLACK_S >= sure_s for since in at_level)
        if 0.0 < self._p.long_s <= now - episode.since + SLACK_S:
            level = max(level, 1)
        if episode.phase == "open":
            level = max(level, episode.level)
        return msgspec.structs.replace(episode, level=level, at_level=at_level)

    def _sampled(self, episode: Episode) -> dict[str, Fact]:
        """Say so when it could have gone and come back between two sightings."""
        return {"sampled": True} if episode.unseen_s > self._p.absence_s else {}

    def _traced(
        self, episode: Episode, sight: Sight, now: float, measures: tuple[Measure, ...]
    ) -> Episode:
        """Return the episode with this picture in its trace, if one is due."""
        course = episode.trace or trace.begun(episode.since, self._p.dwell_s)
        course = trace.sampled(course, now, sight, (*measures, self._presence(episode)))
        return msgspec.structs.replace(episode, trace=course)

    def _presence(self, episode: Episode) -> Measure:
        share = episode.held / (episode.held + episode.missed)
        return Measure("presence", round(share, 4), self._p.presence)

    def _ended(
        self, episode: Episode, now: float, told: list[Finding], why: Measure | None = None
    ) -> None:
        """Tell the end of an episode as its phase demands; one only noticed ends silently.

        `why` is the limit that ended it: seen to be gone, or hidden for too long.
        """
        if episode.phase == "open":
            seen_gone = why is None or why.name != "hidden_s"
            ended = (why,) if why else ()
            told.append(self._tell("cleared", episode, now, {"seen_gone": seen_gone}, ended))
        elif episode.phase == "candidate":
            told.append(self._tell("dropped", episode, now))

    def _tell(
        self,
        change: Change,
        episode: Episode,
        now: float,
        facts: dict[str, Fact] | None = None,
        ended: tuple[Measure, ...] = (),
    ) -> Finding:
        lasted = Measure("lasted_s", round(now - episode.since, 3), self._p.dwell_s)
        presence = self._presence(episode)
        course = None
        if change in ("opened", "updated", "cleared") and episode.trace is not None:
            sight = episode.trace.samples[-1].sight
            shown = (presence,) if ended else (*episode.measures, presence)
            course = trace.sampled(episode.trace, now, sight, shown, always=True)
            course = msgspec.structs.replace(course, since=episode.since)
        return Finding(
            change=change,
            key=episode.key,
            box=episode.box,
            since=episode.since,
            at=now,
            last_seen=episode.last_held,
            score=min(1.0, max(0.0, episode.score_sum / episode.held)),
            facts={**episode.facts, **(facts or {})},
            measures=ended or (*episode.measures, lasted, presence),
            level=episode.level,
            trace=course,
        )
