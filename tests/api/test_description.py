"""The description of the API: complete, the same as in docs/, and true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.description import api_routes, is_open, rights_needed
from tests.house.sources import ROOT

FILE = Path("docs/openapi.json")


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """What the code gives."""
    return create_app(None).openapi()


def operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return every operation by its id."""
    found = [o for methods in described["paths"].values() for o in methods.values()]
    by_id = {operation["operationId"]: operation for operation in found}
    assert len(by_id) == len(found), "two operations have one id"
    return by_id


def test_the_file_is_what_the_code_gives(described: dict[str, Any]) -> None:
    kept = (ROOT / FILE).read_text(encoding="utf-8")
    fresh = json.dumps(described, ensure_ascii=False, indent=1) + "\n"
    assert kept == fresh, "run: python -m api openapi > docs/openapi.json"


def test_every_operation_is_described(described: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in described["tags"]}
    for id, operation in operations(described).items():
        assert operation["summary"], id
        assert operation["description"], id
        assert set(operation["tags"]) <= tags, id
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}, id
        assert "422" not in operation["responses"], id


def test_problems_are_described_once(described: dict[str, Any]) -> None:
    response = described["components"]["responses"]["Problem"]
    assert list(response["content"]) == ["application/problem+json"]
    assert "Problem" in described["components"]["schemas"]
    assert "HTTPValidationError" not in described["components"]["schemas"]


def test_who_may_is_part_of_the_description(described: dict[str, Any]) -> None:
    for route in api_routes(create_app(None)):
        for method in route.methods or ():
            operation = described["paths"][route.path][method.lower()]
            assert operation["security"] == (
                [] if is_open(route) else [{"session": []}, {"key": []}]
            )
            for right in rights_needed(route) or ():
                assert f"`{right}`" in operation["description"]


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*(references(v) for v in value.values()))
        return set().union(*(references(v) for v in value)) if isinstance(value, list) else set()

    for reference in references(described):
        place: Any = described
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


@pytest.mark.parametrize("name", ["Login", "NewUser", "NewApiKey", "Session", "MadeApiKey"])
def test_messages_of_people_have_examples(described: dict[str, Any], name: str) -> None:
    schema = described["components"]["schemas"][name]
    (example,) = schema["examples"]
    assert set(example) <= set(schema["properties"])
    assert set(schema["required"]) <= set(example)
