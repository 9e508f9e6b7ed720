"""What the numbers behind a finding are called: the incident page shows them with their limits.

Primitives attach `rules.observation.Measure`s to their subjects under these names; a test holds
that every name in use stands here.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Words(msgspec.Struct, frozen=True):
    """A measure in both languages. `unit` is a key of `rules.labels.UNITS`, '' for a bare number.

    `percent`: a share of 1 that people read better as a percentage.
    """

    en: str
    zh: str
    unit: str = ""
    percent: bool = False


MEASURES: Mapping[str, Words] = {
    "lasted_s": Words("Lasting for", "已持续", "s"),
    "presence": Words("Seen in this share of the pictures", "可见画面占比", percent=True),
    "absent_s": Words("Seen to be gone for", "已消失", "s"),
    "hidden_s": Words("Hidden or without pictures for", "被遮挡或无画面", "s"),
    "thing_px": Words("Longer side, at working size", "物品较长边（分析分辨率）", "px"),
    "thing_share": Words("Share of the picture", "占画面面积", percent=True),
    "thing_contrast": Words("Contrast against the ground", "与地面的反差", percent=True),
    "thing_rest_s": Words("Has not moved for", "静止时长", "s"),
    "thing_steady": Words(
        "Looks the same in this share of the looks", "外观稳定占比", percent=True
    ),
    "thing_apart": Words(
        "Stands by itself in this share of the looks", "独立存在占比", percent=True
    ),
    "thing_put_down": Words("Put down (+1) or taken away (-1)", "放下（+1）或移走（-1）"),
    "thing_solid": Words("A thing (+1), or light and shadow (-1)", "实物（+1）或光影（-1）"),
    "explained": Words("Covered by a person or vehicle", "被人员或车辆遮盖", percent=True),
    "person_apart": Words("Nearest person who may own it", "最近看管者距离", "body heights"),
    "owner_gone_s": Words("Nobody with it for", "无人看管时长", "s"),
    "water_share": Words("Zone under water", "积水面积占比", percent=True),
    "water_level": Words("Water level on the reference line", "标尺线水位", "cm"),
    "water_rise": Words("Water rises by", "水位上涨速度", "cm/min"),
    "water_sure": Words("Zone that could be judged", "可判定面积占比", percent=True),
    "water_likeness": Words("Likeness to the dry ground", "与干燥地面的相似度", "correlation"),
    "water_firm": Words("Structure in it that stands still", "其中静止纹理占比", percent=True),
    "water_bright": Words("Grey level (snow and glare are above)", "灰度（雪和强光更高）"),
    "water_spread_s": Words("Took so long to spread", "蔓延用时", "s"),
    "water_ripples": Words("Ripples in this share of it", "其中波动占比", percent=True),
    "score": Words("Confidence of the detector", "检测置信度", "0..1"),
    "height": Words("Height in the picture", "画面中的高度", percent=True),
    "alike": Words("Its pictures are alike", "前后画面相似度", "correlation"),
    "in_zone": Words("Inside the zone by", "进入区域的深度", "object sizes"),
    "strayed": Words("Away from its spot", "偏离停放位置", "object sizes"),
    "in_queue_s": Words("May wait in a queue, for", "可能在排队，已等候", "s"),
    "unattended": Words("Stand with nobody at them", "无人看管的数量"),
    "lying": Words("Looks like lying", "倒地姿态可信度", percent=True),
    "fell_s": Words("From upright to lying within", "由直立到倒地用时", "s"),
    "sank": Words("The hips went by", "髋部位移", "body heights"),
    "raised": Words("Above the ground by", "离地高度", "body heights"),
    "upright_height": Words("Height in the picture, upright", "直立时画面中的高度", percent=True),
    "joints": Words("Joints that were read (0: box alone)", "可用关节数（0：仅用检测框）"),
}
"""Measure to its words."""
