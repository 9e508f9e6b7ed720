"""OpenVINO: IR (.xml with .bin) and .onnx files on Intel and AMD processors."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

# OpenVINO reports its import to an analytics server when this package is there; without it, it
# falls back to a stub of its own. A camera network must not call out.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

import openvino  # noqa: E402
from openvino import preprocess  # noqa: E402

from models.backends.batch import Feeder, Rectangles, smallest_fit  # noqa: E402
from models.backends.openvino_shapes import ShapeError, reshape  # noqa: E402
from models.backends.options import Precision, RunOptions  # noqa: E402
from models.detector import Detections, DetectorError, Pixels  # noqa: E402
from models.manifest import ModelManifest, Preprocessing  # noqa: E402

_HINTS = {"fp32": "f32", "bf16": "bf16", "fp16": "f16"}
_WIDE = (np.zeros((1080, 1920, 3), np.uint8),)
"""What most cameras show."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A network for one batch size and one size of input: requests that run side by side."""

    requests: list[Any]
    feeder: Feeder


class OpenVinoDetector:
    """One model on one OpenVINO device. Not for two threads at once.

    With the latency hint a batch is one call that has all cores, and each further batch size or
    rectangle is compiled when it is first needed (about half a second). With the throughput hint
    every picture is a call of its own and the calls share the cores: for processors with many.
    """

    def __init__(self, manifest: ModelManifest, file: Path, options: RunOptions) -> None:
        self._manifest = manifest
        self._file = file
        self._core: Any = openvino.Core()
        self._device = "CPU" if options.device == "auto" else options.device.upper()
        self._precision = _precision(self._core, self._device, options)
        self._properties = _properties(self._precision, options)
        self._apart = options.hint == "throughput"
        self._ready: dict[tuple[int, int, int], _Prepared] = {}
        self._rectangles = Rectangles(manifest, self._follows)
        self._sizes = options.batch_sizes if self._apart else self._batchable(options.batch_sizes)
        self._warm_up()

    @property
    def model(self) -> str:
        return self._manifest.id

    @property
    def sha256(self) -> str:
        return self._manifest.files[0].sha256

    @property
    def device(self) -> str:
        return f"{self._device.lower()}, OpenVINO {self._precision}"

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        return self._sizes

    def detect(self, pictures: Sequence[Pixels]) -> list[Detections]:
        size = smallest_fit(len(pictures), self._sizes)
        if self._core is None:
            raise DetectorError(f"{self.model}: closed")
        try:
            input_ = self._rectangles.of(pictures)
            if self._apart:
                return self._detect_apart(pictures, input_)
            ready = self._prepared(size, input_)
            places = ready.feeder.fill(pictures)
            # Shared both ways: the tables are copies, and the next batch comes after they are made.
            results = ready.requests[0].infer(
                [ready.feeder.buffer], share_inputs=True, share_outputs=True
            )
            return ready.feeder.read([results[i] for i in range(len(results))], places)
        except (RuntimeError, ValueError) as error:
            raise DetectorError(f"{self.model}: {error}") from error

    def close(self) -> None:
        self._ready.clear()
        self._core = None

    def _shaped(self, batch: int, height: int, width: int) -> Any:
        return reshape(self._core.read_model(self._file), batch, height, width)

    def _follows(self, height: int, width: int) -> bool:
        try:
            self._shaped(1, height, width)
        except ShapeError:
            return False
        return True

    def _batchable(self, wanted: tuple[int, ...]) -> tuple[int, ...]:
        """Return `wanted` when the network can be batched, else 1 alone."""
        spec = self._manifest.input
        if wanted[-1] > 1:
            try:
                self._shaped(wanted[-1], spec.height, spec.width)
            except ShapeError:
                wanted = (1,)
        self._shaped(wanted[0], spec.height, spec.width)
        return wanted

    def _warm_up(self) -> None:
        """Compile for what most cameras show, and run it once, before any picture comes."""
        ready = self._prepared(1 if self._apart else self._sizes[0], self._rectangles.of(_WIDE))
        ready.requests[0].infer([ready.feeder.buffer])

    def _detect_apart(
        self, pictures: Sequence[Pixels], input_: tuple[int, int]
    ) -> list[Detections]:
        ready = self._prepared(1, input_)
        feeder = Feeder(self._manifest, len(pictures), input_, raw=True)
        places = feeder.fill(pictures)
        tables: list[Detections] = []
        for start in range(0, len(places), len(ready.requests)):
            running = list(zip(ready.requests, range(start, len(places)), strict=False))
            for request, index in running:
                request.start_async([feeder.buffer[index : index + 1]], share_inputs=True)
            for request, index in running:
                request.wait()
                tables += feeder.read([t.data for t in request.output_tensors], [places[index]])
        return tables

    def _prepared(self, size: int, input_: tuple[int, int]) -> _Prepared:
        ready = self._ready.get((size, *input_))
        if ready is None:
            model = _taking_bytes(self._shaped(size, *input_), self._manifest.input)
            compiled = self._core.compile_model(model, self._device, self._properties)
            beside = compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS") if self._apart else 1
            requests = [compiled.create_infer_request() for _ in range(beside)]
            ready = _Prepared(requests, Feeder(self._manifest, size, input_, raw=True))
            self._ready[size, *input_] = ready
        return ready


