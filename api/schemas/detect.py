"""Detection on a picture that a caller sends, and events for subscribers."""

from __future__ import annotations

from typing import Any

from api.schemas.base import Output
from api.schemas.camera import Judged, Seen


class Detected(Output):
    """What the models saw in a picture, and, with an algorithm, what it makes of it.

    `models` is model id to weight hash; `width` and `height` are the picture's, in pixels.
    """

    width: int
    height: int
    models: dict[str, str]
    detections: list[Seen]
    algorithm: str = ""
    algorithm_version: str = ""
    judged: Judged | None = None


class EventPage(Output):
    """CloudEvents 1.0 in the log's order. Send `next` as `after` to go on; it never goes back."""

    events: list[dict[str, Any]]
    next: int
    end: int
    """The last place in the log: when `next` equals it, there is nothing more for now."""
