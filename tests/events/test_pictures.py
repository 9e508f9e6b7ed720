"""Evidence as destinations get it: none, links to what is masked, originals, or bytes."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import pytest

from events.bus import BusError
from events.pictures import Pictures, with_pictures
from tests.events.samples import HASH, event

SECOND = "a1" * 32


@dataclass
class Album:
    """Links and bytes of two pictures; the second one's bytes are gone."""

    away: bool = False
    asked: list[tuple[str, bool]] = field(default_factory=list)

    def link(self, sha256: str, masked: bool) -> str:
        return f"https://eyes.example/{sha256[:2]}?masked={masked}"

    def read(self, sha256: str, masked: bool) -> bytes | None:
        self.asked.append((sha256, masked))
        if self.away:
            raise BusError("the worker is away")
        return b"jpeg" if sha256 == HASH else None


def shown(pictures: Pictures, inline: bool = False, album: Album | None = None) -> list[Any]:
    found = with_pictures(event(), pictures, album or Album(), inline).data["evidence"]
    assert isinstance(found, list)
    return found


def test_none_is_none() -> None:
    assert shown("none", inline=True) == []


def test_masked_gives_links_instead_of_the_originals_hash() -> None:
    wide, second, clip = shown("masked")
    for ref, start in ((wide, HASH[:2]), (second, SECOND[:2])):
        assert (ref["sha256"], ref["masked"], ref["base64"]) == ("", True, "")
        assert ref["url"] == f"https://eyes.example/{start}?masked=True"
    assert (clip["state"], clip["url"]) == ("pending", "")


def test_originals_have_their_hash_and_a_link() -> None:
    wide, *_ = shown("original")
    assert (wide["sha256"], wide["url"]) == (HASH, "https://eyes.example/9f?masked=False")


def test_bytes_travel_only_when_asked_for_and_masked_unless_originals_are() -> None:
    album = Album()
    wide, second, clip = shown("masked", inline=True, album=album)
    assert base64.b64decode(wide["base64"]) == b"jpeg"
    assert (second["base64"], clip["base64"]) == ("", "")
    assert album.asked == [(HASH, True), (SECOND, True)]
    shown("original", inline=True, album=album)
    assert album.asked[2:] == [(HASH, False), (SECOND, False)]


def test_without_the_worker_an_event_that_needs_bytes_waits() -> None:
    with pytest.raises(BusError, match="away"):
        shown("masked", inline=True, album=Album(away=True))
    assert shown("masked", album=Album(away=True))
