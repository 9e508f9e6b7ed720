"""What a measurement or a built engine belongs to: this processor, this GPU, these runtimes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

_CPU_LINES = ("vendor_id", "cpu family", "model", "model name", "stepping", "flags")
_PACKAGES = ("onnxruntime", "onnxruntime-gpu", "openvino", "tensorrt", "tensorrt-cu12")
_PROC = Path("/proc")


def cpu(proc: Path = _PROC) -> str:
    """Return the processor with its abilities and how many cores this process may use."""
    try:
        first = (proc / "cpuinfo").read_text(encoding="utf-8").split("\n\n")[0]
    except OSError:
        first = ""
    lines = [line for line in first.splitlines() if line.split("\t")[0].strip() in _CPU_LINES]
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = named[0] if named else "processor"
    return f"{name} {_short(*lines)}, {len(os.sched_getaffinity(0))} cores"


def gpu(index: int, proc: Path = _PROC) -> str:
    """Return a GPU's name and the driver's version, as the driver itself says; '' without one."""
    folder = proc / "driver" / "nvidia"
    try:
        driver = (folder / "version").read_text(encoding="utf-8").splitlines()[0]
        found = sorted((folder / "gpus").iterdir())
        about = (found[index] / "information").read_text(encoding="utf-8")
    except (OSError, IndexError):
        return ""
    names = [line.partition(":")[2].strip() for line in about.splitlines() if "Model" in line]
    version = next((word for word in driver.split() if word[0].isdigit()), "")
    return f"{' '.join(names)}, driver {version}"


def runtimes() -> dict[str, str]:
    """Return the versions of the runtimes that are installed."""
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def place(cache: Path, model: str, sha256: str, of: Mapping[str, str]) -> Path:
    """Return where things of one model are kept that hold for `of` alone, without a suffix."""
    mark = _short(sha256, *(f"{key}={value}" for key, value in sorted(of.items())))
    return cache / "engines" / f"{model}-{mark}"


def _short(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]
