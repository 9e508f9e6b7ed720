"""OpenVINO: IR (.xml with .bin) and .onnx files on Intel and AMD processors."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# OpenVINO reports its import to an analytics server when this package is there; without it, it
# falls back to a stub of its own. A camera network must not call out.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

import openvino  # noqa: E402

from models.backends.batch import Array, Feeder, smallest_fit  # noqa: E402
from models.backends.openvino_shapes import ShapeError, reshape  # noqa: E402
from models.backends.options import RunOptions  # noqa: E402
from models.detector import Detections, DetectorError, Pixels  # noqa: E402
from models.letterbox import Geometry  # noqa: E402
from models.manifest import ModelManifest  # noqa: E402


class OpenVinoDetector:
    """One model on one OpenVINO device. Not for two threads at once.

    With the latency hint a batch is one call that has all cores, and each further batch size is
    compiled when it is first needed (about a second). With the throughput hint every picture is a
    call of its own and the calls share the cores: for processors with many of them.
    """

    def __init__(self, manifest: ModelManifest, file: Path, options: RunOptions) -> None:
        self._manifest = manifest
        self._file = file
        self._core: Any = openvino.Core()
        self._device = "CPU" if options.device == "auto" else options.device.upper()
        self._properties = _properties(self._core, self._device, options)
        self._feeder = Feeder(manifest)
        self._apart = options.hint == "throughput"
        self._requests: dict[int, list[Any]] = {}
        self._sizes = options.batch_sizes if self._apart else self._batchable(options.batch_sizes)
        self._prepared(1 if self._apart else self._sizes[0])

    @property
    def model(self) -> str:
        return self._manifest.id

    @property
    def sha256(self) -> str:
        return self._manifest.files[0].sha256

    @property
    def device(self) -> str:
        return self._device.lower()

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        return self._sizes

    def detect(self, pictures: Sequence[Pixels]) -> list[Detections]:
        size = smallest_fit(len(pictures), self._sizes)
        if self._core is None:
            raise DetectorError(f"{self.model}: closed")
        try:
            batch, places = self._feeder.fill(pictures, size)
            if self._apart:
                return self._detect_apart(batch, places)
            request = self._prepared(size)[0]
            # Shared both ways: the tables are copies, and the next batch comes after they are made.
            results = request.infer([batch], share_inputs=True, share_outputs=True)
            return self._feeder.read([results[i] for i in range(len(results))], places)
        except (RuntimeError, ValueError) as error:
            raise DetectorError(f"{self.model}: {error}") from error

    def close(self) -> None:
        self._requests.clear()
        self._core = None

    def _shaped(self, batch: int) -> Any:
        model = self._core.read_model(self._file)
        return reshape(model, batch, self._manifest.input.height, self._manifest.input.width)

    def _batchable(self, wanted: tuple[int, ...]) -> tuple[int, ...]:
        """Return `wanted` when the network can be batched, else 1 alone."""
        if wanted[-1] > 1:
            try:
                self._shaped(wanted[-1])
            except ShapeError:
                return (1,)
        return wanted

    def _detect_apart(self, batch: Array, places: list[Geometry]) -> list[Detections]:
        requests = self._prepared(1)
        tables: list[Detections] = []
        for start in range(0, len(places), len(requests)):
            running = list(zip(requests, range(start, len(places)), strict=False))
            for request, index in running:
                request.start_async([batch[index : index + 1]], share_inputs=True)
            for request, index in running:
                request.wait()
                outputs = [tensor.data for tensor in request.output_tensors]
                tables += self._feeder.read(outputs, [places[index]])
        return tables

    def _prepared(self, size: int) -> list[Any]:
        """Return the requests for batches of `size`: one, or as many as run side by side."""
        requests = self._requests.get(size)
        if requests is None:
            compiled = self._core.compile_model(self._shaped(size), self._device, self._properties)
            beside = compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS") if self._apart else 1
            requests = [compiled.create_infer_request() for _ in range(beside)]
            self._requests[size] = requests
        return requests


def _properties(core: Any, device: str, options: RunOptions) -> dict[str, Any]:
    properties: dict[str, Any] = {"PERFORMANCE_HINT": options.hint.upper()}
    if options.threads:
        properties["INFERENCE_NUM_THREADS"] = options.threads
    if "BF16" in core.get_property(device, "OPTIMIZATION_CAPABILITIES"):
        # Where the processor multiplies bf16 by itself, layers left in float run 2-4 times faster.
        properties["INFERENCE_PRECISION_HINT"] = "bf16"
    return properties


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
