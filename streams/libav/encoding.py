"""Pictures to an H.264 MP4 that browsers and cameras' clients play."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from streams.picture import Pixels

TIME_BASE = Fraction(1, 90_000)


class H264Writer:
    """Writes H.264 (yuv420p, no B-frames, faststart). Odd sizes lose their last row or column.

    A picture of another size than the first is refused with ValueError. On an exception inside
    the `with` block the unfinished file is removed.
    """

    def __init__(
        self,
        path: Path,
        rate: float,
        *,
        crf: int = 20,
        gop_s: float = 2.0,
        preset: str = "veryfast",
    ) -> None:
        self._path = path
        self._rate = Fraction(rate if rate > 0 else 25.0).limit_denominator(1001)
        self._options = {
            "crf": str(crf),
            "preset": preset,
            "bf": "0",
            "g": str(max(1, round(float(self._rate) * gop_s))),
        }
        # the format is named: the path may be a temporary one with any suffix
        self._container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        self._stream: VideoStream | None = None
        self._last_pts = -1

    def __enter__(self) -> H264Writer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._stream is not None:
                self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()
        if kind is not None or self._stream is None:
            self._path.unlink(missing_ok=True)

    def write(self, pixels: Pixels, at: float) -> None:
        """Append one BGR picture, `at` seconds from the start; times must grow."""
        height, width = pixels.shape[0] // 2 * 2, pixels.shape[1] // 2 * 2
        if self._stream is None:
            self._stream = self._open(width, height)
        if (width, height) != (self._stream.width, self._stream.height):
            raise ValueError("the pictures of one file have one size")
        even = np.ascontiguousarray(pixels[:height, :width])
        frame = VideoFrame.from_ndarray(even, format="bgr24")
        frame.pts = max(round(at / TIME_BASE), self._last_pts + 1)
        frame.time_base = TIME_BASE
        self._last_pts = frame.pts
        self._container.mux(self._stream.encode(frame))

    def _open(self, width: int, height: int) -> VideoStream:
        stream = self._container.add_stream("libx264", rate=self._rate, options=self._options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = TIME_BASE
        return stream
