"""The way of network video recorders: a decoding process a camera, raw pictures through a pipe.

ffmpeg or GStreamer decodes every picture and hands on n a second; a motion gate on the small
luminance decides what is detected. What stands is looked at again now and then, so that it is not
forgotten. A process that ends is started again after a second.
"""

from __future__ import annotations

import fcntl
import os
import selectors
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np

from scripts.bench_baselines.plain_detector import PlainDetector
from scripts.bench_baselines.plain_rules import IouTracker, PlainRule
from scripts.bench_baselines.plan import Diary, Plan

AGAIN_S = 1.0
LOOK_AGAIN_S = 10.0
"""What is followed is detected at least so often without motion."""
SMALL = 160, 90
CHANGED = 18
"""Grey values by which a pixel of the small picture has to differ from the mean of late."""
MOVED = 0.002
"""Share of such pixels that is motion."""
LEARN = 0.05


@dataclass
class Decoded:
    """One camera: its process, what of a picture has come, and its motion gate."""

    camera: str
    command: list[str]
    size: int
    rule: PlainRule
    tracker: IouTracker
    process: subprocess.Popen[bytes] | None = None  # noqa: TID251
    rest: bytearray = field(default_factory=bytearray)
    mean: Any = None
    looked_at: float = 0.0
    again_at: float = 0.0

    def start(self) -> int:
        """Start its process; return the end of the pipe to read from."""
        self.rest.clear()
        self.process = subprocess.Popen(  # noqa: TID251
            self.command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        if self.process.stdout is None:
            raise RuntimeError("a pipe was asked for")
        end = self.process.stdout.fileno()
        os.set_blocking(end, False)
        with suppress(OSError):  # beyond a user's share of pipe memory the usual 64 KiB have to do
            fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, 1 << 20)
        return end

    def stop(self, now: float) -> None:
        """Clear up after a process that has ended."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            if self.process.stdout is not None:
                self.process.stdout.close()
        self.process, self.again_at = None, now + AGAIN_S

    def moved(self, luma: Any) -> bool:
        """Say whether the picture differs from the mean of late, and learn it."""
        small = cv2.resize(luma, SMALL, interpolation=cv2.INTER_AREA).astype(np.float32)
        if self.mean is None:
            self.mean = small
            return True
        share = float((np.abs(small - self.mean) > CHANGED).mean())
        cv2.accumulateWeighted(small, self.mean, LEARN)
        return share > MOVED


def command(plan: Plan, url: str) -> list[str]:
    """Return what decodes one camera into raw I420 pictures on its standard output."""
    rate = 1.0 / plan.period_s
    if plan.by == "gstreamer":
        fraction = f"{round(rate * 1000)}/1000"
        chain = (
            f"rtspsrc location={url} protocols=tcp latency=0 ! rtph264depay ! h264parse ! "
            f"avdec_h264 max-threads=1 ! videorate drop-only=true ! "
            f"video/x-raw,framerate={fraction} ! videoconvert ! videoscale ! "
            f"video/x-raw,format=I420,width={plan.width},height={plan.height} ! "
            "fdsink fd=1 sync=false"
        )
        return ["gst-launch-1.0", "-q", *chain.split()]
    shape = f"fps={rate:g},scale={plan.width}:{plan.height}"
    return [
        *("ffmpeg", "-v", "error", "-nostdin", "-rtsp_transport", "tcp", "-timeout", "5000000"),
        *("-threads", "1", "-analyzeduration", "0", "-probesize", "32768", "-i", url, "-an"),
        *("-vf", shape, "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:"),
    ]


class Recorder:
    """Reads all pipes in one thread and detects where something moves."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._detector, self._diary = PlainDetector(plan), Diary(plan.out)
        self._size = plan.width * plan.height * 3 // 2
        self._selector = selectors.DefaultSelector()
        self._cameras = [
            Decoded(
                *(camera, command(plan, url), self._size),
                PlainRule(plan),
                IouTracker(plan.absence_s + LOOK_AGAIN_S),
            )
            for camera, url in plan.cameras.items()
        ]
        self._gated = 0

    def run(self) -> None:
        """Run until killed."""
        self._diary.say(runs=f"{self._plan.by}, {self._plan.runtime}, motion gate")
        while True:
            now = time.time()
            for one in self._cameras:
                if one.process is None and now >= one.again_at:
                    self._selector.register(one.start(), selectors.EVENT_READ, one)
            for key, _ in self._selector.select(0.25):
                self._read(key.fd, key.data)

    def _read(self, fd: int, one: Decoded) -> None:
        try:
            data = os.read(fd, self._size - len(one.rest))
        except BlockingIOError:
            return
        if not data:
            self._selector.unregister(fd)
            one.stop(time.time())
            return
        one.rest += data
        if len(one.rest) == self._size:
            rows = np.frombuffer(bytes(one.rest), np.uint8)
            one.rest.clear()
            self._look(one, rows.reshape(self._plan.height * 3 // 2, self._plan.width))

    def _look(self, one: Decoded, raw: Any) -> None:
        received = time.time()
        moved = one.moved(raw[: self._plan.height])
        stands = one.rule.watches and received - one.looked_at >= LOOK_AGAIN_S
        if moved or stands:
            one.looked_at = received
            picture = cv2.cvtColor(raw, cv2.COLOR_YUV2BGR_I420)
            found = one.tracker.follow(self._detector.detect(picture), received)
            alerts = one.rule.step(found, received)
        else:
            self._gated += 1
            alerts = 0
        self._diary.picture(one.camera, received)
        for _ in range(alerts):
            self._diary.alert(one.camera, self._plan.kind)


if __name__ == "__main__":
    cv2.setNumThreads(1)
    Recorder(Plan.read(sys.argv[1])).run()
