"""Unusual but valid video raises its alert like any other; damaged video raises a state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from inference.worker import Intake
from models.detector import Pixels
from store import desired, incidents
from store.values import Task
from streams.camera import Camera
from streams.clock import FileClock
from streams.libav.file import FileSource
from streams.picture import Picture
from tests.chain.rig import BEGUN, Rig
from tests.chain.street import film, parks
from tests.streams.odd import encode

SECONDS, ARRIVES, DWELL = 24.0, 3.0, 10.0


def _same(pixels: Pixels) -> Pixels:
    return pixels


def _turned(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(np.rot90(pixels, 1))


def _odd(pixels: Pixels) -> Pixels:
    return cv2.resize(pixels, (641, 359)).astype(np.uint8, copy=False)


def _upright(pixels: Pixels) -> Pixels:
    return cv2.resize(pixels, (180, 320)).astype(np.uint8, copy=False)


@dataclass(frozen=True)
class Form:
    """How the street is recorded: `shown` changes each picture, `how` goes to the encoder."""

    how: dict[str, Any] = field(default_factory=dict)
    shown: Callable[[Pixels], Pixels] = _same
    rate: float = 5.0
    box: str = "mkv"
    rotation: int = 0
    """That of the camera as the operator gave it."""


FORMS = {
    "10 bit H.265": Form({"codec": "libx265", "pix_fmt": "yuv420p10le"}),
    "10 bit H.264": Form({"pix_fmt": "yuv420p10le"}),
    "4:4:4": Form({"pix_fmt": "yuv444p"}),
    "a GOP of twenty seconds": Form({"gop": 100}),
    "one picture a second": Form({"gop": 2}, rate=1.0),
    "interlaced": Form({"params": "interlaced=1:tff=1", "flags": "+ildct+ilme"}),
    "pixels that are not square": Form({"aspect": Fraction(16, 11)}),
    "an odd size": Form({"pix_fmt": "yuv444p"}, _odd),
    "upright": Form({}, _upright),
    "turned, and it says so": Form({"rotation": 90}, _turned, box="mp4"),
    "turned, and the operator says so": Form({}, _turned, rotation=90),
    "sound first": Form({"audio_first": True}),
}


def recorded(path: Path, form: Form) -> Path:
    steps = film(SECONDS, parks(ARRIVES), form.rate)
    shots = [step for step in steps if isinstance(step, Picture)]
    pictures = (form.shown(shot.pixels) for shot in shots)
    return encode(path, pictures, [shot.stream_time for shot in shots], **form.how)


def watched(folder: Path, clip: Path, rotation: int = 0) -> tuple[Rig, str]:
    """Let a worker watch a clip for illegal parking to its end; return its state, too."""
    rig = Rig(folder)
    rig.films["one"] = []
    camera = Camera(id="one", url="rtsp://localhost/one", rotation=rotation)  # type: ignore[arg-type]
    task = Task(camera="one", algorithm="illegal_parking", parameters={"dwell_s": DWELL})
    desired.change(rig.database, "test", put=(camera, task))
    rig.intake = Intake(
        source=lambda _camera: FileSource(clip),
        clock=lambda _camera: FileClock(BEGUN),
        lossless=True,
        once=True,
        clock_name="file",
    )
    with rig.played() as worker:
        unit = worker.units["one"]
        assert unit.state is not None
        word = str(unit.state.word)
        assert not worker.parts.failures
        assert [runner.failure for runner in unit.runners] == [""]
    return rig, word


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMS)
def test_a_car_that_parks_is_raised_once_at_its_time(tmp_path: Path, name: str) -> None:
    form = FORMS[name]
    rig, _ = watched(tmp_path, recorded(tmp_path / f"clip.{form.box}", form), form.rotation)
    (incident,) = incidents.list_incidents(rig.database).incidents
    assert incident.opened_at is not None
    assert BEGUN + ARRIVES + DWELL - 1 <= incident.opened_at <= BEGUN + ARRIVES + DWELL + 4


@pytest.mark.parametrize(
    ("name", "word"),
    [("empty", "not_video"), ("noise", "not_video"), ("cut", "ended"), ("green", "ended")],
)
def test_damaged_video_is_a_state_and_no_alert(tmp_path: Path, name: str, word: str) -> None:
    whole = recorded(tmp_path / "whole.mkv", Form({"gop": 20}))
    clip = tmp_path / "clip.mkv"
    data = bytearray(whole.read_bytes())
    if name == "empty":
        data.clear()
    elif name == "noise":
        data[:] = np.random.default_rng(1).bytes(20_000)
    elif name == "cut":
        del data[len(data) // 4 :]
    if name == "green":
        flat: list[Pixels] = [np.tile(np.array((0, 135, 0), np.uint8), (180, 320, 1))] * 60
        encode(clip, flat, [n / 5 for n in range(60)])
    else:
        clip.write_bytes(data)
    rig, ended = watched(tmp_path, clip)
    assert incidents.list_incidents(rig.database).incidents == ()
    assert ended == word
