"""Clips of alerts: the ring's pre-roll is on disk at once, the rest follows; lost is said so."""

from __future__ import annotations

import logging
import shutil
import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec

from events.alert import Alert, EvidenceRef
from inference.files import write_atomically
from rules.observation import Finding
from streams.libav.mux import MuxError, mux
from streams.ring import PacketRing, RingClip

log = logging.getLogger(__name__)

PRE_S = 10.0
POST_S = 5.0
_GIVE_UP_S = 60.0
"""Seconds of capture time without news of the camera after which a clip takes what there is."""

RESERVE_BYTES = 512 << 20
"""With less free, no new clip is written: what is left is for alerts and their pictures."""

Key = tuple[str, str]


class _Pending(msgspec.Struct, frozen=True):
    """A clip that still waits for its post-roll, as it stands on disk."""

    alert: Alert
    start: float
    end: float


class _Candidate(msgspec.Struct, frozen=True):
    """The start picture of a dwell that may come to nothing."""

    camera: str
    algorithm: str
    episode: str
    start: EvidenceRef


class ClipRecorder:
    """Keeps pre-rolls and start pictures, finishes clips, and spools what became of them.

    `candidate`, `drop`, `start_of` and `begin` are called by the judging thread, `finish` by the
    clips part; they share files and no memory.
    """

    def __init__(
        self,
        folder: Path,
        ring_of: Callable[[str], PacketRing | None],
        put_file: Callable[[Path], str],
        spool: Callable[[Alert], None],
        most_candidates: int = 1000,
        reserve_bytes: int = RESERVE_BYTES,
    ) -> None:
        self.wrong = ""
        """Why clips are refused or wait; '' when all is well."""
        self._reserve = reserve_bytes
        self._folder = folder
        self._starts = folder / "candidates"
        self._starts.mkdir(parents=True, exist_ok=True)
        self._ring_of = ring_of
        self._put_file = put_file
        self._spool = spool
        self._most = most_candidates
        self._waited: dict[str, int] = {}

    # -- candidates ---------------------------------------------------------------------------

    def candidate(self, key: Key, finding: Finding, start: EvidenceRef) -> None:
        """Keep the start picture of a dwell; the oldest go when there are too many."""
        kept = sorted(self._starts.glob("*.json"), key=lambda p: p.stat().st_mtime)
        for old in kept[: max(0, len(kept) - self._most + 1)]:
            old.unlink(missing_ok=True)
        value = _Candidate(key[0], key[1], finding.key, start)
        write_atomically(self._start_file(key, finding.key), msgspec.json.encode(value))

    def drop(self, key: Key, episode: str) -> None:
        """Forget a candidate that came to nothing; its picture is swept as an orphan."""
        self._start_file(key, episode).unlink(missing_ok=True)

    def start_of(self, key: Key, episode: str) -> EvidenceRef | None:
        """Return the start picture of an episode, None when none was kept."""
        try:
            data = self._start_file(key, episode).read_bytes()
        except FileNotFoundError:
            return None
        return msgspec.json.decode(data, type=_Candidate).start

    def _start_file(self, key: Key, episode: str) -> Path:
        name = uuid.uuid5(uuid.NAMESPACE_OID, "|".join((*key, episode)))
        return self._starts / f"{name}.json"

    # -- clips --------------------------------------------------------------------------------

    def begin(self, alert: Alert) -> None:
        """Put the pre-roll of an alert on disk and remember that the clip is pending."""
        pending = _Pending(alert, alert.at - PRE_S, alert.at + POST_S)
        ring = self._ring_of(alert.camera)
        clip = ring.clip(pending.start, alert.at) if ring else None
        # What is left of a disk is for alerts and their pictures.
        if clip is not None and not self._crowded():
            write_atomically(self._packets(alert.id), msgspec.msgpack.encode(clip))
        write_atomically(self._job(alert.id), msgspec.json.encode(pending))

    def finish(self, live: Mapping[str, bool], *, last_call: bool = False) -> int:
        """Finish every clip whose post-roll is there; return how many are still pending.

        `live` says of each camera whether its source still runs. With `last_call` (the worker
        stops, or has just started after a crash) each clip takes what there is.
        """
        left = 0
        for job in sorted(self._folder.glob("*.clip.json")):
            pending = msgspec.json.decode(job.read_bytes(), type=_Pending)
            why = self._ready(pending, live.get(pending.alert.camera, False), last_call)
            if why is None:
                left += 1
                continue
            try:
                self._spool(self._made(pending, why))
            except OSError as error:
                # The promise stands in its job's file: it is kept, or broken with words, later.
                self._say(f"clips wait: {error.strerror or type(error).__name__}")
                return left + 1
            self._say(self._crowded())
            job.unlink(missing_ok=True)
            self._packets(pending.alert.id).unlink(missing_ok=True)
            self._waited.pop(pending.alert.id, None)
        return left

    def _crowded(self) -> str:
        """Return why no new clip is written, '' while there is room."""
        free = shutil.disk_usage(self._folder).free
        return "" if free >= self._reserve else f"disk nearly full ({free >> 20} MiB): no new clips"

    def _say(self, wrong: str) -> None:
        if wrong and wrong.partition("(")[0] != self.wrong.partition("(")[0]:
            log.error("%s", wrong)
        self.wrong = wrong

    def settle(self, promised: Iterable[Alert]) -> int:
        """Give up clips that were promised and are not being made; return how many."""
        lost = [alert for alert in promised if not self._job(alert.id).exists()]
        for alert in lost:
            ref = EvidenceRef("clip", "lost", why="the worker was stopped before it was kept")
            self._spool(_clip_of(alert, ref))
        return len(lost)

    def _ready(self, pending: _Pending, live: bool, last_call: bool) -> str | None:
        """Return None to wait, '' when complete, or why the clip is cut short."""
        ring = self._ring_of(pending.alert.camera)
        latest = ring.latest if ring else None
        if latest is not None and latest >= pending.end:
            return ""
        if last_call:
            return "cut short: the worker was stopped before the end"
        if not live:
            return "cut short: the camera went away"
        calls = self._waited[pending.alert.id] = self._waited.get(pending.alert.id, 0) + 1
        return "cut short: no more packets came" if calls > _GIVE_UP_S else None

    def _made(self, pending: _Pending, why: str) -> Alert:
        """Return the evidence alert: the clip attached, or lost and why."""
        alert = pending.alert
        path = self._folder / f"{alert.id}.mp4"
        try:
            clip = self._best(pending)
            crowded = self._crowded()
            if clip is None or crowded:
                why = crowded or why or "no packets were kept"
                ref = EvidenceRef("clip", "lost", why=why)
            else:
                mux(clip.opened, clip.packets, path)
                digest = self._put_file(path)
                ref = EvidenceRef("clip", "attached", digest, "video/mp4", clip.start, why=why)
        except (OSError, MuxError) as error:
            log.error("clip of alert %s is lost: %s", alert.id, error)
            ref = EvidenceRef("clip", "lost", why=f"could not be written: {type(error).__name__}")
        finally:
            path.unlink(missing_ok=True)
        return _clip_of(alert, ref)

    def _best(self, pending: _Pending) -> RingClip | None:
        """Return the packets from the ring, or the pre-roll on disk when that reaches further."""
        ring = self._ring_of(pending.alert.camera)
        fresh = ring.clip(pending.start, pending.end) if ring else None
        try:
            data = self._packets(pending.alert.id).read_bytes()
            early: RingClip | None = msgspec.msgpack.decode(data, type=RingClip)
        except (FileNotFoundError, msgspec.DecodeError):
            early = None
        whole = [clip for clip in (fresh, early) if clip is not None and clip.packets]
        covering = [clip for clip in whole if clip.start <= pending.alert.at]
        return max(covering or whole, key=lambda clip: clip.end - clip.start, default=None)

    def _job(self, alert_id: str) -> Path:
        return self._folder / f"{alert_id}.clip.json"

    def _packets(self, alert_id: str) -> Path:
        return self._folder / f"{alert_id}.packets"


def _clip_of(alert: Alert, ref: EvidenceRef) -> Alert:
    """Return the second message of an alert, about its clip; the same id again after a restart."""
    return msgspec.structs.replace(
        alert,
        id=str(uuid.uuid5(uuid.UUID(alert.id), "clip")),
        change="evidence",
        evidence=(ref,),
        trace=None,
    )
