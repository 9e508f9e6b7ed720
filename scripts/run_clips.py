"""`scripts/run --clips FOLDER`: the whole chain on one machine, from RTSP to received events."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from config.settings import settings
from events.webhook import BadSignature, verify
from inference.parts import Part
from models.catalog import Catalog
from models.install import install_folder
from models.weights import WeightStore
from scripts.clips import Clip, camera_ids, media_of, videos
from scripts.demo_plan import TIMES
from scripts.processes import Kept, kept_running
from store import desired
from store.blobs import BlobError, Blobs
from store.catalog import Algorithms
from store.database import open_database
from store.values import Destination, Task
from streams.camera import Camera
from streams.server import serve

ACTOR = "scripts/run"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C (or for --seconds); 0 after a clean stop, 2 when there is nothing to run."""
    args = _parser().parse_args(arguments)
    clips = videos(args.clips)
    if not clips:
        print(f"no video files in {args.clips}", file=sys.stderr)
        return 2
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    with ExitStack() as stack:
        return _run(args, clips, stop, stack)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/run", description=__doc__)
    parser.add_argument("--clips", type=Path, required=True, metavar="FOLDER")
    parser.add_argument(
        "--weights", type=Path, help="folder of weights (default: beside the clips)"
    )
    parser.add_argument("--algorithms", default=",".join(TIMES), help="comma-separated")
    parser.add_argument("--product-times", action="store_true", help="the shipped dwell times")
    parser.add_argument("--seconds", type=float, default=0.0, help="stop after so long")
    return parser


def _run(
    args: argparse.Namespace, clips: list[Path], stop: threading.Event, stack: ExitStack
) -> int:
    catalog = Catalog.read(settings.catalog_dirs)
    wanted = _algorithms(args, Algorithms(catalog))
    weights = args.weights or _weights_near(args.clips)
    for model in install_folder(weights, catalog, WeightStore(settings.weights_dir)):
        print(f"model {model} installed from {weights}")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    ids = camera_ids(clips, "cam-")
    media = media_of({ids[p]: Clip(p) for p in clips}, settings.cache_dir / "media")
    if not media:
        raise SystemExit("none of the files is a video that can be read")
    server = stack.enter_context(serve(media))
    receiver = stack.enter_context(_receiver(Blobs(settings.blobs_dir)))
    database = open_database(settings.database_url)
    _want(database, {name: server.url(name) for name in media}, wanted, receiver)
    database.dispose()
    print(f"{len(media)} cameras, e.g. {server.url(next(iter(media)))}")
    print(f"data in {settings.data_dir}; Ctrl-C stops")
    kept = [
        Kept("worker", ["inference", "--log-level", "WARNING"], stop),
        Kept("relay", ["events", "relay"], stop),
    ]
    stack.enter_context(kept_running(kept))
    stop.wait(args.seconds or None)
    stop.set()
    print(f"stopping {len(kept)} processes")
    return 1 if any(one.failed for one in kept) else 0


def _algorithms(args: argparse.Namespace, known: Algorithms) -> dict[str, dict[str, Any]]:
    names = [name for name in args.algorithms.split(",") if name]
    unknown = [name for name in names if name not in known.by_id]
    if unknown:
        raise SystemExit(f"unknown algorithm {unknown[0]!r}; known: {', '.join(known.ids)}")
    if args.product_times:
        return {name: {} for name in names}
    print("demo template: dwell times are short, so that clips of seconds show something")
    return {name: dict(TIMES.get(name, {})) for name in names}


def _weights_near(clips: Path) -> Path:
    """Return the folder of weights beside the clips, else the one of the test data."""
    near = (clips / "weights", clips.resolve().parent / "weights", settings.test_data / "weights")
    return next((path for path in near if path.is_dir()), near[0])


def _want(
    database: Any, urls: Mapping[str, str], wanted: Mapping[str, Any], receiver: tuple[str, str]
) -> None:
    """Write cameras, tasks and the receiver as desired state; remove what an earlier run wanted."""
    before = desired.read(database)
    gone = tuple(c.id for c in before.cameras if c.id not in urls)
    put: list[Camera | Task | Destination] = [Camera(id=i, name=i, url=u) for i, u in urls.items()]
    put += [
        Task(camera=camera, algorithm=algorithm, parameters=parameters)
        for camera in urls
        for algorithm, parameters in wanted.items()
    ]
    put.append(_screen(*receiver))
    desired.change(database, ACTOR, put=tuple(put), remove=((Camera, gone),) if gone else ())


def _screen(url: str, secret: str) -> Destination:
    """Return the receiver below as an internal destination, which may have the originals."""
    return Destination(
        id="screen", audience="internal", url=url, secret=secret, pictures="original"
    )


@contextmanager
def _receiver(blobs: Blobs) -> Iterator[tuple[str, str]]:
    """Take events in as a city platform would, over HTTP, and print them."""
    secret = os.urandom(16).hex()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                verify(dict(self.headers), body, secret, time.time())
            except BadSignature as error:
                self.send_error(401, str(error))
                return
            _show(json.loads(body), blobs)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    part = Part("receiver", lambda _stop: server.serve_forever(0.2), threading.Event())
    try:
        yield f"http://127.0.0.1:{server.server_port}/events", secret
    finally:
        server.shutdown()
        server.server_close()
        part.join(2.0)


def _show(event: Mapping[str, Any], blobs: Blobs) -> None:
    data = event.get("data", {})
    camera = data.get("camera", {}).get("id", "")
    what = str(event.get("type", "")).removeprefix("city.sharp-eyes.").removesuffix(".v1")
    if what.startswith("incident."):
        words = (data["kind"], data["severity"], data["state"], f"score {data['confidence']:.2f}")
        print(f"{event['time']} {what} {camera}: {', '.join(words)}", flush=True)
        if what.endswith(("opened", "evidence", "cleared")):
            _show_evidence(data, blobs)
    elif what == "camera.state":
        print(f"{event['time']} {camera}: {data['state']} {data.get('why', '')}", flush=True)


def _show_evidence(data: Mapping[str, Any], blobs: Blobs) -> None:
    for ref in data.get("evidence", ()):
        try:
            where = str(blobs.path(ref["sha256"])) if ref.get("sha256") else ref["state"]
        except BlobError:
            where = "missing"
        print(f"    {ref['role']}: {where} {ref.get('why', '')}".rstrip(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
