"""How a model is run: device, runtime and batch sizes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Runtime = Literal["onnxruntime", "openvino"]
Precision = Literal["fp32", "bf16", "fp16"]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the operator may choose; the defaults suit one process on one CPU or GPU.

    `runtime` 'auto' takes the usual one for the manifest's format; an ONNX file also runs on
    'openvino'. `device` 'auto' is the best that the runtime offers, else 'cpu', 'cuda', 'cuda:1' or
    an OpenVINO device name. `hint` is OpenVINO's: 'latency' gives one picture all cores,
    'throughput' shares the cores between pictures. `batch_sizes` are those wanted; a model that
    cannot be batched prepares 1 alone. `threads` 0 leaves the number to the runtime. `precision`
    'auto' is bf16 where the processor multiplies it, fp16 on a GPU.

    With a `cache` (a folder) runtime, precision and batch sizes that are left open are measured
    once on this machine and remembered there; what a runtime builds for a GPU is kept there too.
    """

    runtime: Runtime | Literal["auto"] = "auto"
    device: str = "auto"
    hint: Literal["latency", "throughput"] = "latency"
    batch_sizes: tuple[int, ...] = (1, 2, 4, 8)
    threads: int = 0
    precision: Precision | Literal["auto"] = "auto"
    cache: Path | None = None

    def __post_init__(self) -> None:
        sizes = self.batch_sizes
        if not sizes or sizes[0] < 1 or list(sizes) != sorted(set(sizes)):
            raise ValueError(f"batch_sizes: ascending numbers from 1, not {sizes}")
        if self.threads < 0:
            raise ValueError(f"threads: 0 or more, not {self.threads}")
