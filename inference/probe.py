"""Trying a camera once, as an operator adds it: does it open, what does it send and show."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr, ValidationError

from inference.evidence import encode
from streams.camera import Camera
from streams.picture import Opened, Packet, Pixels
from streams.resolver import StaticResolver
from streams.source import Attempt, Source, SourceError
from streams.state import state_of

_MOST_PACKETS = 1500
"""A picture must come within a 20 s GOP at 60 pictures a second, with room."""


@dataclass(frozen=True)
class Probed:
    """What one attempt showed. `detail` and `detail_zh` are words for people, without any login."""

    works: bool
    word: str
    detail: str
    detail_zh: str
    codec: str = ""
    width: int = 0
    height: int = 0
    rate: float = 0.0
    pixels: Pixels | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values, the picture as Base64 JPEG."""
        content = {k: v for k, v in vars(self).items() if k != "pixels"}
        if self.pixels is not None:
            content["picture"] = base64.b64encode(encode(self.pixels)).decode("ascii")
        return content


class _First:
    """Wants every picture until the first has come."""

    drain = False

    def decode(self, key: bool, stream_time: float) -> bool:
        return True

    def show(self, key: bool, stream_time: float) -> bool:
        return True


def probe(source: Source, url: str, username: str, password: SecretStr) -> Probed:
    """Open an address, wait for the first picture, close."""
    try:
        camera = Camera(id="probe", url=url, username=username, password=password)
    except ValidationError as error:
        why = error.errors(include_input=False, include_url=False)[0]["msg"]
        return Probed(False, "forbidden_url", why, why)
    opened: Opened | None = None
    seen = 0
    try:
        attempt = Attempt(StaticResolver().resolve(camera), 0, 10.0, 20.0)
        for item in source.run(attempt, _First()):
            if isinstance(item, Opened):
                opened = item
            elif isinstance(item, Packet):
                seen += 1
                if seen > _MOST_PACKETS:
                    break
            elif opened is not None:
                return Probed(
                    True,
                    "live",
                    "Pictures are coming in.",
                    "画面正常。",
                    opened.codec,
                    opened.width,
                    opened.height,
                    opened.rate,
                    item.pixels,
                )
    except SourceError as error:
        state = state_of(error.reason, 0.0, error.detail)
        return Probed(False, state.word, state.detail, state.detail_zh)
    return Probed(
        False,
        "no_key_frame",
        "Video comes in, but no picture can be made of it.",
        "有视频数据，但无法得到画面。",
    )
