"""Evidence as it may be shown: a clip that several ask for at once is made once."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from events.alert import EvidenceRef, Mask
from inference.evidence import encode
from inference.render import Rendered, Renders
from models.detector import Detections, Pixels
from store.blobs import Blobs
from tests.streams.clips import decoded_numbers, make_clip, numbered

BOX = (0.4, 0.5, 0.5, 0.6)


def test_a_clip_that_several_ask_for_at_once_is_made_once(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    sha256 = blobs.put_file(make_clip(tmp_path / "clip.mp4", 20))
    looks: list[int] = []

    def see(_pixels: Pixels) -> Mapping[str, Detections]:
        looks.append(1)
        threading.Event().wait(0.02)
        return {}

    ref = EvidenceRef("clip", "attached", sha256, "video/mp4")
    renders = Renders(blobs, lambda _sha256: ref, see, tmp_path / "renders")
    given: list[Rendered | None] = []
    threads = [
        threading.Thread(target=_ask, args=(renders, sha256, n != 3, given))  # noqa: TID251
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    made = [one.data for one in given if one is not None]
    assert len(made) == 4
    assert 8 <= len(looks) <= 10, "2 s, looked at every 0.2 s, for three who ask: once"
    shown = tmp_path / "shown.mp4"
    shown.write_bytes(made[0])
    assert [number for number, _ in decoded_numbers(shown)] == list(range(20))
    assert [file.name[0] for file in (tmp_path / "renders").iterdir()].count(".") == 0


def _ask(renders: Renders, sha256: str, masked: bool, given: list[Rendered | None]) -> None:
    given.append(renders.get(sha256, masked=masked))


def test_a_picture_that_several_ask_for_at_once_is_given_to_all(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    sha256 = blobs.put(encode(numbered(5)), ".jpg")
    ref = EvidenceRef("wide", "attached", sha256, "image/jpeg", masks=(Mask("head", BOX),))
    renders = Renders(blobs, lambda _sha256: ref, lambda _pixels: {}, tmp_path / "renders")
    given: list[Rendered | None] = []
    for _ in range(10):
        threads = [
            threading.Thread(target=_ask, args=(renders, sha256, True, given))  # noqa: TID251
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        for file in (tmp_path / "renders").iterdir():
            file.unlink()
    assert len(given) == 40
    assert len({one.data for one in given if one is not None}) == 1
