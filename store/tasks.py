"""Tasks as wanted, found by camera or by algorithm, and when they looked."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store import desired
from store.observed import Interval
from store.tables import AppliedRow, CameraRow, IntervalRow, TaskRow
from store.values import Task


def of_camera(session: Session, camera: str) -> tuple[Task, ...]:
    """Return a camera's tasks by algorithm."""
    rows = session.scalars(
        select(TaskRow).where(TaskRow.camera == camera).order_by(TaskRow.algorithm)
    )
    return tuple(desired.value_of(Task, row) for row in rows)


def intervals(session: Session, camera: str, algorithm: str, start: float) -> tuple[Interval, ...]:
    """Return the intervals of a pair that reach beyond `start`, oldest first."""
    rows = session.scalars(
        select(IntervalRow)
        .where(
            IntervalRow.camera == camera,
            IntervalRow.algorithm == algorithm,
            or_(IntervalRow.ended.is_(None), IntervalRow.ended > start),
        )
        .order_by(IntervalRow.began, IntervalRow.id)
    )
    return tuple(Interval(r.watching, r.because, r.began, r.ended, r.seen_at) for r in rows)


class Use:
    """How an algorithm is used over all cameras.

    `applied` is the oldest revision that the worker runs on a camera that has it on; None while
    it has not told one of them, and without such cameras.
    """

    def __init__(self) -> None:
        self.cameras = 0
        self.applied: int | None = None
        self.overridden: dict[str, list[str]] = {}


def uses(session: Session) -> dict[str, Use]:
    """Return by algorithm how many cameras have it on, and who gives parameters own values.

    A template counts as a value of its own for every camera that uses it.
    """
    templates = {t.id: t.parameters for t in desired.templates_in(session)}
    rows = session.execute(
        select(
            TaskRow.camera,
            TaskRow.algorithm,
            TaskRow.template,
            TaskRow.parameters,
            TaskRow.enabled,
            CameraRow.enabled,
            AppliedRow.revision,
        )
        .join(CameraRow, CameraRow.id == TaskRow.camera)
        .outerjoin(AppliedRow, AppliedRow.camera == TaskRow.camera)
        .order_by(TaskRow.camera)
    )
    found: dict[str, Use] = {}
    for camera, algorithm, template, own, task_on, camera_on, applied in rows:
        use = found.setdefault(algorithm, Use())
        if task_on and camera_on:
            before = applied if use.cameras == 0 else use.applied
            use.applied = None if applied is None or before is None else min(before, applied)
            use.cameras += 1
        for parameter in {**templates.get(template, {}).get(algorithm, {}), **own}:
            use.overridden.setdefault(parameter, []).append(camera)
    return found


def template_uses(session: Session) -> dict[str, int]:
    """Return how many tasks use each template that any uses."""
    found: dict[str, int] = {}
    for template in session.scalars(select(TaskRow.template).where(TaskRow.template != "")):
        found[template] = found.get(template, 0) + 1
    return found
