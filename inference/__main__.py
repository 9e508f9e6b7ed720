"""`python -m inference`: the worker as its own process."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from functools import partial

from config.settings import SettingsError, settings
from inference.ahead import Ahead
from inference.library import Library
from inference.render import Renders
from inference.service import create_app, serve
from inference.worker import Folders, Worker
from models.backends.loader import load
from models.backends.options import RunOptions
from models.catalog import Catalog
from models.detector import Detections, Pixels
from models.manifest import ManifestError
from models.weights import WeightStore
from store import evidence
from store.blobs import Blobs
from store.catalog import Algorithms
from store.database import open_database

log = logging.getLogger("inference")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the worker until SIGINT or SIGTERM; 1 when a part of it has failed."""
    parser = argparse.ArgumentParser(prog="python -m inference", description=__doc__)
    parser.add_argument("--no-service", action="store_true", help="no internal HTTP API")
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    parser.add_argument("--log-level", choices=levels, help="instead of SHARP_LOG_LEVEL")
    args = parser.parse_args(arguments)
    try:
        logging.basicConfig(
            level=args.log_level or settings.log_level,
            format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        )
        algorithms, worker, renders, ahead = _build()
    except (SettingsError, ManifestError) as error:
        print(f"refused: {error}", file=sys.stderr)
        return 2
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    log.info("algorithms: %s", ", ".join(algorithms.ids))
    with worker:
        if not args.no_service:
            app = create_app(worker, renders)
            worker.parts.start("renders", ahead.run)
            worker.parts.start("service", lambda end: serve(app, settings.worker_socket, end))
        failure = _until(stop, worker)
    return 1 if failure else 0


def _until(stop: threading.Event, worker: Worker) -> str:
    """Wait for a signal, or for a part without which the worker is not the worker."""
    while not stop.wait(0.5):
        failures = worker.parts.failures
        vital = {name: why for name, why in failures.items() if not name.startswith("camera-")}
        if vital:
            log.critical("the worker ends, because a part has failed: %s", vital)
            return str(vital)
    return ""


def _build() -> tuple[Algorithms, Worker, Renders, Ahead]:
    catalog = Catalog.read(settings.catalog_dirs)
    algorithms = Algorithms(catalog)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = open_database(settings.database_url)
    blobs = Blobs(settings.blobs_dir)

    def see(pixels: Pixels, *, idle: bool = False) -> dict[str, Detections]:
        ask = worker.loop.requests.ask
        return {model: ask(model, pixels, 10.0, idle=idle) for model in worker.engine.models}

    renders = Renders(
        blobs,
        lambda sha256: evidence.find(database, sha256),
        see,
        settings.cache_dir / "renders",
        see_ahead=partial(see, idle=True),
    )
    ahead = Ahead(renders)
    options = RunOptions(
        settings.runtime,
        settings.device,
        precision=settings.precision,
        cache=settings.cache_dir,
    )
    worker = Worker(
        database,
        algorithms,
        Library(catalog.models, WeightStore(settings.weights_dir), partial(load, options=options)),
        blobs,
        Folders(settings.state_dir, settings.spool_dir, settings.spool_dir / "clips"),
        told=ahead.told,
    )
    return algorithms, worker, renders, ahead


if __name__ == "__main__":
    sys.exit(main())
