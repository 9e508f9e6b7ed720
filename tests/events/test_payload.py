"""Payloads: typed, complete, and the published schema is the code's."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from events import payload
from tests.events.samples import incident

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "incident.v1.json"


def test_an_incident_survives_the_way_through_json() -> None:
    data = payload.incident_data(incident())
    assert payload.read_incident(json.loads(json.dumps(data))) == incident()


def test_times_are_rfc3339_in_utc() -> None:
    assert payload.rfc3339(1_767_225_600.0) == "2026-01-01T00:00:00.000Z"
    assert payload.incident_data(incident())["first_seen"] == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("confidence", 1.5, "confidence"),
        ("presence", "maybe", "presence"),
        ("first_seen", "2026-01-01T00:00:00", "first_seen"),
        ("picture", "aGVsbG8=", "unknown field `picture`"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_field(field: str, value: object, why: str) -> None:
    data = payload.incident_data(incident())
    data[field] = value
    with pytest.raises(msgspec.ValidationError, match=why):
        payload.read_incident(data)


def test_no_bytes_travel_unless_a_destination_asks() -> None:
    assert {ref.base64 for ref in incident().evidence} == {""}


def test_types_are_versioned_and_ours() -> None:
    for name in payload.TYPES:
        assert name.startswith("city.sharp-eyes.")
        assert name.endswith(".v1")
    assert len(set(payload.TYPES)) == 8


def test_the_published_schema_is_the_codes() -> None:
    published = json.loads(SCHEMA.read_text("utf-8"))
    assert published == payload.schema(), (
        "run: python -m events schema > docs/schemas/incident.v1.json"
    )
