"""What an operator may say of a destination, and which events it then gets."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from events import payload
from events.bus import Event
from events.destination import (
    OPTIONS,
    SCHEMES,
    Filter,
    check_address,
    filled,
    read_address,
    read_options,
)
from events.payload import CameraPlace, CameraStateData, utc
from tests.events.samples import T0, event


def about(**fields: Any) -> Event:
    made = event()
    return msgspec.structs.replace(made, data={**made.data, **fields})


def at_camera(**fields: Any) -> Event:
    camera = {"id": "cam-1", "place_code": "", "gb_id": "", **fields}
    return about(camera=camera)


CAMERA = msgspec.structs.replace(
    event(type=payload.CAMERA_STATE),
    incident="",
    data=payload.event_data(
        CameraStateData(
            camera=CameraPlace(id="cam-1", place_code="420103"), state="live", since=utc(T0)
        )
    ),
)


@pytest.mark.parametrize(
    ("wanted", "sent", "comes"),
    [
        (Filter(), about(kind="litter"), True),
        (Filter(kinds=("litter", "fall")), about(kind="litter"), True),
        (Filter(kinds=("fall",)), about(kind="litter"), False),
        (Filter(severity="high"), about(severity="urgent"), True),
        (Filter(severity="high"), about(severity="high"), True),
        (Filter(severity="high"), about(severity="medium"), False),
        (Filter(districts=("420103",)), at_camera(place_code="420103-0017"), True),
        (Filter(districts=("420103",)), at_camera(place_code="420104", gb_id="420103"), False),
        (Filter(districts=("420103", "42010400")), at_camera(gb_id="42010400001310000017"), True),
        (Filter(districts=("420103",)), at_camera(), False),
        (Filter(types=(payload.OPENED,)), event(), True),
        (Filter(types=(payload.CLEARED,)), event(), False),
        (Filter(), CAMERA, True),
        (Filter(districts=("420103",)), CAMERA, True),
        (Filter(kinds=("litter",)), CAMERA, False),
        (Filter(severity="low"), CAMERA, False),
    ],
)
def test_a_filter(wanted: Filter, sent: Event, comes: bool) -> None:
    assert wanted.takes(sent) is comes


def test_every_kind_has_schemes_and_options() -> None:
    assert set(SCHEMES) == set(OPTIONS)
    for kind, schemes in SCHEMES.items():
        for scheme in schemes:
            assert check_address(kind, f"{scheme}://a.example:9000")
        assert read_options(kind, {}).mode == "structured"


@pytest.mark.parametrize(
    ("kind", "url", "why"),
    [
        ("kafka", "nats://a", "not allowed"),
        ("kafka", "kafka://relay:pa55@a", "login"),
        ("kafka", "kafka://a:9092,relay:pa55@b", "login"),
        ("kafka", "kafka://a/pa55", "ends after its hosts"),
        ("mqtt", "mqtt://a?password=pa55", "ends after its hosts"),
        ("nats", "nats://a,b", "several hosts"),
        ("redis", "redis://a:pa55", "no port"),
        ("redis", "redis://", "no host"),
    ],
)
def test_a_wrong_address_is_refused_without_repeating_it(kind: str, url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        check_address(kind, url)
    assert "pa55" not in str(caught.value)


def test_ports_are_those_of_the_protocol_unless_said() -> None:
    many = read_address("kafka", "kafkas://a.example,b.example:19093,[::1]")
    assert many.tls
    assert many.shown() == "a.example:9093,b.example:19093,[::1]:9093"
    assert read_address("mqtt", "mqtt://a").hosts == (("a", 1883),)


@pytest.mark.parametrize(
    ("kind", "options", "named"),
    [
        ("kafka", {"topic": "a b"}, "topic"),
        ("kafka", {"qos": 1}, "qos"),
        ("mqtt", {"qos": 0}, "qos"),
        ("mqtt", {"topic": "a/{secret}"}, "topic"),
        ("nats", {"subject": "a.{0}"}, "subject"),
        ("nats", {"ca": "/etc/ca.pem"}, "ca"),
        ("redis", {"timeout_s": 9}, "timeout_s"),
        ("webhook", {"topic": "a"}, "topic"),
    ],
)
def test_a_wrong_option_is_named(kind: str, options: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named}: "):
        read_options(kind, options)


def test_subjects_are_filled_and_nothing_in_them_is_a_wildcard() -> None:
    sent = about(kind="litter", camera={"id": "北门*.>#"})
    assert filled("a.{type}.{kind}.{camera}", sent, ".") == "a.incident.opened.litter.______"
    assert filled("a/{type}", CAMERA, "/") == "a/camera/state"
    assert filled("{kind}", CAMERA, ".") == "none"
