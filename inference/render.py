"""Evidence as it may be shown: masked pictures, clips that a browser plays; made once, cached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from events.alert import EvidenceRef, Mask
from inference.evidence import encode
from inference.files import write_atomically
from inference.masks import hide, masks
from models.detector import Detections, Pixels
from store.blobs import Blobs
from streams.libav.mux import transcode_playable

Find = Callable[[str], EvidenceRef | None]
"""Gives what the store knows of a piece of evidence by its hash."""
See = Callable[[Pixels], Mapping[str, Detections]]
"""Runs every loaded model over one picture."""

_MASK_EVERY_S = 0.2
"""How often the masks of a clip are made anew; people move about 0.3 m in that time."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Bytes to send."""

    data: bytes
    media_type: str


class Renders:
    """Renders on demand. The originals stay as they are."""

    def __init__(self, blobs: Blobs, find: Find, see: See, cache: Path) -> None:
        self._blobs = blobs
        self._find = find
        self._see = see
        self._cache = cache
        cache.mkdir(parents=True, exist_ok=True)

    def get(self, sha256: str, *, masked: bool) -> Rendered | None:
        """Return the evidence of this hash for showing; None when there is none.

        Raises:
            ValueError: the stored bytes are not what their hash says, or cannot be decoded.
        """
        ref = self._find(sha256)
        if ref is None or ref.state != "attached":
            return None
        suffix = ".mp4" if ref.media_type.startswith("video/") else ".jpg"
        kept = self._cache / f"{sha256}{'-masked' if masked else ''}{suffix}"
        if kept.exists():
            return Rendered(kept.read_bytes(), ref.media_type)
        if suffix == ".mp4":
            data = self._clip(sha256, masked)
        else:
            data = self._blobs.read(sha256)
            data = self._picture(data, ref.masks) if masked else data
        write_atomically(kept, data, durable=False)
        return Rendered(data, ref.media_type)

    def _picture(self, data: bytes, areas: tuple[Mask, ...]) -> bytes:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if pixels is None:
            raise ValueError("stored picture cannot be decoded")
        return encode(hide(np.asarray(pixels, np.uint8), areas))

    def _clip(self, sha256: str, masked: bool) -> bytes:
        partial = self._cache / f".{sha256}.mp4"
        try:
            draw = _Masker(self._see) if masked else None
            transcode_playable(self._blobs.path(sha256), partial, draw)
            return partial.read_bytes()
        finally:
            partial.unlink(missing_ok=True)


class _Masker:
    """Hides heads and plates in each picture of a clip.

    The masks of the detection before stay in force too: a face that is missed once stays hidden.
    """

    def __init__(self, see: See) -> None:
        self._see = see
        self._made_at = float("-inf")
        self._before: tuple[Mask, ...] = ()
        self._areas: tuple[Mask, ...] = ()

    def __call__(self, pixels: Pixels, stream_time: float) -> Pixels:
        if not 0 <= stream_time - self._made_at < _MASK_EVERY_S:
            aspect = pixels.shape[1] / pixels.shape[0]
            self._before, self._areas = self._areas, masks(self._see(pixels), aspect)
            self._made_at = stream_time
        return hide(pixels, (*self._before, *self._areas))
