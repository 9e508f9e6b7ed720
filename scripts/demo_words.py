"""What the demo says on the screen, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from events import payload
from events.bus import Event
from scripts.demo_plan import Scene, first_and_all
from store.catalog import Algorithms

START_S = 10.0
"""From this screen until every camera is live and judged, generously."""

STOPPING = "stopping / 正在停止 ..."

_FRAME = """
================================================================================
  Sharp Eyes Analytics is running                      系统已启动

  Open       打开   {address}
  Password   密码   {password}

  for        admin      everything: people, keys, audit     管理员
             reviewer   decides on incidents                审核员
             operator   cameras, zones, algorithms          运维员
  (one password for all three, new at every start; 三个账号通用,每次启动更换)
================================================================================
"""

_ENGLISH = """\
{served} videos play as RTSP cameras, round and round, with times shortened for the demo.
What to look at:
  1. Log in as reviewer and stay on 'Incidents'. {when}
  2. Open one: wide view and close-up, before and now, the clip, what made it fire.
     Confirm it, or reject it with a reason; the keys are shown on the buttons.
  3. Log in as operator. 'Cameras': live pictures, and what each camera does. Draw a zone.
  4. 'Algorithms and models': change a threshold; the cameras take it without a restart.
{warning}"""

_CHINESE = """\
{served} 路视频以 RTSP 摄像机方式循环播放,告警时间为演示已缩短。建议先看:
  1. 用 reviewer 登录,停留在“事件审核”页。{when}
  2. 打开一条:全景与特写、前后对比、录像片段、触发依据。
     判定“属实”,或选择理由判为“误报”;按钮上标有快捷键。
  3. 用 operator 登录:“摄像机”页看实时画面和状态,绘制监看区域。
  4. “算法与模型”页:修改阈值,无需重启即下发到摄像机。
{warning}"""

_LOGS = """\
Logs   日志   {logs}
Data   数据   {data}   (delete it to start afresh; 删除即可重新开始)

Ctrl-C stops everything. New incidents:
按 Ctrl-C 停止。新告警:
"""

_UNKNOWN = (
    "What appears depends on your\n     videos. Whole pictures are watched; zones make it better.",
    "出现什么取决于视频内容;\n     各算法分析整个画面,可在“摄像机”页绘制监看区域。",
)
_KNOWN = (
    "The first one appears\n     by itself in about {first} s, one of every kind within {last} s.",
    "约 {first} 秒后自动出现第一条,\n     {last} 秒内各类告警都会出现。",
)
_SHORT = (
    """\
This is more than this machine can judge ({load:.0f} pictures a second are wanted), so short events
may be missed. --cameras N serves fewer.
""",
    """\
每秒约需分析 {load:.0f} 帧,超出本机能力,短时事件可能漏报;可用 --cameras N 减少路数。
""",
)
_NO_WEIGHTS = """\
there are no model weights, so nothing could be recognised. Missing:
{missing}
Put the files into a folder 'weights' beside the videos or in the root of the repository (they
are recognised by their hash), or name their folder: scripts/demo --weights FOLDER
What the catalog knows: .venv/bin/python -m models list
缺少模型权重:请将权重文件放入视频旁的 weights 文件夹,或用 --weights 指定文件夹。"""


@dataclass(frozen=True, slots=True)
class Show:
    """What the first screen tells: how to get in, what is served, what to expect.

    `of`: how many videos there were; `load`: pictures a second, when that is too many, else 0.
    """

    address: str
    password: str
    scenes: Mapping[str, Scene]
    of: int
    load: float
    logs: str
    data: str


def welcome(show: Show) -> str:
    """Return the screen that a newcomer reads first."""
    when = _when(show.scenes)
    served = [f"{len(show.scenes)}{sep}{show.of}" for sep in (" of ", "/")]
    if len(show.scenes) == show.of:
        served = [str(show.of)] * 2
    warnings = [text.format(load=show.load) if show.load else "" for text in _SHORT]
    texts = [
        text.format(served=served[i], when=when[i], warning=warnings[i])
        for i, text in enumerate((_ENGLISH, _CHINESE))
    ]
    frame = _FRAME.format(address=show.address, password=show.password)
    return "\n".join([frame, *texts, _LOGS.format(logs=show.logs, data=show.data)])


def _when(scenes: Mapping[str, Scene]) -> tuple[str, str]:
    times = first_and_all(scenes.values())
    if times is None:
        return _UNKNOWN
    first, last = (5 * round((seconds + START_S) / 5 + 0.49) for seconds in times)
    english, chinese = (text.format(first=first, last=last) for text in _KNOWN)
    return english, chinese


def model_missing(algorithm: str, models: str) -> str:
    """Return that an algorithm cannot run, and what is missing."""
    return f"{algorithm} will not run, there are no weights of {models} / 缺少模型权重,不运行"


def no_weights(missing: Mapping[str, str]) -> str:
    """Return what to do where no algorithm can run."""
    lines = [f"  {algorithm}: {models}" for algorithm, models in missing.items()]
    return _NO_WEIGHTS.format(missing="\n".join(lines))


def no_videos(given: Path | None, test_data: Path) -> str:
    """Return what to do where there is nothing to serve."""
    if given is None:
        return (
            f"there are no videos to serve: none in {test_data}. Name a folder of your own:\n"
            "scripts/demo --clips FOLDER / 没有可用的视频,请用 --clips 指定视频文件夹"
        )
    if not given.is_dir():
        return f"{given} is not a folder / 文件夹不存在"
    return f"{given} holds no videos such as .mp4, .avi, .mkv or .mov / 文件夹中没有视频"


class Incidents:
    """Events of the log as lines: one for each incident that has opened."""

    def __init__(self, address: str, algorithms: Algorithms, cameras: Mapping[str, str]) -> None:
        self._address = address
        self._kinds = {a.manifest.kind: a.manifest.name for a in algorithms.by_id.values()}
        self._cameras = cameras

    def line(self, event: Event) -> str:
        """Return the line of an event; '' for everything but a new incident."""
        if event.type != payload.OPENED:
            return ""
        kind = str(event.data.get("kind", ""))
        name = self._kinds.get(kind)
        camera = event.data.get("camera")
        id = str(camera.get("id", "")) if isinstance(camera, Mapping) else ""
        words = f"{name.zh} {name.en}" if name else kind
        at = datetime.fromisoformat(event.time).astimezone().strftime("%H:%M:%S")
        where = self._cameras.get(id, id)
        return f"  {at}  {words}  {where}  {self._address}/incidents/{event.incident}"
