"""The cameras of a bench, as a process of their own: one clip on the air under many names.

Says one line of JSON when it serves, and one for each line it is told: `die NAME SECONDS`, `late`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scripts.bench_tool.child import Child, module
from scripts.bench_tool.hold import Absence, percentile
from streams.libav.transcode import prepare
from streams.server import CameraServer, serve


def main(arguments: Sequence[str]) -> int:
    """Serve until the other side closes: CLIP COUNT [PROCESSOR]."""
    path, count = Path(arguments[0]), int(arguments[1])
    if len(arguments) > 2:
        os.sched_setaffinity(0, {int(arguments[2])})
    with TemporaryDirectory() as cache:
        media = prepare(path, Path(cache))
    names = [f"cam{number}" for number in range(count)]
    with serve(dict.fromkeys(names, media), live=True) as server:
        if server.air is None:
            return 1
        begun = time.time() - (time.monotonic() - server.air.epoch)
        offsets = {name: server.air.offset(name, media) for name in names}
        say = {"port": server.port, "epoch": begun, "offsets": offsets, "rate": media.rate}
        print(json.dumps(say), flush=True)
        for line in sys.stdin:
            print(json.dumps(_answer(server, line.split())), flush=True)
    return 0


def _answer(server: CameraServer, words: Sequence[str]) -> dict[str, Any]:
    if words[:1] == ["die"]:
        server.break_off(words[1], float(words[2]))
        return {"begun": time.time()}
    late = list(server.air.late) if server.air else []
    if server.air:
        server.air.late.clear()
    return {
        "clients": server.clients,
        "sent": len(late),
        "p50": percentile(late, 0.5),
        "p99": percentile(late, 0.99),
        "most": max(late, default=0.0),
    }


class Cameras:
    """The running camera server, as the bench talks to it."""

    def __init__(self, clip: str, count: int, log: Path, pin: int | None = None) -> None:
        more = [] if pin is None else [str(pin)]
        self._child = Child(
            module("scripts.bench_tool.cameras", clip, str(count), *more), log, talks=True
        )
        try:
            said = json.loads(self._child.line() or "{}")
            self.port = int(said["port"])
        except (ValueError, KeyError):
            words = self._child.last_words()
            self._child.stop()
            raise RuntimeError(f"the camera server does not start: {words}") from None
        self.epoch = float(said["epoch"])
        """Unix seconds at which the clip of a camera without offset began."""
        self.offsets: Mapping[str, float] = said["offsets"]
        self.urls = {name: f"rtsp://127.0.0.1:{self.port}/{name}" for name in self.offsets}

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._child.pid

    def die(self, camera: str, for_s: float) -> Absence:
        """Break a camera off now; it answers 404 for so long."""
        self._child.tell(f"die {camera} {for_s}")
        begun = float(json.loads(self._child.line())["begun"])
        return Absence(camera, begun, begun + for_s)

    def lateness(self) -> dict[str, float]:
        """Return how late pictures went out since it was last asked, in seconds."""
        self._child.tell("late")
        found: dict[str, float] = json.loads(self._child.line())
        return found

    def stop(self) -> None:
        """End it."""
        self._child.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
