"""What one picture alone tells: never more than a hint, because every rule judges over time."""

from __future__ import annotations

from typing import Literal, Protocol, runtime_checkable

import msgspec

from rules.observation import Scene, Subject
from rules.sight import Sight

Verdict = Literal["candidate", "clear", "needs_video"]


class Glance(msgspec.Struct, frozen=True):
    """What an algorithm makes of one picture, in words for people.

    candidate: it would start timing the `subjects`; clear: nothing in the watched area that it
    could be about; needs_video: one picture cannot tell. A subject's facts hold `label` and `zone`.
    """

    verdict: Verdict
    zh: str
    en: str
    subjects: tuple[Subject, ...] = ()


@runtime_checkable
class Glancer(Protocol):
    """A primitive that knows what a single picture tells of its condition. Optional."""

    def glance(self, scene: Scene, sight: Sight) -> Glance:
        """Judge one picture by itself; `scene` is what a fresh chain made of it."""
        ...


FAULTS = {
    "black": ("画面过暗", "the picture is too dark"),
    "bright": ("画面过曝", "the picture is too bright"),
    "covered": ("镜头被遮挡", "the lens is covered"),
    "blurred": ("画面模糊", "the picture is blurred"),
    "damaged": ("画面破损（花屏）", "the picture is damaged"),
}


def unusable(fault: str) -> Glance:
    """Return the glance at a picture in which nothing can be judged."""
    zh, en = FAULTS.get(fault, ("画面不可用", "the picture is of no use"))
    return Glance("needs_video", f"{zh}，不作判断。", f"Not judged: {en}.")


def unknown() -> Glance:
    """Return the glance of a chain in which no primitive can tell anything from one picture."""
    return Glance(
        "needs_video",
        "单张图片无法判断，需要连续视频。",
        "One picture cannot tell: this needs video.",
    )
