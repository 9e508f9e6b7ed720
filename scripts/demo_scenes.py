"""Generated scenes as the demo's cameras, where there are no clips: drawn once, then kept."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.evaluation.generated import code_version
from models.catalog import Catalog
from scenes.library import SCRIPTS
from scripts.processes import say
from scripts.render_scenes import entry, write_truth, write_video

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One scene of the demo: which, from which seed, how many pictures a second, how long."""

    script: str
    seed: int
    rate: float
    seconds: float


SCENES = (
    Wanted("fall_large", 23, 6.0, 20.0),
    Wanted("litter_bag_dropped", 8, 4.0, 32.0),
    Wanted("parking_drives_in", 2, 4.0, 28.0),
    Wanted("flooding_fast", 37, 4.0, 32.0),
    Wanted("calm_day", 3, 4.0, 20.0),
)
"""One of each kind and a calm one; as few pictures as the algorithms want, because drawing counts.

A fall wants five pictures a second, the others fewer.
"""


def prepared(cache: Path, scenes: Sequence[Wanted] = SCENES) -> Path:
    """Return the folder of the demo's videos with their truth file, drawn now if need be.

    The folder is replaced when the code that draws has changed; half a folder is never used.
    """
    said = hashlib.sha256(f"{code_version(ROOT, ('scenes',))} {scenes}".encode()).hexdigest()
    folder = cache / f"scenes-{said[:12]}"
    if (folder / "truth.json").is_file():
        return folder
    for old in cache.glob("scenes-*"):
        shutil.rmtree(old, ignore_errors=True)
    half = cache / "scenes-half"
    half.mkdir(parents=True)
    known = Catalog.read().algorithms
    say(
        f"no clips here: drawing {len(scenes)} street scenes, once, about a minute"
        " / 没有视频,正在生成演示场景(仅首次,约一分钟)"
    )
    clips = []
    for number, wanted in enumerate(scenes, 1):
        scene = SCRIPTS[wanted.script].make(wanted.seed)
        path = half / f"{wanted.script}.mp4"
        seconds = min(wanted.seconds, scene.duration_s)
        write_video(scene, path, wanted.rate, seconds)
        truth = entry(scene, path, scene.duration_s, known)
        # The demo's dwell is shorter than the one that the windows were made for.
        events = [
            {**event, "not_after": min(event["not_after"], seconds)} for event in truth["events"]
        ]
        kept = [e for e in events if e["not_before"] < e["not_after"]]
        kinds = list(dict.fromkeys(event["kind"] for event in kept)) or ["litter", "fall"]
        zones = {kind: zone for kind, zone in truth.get("zones", {}).items() if kind in kinds}
        clips.append({**truth, "run": kinds, "events": kept, "zones": zones})
        say(f"  {number}/{len(scenes)} {scene.name}")
    write_truth(half / "truth.json", clips, defaults={})
    half.rename(folder)
    return folder
