"""What is observed, in words for people: camera states and why an algorithm is blind."""

from __future__ import annotations

from collections.abc import Mapping

from api.schemas.base import Words
from rules.glance import FAULTS
from store.cameras import SWITCHED_OFF, UNKNOWN
from store.observed import AWAY
from store.overview import NEVER, NOT_WANTED, SILENT
from streams.state import CameraWord, state
from streams.tap import DETAILS

_STATES: Mapping[str, Words] = {
    word: Words(zh=state(word, 0.0).detail_zh, en=state(word, 0.0).detail) for word in CameraWord
}
_NOTHING_YET = Words(
    zh="尚未收到分析服务的状态上报。", en="The worker has not said anything of it yet."
)
_SILENT = Words(
    zh="分析服务失联，当前状态未知。", en="The worker is not heard: nobody knows how it is now."
)
_BECAUSE: Mapping[str, Words] = {
    "": Words(zh="正在监看", en="It is looking."),
    SWITCHED_OFF: Words(zh="未启用", en="Switched off"),
    NOT_WANTED: Words(zh="不在布防时段", en="Outside its time plan"),
    "no picture judged yet": Words(zh="尚未分析到画面", en="No picture judged yet"),
    "no picture judged lately": Words(zh="近期没有分析到画面", en="No picture judged lately"),
    "is being set up": Words(zh="正在启动", en="Being set up"),
    AWAY: Words(zh="分析服务中断", en="The worker was away"),
    "worker was stopped": Words(zh="分析服务已停止", en="The worker was stopped"),
    SILENT: Words(zh="分析服务失联", en="The worker is not heard"),
    NEVER: Words(zh="分析服务尚未接管", en="No worker has taken it up yet"),
    "camera: not started": Words(zh="摄像机尚未启动", en="The camera is not started yet"),
    "view: frozen": Words(zh="画面冻结", en="The picture is frozen"),
    "view: moved": Words(
        zh="摄像机视角已变动，请核对监看区域", en="The camera has moved: check the zones"
    ),
}
_CAUSES: Mapping[str, Words] = {
    "model failed: ": Words(zh="模型推理失败：", en="The model failed: "),
    "rule failed: ": Words(zh="算法运行异常：", en="The rule failed: "),
    "cannot run: ": Words(zh="无法运行：", en="It cannot run: "),
}
_CAMERA, _VIEW = "camera: ", "view: "


_WAYS: Mapping[str, Words] = {
    "often": Words(
        zh="所需画面比关键帧更频繁。", en="Pictures are wanted more often than key frames come."
    ),
    **{str(why): Words(zh=zh, en=en) for why, (en, zh) in DETAILS.items()},
}
"""Why a camera is read with every frame."""


def state_words(word: str, *, silent: bool = False) -> Words:
    """Return a camera's state in words; `silent`: the worker that said it is not heard now."""
    if silent and word == UNKNOWN:
        return _SILENT
    return _STATES.get(word, _NOTHING_YET)


def because_words(because: str) -> Words:
    """Return why an algorithm is blind, in words; '' is that it looks."""
    if because in _BECAUSE:
        return _BECAUSE[because]
    if because.startswith(_CAMERA):
        return _of_camera(because.removeprefix(_CAMERA))
    if because.startswith(_VIEW):
        zh, en = FAULTS.get(because.removeprefix(_VIEW), (because, because))
        return Words(zh=zh, en=en[:1].upper() + en[1:])
    for start, words in _CAUSES.items():
        if because.startswith(start):
            cause = because.removeprefix(start)
            return Words(zh=words.zh + cause, en=words.en + cause)
    return Words(zh=because, en=because)


def way_words(why: str) -> Words:
    """Say why a camera is not read by the tap; the word itself where it is not known."""
    return _WAYS.get(why, Words(zh=why, en=why))


def _of_camera(detail: str) -> Words:
    known = next((words for words in _STATES.values() if words.en == detail), None)
    return known or Words(zh=detail, en=detail)
