"""`scripts/scenes`: generated scenes as H.264 videos with a truth.json beside them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from inference.evaluation.generated import known_only
from models.catalog import Catalog
from scenes import library
from scenes.scene import Frame, Pixels, Scene
from scenes.stories.script import PROFILE, Script
from streams.libav.encoding import H264Writer

RATE = 10.0
"""Pictures a second of a video: what a small street camera sends."""
SHEET = (4, 2)
"""Pictures across and down on a page to look at."""
_COLORS = ((80, 220, 80), (40, 40, 240), (240, 160, 40), (40, 220, 240), (220, 60, 220))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write what was asked for; 2 when a script is unknown."""
    args = _parser().parse_args(arguments)
    try:
        scripts = library.chosen((), args.script)
    except LookupError as error:
        print(f"scripts/scenes: {error}. All names: scripts/scenes --list", file=sys.stderr)
        return 2
    if args.list:
        _list(scripts)
        return 0
    args.out.mkdir(parents=True, exist_ok=True)
    known = Catalog.read().algorithms
    clips = []
    for script in scripts:
        scene = script.make(args.seed)
        seconds = min(scene.duration_s, args.seconds or scene.duration_s)
        if args.sheet:
            written = args.out / f"{scene.name}.jpg"
            cv2.imwrite(str(written), sheet(scene, seconds))
        else:
            written = args.out / f"{scene.name}.mp4"
            write_video(scene, written, args.rate, seconds)
            clips.append(entry(scene, written, seconds, known))
        print(f"{written} ({seconds:.0f} s, {', '.join(scene.conditions) or 'plain'})", flush=True)
    if clips:
        write_truth(args.out / "truth.json", clips)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/scenes", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("scenes-out"), metavar="DIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--script", nargs="+", default=[], metavar="NAME", help="with * and ? (default: all)"
    )
    parser.add_argument("--list", action="store_true", help="only name the scripts")
    parser.add_argument("--seconds", type=float, help="cut each scene after so long")
    parser.add_argument("--rate", type=float, default=RATE, help="pictures a second (%(default)g)")
    parser.add_argument("--sheet", action="store_true", help="one page of pictures a scene instead")
    return parser


def _list(scripts: Sequence[Script]) -> None:
    for script in scripts:
        print(f"{script.name:36} {script.kind:17} {'+' if script.positive else '-'} {script.what}")


def write_video(scene: Scene, path: Path, rate: float, seconds: float) -> None:
    """Draw a scene `rate` times a second, for so many seconds, into an MP4."""
    with H264Writer(path, rate, crf=23) as writer:
        for index in range(int(seconds * rate)):
            writer.write(scene.render(index / rate).pixels, index / rate)


def entry(scene: Scene, path: Path, seconds: float, known: Any) -> dict[str, Any]:
    """Return a scene's entry of a truth file: events that a cut leaves out are not expected."""
    truth = {**known_only(scene.truth, known), "file": path.name}
    if seconds < scene.duration_s:
        truth["events"] = [e for e in truth["events"] if e["not_after"] <= seconds]
        truth["note"] = f"cut after {seconds:g} s"
    return truth


def write_truth(
    path: Path, clips: Sequence[dict[str, Any]], defaults: Mapping[str, Any] = PROFILE
) -> None:
    """Write the truth file of a folder of videos."""
    content = {
        "about": "Generated scenes with exact truth; form as of any truth file. The windows are "
        "those of the profile 'generated'.",
        "defaults": {k: v for k, v in defaults.items() if any(k in clip["run"] for clip in clips)},
        "clips": list(clips),
    }
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, default=dict) + "\n")


def sheet(scene: Scene, seconds: float) -> Pixels:
    """Return pictures of a scene over its time on one page, with labels and zones drawn in."""
    across, down = SHEET
    times = np.linspace(0.0, seconds * 0.999, across * down)
    pages = [_marked(scene, scene.render(float(at)), float(at)) for at in times]
    rows = [np.hstack(pages[row * across : (row + 1) * across]) for row in range(down)]
    page = np.vstack(rows)
    head = np.full((44, page.shape[1], 3), 255, np.uint8)
    events = ", ".join(
        f"{e['kind']} {e['not_before']:g}-{e['not_after']:g}" for e in scene.truth["events"]
    )
    title = f"{scene.name} [{' '.join(scene.conditions)}] {events or 'no event'}"
    cv2.putText(head, title, (8, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (0, 0, 0), 2)
    return np.asarray(np.vstack([head, page]), np.uint8)


def _marked(scene: Scene, frame: Frame, at: float) -> Pixels:
    width, height = scene.size
    pixels = frame.pixels.copy()
    for number, polygons in enumerate(scene.truth.get("zones", {}).values()):
        for polygon in polygons:
            points = np.round(np.array(polygon, float) * (width, height)).astype(np.int32)
            cv2.polylines(pixels, [points], True, _COLORS[number % len(_COLORS)], 1)
    for mark in frame.marked:
        x1, y1, x2, y2 = np.round(np.array(mark.box) * (width, height, width, height)).astype(int)
        cv2.rectangle(pixels, (x1, y1), (x2, y2), (255, 255, 0), 1)
    cv2.putText(pixels, f"{at:.1f}", (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 255), 2)
    size = (480, round(480 * height / width))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


if __name__ == "__main__":
    sys.exit(main())
