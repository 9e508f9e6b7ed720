"""Ultralytics' own way of many cameras: `track(source=streams, stream=True)` with `vid_stride`.

Runs in an environment of its own (requirements/bench.txt); Ultralytics is AGPL-3.0.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from scripts.bench_baselines import torchvision_shim

torchvision_shim.install()

import ultralytics  # noqa: E402
import ultralytics.data.build  # noqa: E402
import ultralytics.data.loaders  # noqa: E402

from scripts.bench_baselines import ultralytics_form  # noqa: E402
from scripts.bench_baselines.plain_rules import Found, PlainRule  # noqa: E402
from scripts.bench_baselines.plan import Diary, Plan  # noqa: E402


class _Stamped(list[Any]):
    """Notes when each stream's newest picture was put there: the loader itself keeps no times."""

    def __init__(self, given: list[Any]) -> None:
        super().__init__(given)
        self.at = [time.time()] * len(given)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key, value)
        self.at[key] = time.time()


class TimedStreams(ultralytics.data.loaders.LoadStreams):  # type: ignore[misc]
    """The loader, with the times at which the pictures of a batch were received."""

    taken: tuple[float, ...] = ()

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.stamped = self.imgs = _Stamped(super().__getattribute__("imgs"))

    def __next__(self) -> Any:
        batch = super().__next__()
        TimedStreams.taken = tuple(self.stamped.at)
        return batch


def main(path: str) -> None:
    """Run until killed, or until its generator ends."""
    plan = Plan.read(path)
    diary = Diary(plan.out)
    folder = Path(plan.folder)
    file = ultralytics_form.wrapped(plan, folder)
    if plan.runtime == "openvino":
        file = ultralytics_form.as_openvino(file, plan)
    streams = Path(plan.out).with_suffix(".streams")
    streams.write_text("\n".join(plan.cameras.values()) + "\n")
    ultralytics.data.build.LoadStreams = TimedStreams
    names = list(plan.cameras)
    rules = [PlainRule(plan) for _ in names]
    model = ultralytics.YOLO(str(file), task="detect")
    diary.say(
        runs=f"ultralytics {ultralytics.__version__}, {plan.runtime}, vid_stride {plan.every}"
    )
    results = model.track(
        source=str(streams),
        stream=True,
        persist=True,
        vid_stride=plan.every,
        imgsz=(plan.input_height, plan.input_width),
        conf=plan.confidence,
        verbose=False,
    )
    for number, result in enumerate(results):
        camera = number % len(names)
        received = TimedStreams.taken[camera]
        alerts = rules[camera].step(_found(result, plan), received)
        diary.picture(names[camera], received)
        for _ in range(alerts):
            diary.alert(names[camera], plan.kind)
    diary.say(ended="the generator has ended")


def _found(result: Any, plan: Plan) -> list[Found]:
    boxes = result.boxes
    if boxes is None or boxes.id is None:
        return []
    rows = zip(boxes.xyxyn.tolist(), boxes.cls.tolist(), boxes.id.tolist(), strict=True)
    return [Found(plan.classes[int(c)], tuple(box), int(track)) for box, c, track in rows]


if __name__ == "__main__":
    main(sys.argv[1])
