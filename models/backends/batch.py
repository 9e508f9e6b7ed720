"""What every local runtime does around its own call: feed a batch, read each picture's outputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.detector import Detections, Pixels
from models.heads import HEADS
from models.heads.table import HeadError
from models.letterbox import Geometry, check, letterbox, letterbox_bytes
from models.manifest import ModelManifest
from models.rectangle import rectangle, sized

Array = NDArray[np.float32]

MOST_RECTANGLES = 4
"""Each takes the memory of a network; cameras of rarer proportions get the whole input."""


def smallest_fit(wanted: int, sizes: Sequence[int]) -> int:
    """Return the smallest prepared batch size that holds `wanted` pictures.

    Raises:
        ValueError: no pictures, or more than the largest size holds: the caller's mistake.
    """
    if not 1 <= wanted <= sizes[-1]:
        raise ValueError(f"{wanted} pictures; this detector takes 1 to {sizes[-1]}")
    return next(size for size in sizes if size >= wanted)


class Rectangles:
    """Chooses the input of a batch: the smallest of few rectangles, or the manifest's own.

    `follows` says once for each whether the network takes an input of that height and width.
    """

    def __init__(self, manifest: ModelManifest, follows: Callable[[int, int], bool]) -> None:
        self._spec = manifest.input
        self._follows = follows
        self._known: dict[tuple[int, int], bool] = {(self._spec.height, self._spec.width): True}

    def of(self, pictures: Sequence[Pixels]) -> tuple[int, int]:
        """Return height and width of the input for `pictures`.

        Raises:
            ValueError: one of them is empty or not 8 bit BGR.
        """
        for picture in pictures:
            check(picture)
        whole = (self._spec.height, self._spec.width)
        wanted = rectangle(self._spec, [picture.shape for picture in pictures])
        if wanted not in self._known:
            if sum(self._known.values()) > MOST_RECTANGLES:
                return whole
            self._known[wanted] = self._follows(*wanted)
        return wanted if self._known[wanted] else whole


class Feeder:
    """The buffer of one batch and one size of input, and the way out of it.

    With `raw` the network takes bytes, (size, H, W, 3) BGR, and normalises by itself; without, it
    takes (size, 3, H, W) floats as the manifest describes them.
    """

    def __init__(
        self, manifest: ModelManifest, size: int, input_: tuple[int, int], *, raw: bool
    ) -> None:
        self._spec = sized(manifest.input, input_)
        self._manifest = manifest.model_copy(update={"input": self._spec})
        self._letterbox: Callable[[Pixels, Any, Any], Geometry]
        self._letterbox = letterbox_bytes if raw else letterbox
        height, width = input_
        self.buffer: NDArray[Any] = (
            np.zeros((size, height, width, 3), np.uint8)
            if raw
            else np.zeros((size, 3, height, width), np.float32)
        )

    def fill(self, pictures: Sequence[Pixels]) -> list[Geometry]:
        """Write the pictures into the buffer and return where they lie.

        Rows beyond the pictures keep what was there before: their outputs are never read.

        Raises:
            ValueError: one of them is empty or not 8 bit BGR.
        """
        return [
            self._letterbox(picture, self._spec, row)
            for picture, row in zip(pictures, self.buffer, strict=False)
        ]

    def read(self, outputs: Sequence[Array], places: Sequence[Geometry]) -> list[Detections]:
        """Return one table per place from outputs with a batch axis.

        Raises:
            HeadError: the outputs do not have the shape that the manifest's head reads, or are
                fewer than the pictures.
        """
        head = HEADS[self._manifest.head]
        if any(not output.ndim or len(output) < len(places) for output in outputs):
            shapes = [output.shape for output in outputs]
            raise HeadError(f"{len(places)} pictures went in, outputs of {shapes} came back")
        return [
            head([output[index] for output in outputs], self._manifest, place)
            for index, place in enumerate(places)
        ]
