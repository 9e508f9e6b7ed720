"""Evidence as it may be shown: masked pictures, clips that a browser plays; made once, cached."""

from __future__ import annotations

import threading
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

    def __init__(
        self, blobs: Blobs, find: Find, see: See, cache: Path, see_ahead: See | None = None
    ) -> None:
        self._blobs = blobs
        self._find = find
        self._see = see
        self._see_ahead = see_ahead or see
        self._cache = cache
        cache.mkdir(parents=True, exist_ok=True)
        self._making = {
            suffix: tuple(threading.Lock() for _ in range(16)) for suffix in (".mp4", ".jpg")
        }
        """What begins with the same digit is made one by one; a picture waits for no clip."""

    def get(self, sha256: str, *, masked: bool, ahead: bool = False) -> Rendered | None:
        """Return the evidence of this hash for showing; None when there is none.

        `ahead`: nobody waits for it yet, so its detections may wait for the cameras' work.

        Raises:
            ValueError: the stored bytes are not what their hash says, or cannot be decoded.
        """
        ref = self._find(sha256)
        if ref is None or ref.state != "attached":
            return None
        suffix = ".mp4" if ref.media_type.startswith("video/") else ".jpg"
        kept = self._cache / f"{sha256}{'-masked' if masked else ''}{suffix}"
        # Players ask for a clip in several parts at once, and several people for the same picture.
        with self._making[suffix][int(sha256[0], 16)]:
            data = self._kept(kept)
            if data is None and suffix == ".mp4":
                see = self._see_ahead if ahead else self._see
                data = self._clip(sha256, _Masker(see) if masked else None, kept)
            elif data is None:
                data = self._still(sha256, ref.masks if masked else None, kept)
        return Rendered(data, ref.media_type)

    def _kept(self, file: Path) -> bytes | None:
        return file.read_bytes() if file.exists() else None

    def _still(self, sha256: str, areas: tuple[Mask, ...] | None, kept: Path) -> bytes:
        data = self._blobs.read(sha256)
        data = data if areas is None else self._picture(data, areas)
        write_atomically(kept, data, durable=False)
        return data

    def _picture(self, data: bytes, areas: tuple[Mask, ...]) -> bytes:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if pixels is None:
            raise ValueError("stored picture cannot be decoded")
        return encode(hide(np.asarray(pixels, np.uint8), areas))

    def _clip(self, sha256: str, draw: _Masker | None, kept: Path) -> bytes:
        partial = self._cache / f".{kept.name}"
        try:
            transcode_playable(self._blobs.path(sha256), partial, draw)
            data = partial.read_bytes()
            write_atomically(kept, data, durable=False)
            return data
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
