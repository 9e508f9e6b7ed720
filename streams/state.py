"""What a camera is doing, in words for people; never a URL, a user name or a password."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from streams.source import Reason


class CameraWord(StrEnum):
    """The state of a camera as tables, metrics and the console name it."""

    CONNECTING = "connecting"
    LIVE = "live"
    NO_KEY_FRAME = "no_key_frame"
    STALLED = "stalled"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    NOT_FOUND = "not_found"
    NOT_VIDEO = "not_video"
    ONLINE_WITHOUT_MEDIA = "online_without_media"
    FORBIDDEN_URL = "forbidden_url"
    ENDED = "ended"
    FAILED = "failed"
    OFF = "off"
    FROZEN = "frozen"
    BLACK = "black"
    BRIGHT = "bright"
    COVERED = "covered"
    BLURRED = "blurred"
    DAMAGED = "damaged"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class CameraState:
    """`since` is unix seconds; `detail` (English) and `detail_zh` say it in plain words.

    `cause` is the technical text of the last error, already without any address or login.
    """

    word: CameraWord
    since: float
    detail: str
    detail_zh: str
    cause: str = ""


_BY_REASON = {
    Reason.REFUSED: CameraWord.REFUSED,
    Reason.UNREACHABLE: CameraWord.UNREACHABLE,
    Reason.NOT_FOUND: CameraWord.NOT_FOUND,
    Reason.NOT_VIDEO: CameraWord.NOT_VIDEO,
    Reason.NO_MEDIA: CameraWord.ONLINE_WITHOUT_MEDIA,
    Reason.STALLED: CameraWord.STALLED,
    Reason.ENDED: CameraWord.ENDED,
    Reason.FORBIDDEN_URL: CameraWord.FORBIDDEN_URL,
    Reason.FAILED: CameraWord.FAILED,
}

_DETAILS = {
    CameraWord.CONNECTING: ("Connecting to the camera.", "正在连接摄像机。"),
    CameraWord.LIVE: ("Pictures are coming in.", "画面正常。"),
    CameraWord.NO_KEY_FRAME: (
        "Video comes in, but no key frame, so no picture can be made of it.",
        "有视频数据，但一直没有关键帧，无法得到画面。",
    ),
    CameraWord.STALLED: (
        "The connection is open, but the video has stopped.",
        "连接未断开，但视频已停止。",
    ),
    CameraWord.REFUSED: (
        "The camera refuses the login: check user name and password.",
        "摄像机拒绝登录：请检查用户名和密码。",
    ),
    CameraWord.UNREACHABLE: (
        "The camera cannot be reached over the network.",
        "网络上无法连接到摄像机。",
    ),
    CameraWord.NOT_FOUND: (
        "The device answers, but has no stream at this address.",
        "设备有应答，但该地址下没有视频流。",
    ),
    CameraWord.NOT_VIDEO: (
        "The device answers, but what it sends is not video that can be read.",
        "设备有应答，但没有可解码的视频。",
    ),
    CameraWord.ONLINE_WITHOUT_MEDIA: (
        "The camera accepts the connection, but sends no video.",
        "摄像机接受了连接，但没有发送视频。",
    ),
    CameraWord.FORBIDDEN_URL: (
        "The address is not allowed: only rtsp and rtsps may be opened.",
        "地址不被允许：只能使用 rtsp 或 rtsps。",
    ),
    CameraWord.ENDED: ("The other side ended the stream.", "对方已结束视频流。"),
    CameraWord.FAILED: ("The stream failed for another reason.", "视频流因其他原因失败。"),
    CameraWord.OFF: ("The camera is switched off in the settings.", "摄像机已在设置中停用。"),
    CameraWord.FROZEN: ("Pictures come in, but they do not change.", "有画面，但画面冻结不变。"),
    CameraWord.BLACK: ("Pictures come in, but they are black.", "有画面，但画面全黑。"),
    CameraWord.BRIGHT: ("Pictures come in, but they are overexposed.", "有画面，但画面过曝。"),
    CameraWord.COVERED: ("Pictures come in, but the lens is covered.", "有画面，但镜头被遮挡。"),
    CameraWord.BLURRED: ("Pictures come in, but they are blurred.", "有画面，但画面模糊。"),
    CameraWord.DAMAGED: (
        "Pictures come in, but they are torn, smeared or partly of one colour.",
        "有画面，但画面破损（花屏、错位或拖影）。",
    ),
    CameraWord.MOVED: (
        "The camera looks elsewhere: zones are not watched until it rests; then check them.",
        "摄像机视角已变动：稳定前暂停监看区域，请随后核对区域。",
    ),
}


def state(word: CameraWord, since: float, cause: str = "") -> CameraState:
    """Return the state with its plain words; `since` in unix seconds."""
    detail, detail_zh = _DETAILS[word]
    return CameraState(word, since, detail, detail_zh, cause)


def state_of(reason: Reason, since: float, cause: str = "") -> CameraState:
    """Return the state that an ended attempt leaves behind."""
    return state(_BY_REASON[reason], since, cause)
