"""How a model runs fastest on this machine: measured once, kept in a file, read ever after."""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np

from models.backends import machine
from models.backends.options import Precision, RunOptions, Runtime
from models.detector import Detector, DetectorError, Pixels
from models.manifest import ModelManifest

log = logging.getLogger(__name__)

ROUNDS = 3
ROUND_S = 0.15
"""Each way is tried in turn, so that a busy moment of the machine meets all of them."""
CLEARLY = 1.1
"""Fewer digits must be this much faster to be taken; else the exact way stays."""
GROWS = 1.05
"""A larger batch must bring so many more pictures a second, or the sizes stop before it."""

Open = Callable[[RunOptions], Detector]


class Tried(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to run a model. `ms` is of one picture; None where it did not start."""

    runtime: Runtime
    device: str
    precision: Precision
    ms: float | None
    why: str = ""


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was measured and what follows from it."""

    of: dict[str, str]
    tried: tuple[Tried, ...]
    chosen: Tried
    batch_sizes: tuple[int, ...]

    def options(self, given: RunOptions) -> RunOptions:
        """Return `given` with everything decided."""
        return replace(
            given,
            runtime=self.chosen.runtime,
            device=self.chosen.device,
            precision=self.chosen.precision,
            batch_sizes=self.batch_sizes,
        )


def known(
    manifest: ModelManifest,
    options: RunOptions,
    cache: Path,
    candidates: Callable[[], Sequence[RunOptions]],
    open_: Open,
    *,
    again: bool = False,
) -> Choice:
    """Return what is known of a model on this machine: from the cache, or measured now.

    `candidates` are the ways that the options leave open, exact ones before those with fewer
    digits; `open_` loads the model in one of them. `again`: what is in the cache is not believed.

    Raises:
        DetectorError: no way starts; says why for each.
    """
    of = {
        "cpu": machine.cpu(),
        "gpu": machine.gpu(0),
        "input": f"{manifest.input.height}x{manifest.input.width}",
        "asked": f"{options.runtime} {options.device} {options.precision} {options.hint}"
        f" {options.batch_sizes} {options.threads}",
        **machine.runtimes(),
    }
    path = machine.place(cache, manifest.id, manifest.files[0].sha256, of)
    path = path.with_name(path.name + ".json")
    choice = None if again else _read(path)
    if choice is None or choice.of != of:
        log.info("%s: measuring how it runs fastest here, once", manifest.id)
        choice = _measured(manifest, of, candidates(), open_)
        log.info("%s: %s", manifest.id, said(choice))
        _write(path, choice)
    return choice


def _measured(
    manifest: ModelManifest, of: dict[str, str], ways: Sequence[RunOptions], open_: Open
) -> Choice:
    """Try the ways of a GPU, and those of the processor only when none of them starts."""
    picture = _picture(manifest)
    tried: list[Tried] = []
    for group in (
        [way for way in ways if _on_gpu(way)],
        [way for way in ways if not _on_gpu(way)],
    ):
        rows = _timed(group, open_, picture)
        tried += rows
        started = [(t.ms * (1.0 if t.precision == "fp32" else CLEARLY), t) for t in rows if t.ms]
        if started:
            _, chosen = min(started, key=lambda one: one[0])
            way = group[rows.index(chosen)]
            sizes = _sizes(picture, open_(way), chosen.ms or 0.0)
            return Choice(of, tuple(tried), chosen, sizes)
    reasons = "; ".join(t.why for t in tried) or "no runtime that reads it is installed"
    raise DetectorError(f"{manifest.id}: {reasons}")


def _on_gpu(way: RunOptions) -> bool:
    return way.device.startswith(("cuda", "tensorrt", "gpu"))


def _timed(ways: Sequence[RunOptions], open_: Open, picture: Pixels) -> list[Tried]:
    best, why = [float("inf")] * len(ways), [""] * len(ways)
    with ExitStack() as stack:
        started: dict[int, Detector] = {}
        for index, way in enumerate(ways):
            try:
                detector = open_(way)
                stack.callback(detector.close)
                detector.detect([picture])
                started[index] = detector
            except DetectorError as error:
                why[index] = str(error)
        for _ in range(ROUNDS):
            for index, detector in started.items():
                best[index] = min(best[index], _ms(detector, [picture]))
    return [
        Tried(
            "openvino" if way.runtime == "openvino" else "onnxruntime",
            way.device,
            "fp32" if way.precision == "auto" else way.precision,
            round(ms, 2) if ms < float("inf") else None,
            reason,
        )
        for way, ms, reason in zip(ways, best, why, strict=True)
    ]


def said(choice: Choice) -> str:
    """Return a choice in words."""
    rows = [
        f"{t.runtime} {t.device} {t.precision} "
        + (f"{t.ms:.1f} ms a picture" if t.ms is not None else "does not start")
        for t in (choice.chosen, *(t for t in choice.tried if t != choice.chosen))
    ]
    return f"{rows[0]}, batches of {choice.batch_sizes}; measured beside: {', '.join(rows[1:])}"


def _picture(manifest: ModelManifest) -> Pixels:
    """Return a picture with edges and areas, in the proportions of most cameras."""
    height, width = manifest.input.width * 9 // 16, manifest.input.width
    y, x = np.mgrid[:height, :width]
    waves = 127 + 60 * np.sin(x / 23) + 60 * np.cos(y / 17 + x / 90)
    picture: Pixels = np.stack([waves, waves[::-1], 255 - waves], axis=2).clip(0, 255).astype("u1")
    return np.ascontiguousarray(picture)


def _ms(detector: Detector, pictures: Sequence[Pixels]) -> float:
    """Return the least milliseconds a picture of a few batches, at least two."""
    best, begun, count = float("inf"), time.perf_counter(), 0
    while count < 2 or time.perf_counter() - begun < ROUND_S:
        before = time.perf_counter()
        detector.detect(pictures)
        best = min(best, time.perf_counter() - before)
        count += 1
    return 1000 * best / len(pictures)


def _sizes(picture: Pixels, detector: Detector, ms: float) -> tuple[int, ...]:
    """Return the batch sizes up to where more pictures at once are no faster."""
    sizes, best = [detector.batch_sizes[0]], ms
    try:
        for size in detector.batch_sizes[1:]:
            detector.detect([picture] * size)
            took = min(_ms(detector, [picture] * size) for _ in range(2))
            if took * GROWS > best:
                break
            sizes.append(size)
            best = took
    except DetectorError as error:
        log.warning("%s: batches end at %d: %s", detector.model, sizes[-1], error)
    finally:
        detector.close()
    return tuple(sizes)


def _read(path: Path) -> Choice | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Choice)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        log.warning("%s is not used: %s", path, error)
        return None


def _write(path: Path, choice: Choice) -> None:
    """Keep a choice; where the disk does not take it, it is measured again at the next start."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".choosing-", dir=path.parent)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(msgspec.json.format(msgspec.json.encode(choice), indent=1))
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        log.warning("%s is not kept: %s", path, error.strerror)
