"""A worker's internal API on its Unix socket, over a running worker."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inference.parts import Part
from inference.render import Renders
from inference.service import create_app, serve
from inference.worker import Worker
from models.detector import Detections, Pixels
from store import evidence
from tests.chain.rig import Rig


@contextmanager
def served(rig: Rig, worker: Worker) -> Iterator[Path]:
    """Serve until the block ends; yield the socket's path."""
    socket = rig.folder / "worker.sock"

    def see(pixels: Pixels) -> dict[str, Detections]:
        return {m: worker.loop.requests.ask(m, pixels, 10.0) for m in worker.engine.models}

    renders = Renders(
        rig.blobs, lambda sha256: evidence.find(rig.database, sha256), see, rig.folder / "renders"
    )
    app = create_app(worker, renders)
    part = Part("service", lambda stop: serve(app, socket, stop), threading.Event())
    for _ in range(200):
        if socket.exists():
            break
        threading.Event().wait(0.05)
    yield socket
    part.stop()
    assert part.join(10)
    assert part.failure == ""
