"""The steps of the GPU bench; each gives figures, or says why it gives none."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.backends.loader import load
from models.detector import DetectorError
from scripts.bench_gpu_tool.decode import NoDecoder, keys, rate, units
from scripts.bench_tool.compare import Pace, hold
from scripts.bench_tool.load import Load, Network
from scripts.bench_tool.ours import Ours
from scripts.bench_tool.report import plain

SESSIONS = (1, 7, 14, 28)
BATCHES = (1, 2, 4, 8, 16, 32)
_FACTS = "name,driver_version,memory.total,clocks.sm,clocks.video,clocks.max.sm,power.limit"


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """Why a step has no figures."""

    why: str


Figures = dict[str, Any] | NotMeasured


def facts() -> Figures:
    """Return name, driver and clocks of the GPU."""
    if shutil.which("nvidia-smi") is None:
        return NotMeasured("no nvidia-smi: no NVIDIA GPU here")
    asked = ["nvidia-smi", f"--query-gpu={_FACTS}", "--format=csv,noheader"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        return NotMeasured(f"nvidia-smi: {(done.stderr or done.stdout).strip()[:200]}")
    words = done.stdout.splitlines()[0].split(", ")
    return dict(zip(_FACTS.split(","), words, strict=False))


def decoding(clip: Path, decoder: str, seconds: float) -> Figures:
    """Return pictures a second by sessions; `decoder` is 'cuvid', or 'cpu' for its twin."""
    codec, found = units(clip)
    name = codec if decoder == "cpu" else f"{codec}_{decoder}"
    results: dict[str, Any] = {}
    for kind, some in (("all", found), ("keys", keys(found))):
        for sessions in SESSIONS if decoder != "cpu" else SESSIONS[:1]:
            try:
                results[f"{kind}, {sessions} sessions"] = round(rate(name, some, sessions, seconds))
            except NoDecoder as error:
                return NotMeasured(str(error))
    return {"decoder": name, "pictures_per_second": results}


def detecting(network: Network, seconds: float) -> Figures:
    """Return pictures a second through the detector as the worker loads it, by batch size."""
    picture = np.random.default_rng(1).integers(0, 255, (360, 640, 3), np.uint8)
    try:
        detector = load(network.manifest, [network.file])
    except DetectorError as error:
        return NotMeasured(str(error))
    results = {}
    try:
        for size in (b for b in BATCHES if b <= max(detector.batch_sizes)):
            batch = [picture] * size
            detector.detect(batch)  # the first call of a size compiles it
            begun, count = time.perf_counter(), 0
            while time.perf_counter() - begun < seconds:
                detector.detect(batch)
                count += size
            results[str(size)] = round(count / (time.perf_counter() - begun), 1)
        return {"device": detector.device, "pictures_per_second": results}
    finally:
        detector.close()


def holding(load: Load, pace: Pace, say: Callable[[str], None]) -> Figures:
    """Return what the production chain holds, on whatever device it picks by itself."""
    found = hold(Ours, "ours", load, pace, say)
    return dict(plain(found))
