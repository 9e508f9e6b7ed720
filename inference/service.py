"""The worker's internal HTTP API on a Unix socket: probe, snapshot, detect, render, health.

Only our own processes reach it. When the worker is gone, these and only these are unavailable.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated, Any

import cv2
import numpy as np
import uvicorn
from fastapi import Body, FastAPI, HTTPException, Query, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from pydantic import BaseModel, ConfigDict, SecretStr

from inference import evidence
from inference.engine import Overloaded
from inference.masks import hide, masks
from inference.metrics import WorkerCollector
from inference.parts import Part
from inference.probe import probe
from inference.render import Renders
from inference.worker import Worker
from models.detector import Detections, DetectorError, Pixels
from streams.libav.source import LibavSource

_MOST_BYTES = 20 * 1024 * 1024
_DETECT_TIMEOUT_S = 10.0


class ProbeRequest(BaseModel):
    """An address to try, as an operator types it in."""

    model_config = ConfigDict(extra="forbid")

    url: str
    username: str = ""
    password: SecretStr = SecretStr("")


def create_app(worker: Worker, renders: Renders) -> FastAPI:
    """Return the internal API over a running worker."""
    app = FastAPI(title="worker", docs_url=None, redoc_url=None)
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

    @app.get("/cameras/{camera}/snapshot")
    def snapshot(camera: str, masked: bool = True) -> Response:
        unit = worker.units.get(camera)
        if unit is None:
            raise HTTPException(404, "no such camera is running")
        shot = unit.last_shot
        if shot is None:
            words = unit.state.detail if unit.state else "not started"
            raise HTTPException(409, f"no picture yet: {words}")
        pixels = shot.picture.pixels
        if masked:
            tables = {m: _ask(worker, m, pixels) for m in worker.engine.models}
            pixels = hide(pixels, masks(tables, pixels.shape[1] / pixels.shape[0]))
        headers = {"X-Captured-At": f"{shot.captured_at:.3f}", "Cache-Control": "no-store"}
        return Response(evidence.encode(pixels), media_type="image/jpeg", headers=headers)

    @app.post("/detect")
    def detect(
        picture: Annotated[bytes, Body(media_type="image/jpeg", max_length=_MOST_BYTES)],
        model: Annotated[str, Query()],
    ) -> dict[str, Any]:
        if model not in worker.engine.models:
            known = ", ".join(worker.engine.models) or "none"
            raise HTTPException(404, f"model {model!r} is not loaded; loaded: {known}")
        return {"model": model, "detections": _rows(_ask(worker, model, _decoded(picture)))}

    @app.get("/render/{sha256}")
    def render(sha256: str, masked: bool = True) -> Response:
        found = renders.get(sha256, masked=masked)
        if found is None:
            raise HTTPException(404, "no such evidence")
        return Response(found.data, media_type=found.media_type)

    return app


def _ask(worker: Worker, model: str, pixels: Pixels) -> Detections:
    try:
        return worker.loop.requests.ask(model, pixels, _DETECT_TIMEOUT_S)
    except Overloaded as error:
        wait = {"Retry-After": str(error.retry_after_s)}
        raise HTTPException(429, str(error), headers=wait) from error
    except DetectorError as error:
        raise HTTPException(503, str(error)) from error


def _decoded(data: bytes) -> Pixels:
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if pixels is None:
        raise HTTPException(422, "the body is not a picture that can be read (JPEG or PNG)")
    return np.asarray(pixels, np.uint8)


def _rows(table: Detections) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "score": round(float(table.scores[i]), 4),
            "box": [round(float(v), 5) for v in table.boxes[i]],
            "keypoints": np.round(table.keypoints[i], 4).tolist() if table.keypoints.size else [],
        }
        for i, label in enumerate(table.labels)
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
