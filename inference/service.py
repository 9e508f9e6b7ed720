"""The worker's internal HTTP API on a Unix socket: probe, snapshot, look, models, render, health.

Only our own processes reach it. When the worker is gone, these and only these are unavailable.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from pydantic import BaseModel, ConfigDict, SecretStr

from inference import refusal
from inference.look import Wanted, look
from inference.metrics import WorkerCollector
from inference.parts import Part
from inference.probe import probe
from inference.refusal import Refusal
from inference.render import Renders
from inference.snapshots import Snapshots
from inference.worker import Worker
from streams.libav.source import LibavSource


class ProbeRequest(BaseModel):
    """An address to try, as an operator types it in."""

    model_config = ConfigDict(extra="forbid")

    url: str
    username: str = ""
    password: SecretStr = SecretStr("")


def create_app(worker: Worker, renders: Renders) -> FastAPI:
    """Return the internal API over a running worker."""
    app = FastAPI(title="worker", docs_url=None, redoc_url=None)
    refusal.install(app)
    snapshots = Snapshots(worker)
    registry = CollectorRegistry()
    registry.register(WorkerCollector(worker))

    @app.get("/health")
    def health() -> Response:
        wrong = worker.health()
        blind = {"/".join(key): why for key, why in worker.observer.because().items() if why}
        content = {"healthy": not wrong, "wrong": wrong, "blind": blind}
        return JSONResponse(content, status_code=503 if wrong else 200)

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    @app.post("/probe")
    def try_camera(request: ProbeRequest) -> Response:
        found = probe(LibavSource(), request.url, request.username, request.password)
        return JSONResponse(found.as_json(), status_code=200 if found.works else 422)

    @app.get("/models")
    def models() -> dict[str, Any]:
        return {"models": _models(worker)}

    @app.get("/cameras/{camera}/snapshot")
    def snapshot(camera: str, masked: bool = True, width: int = 0) -> Response:
        taken = snapshots.masked(camera, width) if masked else snapshots.plain(camera)
        headers = {"X-Captured-At": f"{taken.captured_at:.3f}", "Cache-Control": "no-store"}
        return Response(taken.jpeg, media_type="image/jpeg", headers=headers)

    @app.post("/look")
    def look_at(wanted: Wanted) -> dict[str, Any]:
        return look(worker, wanted)

    @app.get("/render/{sha256}")
    def render(sha256: str, masked: bool = True) -> Response:
        found = renders.get(sha256, masked=masked)
        if found is None:
            raise Refusal(404, "no such evidence")
        return Response(found.data, media_type=found.media_type)

    return app


def _models(worker: Worker) -> list[dict[str, Any]]:
    """Return what is loaded and how it runs, from real batches."""
    engine = worker.engine
    devices, health = engine.devices, engine.health
    return [
        {
            "id": model,
            "sha256": sha256,
            "device": devices[model],
            "pictures": health[model].pictures,
            "ms_per_picture": health[model].ms_per_picture,
            "last_error": health[model].last_error,
        }
        for model, sha256 in engine.hashes.items()
    ]


def serve(app: FastAPI, socket: Path, stop: threading.Event) -> None:
    """Serve on a Unix socket that only this user may open, until told to stop."""
    socket.parent.mkdir(parents=True, exist_ok=True)
    socket.unlink(missing_ok=True)
    config = uvicorn.Config(app, uds=str(socket), log_level="warning", lifespan="off")
    server = uvicorn.Server(config)

    def watch(_stop: threading.Event) -> None:
        stop.wait()
        server.should_exit = True

    Part("service-stop", watch, threading.Event())
    server.run()
    socket.unlink(missing_ok=True)
