"""What subscribers build on: described truly, and kept as long as types end in the same version."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from events import asyncapi, payload
from events.__main__ import main
from tests.house.sources import ROOT

PROMISED = Path(__file__).with_name("promised")
"""The schemas as they were first promised. A file here changes with a new version only."""
NAMES = ("incident", "camera", "coverage")


def resolved(schema: dict[str, Any], part: Any) -> dict[str, Any]:
    """Return a part of a schema, followed where it only refers."""
    found: dict[str, Any] = part
    while "$ref" in found:
        found = schema["$defs"][found["$ref"].removeprefix("#/$defs/")]
    return found


def fields(schema: dict[str, Any], part: Any, path: str = "") -> Iterator[tuple[str, str, bool]]:
    """Yield every field: its path, what kind of value it holds, and whether it is always there."""
    found = resolved(schema, part)
    for name, inner in found.get("properties", {}).items():
        yield f"{path}{name}", shape(schema, inner), name in found.get("required", ())
        yield from fields(schema, inner, f"{path}{name}.")
    for key in ("items", "additionalProperties"):
        if isinstance(found.get(key), dict):
            yield f"{path}[]", shape(schema, found[key]), False
            yield from fields(schema, found[key], f"{path}[].")


def shape(schema: dict[str, Any], part: Any) -> str:
    """Return what decides how a value is read: types, formats and allowed words; no texts."""
    found = resolved(schema, part)
    said: dict[str, Any] = {k: found[k] for k in ("type", "format", "enum", "const") if k in found}
    if "anyOf" in found:
        said["anyOf"] = sorted(shape(schema, option) for option in found["anyOf"])
    if "prefixItems" in found:
        said["prefixItems"] = [shape(schema, item) for item in found["prefixItems"]]
    return json.dumps(said, sort_keys=True)


def broken(promised: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return what a subscriber of the promised schema would miss in today's."""
    there = {path: (kind, always) for path, kind, always in fields(now, now)}
    found = []
    for path, kind, always in fields(promised, promised):
        if path not in there:
            found.append(f"{path} is gone")
        elif there[path][0] != kind:
            found.append(f"{path} is another type: {kind} -> {there[path][0]}")
        elif always and not there[path][1]:
            found.append(f"{path} may be missing")
    return found


def promised(name: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((PROMISED / f"{name}.v1.json").read_text("utf-8"))
    return made


@pytest.mark.parametrize("name", NAMES)
def test_what_was_promised_is_kept(name: str) -> None:
    assert broken(promised(name), asyncapi.schemas()[name]) == []


def test_a_broken_promise_is_seen() -> None:
    before = promised("incident")
    data = before["$defs"]["IncidentData"]["properties"]
    changes: dict[str, Any] = {
        "zone is gone": lambda d: d["IncidentData"]["properties"].pop("zone"),
        "dwell_s is another type": lambda d: d["IncidentData"]["properties"].update(
            dwell_s={"type": "string"}
        ),
        "id may be missing": lambda d: d["IncidentData"]["required"].remove("id"),
        "camera.lon is another type": lambda d: d["CameraPlace"]["properties"].update(
            lon={"type": "number"}
        ),
        "evidence.[].url is gone": lambda d: d["Evidence"]["properties"].pop("url"),
        "presence is another type": lambda d: d["IncidentData"]["properties"]["presence"].update(
            enum=["here", "gone"]
        ),
    }
    assert data["zone"]
    for expected, change in changes.items():
        after = copy.deepcopy(before)
        change(after["$defs"])
        (said,) = broken(before, after)
        assert said.startswith(expected)


def test_something_new_breaks_nothing() -> None:
    before = promised("incident")
    after = copy.deepcopy(before)
    after["$defs"]["IncidentData"]["properties"]["grid"] = {"type": "string"}
    assert broken(before, after) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_published_schemas_are_the_codes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    published = (ROOT / "docs" / "schemas" / f"{name}.v1.json").read_text("utf-8")
    assert main(["schema", name]) == 0
    assert capsys.readouterr().out == published, (
        f"run: python -m events schema {name} > docs/schemas/{name}.v1.json"
    )


def test_the_published_document_is_the_codes(capsys: pytest.CaptureFixture[str]) -> None:
    published = (ROOT / "docs" / "asyncapi.json").read_text("utf-8")
    assert main(["asyncapi"]) == 0
    assert capsys.readouterr().out == published, (
        "run: python -m events asyncapi > docs/asyncapi.json"
    )


def test_the_document_has_every_type_and_leads_nowhere_wrong() -> None:
    document = asyncapi.document()
    messages = document["components"]["messages"]
    assert {message["name"] for message in messages.values()} == set(payload.TYPES)

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*(references(v) for v in value.values()))
        return set().union(*(references(v) for v in value)) if isinstance(value, list) else set()

    found = references(document)
    assert found
    for reference in found:
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
