"""Clips are rendered before somebody asks, and what cannot be rendered stops nothing."""

from __future__ import annotations

import threading
from pathlib import Path

from events.alert import EvidenceRef
from inference.ahead import Ahead
from inference.parts import Part
from inference.render import Renders
from models.detector import Detections, Pixels
from store.blobs import Blobs
from store.incident import Recorded
from tests.store.samples import alert
from tests.streams.clips import make_clip

RECORDED = Recorded("incident", "evidence")


def test_an_attached_clip_is_there_before_anybody_asks(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    sha256 = blobs.put_file(make_clip(tmp_path / "clip.mp4", 10))
    asked: list[str] = []
    broken = "0" * 64
    looks: list[str] = []

    def find(wanted: str) -> EvidenceRef:
        asked.append(wanted)
        if wanted == broken:
            raise ValueError("it is damaged")
        return EvidenceRef("clip", "attached", wanted, "video/mp4")

    def see(_pixels: Pixels) -> dict[str, Detections]:
        looks.append("at once")
        return {}

    def see_ahead(_pixels: Pixels) -> dict[str, Detections]:
        looks.append("ahead")
        return {}

    folder = tmp_path / "renders"
    renders = Renders(blobs, find, see, folder, see_ahead)
    ahead = Ahead(renders)
    for one in (sha256, broken):
        ref = EvidenceRef("clip", "attached", one, "video/mp4")
        picture = EvidenceRef("now", "attached", "1" * 64, "image/jpeg")
        pending = EvidenceRef("clip", "pending", "", "video/mp4")
        ahead.told(alert(one, change="evidence", evidence=(picture, ref, pending)), RECORDED)
    part = Part("renders", ahead.run, threading.Event())
    made = folder / f"{sha256}-masked.mp4"
    for _ in range(200):
        if made.exists():
            break
        threading.Event().wait(0.1)
    part.stop()
    assert part.join(20)
    assert part.failure == ""
    assert asked == [broken, sha256], "the newest first, clips only, and a failure ends nothing"
    assert made.exists()
    assert set(looks) == {"ahead"}
    renders.get(sha256, masked=True)
    assert set(looks) == {"ahead"}, "who asks then finds it made"
