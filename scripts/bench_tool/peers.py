"""Other systems: the programs of `scripts.bench_baselines`, each in the environment it needs."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.settings import ROOT
from scripts.bench_baselines.plan import OPENCV
from scripts.bench_tool.child import Child, module
from scripts.bench_tool.hold import Delays
from scripts.bench_tool.load import Load
from scripts.bench_tool.system import Alert, Counts, Running, Start

VENV = ROOT / ".venv-bench" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class Peer:
    """A system to compare with. `rate` is pictures a second that its users are told to give it."""

    name: str
    program: str
    what: str
    rate: float
    survives: bool = True
    lockstep: bool = False
    by: str = ""
    runtime: str = "openvino"

    @property
    def missing(self) -> str:
        """Return why it cannot run here; '' when it can."""
        if self.name == "ultralytics" and not VENV.is_file():
            return "its environment .venv-bench is not there"
        needed = {"ffmpeg": "ffmpeg", "gstreamer": "gst-launch-1.0"}.get(self.by)
        return f"{needed} is not installed" if needed and shutil.which(needed) is None else ""

    @property
    def python(self) -> str:
        """The interpreter of its environment."""
        return str(VENV) if self.name == "ultralytics" else sys.executable


PEERS = (
    Peer(
        "ultralytics",
        "ultralytics_streams",
        "Ultralytics track(source=streams, stream=True), all pictures decoded, in lockstep",
        rate=25.0,
        survives=False,
        lockstep=True,
    ),
    Peer(
        "opencv",
        "opencv_threads",
        "OpenCV VideoCapture, a thread a camera, ONNX Runtime, one picture a call",
        rate=5.0,
        runtime="onnxruntime",
    ),
    Peer(
        "ffmpeg_pipe",
        "raw_pipes",
        "an ffmpeg process a camera, raw pictures through a pipe, motion gate (the recorders' way)",
        rate=5.0,
        by="ffmpeg",
    ),
    Peer(
        "gstreamer",
        "raw_pipes",
        "a GStreamer process a camera, raw pictures through a pipe, motion gate",
        rate=5.0,
        by="gstreamer",
    ),
)


class RunningPeer:
    """One program at work, as its diary tells."""

    def __init__(self, peer: Peer, load: Load, cameras: Mapping[str, str], folder: Path) -> None:
        self.name, self.survives, self.lockstep = peer.name, peer.survives, peer.lockstep
        self._diary = folder / "diary.jsonl"
        self._diary.touch()
        self._read_to = 0
        self._counts = dict.fromkeys(cameras, 0)
        self._delays: list[float] = []
        self._alerts: list[Alert] = []
        self._said = "unknown"
        plan = folder / "plan.json"
        plan.write_text(json.dumps(_plan(peer, load, cameras, self._diary, folder)))
        environment = {
            "PYTHONPATH": str(ROOT),
            "OPENCV_FFMPEG_CAPTURE_OPTIONS": OPENCV,
            "YOLO_AUTOINSTALL": "false",
            "YOLO_OFFLINE": "true",
            "YOLO_CONFIG_DIR": str(folder),
        }
        command = module(f"scripts.bench_baselines.{peer.program}", str(plan), python=peer.python)
        self._child = Child(command, folder / "peer.log", environment)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    @property
    def trouble(self) -> str:
        """Why it has ended; '' while it runs."""
        return f"it has ended: {self._child.last_words(3)}" if self._child.ended else ""

    def last_words(self) -> str:
        """Return the end of its log."""
        return self._child.last_words(3)

    def counts(self) -> Counts:
        """Return pictures by camera so far; `ages` holds how many delays are known by now."""
        self._follow()
        return Counts(dict(self._counts), ((0.0, float(len(self._delays))),))

    def delays(self, before: Counts, after: Counts) -> Delays:
        """Return the delays written between two counts."""
        return Delays.of(self._delays[int(before.ages[0][1]) : int(after.ages[0][1])])

    def alerts(self) -> Sequence[Alert]:
        """Return all alerts so far."""
        self._follow()
        return tuple(self._alerts)

    def runs(self) -> str:
        """Return what it says of itself."""
        self._follow()
        return self._said

    def stop(self) -> None:
        """End it."""
        self._child.stop()

    def _follow(self) -> None:
        """Read what was written since the last time; a line that is not whole yet waits."""
        with self._diary.open("rb") as file:
            file.seek(self._read_to)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._read_to += len(whole)
        for line in whole.splitlines():
            self._take(json.loads(line))

    def _take(self, line: Mapping[str, Any]) -> None:
        if "received" in line:
            self._counts[line["camera"]] += 1
            self._delays.append(float(line["found"]) - float(line["received"]))
        elif "alert" in line:
            self._alerts.append(Alert(str(line["camera"]), float(line["at"])))
        else:
            self._said = str(line.get("runs", self._said))


def starter(peer: Peer) -> Start:
    """Return what starts a peer."""
    made: Callable[..., Running] = RunningPeer
    return lambda load, cameras, folder: made(peer, load, cameras, folder)


def _plan(
    peer: Peer, load: Load, cameras: Mapping[str, str], diary: Path, folder: Path
) -> dict[str, Any]:
    manifest, clip = load.network.manifest, load.clip
    return {
        "cameras": dict(cameras),
        "kind": clip.kind,
        "period_s": load.period_s,
        "source_rate": 25.0,
        "width": load.size[0],
        "height": load.size[1],
        "zones": clip.zones,
        "dwell_s": clip.dwell_s,
        "absence_s": load.absence_s,
        "model": str(load.network.file),
        "head": manifest.head,
        "classes": load.network.classes,
        "input_width": manifest.input.width,
        "input_height": manifest.input.height,
        "color": manifest.input.color,
        "scale": manifest.input.std[0],
        "pad": manifest.input.pad,
        "runtime": peer.runtime,
        "by": peer.by,
        "out": str(diary),
        "folder": str(folder.parent / "kept"),
    }
