"""Ours: the production worker with its store, spool and evidence, cameras wanted in the store."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from models.catalog import SHIPPED
from rules.zones import Zone
from scripts.bench_tool.child import Child, module
from scripts.bench_tool.hold import Delays, from_classes
from scripts.bench_tool.load import Load
from scripts.bench_tool.system import Alert, Counts
from store import desired
from store.case_tables import AlertRow
from store.database import open_database, reading
from store.values import Task
from streams.camera import Camera

ACTOR = "scripts/bench"
_AGE = "sharp_picture_judged_age_seconds"


class Ours:
    """One running worker."""

    name = "ours"
    survives = True
    lockstep = False

    def __init__(self, load: Load, cameras: Mapping[str, str], folder: Path) -> None:
        self._algorithm = f"bench_{load.clip.kind}"
        self._cameras = tuple(cameras)
        self._short = Path(tempfile.mkdtemp(prefix="bench-"))  # a socket's path has to be short
        _write_manifest(load, self._algorithm, folder / "catalog" / "algorithms")
        url = f"sqlite:///{folder / 'bench.db'}"
        self._database = open_database(url)
        self._want(load, cameras)
        environment = {
            "SHARP_DATA_DIR": str(folder),
            "SHARP_DATABASE_URL": url,
            "SHARP_CATALOG_DIRS": str(folder / "catalog"),
            "SHARP_WEIGHTS_DIR": str(load.network.weights),
            "SHARP_WORKER_SOCKET": str(self._short / "w"),
        }
        command = module("inference", "--log-level", "WARNING")
        self._child = Child(command, folder / "worker.log", environment)
        transport = httpx.HTTPTransport(uds=str(self._short / "w"))
        self._client = httpx.Client(transport=transport, base_url="http://worker", timeout=30.0)

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._child.pid

    @property
    def trouble(self) -> str:
        """Why it has ended; '' while it runs."""
        return f"the worker has ended: {self._child.last_words()}" if self._child.ended else ""

    def last_words(self) -> str:
        """Return the end of its log."""
        return self._child.last_words(3)

    def counts(self) -> Counts:
        """Return pictures judged by camera, and the classes of their ages so far."""
        if not (self._short / "w").exists():
            return Counts({}, ())
        try:
            text = self._client.get("/metrics").text
        except httpx.HTTPError:
            return Counts({}, ())
        judged = dict.fromkeys(self._cameras, 0)
        ages: list[tuple[float, float]] = []
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name == "sharp_pictures_judged_total":
                    judged[sample.labels["camera"]] = int(sample.value)
                elif sample.name == f"{_AGE}_bucket":
                    ages.append((float(sample.labels["le"]), sample.value))
        return Counts(judged, tuple(ages))

    def delays(self, before: Counts, after: Counts) -> Delays:
        """Return ages of the pictures judged between two counts."""
        start = dict(before.ages)
        rows = [(end, count - start.get(end, 0.0)) for end, count in after.ages]
        return Delays(*(from_classes(rows, share) for share in (0.50, 0.95, 0.99)))

    def alerts(self) -> Sequence[Alert]:
        """Return what was opened so far, with the time at which the store had it."""
        with reading(self._database) as session:
            rows = session.execute(
                select(AlertRow.camera, AlertRow.recorded_at).where(AlertRow.change == "opened")
            )
            return [Alert(camera, at) for camera, at in rows]

    def runs(self) -> str:
        """Return how it runs, in its own words: device, runtime, way in."""
        try:
            models = self._client.get("/models").json()["models"]
            text = self._client.get("/metrics").text
        except (httpx.HTTPError, KeyError, ValueError):
            return "unknown"
        words = [f"{m['id']} on {m['device']}" for m in models if m["pictures"]]
        ways: dict[str, int] = {}
        for family in text_string_to_metric_families(text):
            if family.name == "sharp_camera_way":
                for sample in family.samples:
                    way = " ".join((sample.labels["way"], sample.labels["why"])).strip() or "none"
                    ways[way] = ways.get(way, 0) + int(sample.value)
        return ", ".join([*words, *(f"{count} cameras by {way}" for way, count in ways.items())])

    def stop(self) -> None:
        """Stop it and forget its socket."""
        self._client.close()
        self._child.stop()
        self._database.dispose()
        shutil.rmtree(self._short, ignore_errors=True)

    def _want(self, load: Load, cameras: Mapping[str, str]) -> None:
        zones = tuple(Zone(name=f"z{i}", points=zone) for i, zone in enumerate(load.clip.zones))
        parameters = {"dwell_s": load.clip.dwell_s, "absence_s": load.absence_s}
        put: list[Camera | Task] = [Camera(id=name, url=url) for name, url in cameras.items()]
        put += [
            Task(camera=name, algorithm=self._algorithm, parameters=parameters, zones=zones)
            for name in cameras
        ]
        desired.change(self._database, ACTOR, put=tuple(put))


def _write_manifest(load: Load, algorithm: str, folder: Path) -> None:
    """Write the shipped algorithm with the bench's model and picture period.

    Algorithms are data: a manifest of an operator's own says the same.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = (SHIPPED / "algorithms" / f"{load.clip.kind}.toml").read_text()
    text = re.sub(r'^id = ".*"$', f'id = "{algorithm}"', text, count=1, flags=re.MULTILINE)
    for name in ("min_period_s", "max_period_s"):
        text = re.sub(rf"^{name} = .*$", f"{name} = {load.period_s:g}", text, flags=re.MULTILINE)
    role = "pose" if load.clip.kind == "fall" else "objects"
    model = f'[models]\n{role} = ["{load.network.manifest.id}"]\n\n'
    text = re.sub(r"^\[models\]\n.*?\n(?=\[|# A fall)", model, text, flags=re.MULTILINE | re.DOTALL)
    (folder / f"{algorithm}.toml").write_text(text)
