"""The events described for machines: JSON Schemas of their data, and one AsyncAPI 3.0 document."""

from __future__ import annotations

from typing import Any

from events import payload
from events.cloudevent import MEDIA_TYPE
from events.payload import CameraStateData, CoverageData, IncidentData, Payload

VERSION = "1.0.0"
"""Of the contract: the first number counts changes that break subscribers, as the `v1` in the
types' names does; the second counts additions."""

_DATA: dict[str, type[Payload]] = {
    "incident": IncidentData,
    "camera": CameraStateData,
    "coverage": CoverageData,
}
"""Name of the schema to what an event's data is; files are `docs/schemas/NAME.v1.json`."""
_WORDS = {
    payload.OPENED: "A new incident.",
    payload.UPDATED: "It lasts; it may have become graver.",
    payload.CLEARED: "The camera sees that it is gone.",
    payload.REOPENED: "It is back at the same place.",
    payload.REVIEWED: "A person, a rule or the platform decided something.",
    payload.EVIDENCE: "A picture or clip was attached, or is lost.",
    payload.CAMERA_STATE: "A camera changed its state.",
    payload.COVERAGE: "An algorithm begins to look through a camera, or is blind.",
}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schemas of the events' data by name."""
    return {name: payload.schema(of) for name, of in _DATA.items()}


def data_of(type: str) -> str:
    """Return the name of the schema of a type's data."""
    if type == payload.CAMERA_STATE:
        return "camera"
    return "coverage" if type == payload.COVERAGE else "incident"


def document() -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document: one channel, one message a type, CloudEvents around all."""
    names = {type: type.removeprefix(payload.PREFIX) for type in payload.TYPES}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Sharp Eyes Analytics: events",
            "version": VERSION,
            "license": {"name": "Apache-2.0"},
            "description": (
                "CloudEvents 1.0, at least once, in order per incident (`partitionkey`). Do each "
                "`id` once. `sequence` is the place in the log, and sorts. Structured mode is one "
                "JSON document; in binary mode the attributes are headers as the protocol's "
                "binding names them. New fields may be added to `data`; what is there keeps its "
                "name and type as long as the type ends in the same version."
            ),
        },
        "defaultContentType": MEDIA_TYPE,
        "channels": {
            "events": {
                "description": "Topic, subject, queue or stream as set for the destination.",
                "messages": {
                    name: {"$ref": f"#/components/messages/{name}"} for name in names.values()
                },
            }
        },
        "operations": {
            "deliver": {
                "action": "send",
                "channel": {"$ref": "#/channels/events"},
                "summary": "Events are delivered to every destination that an operator has added.",
            }
        },
        "components": {
            "messages": {name: _message(type, name) for type, name in names.items()},
            "schemas": {"attributes": _attributes(), **_data_schemas()},
        },
    }


def _message(type: str, name: str) -> dict[str, Any]:
    own = {
        "type": "object",
        "properties": {
            "type": {"const": type},
            "data": {"$ref": f"#/components/schemas/{data_of(type)}"},
        },
        "required": ["data"],
    }
    return {
        "name": type,
        "title": name,
        "summary": _WORDS[type],
        "contentType": MEDIA_TYPE,
        "payload": {"allOf": [{"$ref": "#/components/schemas/attributes"}, own]},
    }


def _attributes() -> dict[str, Any]:
    texts = {
        "id": "Stable: a repeat has the same one.",
        "source": "The camera's way into the service.",
        "type": "Ends in its version.",
        "subject": "The incident or the camera.",
        "datacontenttype": "application/json",
        "sequence": "Place in the log, 20 digits; the same number as the API's `after`.",
        "partitionkey": "The incident; absent for cameras and coverage.",
    }
    properties: dict[str, Any] = {
        name: {"type": "string", "description": text} for name, text in texts.items()
    }
    properties["specversion"] = {"const": "1.0"}
    properties["time"] = {"type": "string", "format": "date-time"}
    properties["released"] = {"type": "boolean", "description": "A city destination may have it."}
    return {
        "type": "object",
        "properties": properties,
        "required": ["specversion", "id", "source", "type", "time", "released"],
    }


def _data_schemas() -> dict[str, Any]:
    """Return the data's schemas with what they refer to beside them."""
    found: dict[str, Any] = {}
    for name, made in schemas().items():
        definitions = made["$defs"]
        found |= {inner: _moved(schema) for inner, schema in definitions.items()}
        found[name] = _moved({"$ref": made["$ref"]})
    return found


def _moved(schema: Any) -> Any:
    """Return a schema whose references lead to `components/schemas`."""
    if isinstance(schema, dict):
        return {
            key: value.replace("#/$defs/", "#/components/schemas/")
            if key == "$ref"
            else _moved(value)
            for key, value in schema.items()
        }
    return [_moved(part) for part in schema] if isinstance(schema, list) else schema
