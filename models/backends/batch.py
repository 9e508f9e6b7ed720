"""What every local runtime does around its own call: feed a batch, read each picture's outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.detector import Detections, Pixels
from models.heads import HEADS
from models.heads.table import HeadError
from models.letterbox import Geometry, letterbox
from models.manifest import ModelManifest

Array = NDArray[np.float32]


def smallest_fit(wanted: int, sizes: Sequence[int]) -> int:
    """Return the smallest prepared batch size that holds `wanted` pictures.

    Raises:
        ValueError: no pictures, or more than the largest size holds: the caller's mistake.
    """
    if not 1 <= wanted <= sizes[-1]:
        raise ValueError(f"{wanted} pictures; this detector takes 1 to {sizes[-1]}")
    return next(size for size in sizes if size >= wanted)


@dataclass(slots=True)
class Feeder:
    """Fills the input of one model and decodes its outputs; keeps one buffer per batch size."""

    manifest: ModelManifest
    _buffers: dict[int, Array] = field(default_factory=dict)

    def fill(self, pictures: Sequence[Pixels], size: int) -> tuple[Array, list[Geometry]]:
        """Return the (size, 3, H, W) input, valid until the next call, and where pictures lie.

        Rows beyond the pictures keep what was there before: their outputs are never read.
        """
        spec = self.manifest.input
        batch = self._buffers.get(size)
        if batch is None:
            batch = np.zeros((size, 3, spec.height, spec.width), np.float32)
            self._buffers[size] = batch
        places = [
            letterbox(picture, spec, row) for picture, row in zip(pictures, batch, strict=False)
        ]
        return batch, places

    def read(self, outputs: Sequence[Array], places: Sequence[Geometry]) -> list[Detections]:
        """Return one table per place from outputs with a batch axis.

        Raises:
            HeadError: the outputs do not have the shape that the manifest's head reads, or are
                fewer than the pictures.
        """
        head = HEADS[self.manifest.head]
        if any(not output.ndim or len(output) < len(places) for output in outputs):
            shapes = [output.shape for output in outputs]
            raise HeadError(f"{len(places)} pictures went in, outputs of {shapes} came back")
        return [
            head([output[index] for output in outputs], self.manifest, place)
            for index, place in enumerate(places)
        ]
