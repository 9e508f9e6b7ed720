"""CloudEvents: what the specification asks for, and the same event after the way there and back."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.bus import Event
from events.cloudevent import (
    MEDIA_TYPE,
    NotACloudEvent,
    binary,
    from_binary,
    from_structured,
    structured,
)
from tests.events.samples import event

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
any_event = st.builds(
    Event,
    seq=st.integers(0, 2**63 - 1),
    id=words,
    type=words,
    source=words,
    subject=st.just("") | words,
    time=st.sampled_from(["", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.120Z"]),
    data=st.dictionaries(st.text(), json_values, max_size=4),
    incident=st.just("") | words,
    city=st.booleans(),
)


@given(any_event)
def test_structured_there_and_back(sent: Event) -> None:
    assert from_structured(structured(sent)) == sent


@given(any_event)
def test_binary_there_and_back(sent: Event) -> None:
    headers, body = binary(sent)
    assert from_binary(headers, body) == sent
    assert from_binary({k.title(): v for k, v in headers.items()}, body) == sent


@given(any_event)
def test_the_structured_form_is_what_the_specification_asks_for(sent: Event) -> None:
    made = json.loads(structured(sent))
    assert made["specversion"] == "1.0"
    for name in ("id", "source", "type"):
        assert isinstance(made[name], str)
        assert made[name]
    assert made.keys() - {"data"} >= {"specversion", "id", "source", "type"}
    for name, value in made.items():
        assert re.fullmatch(r"[a-z0-9]{1,20}", name)
        assert value != "", "an attribute without a value is left out"
    if "time" in made:
        assert datetime.fromisoformat(made["time"]).tzinfo is not None
    assert made["datacontenttype"] == "application/json"
    assert made["data"] == sent.data


@given(any_event)
def test_binary_headers_hold_only_what_http_allows(sent: Event) -> None:
    headers, _ = binary(sent)
    for name, value in headers.items():
        assert re.fullmatch(r"ce-[a-z0-9]+|content-type", name)
        assert re.fullmatch(r"[\x21-\x7e]*", value)
        assert '"' not in value
    assert headers["content-type"] == "application/json"
    assert "ce-datacontenttype" not in headers


def test_places_sort_as_text() -> None:
    early, late = Event(9, "a", "t", "s", "", "", {}), Event(10, "b", "t", "s", "", "", {})
    assert json.loads(structured(early))["sequence"] < json.loads(structured(late))["sequence"]


def test_chinese_stays_readable() -> None:
    assert "东门".encode() in structured(event())
    assert MEDIA_TYPE == "application/cloudevents+json"


@pytest.mark.parametrize("name", ["id", "source", "type", "specversion"])
def test_what_is_required_is_not_made_up(name: str) -> None:
    made = json.loads(structured(event()))
    del made[name]
    with pytest.raises(NotACloudEvent, match=name):
        from_structured(json.dumps(made).encode())
    headers, body = binary(event())
    del headers[f"ce-{name}"]
    with pytest.raises(NotACloudEvent, match=name):
        from_binary(headers, body)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"id": ""}, "id"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2026-01-01T00:00:00"}, "time"),
        ({"data": "text"}, "data"),
        ({"datacontenttype": "text/xml"}, "text/xml"),
    ],
)
def test_a_wrong_attribute_is_refused(change: dict[str, object], why: str) -> None:
    made = json.loads(structured(event())) | change
    with pytest.raises(NotACloudEvent, match=why):
        from_structured(json.dumps(made).encode())


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"id": "\xff"}'])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(NotACloudEvent):
        from_structured(body)


def test_unknown_extensions_of_others_are_let_through() -> None:
    made = json.loads(structured(event())) | {"traceparent": "00-1-2-00", "sequence": "a-7"}
    assert from_structured(json.dumps(made).encode()).id == "event-1"
    assert from_structured(json.dumps(made).encode()).seq == 0
