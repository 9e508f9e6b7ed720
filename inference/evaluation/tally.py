"""What many judged scenes add up to: recall and false events an hour, each with its bound."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from inference.evaluation.bounds import rate_at_most, wilson
from inference.evaluation.generated import Judged

GOAL = 0.95
"""Recall that every kind shall reach."""


class Tally(msgspec.Struct, frozen=True):
    """One line of a table: an algorithm over some scenes.

    `positives` are events that had to be raised, `found` those raised in their window. Negatives
    are scenes without an event of this algorithm: `hours` of them, `false_events` raised in them.
    `stray` counts what was raised in positives beside the event: too early, too late, or twice.
    """

    name: str
    kind: str
    positives: int
    found: int
    hours: float
    false_events: int
    stray: int
    unable: int
    """Scenes in which the algorithm did not run to the end."""

    @property
    def recall(self) -> float | None:
        """Return found / positives, None without positives."""
        return self.found / self.positives if self.positives else None

    @property
    def recall_bounds(self) -> tuple[float, float]:
        """Return the 95 % Wilson interval of the recall."""
        return wilson(self.found, self.positives)

    @property
    def per_hour(self) -> float | None:
        """Return false events per camera-hour of negatives, None where none was watched."""
        return self.false_events / self.hours if self.hours else None

    @property
    def per_hour_at_most(self) -> float:
        """Return the one-sided 95 % upper bound of false events per camera-hour."""
        return rate_at_most(self.false_events, self.hours)


def by_kind(scenes: Sequence[Judged]) -> list[Tally]:
    """Return one tally for every algorithm that was run."""
    kinds = dict.fromkeys(row.kind for scene in scenes for row in scene.rows)
    return [_tally(kind, kind, scenes) for kind in sorted(kinds)]


def by_script(scenes: Sequence[Judged]) -> list[Tally]:
    """Return one tally for each script and algorithm that has something to tell there.

    That is what the script is about, and whatever else raised something in it.
    """
    return _grouped(scenes, lambda scene: (scene.script,))


def by_condition(scenes: Sequence[Judged]) -> list[Tally]:
    """Return one tally for each condition and algorithm; 'plain' is a scene without any."""
    grouped = _grouped(scenes, lambda scene: scene.conditions or ("plain",), everything=True)
    return [tally for tally in grouped if tally.positives or tally.false_events]


def _grouped(
    scenes: Sequence[Judged],
    groups: Callable[[Judged], Iterable[str]],
    *,
    everything: bool = False,
) -> list[Tally]:
    members: dict[str, list[Judged]] = {}
    for scene in scenes:
        for group in groups(scene):
            members.setdefault(group, []).append(scene)
    tallies = []
    for name, group_scenes in sorted(members.items()):
        about = {scene.kind for scene in group_scenes}
        kinds = dict.fromkeys(row.kind for scene in group_scenes for row in scene.rows)
        for kind in sorted(kinds):
            tally = _tally(name, kind, group_scenes)
            if everything or kind in about or tally.false_events or tally.stray or tally.unable:
                tallies.append(tally)
        if not everything and not about & set(kinds):
            quiet = [t for t in tallies if t.name == name]
            if not quiet:
                hours = sum(scene.duration_s for scene in group_scenes) / 3600
                tallies.append(Tally(name, "-", 0, 0, hours, 0, 0, 0))
    return tallies


def _tally(name: str, kind: str, scenes: Iterable[Judged]) -> Tally:
    rows = [(scene, row) for scene in scenes for row in scene.rows if row.kind == kind]
    negatives = [(scene, row) for scene, row in rows if not row.expected]
    return Tally(
        name=name,
        kind=kind,
        positives=sum(row.expected for _, row in rows),
        found=sum(row.found for _, row in rows),
        hours=sum(scene.duration_s for scene, _ in negatives) / 3600,
        false_events=sum(row.false for _, row in negatives),
        stray=sum(row.false for _, row in rows if row.expected),
        unable=sum(bool(row.note) for _, row in rows),
    )
