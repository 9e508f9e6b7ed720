"""Ways to run an ONNX file with ONNX Runtime: TensorRT, CUDA, CPU; the better ones first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.backends import machine
from models.backends.options import RunOptions
from models.detector import DetectorError
from models.manifest import ModelManifest
from models.rectangle import rectangle

TENSORRT, CUDA, CPU = (f"{name}ExecutionProvider" for name in ("Tensorrt", "CUDA", "CPU"))

_NEEDS = {
    TENSORRT: "TensorRT's libraries (libnvinfer.so.10: pip install tensorrt-cu12, or NVIDIA's"
    " packages) in the version that this ONNX Runtime was built for, and CUDA and cuDNN",
    CUDA: "an NVIDIA driver (nvidia-smi shows the card) and the libraries of CUDA and cuDNN 9"
    " (pip install onnxruntime-gpu[cuda,cudnn], or NVIDIA's packages)",
}


@dataclass(frozen=True, slots=True)
class Way:
    """What a session is opened with. `device` is how an operator reads it."""

    device: str
    precision: str
    providers: tuple[Any, ...]

    @property
    def first(self) -> str:
        """Return the provider that must have started for this way to be taken."""
        given = self.providers[0]
        return str(given if isinstance(given, str) else given[0])

    @property
    def title(self) -> str:
        """Return device, runtime and precision, for the console."""
        name = "TensorRT" if self.first == TENSORRT else "ONNX Runtime"
        return f"{self.device}, {name} {self.precision}"

    def failed(self, reason: str) -> str:
        """Return what to tell an operator when it did not start."""
        needs = f"; it needs {_NEEDS[self.first]}" if self.first in _NEEDS else ""
        return f"{self.title} did not start ({reason}){needs}"


def names(device: str, offered: Sequence[str]) -> tuple[str, ...]:
    """Return the devices that `device` stands for ('cpu', 'cuda:0', 'tensorrt:0'), best first.

    Raises:
        DetectorError: it is none of these, or this ONNX Runtime cannot do it.
    """
    name, _, index = device.lower().partition(":")
    able = {"tensorrt": TENSORRT in offered, "cuda": CUDA in offered, "cpu": True}
    if name == "auto":
        return tuple(f"{n}:0" if n != "cpu" else n for n, there in able.items() if there)
    if name not in able or (index and (name == "cpu" or not index.isdigit())):
        raise DetectorError(
            f"device {device!r}: ONNX Runtime takes auto, cpu, cuda, cuda:N, tensorrt or tensorrt:N"
        )
    if not able[name]:
        raise DetectorError(f"device {device!r}: this ONNX Runtime offers only {list(offered)}")
    return (name if name == "cpu" else f"{name}:{index or 0}",)


Input = tuple[str, Sequence[int | str]]
"""What a file's input is called and its shape; a name in the place of a number means any."""


def ways(
    manifest: ModelManifest, input_: Input, options: RunOptions, offered: Sequence[str]
) -> list[Way]:
    """Return how to open a session for `options.device`, the best first.

    Raises:
        DetectorError: as in `names`.
    """
    found = []
    for device in names(options.device, offered):
        name, _, index = device.partition(":")
        cuda = (CUDA, {"device_id": int(index or 0), "cudnn_conv_algo_search": "HEURISTIC"})
        if name == "cpu":
            found.append(Way("cpu", "fp32", (CPU,)))
        elif name == "cuda":
            found.append(Way(f"cuda:{index}", "fp32", (cuda, CPU)))
        else:
            precision = "fp32" if options.precision == "fp32" else "fp16"
            settings = _tensorrt(manifest, input_, options, int(index), precision)
            # What TensorRT does not take over runs on the same card.
            found.append(Way(f"cuda:{index}", precision, ((TENSORRT, settings), cuda, CPU)))
    return found


def takes(manifest: ModelManifest, shape: Sequence[int | str], height: int, width: int) -> bool:
    """Say whether a file whose input has this shape is run with inputs of height x width.

    TensorRT builds for a range of sizes; from half the manifest's own it covers all cameras.
    """
    free = not any(isinstance(side, int) for side in shape[2:])
    return free and 2 * height >= manifest.input.height and 2 * width >= manifest.input.width


def _tensorrt(
    manifest: ModelManifest, input_: Input, options: RunOptions, index: int, precision: str
) -> dict[str, Any]:
    """Return TensorRT's options: one engine for all batch sizes, kept for the next start."""
    spec, largest = manifest.input, options.batch_sizes[-1]
    name, shape = input_
    settings: dict[str, Any] = {"device_id": index, "trt_fp16_enable": precision == "fp16"}
    if any(not isinstance(side, int) for side in shape):
        wide = rectangle(spec, [(9 * 120, 16 * 120)])
        half, whole = (spec.height // 2, spec.width // 2), (spec.height, spec.width)
        for what, sizes in {
            "min": (1, 3, *half),
            "opt": (largest, 3, *wide),
            "max": (largest, 3, *whole),
        }.items():
            sides = [g if isinstance(g, int) else n for g, n in zip(shape, sizes, strict=True)]
            settings[f"trt_profile_{what}_shapes"] = f"{name}:{'x'.join(map(str, sides))}"
    if options.cache is not None:
        folder = str(engines(options.cache, manifest, index, precision, largest))
        settings |= {
            "trt_engine_cache_enable": True,
            "trt_engine_cache_path": folder,
            "trt_timing_cache_enable": True,
            "trt_timing_cache_path": folder,
        }
    return settings


def engines(cache: Path, manifest: ModelManifest, index: int, precision: str, largest: int) -> Path:
    """Return the folder of what TensorRT built of a model, for this card and these versions.

    TensorRT reads no engine of another version or card; a folder of its own needs no clearing up.
    """
    of = {
        "gpu": machine.gpu(index),
        "precision": precision,
        "largest": str(largest),
        "input": f"{manifest.input.height}x{manifest.input.width}",
        **machine.runtimes(),
    }
    return machine.place(cache, manifest.id, manifest.files[0].sha256, of)
