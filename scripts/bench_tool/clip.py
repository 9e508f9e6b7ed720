"""The clips that all systems see: a generated street as a camera sends it, one event a loop."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from scenes import library
from scenes.actors.driving import Drive, Halt
from scenes.scene import Pixels, Scene
from scenes.stories import traffic
from scenes.stories.draft import Draft
from scenes.stories.site import Unfit
from scenes.stories.windows import dwell_s, event

RATE = 25
GOP = 50
SUB = (640, 360)
MAIN = (1920, 1080)
BITS = {SUB: 512_000, MAIN: 4_000_000}
ARRIVES_S = 24.0
"""The kerb is empty for so long first: what left it in the last loop has to count as gone."""
STAYS_S = 6.0
"""Beyond its dwell."""
FORM = 2
"""Changes when clips of the same name would look different."""

Kind = Literal["illegal_parking", "fall"]
PARKS = "parks_and_leaves"


@dataclass(frozen=True, slots=True)
class Story:
    """Which scene, and how long it goes on after its event has become one.

    The seeds are among the first with a plain picture in which the embedded detector sees what
    the event is about: else a comparison of alerts would compare nothing.
    """

    script: str
    seed: int
    dwell_s: float
    after_s: float


STORIES: dict[Kind, Story] = {
    "illegal_parking": Story(PARKS, 1, 20.0, 16.0),
    "fall": Story("fall_moves", 6, 4.0, 8.0),
}


@dataclass(frozen=True, slots=True)
class Clip:
    """One loop. `begins_s` is when the event begins; its alert is due `dwell_s` later.

    `zones` are polygons in fractions of the picture, none = all of it.
    """

    kind: Kind
    path: str
    script: str
    seed: int
    duration_s: float
    begins_s: float
    dwell_s: float
    zones: tuple[tuple[tuple[float, float], ...], ...]

    @property
    def due_s(self) -> float:
        """Return the second of the loop at which the dwell is up."""
        return self.begins_s + self.dwell_s


def made(kind: Kind, size: tuple[int, int], folder: Path) -> Clip:
    """Return the clip of a kind, drawn and encoded now if need be (about a minute)."""
    story = STORIES[kind]
    name = f"{kind}-{story.script}-{story.seed}-{size[1]}p-{FORM}"
    video, about = folder / f"{name}.mp4", folder / f"{name}.json"
    if not about.exists() or not video.exists():
        folder.mkdir(parents=True, exist_ok=True)
        scene = _scene(story)
        begins = _begins(scene, kind)
        duration = begins + story.dwell_s + story.after_s
        zones = scene.truth.get("zones", {}).get(kind, ())
        _encode(_pictures(scene, duration, size, story.seed), video, size)
        clip = Clip(
            *(kind, str(video), story.script, story.seed),
            duration_s=int(duration * RATE) / RATE,
            begins_s=begins,
            dwell_s=story.dwell_s,
            zones=tuple(tuple((float(x), float(y)) for x, y in zone) for zone in zones),
        )
        about.write_text(json.dumps(asdict(clip)))
    return read(about, str(video))


def read(about: Path, video: str) -> Clip:
    """Return a clip that lies beside its description."""
    fields: dict[str, Any] = json.loads(about.read_text())
    zones = tuple(tuple((x, y) for x, y in zone) for zone in fields.pop("zones"))
    return Clip(**{**fields, "path": video, "zones": zones})


def _scene(story: Story) -> Scene:
    if story.script == PARKS:
        return _parks_and_leaves(story)
    return next(iter(library.chosen((), (story.script,)))).make(story.seed)


def _parks_and_leaves(story: Story) -> Scene:
    """A street with traffic; a car stops at the kerb, stays beyond its time and drives off.

    So that the clip can go round and round: at its end the kerb is as empty as at its beginning.
    """
    for attempt in range(40):
        draft = Draft(PARKS, story.seed, attempt)
        try:
            draft.look_like(places=traffic.STREETS, times=("day",), weathers=("dry",))
            at = traffic.kerb(draft)
            made, stands = traffic.arriving(draft, at, ARRIVES_S)
            draft.watch("illegal_parking", traffic.zone(draft, at))
            c, s = np.cos(at.heading), np.sin(at.heading)
            away = (float(at.spot[0] + 45.0 * c), float(at.spot[1] + 45.0 * s))
            made = made.does(Halt(story.dwell_s + STAYS_S), Drive([away], 9.0, on=9.0))
            draft.add(replace(made, leaves=True))
            draft.event(event("illegal_parking", stands, stands, f"stands from {stands:.1f} s"))
            traffic.traffic(draft, 4, 10)
            draft.lasts(stands + story.dwell_s + story.after_s)
            return draft.shot()
        except Unfit:
            continue
    raise RuntimeError(f"{PARKS}: no place fits it with seed {story.seed}")


def _begins(scene: Scene, kind: Kind) -> float:
    """Return when the event begins: its earliest alert is a dwell later, less a second."""
    window = next(event for event in scene.truth["events"] if event["kind"] == kind)
    return round(float(window["not_before"]) - dwell_s(kind) + 1.0, 2)


def _pictures(scene: Scene, duration: float, size: tuple[int, int], seed: int) -> Iterator[Pixels]:
    """Yield what the camera sends; the larger stream has sensor noise of its own."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(0.0, 2.5, (8, size[1], size[0], 1)).astype(np.float32)
    for index in range(int(duration * RATE)):
        pixels = scene.render(index / RATE).pixels
        fitted = cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC)
        if size[0] > pixels.shape[1]:
            fitted = np.clip(fitted + noise[index % len(noise)], 0, 255).astype(np.uint8)
        yield np.ascontiguousarray(fitted, np.uint8)


def _encode(pictures: Iterator[Pixels], path: Path, size: tuple[int, int]) -> None:
    """Write H.264 as small cameras send it: no B-frames, closed GOPs of 2 s, a bounded rate."""
    rate = BITS[size]
    partial = path.with_suffix(".partial")
    with av.open(str(partial), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=RATE)
        if not isinstance(stream, VideoStream):
            raise TypeError("libx264 makes video")
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.bit_rate, stream.time_base = rate, Fraction(1, RATE)
        stream.options = {
            "preset": "veryfast",
            "bf": "0",
            "g": str(GOP),
            "x264-params": f"keyint={GOP}:min-keyint={GOP}:scenecut=0:bframes=0:ref=1:slices=1"
            f":vbv-maxrate={rate // 1000}:vbv-bufsize={rate // 500}",
        }
        for index, pixels in enumerate(pictures):
            frame = VideoFrame.from_ndarray(pixels, format="bgr24")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    partial.replace(path)
