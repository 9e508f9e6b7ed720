"""An algorithm on another machine behind the same seam: a JPEG out, a table back."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import cv2
import httpx
import msgspec
import numpy as np

from models.detector import Detections, DetectorError, Pixels

JPEG_QUALITY = 92
LARGEST_ANSWER = 4 << 20


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer: columns of equal length, fractions as in `Detections`, in any order."""

    boxes: list[tuple[float, float, float, float]]
    scores: list[float]
    labels: list[str]
    keypoints: list[list[tuple[float, float, float]]] = []


class RemoteDetector:
    """Posts each picture as image/jpeg to `url` and reads a JSON `Table`.

    One request a picture, none in parallel, none repeated: the caller decides what a failure
    means. `sha256` is the hash that alerts name, of the model at the other end as its operator
    states it. Times in seconds; `headers` may carry a token and are never shown.
    """

    def __init__(
        self,
        model: str,
        sha256: str,
        url: str,
        *,
        connect_timeout: float = 2.0,
        timeout: float = 10.0,
        headers: dict[str, str] | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{model}: not an http:// or https:// address")
        self._model = model
        self._sha256 = sha256
        self._url = url
        self._client = httpx.Client(
            timeout=httpx.Timeout(timeout, connect=connect_timeout),
            headers=headers,
            trust_env=False,
        )

    @property
    def model(self) -> str:
        return self._model

    @property
    def sha256(self) -> str:
        return self._sha256

    @property
    def device(self) -> str:
        return "remote"

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        return (1,)

    def detect(self, pictures: Sequence[Pixels]) -> list[Detections]:
        if len(pictures) != 1:
            raise ValueError(f"{len(pictures)} pictures; this detector takes 1")
        if self._client.is_closed:
            raise DetectorError(f"{self._model}: closed")
        answer = self._post(_jpeg(self._model, pictures[0]))
        try:
            return [_table(msgspec.json.decode(answer, type=Table))]
        except (msgspec.MsgspecError, ValueError) as error:
            raise DetectorError(f"{self._model}: not a table: {error}") from error

    def close(self) -> None:
        self._client.close()

    def _post(self, jpeg: bytes) -> bytes:
        kind = {"content-type": "image/jpeg"}
        try:
            with self._client.stream("POST", self._url, content=jpeg, headers=kind) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise DetectorError(f"{self._model}: the server answers {answer.status_code}")
                return self._body(answer)
        except httpx.HTTPError as error:
            # Its own text may hold the URL, and with it a password.
            raise DetectorError(f"{self._model}: {type(error).__name__}") from None

    def _body(self, answer: httpx.Response) -> bytes:
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise DetectorError(f"{self._model}: an answer of more than {LARGEST_ANSWER} bytes")
        return bytes(body)


def _jpeg(model: str, picture: Pixels) -> bytes:
    try:
        _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    except cv2.error as error:
        raise DetectorError(f"{model}: the picture cannot be sent: {error.err}") from error
    return encoded.tobytes()


def _table(answer: Table) -> Detections:
    count = len(answer.labels)
    if not len(answer.boxes) == len(answer.scores) == count:
        raise ValueError("boxes, scores and labels differ in length")
    if answer.keypoints and len(answer.keypoints) != count:
        raise ValueError("keypoints and labels differ in length")
    if len({len(points) for points in answer.keypoints}) > 1:
        raise ValueError("rows differ in their number of keypoints")
    boxes = np.array(answer.boxes, np.float32).reshape(count, 4)
    scores = np.array(answer.scores, np.float32)
    depth = len(answer.keypoints[0]) if answer.keypoints else 0
    keypoints = np.array(answer.keypoints, np.float32).reshape(count, depth, 3)
    if not (np.isfinite(boxes).all() and np.isfinite(keypoints).all()):
        raise ValueError("a coordinate is not a number")
    if not ((scores >= 0) & (scores <= 1)).all():
        raise ValueError("a score is not between 0 and 1")
    if (boxes[:, 2:] <= boxes[:, :2]).any():
        raise ValueError("a box has no area; boxes are x1 y1 x2 y2")
    order = np.argsort(-scores, kind="stable")
    return Detections(
        np.clip(boxes[order], 0.0, 1.0),
        scores[order],
        tuple(answer.labels[index] for index in order),
        keypoints[order],
    )
