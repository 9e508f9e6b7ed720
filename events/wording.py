"""One readable line for an event, for people who watch the log go by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from events import payload
from events.bus import Event

_HASH = 12
"""Characters of a hash that are shown; enough to find the file by."""


def line(event: Event) -> str:
    """Return time (local), type, camera, kind, severity, state and evidence of an event.

    Data that this version does not know is left out, never an error.
    """
    parts = [_local(event.time), _short(event.type), *_about(event)]
    return "  ".join(part for part in parts if part)


def _about(event: Event) -> list[str]:
    data = event.data
    if event.type == payload.CAMERA_STATE:
        return [_camera(data), _text(data, "state"), _text(data, "why")]
    if event.type == payload.COVERAGE:
        verb = "watching" if data.get("watching") else "blind"
        over = f"until {_local(_text(data, 'until'))}" if data.get("until") else ""
        return [_camera(data), _text(data, "algorithm"), verb, _text(data, "because"), over]
    return [
        _camera(data),
        _text(data, "kind"),
        _text(data, "severity"),
        _text(data, "state"),
        _text(data, "presence"),
        f"incident {event.incident}" if event.incident else "",
        _evidence(data.get("evidence")),
    ]


def _short(type: str) -> str:
    return type.removeprefix(payload.PREFIX).removesuffix(".v1").ljust(17)


def _local(time: str) -> str:
    try:
        return datetime.fromisoformat(time).astimezone().strftime("%m-%d %H:%M:%S")
    except ValueError:
        return time


def _text(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _camera(data: Mapping[str, object]) -> str:
    camera = data.get("camera")
    return _text(camera, "id") if isinstance(camera, Mapping) else ""


def _evidence(listed: object) -> str:
    if not isinstance(listed, list) or not listed:
        return ""
    return "evidence: " + ", ".join(_ref(ref) for ref in listed if isinstance(ref, Mapping))


def _ref(ref: Mapping[str, object]) -> str:
    state = _text(ref, "state")
    found = _text(ref, "sha256")[:_HASH] if state == "attached" else state
    why = f"({_text(ref, 'why')})" if ref.get("why") else ""
    return " ".join(p for p in (_text(ref, "role"), found, why) if p)