def _taking_bytes(model: Any, spec: Preprocessing) -> Any:
    """Return the network with the way from BGR bytes to its input built in.

    The runtime's own loops do it on all cores, and a quarter as many bytes are written before.
    """
    built = preprocess.PrePostProcessor(model)
    taken = built.input()
    taken.tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
    steps = taken.preprocess().convert_element_type(openvino.Type.f32)
    if spec.color == "rgb":
        steps = steps.reverse_channels()
    if any(spec.mean):
        steps = steps.mean(list(spec.mean))
    if spec.std != (1.0, 1.0, 1.0):
        steps.scale(list(spec.std))
    taken.model().set_layout(openvino.Layout("NCHW"))
    return built.build()


def candidates(options: RunOptions) -> list[RunOptions]:
    """Return the ways that the options leave open, the exact one first."""
    device = "cpu" if options.device == "auto" else options.device.lower()
    try:
        able = openvino.Core().get_property(device.upper(), "OPTIMIZATION_CAPABILITIES")
    except RuntimeError:
        return []
    known: tuple[Precision, ...] = ("fp32", "bf16", "fp16")
    asked = [p for p in known if p.upper() in able and options.precision in ("auto", p)]
    return [replace(options, runtime="openvino", device=device, precision=p) for p in asked]


def _precision(core: Any, device: str, options: RunOptions) -> str:
    if options.precision != "auto":
        return options.precision
    # Where the processor multiplies bf16 by itself, layers left in float run up to 4 times faster.
    able = core.get_property(device, "OPTIMIZATION_CAPABILITIES")
    return "bf16" if "BF16" in able else "fp32"


def _properties(precision: str, options: RunOptions) -> dict[str, Any]:
    properties: dict[str, Any] = {"PERFORMANCE_HINT": options.hint.upper()}
    properties["INFERENCE_PRECISION_HINT"] = _HINTS[precision]
    if options.threads:
        properties["INFERENCE_NUM_THREADS"] = options.threads
    return properties


def bare(
    manifest: ModelManifest,
    files: Sequence[Path],
    options: RunOptions,
    batch: int,
    input_: tuple[int, int],
) -> Callable[[], object]:
    """Return a call that runs one batch, as in `models.backends.bare`."""
    core: Any = openvino.Core()
    device = "CPU" if options.device == "auto" else options.device.upper()
    properties = _properties(_precision(core, device, options), options)
    network = reshape(core.read_model(files[0]), batch, *input_)
    request = core.compile_model(network, device, properties).create_infer_request()
    taken = [np.zeros((batch, 3, *input_), np.float32)]
    return lambda: request.infer(taken, share_inputs=True, share_outputs=True)


def load(manifest: ModelManifest, files: Sequence[Path], options: RunOptions) -> OpenVinoDetector:
    """Return a detector of the model whose first file is the .xml (its .bin beside) or .onnx file.

    Raises:
        DetectorError: the device is not there, the file does not load, or its input cannot take
            the manifest's size.
    """
    try:
        return OpenVinoDetector(manifest, files[0], options)
    except (RuntimeError, ValueError) as error:
        raise DetectorError(f"{manifest.id}: {error}") from error
