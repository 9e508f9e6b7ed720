"""What a destination may see of an incident's evidence: links that hold for a while, or bytes."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Literal, Protocol

import msgspec

from events.bus import Event

Pictures = Literal["none", "masked", "original"]


class Shown(Protocol):
    """Gives the pictures and clips behind content hashes."""

    def link(self, sha256: str, masked: bool) -> str:
        """Return an address that gives the bytes for a while, without a login."""
        ...

    def read(self, sha256: str, masked: bool) -> bytes | None:
        """Return the bytes, None when they are gone.

        Raises:
            BusError: not now; try again.
        """
        ...


def with_pictures(
    event: Event, pictures: Pictures, shown: Shown | None = None, inline: bool = False
) -> Event:
    """Return the event with the evidence that a destination may have.

    none: no evidence. masked: links to what has heads and plates hidden, which stand instead of
    the original's hash; without `shown` only what is masked as it is stored. original: hashes, and
    links to the originals. `inline` puts pictures (no clips) into the event as Base64 as well.
    """
    if "evidence" not in event.data or (pictures == "original" and shown is None):
        return event
    listed = event.data["evidence"]
    known = listed if pictures != "none" and isinstance(listed, list | tuple) else []
    refs = [ref for ref in known if isinstance(ref, Mapping)]
    if shown is None:
        kept = [dict(ref) for ref in refs if ref.get("masked") is True]
    else:
        kept = [_shown(ref, pictures == "masked", shown, inline) for ref in refs]
    return msgspec.structs.replace(event, data={**event.data, "evidence": kept})


def _shown(ref: Mapping[str, Any], masked: bool, shown: Shown, inline: bool) -> dict[str, Any]:
    sha256 = str(ref.get("sha256", ""))
    if ref.get("state") != "attached" or not sha256:
        return dict(ref)
    made = {**ref, "url": shown.link(sha256, masked)}
    if masked:
        made |= {"sha256": "", "masked": True}
    if inline and str(ref.get("media_type", "")).startswith("image/"):
        found = shown.read(sha256, masked)
        made["base64"] = "" if found is None else base64.b64encode(found).decode()
    return made
