"""From a finding to an alert on disk: pictures, masks, clip and identity, all before it counts."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

import msgspec

from events.alert import Alert, EvidenceRef, Maker
from events.trace import Measure, Trace
from inference import evidence
from inference.clips import ClipRecorder
from inference.task import TaskRunner
from models.detector import Detections
from rules.observation import Finding
from streams.picture import Shot

log = logging.getLogger(__name__)

_SPACE = uuid.UUID("5d6a2f0e-6a53-4d0c-9a55-0c5b3f1d7c11")
"""Namespace of alert ids; changing it would double every alert that is spooled twice."""

Tables = Callable[[], Mapping[str, Detections]]
"""Everything the models can say of a picture, run on demand: masks must not miss a kind."""


class AlertSink(Protocol):
    """Where alerts go: the spool."""

    def put(self, alert: Alert) -> None:
        """Keep one alert for good before returning."""
        ...


def alert_id(camera: str, algorithm: str, finding: Finding) -> str:
    """Return the id of the alert of a finding: the same again after a restart.

    An episode is named by its key and its beginning; a repeated update by its time.
    """
    moment = f"{finding.at:.1f}" if finding.change == "updated" else ""
    name = f"{camera}|{algorithm}|{finding.key}|{finding.change}|{moment}"
    return str(uuid.uuid5(_SPACE, name))


Kept = TypeVar("Kept", Measure, Trace)


def _kept(value: msgspec.Struct, kind: type[Kept]) -> Kept:
    """Return what a rule said in the form in which it is kept; the two forms are the same."""
    return msgspec.convert(msgspec.to_builtins(value), kind)


class Recorder:
    """Turns findings into spooled alerts. Used by the judging thread."""

    def __init__(
        self,
        sink: AlertSink,
        put: evidence.Put,
        clips: ClipRecorder,
        hashes: Callable[[], Mapping[str, str]],
        revision: Callable[[], int],
        clock: str,
    ) -> None:
        self._sink = sink
        self._put = put
        self._clips = clips
        self._hashes = hashes
        self._revision = revision
        self._clock = clock

    def record(self, runner: TaskRunner, shot: Shot, finding: Finding, tables: Tables) -> None:
        """Keep what one finding means; on return it survives a crash.

        Raises:
            OSError: the disk did not take it.
        """
        if finding.change == "candidate":
            seen = evidence.taken(shot, tables())
            start = evidence.single("start", seen, self._put)
            self._clips.candidate(runner.key, finding, start)
        elif finding.change == "dropped":
            self._clips.drop(runner.key, finding.key)
        else:
            self._spool(runner, shot, finding, tables)

    def _spool(self, runner: TaskRunner, shot: Shot, finding: Finding, tables: Tables) -> None:
        alert = self._alert(runner, finding)
        refs = self._pictures(runner, shot, finding, tables)
        if finding.change == "opened":
            start = self._clips.start_of(runner.key, finding.key)
            refs = (*((start,) if start else ()), *refs, EvidenceRef("clip", "pending"))
        alert = msgspec.structs.replace(alert, evidence=refs)
        self._sink.put(alert)
        if finding.change == "opened":
            self._clips.begin(alert)
            self._clips.drop(runner.key, finding.key)
        log.info("%s %s on %s (score %.2f)", alert.kind, alert.change, alert.camera, alert.score)

    def _pictures(
        self, runner: TaskRunner, shot: Shot, finding: Finding, tables: Tables
    ) -> tuple[EvidenceRef, ...]:
        seen = evidence.taken(shot, tables())
        if finding.change == "opened":
            return evidence.pictures(seen, finding.box, runner.task.algorithm, self._put)
        role = "after" if finding.change == "cleared" else "now"
        return (evidence.single(role, seen, self._put),)

    def _alert(self, runner: TaskRunner, finding: Finding) -> Alert:
        manifest = runner.algorithm.manifest
        if finding.change not in ("opened", "updated", "cleared"):
            raise AssertionError(f"{finding.change} makes no alert")
        hashes = self._hashes()
        zones = [zone.model_dump(mode="json") for zone in runner.task.zones]
        maker = Maker(
            algorithm=manifest.id,
            algorithm_version=manifest.version,
            models={m: hashes.get(m, "") for m in runner.models.values()},
            parameters=runner.parameters.model_dump(mode="json"),
            zone={"name": finding.facts.get("zone", ""), "zones": zones},
            clock=self._clock,
            revision=self._revision(),
            template=runner.task.template,
        )
        return Alert(
            id=alert_id(runner.camera.id, manifest.id, finding),
            change=finding.change,
            camera=runner.camera.id,
            algorithm=manifest.id,
            kind=manifest.kind,
            episode=finding.key,
            box=finding.box,
            since=finding.since,
            at=finding.at,
            last_seen=finding.last_seen,
            score=finding.score,
            severity=manifest.severity_at(finding.level),
            facts=finding.facts,
            maker=maker,
            review=manifest.review if runner.task.review is None else runner.task.review,
            measures=tuple(_kept(m, Measure) for m in finding.measures),
            level=finding.level,
            trace=None if finding.trace is None else _kept(finding.trace, Trace),
        )
