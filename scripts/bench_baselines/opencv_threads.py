"""OpenCV: a VideoCapture and a thread for each camera, ONNX Runtime behind them.

Each thread grabs every picture (OpenCV has no other way to the newest), retrieves every n-th and
puts it where the newest wins. A camera that is lost is opened again after a second.
"""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

import cv2

from scripts.bench_baselines.plain_detector import PlainDetector
from scripts.bench_baselines.plain_rules import IouTracker, PlainRule
from scripts.bench_baselines.plan import Diary, Plan


class Newest:
    """The newest picture of every camera that wants to be looked at."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[Any, float]] = {}
        self._changed = threading.Condition()

    def put(self, camera: str, picture: Any) -> None:
        """Replace what waits of this camera."""
        with self._changed:
            self._waiting[camera] = picture, time.time()
            self._changed.notify()

    def take(self) -> tuple[str, Any, float]:
        """Return what waits longest; wait for it."""
        with self._changed:
            while not self._waiting:
                self._changed.wait()
            camera = next(iter(self._waiting))
            return camera, *self._waiting.pop(camera)


def watch(camera: str, url: str, every: int, newest: Newest) -> None:
    """Read one camera for good."""
    pause = threading.Event()
    while True:
        capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG)  # noqa: TID251
        number = 0
        while capture.isOpened() and capture.grab():
            number += 1
            if number % every == 0:
                good, picture = capture.retrieve()
                if good:
                    newest.put(camera, picture)
        capture.release()
        pause.wait(1.0)


def main(path: str) -> None:
    """Run until killed."""
    plan = Plan.read(path)
    cv2.setNumThreads(1)
    detector, diary, newest = PlainDetector(plan), Diary(plan.out), Newest()
    rules = {camera: PlainRule(plan) for camera in plan.cameras}
    trackers = {camera: IouTracker(plan.absence_s) for camera in plan.cameras}
    for camera, url in plan.cameras.items():
        threading.Thread(  # noqa: TID251
            target=watch, args=(camera, url, plan.every, newest), daemon=True
        ).start()
    diary.say(runs=f"{plan.runtime}, one picture a call")
    while True:
        camera, picture, received = newest.take()
        found = trackers[camera].follow(detector.detect(picture), received)
        alerts = rules[camera].step(found, received)
        diary.picture(camera, received)
        for _ in range(alerts):
            diary.alert(camera, plan.kind)


if __name__ == "__main__":
    main(sys.argv[1])
