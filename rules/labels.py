"""What parameters are called, in both languages: the console's form and the API's schema show it.

By primitive and parameter, because the same name may mean different things in two primitives. The
English description stands beside each parameter. A test holds this table complete.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Label(msgspec.Struct, frozen=True):
    """Title in both languages, description in Chinese; `main`: one of those that people tune."""

    en: str
    zh: str
    zh_description: str
    main: bool = False


UNITS: Mapping[str, str] = {
    "s": "秒",
    "0..1": "0～1",
    "px": "像素",
    "long sides": "画面长边",
    "object sizes": "目标尺寸",
    "share of the picture height": "画面高度占比",
    "body heights": "身高",
    "correlation": "相关系数",
    "cm": "厘米",
    "cm/min": "厘米/分钟",
}
"""Unit to what it is called in Chinese."""

LABELS: Mapping[str, Mapping[str, Label]] = {
    "episodes": {
        "confirm_s": Label(
            "Confirmation",
            "确认时长",
            "现象（或更高等级）至少可见多久才予以确认并留存证据；最多按“持续时长”的一半计。",
            main=True,
        ),
        "dwell_s": Label("Must last for", "持续时长", "现象须持续多久才上报为事件。", main=True),
        "absence_s": Label(
            "Over after",
            "消失判定时长",
            "须连续多久看不到，才认为现象已消除。",
            main=True,
        ),
        "repeat_s": Label(
            "Report again every",
            "重复上报间隔",
            "现象未消除期间，两次更新上报的最短间隔。",
            main=True,
        ),
        "hidden_s": Label(
            "May be hidden for",
            "遮挡容忍时长",
            "被遮挡或无画面不超过此时长，计时继续。",
        ),
        "presence": Label(
            "Held in pictures",
            "成立画面占比",
            "在能看清该处的画面中，现象成立的画面至少占多大比例。",
        ),
        "long_s": Label(
            "Graver after",
            "升级时长",
            "持续超过此时长，至少升为第二级；0 表示不按时长升级。",
            main=True,
        ),
        "view_restarts": Label(
            "Begin anew after a camera move",
            "转动后重新计时",
            "摄像机视角变动后，未满时长的计时重新开始；已上报的事件不受影响。",
        ),
    },
    "stays": {
        "targets": Label("Vehicle classes", "违停目标类别", "哪些类别的目标不得在区域内停留。"),
        "confidence": Label(
            "Confidence",
            "置信度阈值",
            "目标的置信度（滑动平均）低于此值时不判定。",
            main=True,
        ),
        "min_height": Label(
            "Smallest height",
            "最小目标高度",
            "画面中高度小于此值的目标视为过远，不判定。",
            main=True,
        ),
        "likeness": Label(
            "Likeness",
            "外观相似度",
            "前后画面中的外观须达到的相似程度，用于区分同一位置先后停放的车辆。",
        ),
        "queue_s": Label(
            "May stand in a queue for",
            "排队容忍时长",
            "同时停下、可能一起驶离的车辆（排队）在此时长内不计时；0 表示不判断排队。",
        ),
    },
    "cluster": {
        "min_count": Label(
            "At least so many",
            "最少数量",
            "聚集在一起且无人看管的车辆至少有多少辆。",
            main=True,
        ),
        "cluster_gap": Label(
            "Apart at most",
            "聚集间距",
            "相邻车辆的间距不超过自身尺寸的多少倍，视为同一处聚集。",
        ),
    },
    "posture": {
        "min_height": Label(
            "Smallest height",
            "最小人员高度",
            "站立时在画面中高度小于此值的人员视为过远，不判定。",
            main=True,
        ),
        "fall_s": Label(
            "A fall takes at most",
            "倒地过程时长",
            "由站立到倒地最多用时；更慢的不算跌倒。",
        ),
        "vanish_s": Label(
            "Found lying within",
            "消失后倒地时长",
            "站立时丢失、在此时长内于原处发现倒地者，视为跌倒。",
        ),
        "lost_s": Label(
            "May go undetected for",
            "漏检容忍时长",
            "倒地人员在此时长内未被检出且无人在该处起身，仍视为倒地。",
        ),
    },
    "static_foreground": {
        "scale_px": Label("Working size", "分析分辨率", "分析时画面较长边的像素数。"),
        "min_contrast": Label(
            "Smallest contrast",
            "最小反差",
            "与地面的亮度差小于此值的变化不予识别。",
            main=True,
        ),
        "min_px": Label(
            "Smallest thing",
            "最小物品尺寸",
            "物品较长边在分析分辨率下至少有多少像素。",
            main=True,
        ),
        "max_share": Label(
            "Largest share",
            "最大面积占比",
            "占画面比例更大的变化视为光照或车辆，不作为物品。",
        ),
        "settle_s": Label("Must stand still for", "静止判定时长", "物品静止多久后才予以关注。"),
        "absorb_s": Label(
            "Becomes background after",
            "融入背景时长",
            "无须关注的变化持续多久后并入背景。",
        ),
        "explained_by": Label(
            "Explained by",
            "可解释类别",
            "位于这些类别目标框内的变化，视为由该目标引起。",
        ),
        "explained_score": Label(
            "Confidence of what explains",
            "可解释目标置信度",
            "置信度低于此值的检测不用于解释变化。",
        ),
    },
    "left_behind": {
        "attended_by": Label(
            "Can look after it",
            "看管者类别",
            "哪些类别的目标可视为物品的看管者。",
        ),
        "attend_heights": Label(
            "Within reach",
            "看管距离",
            "与物品的距离小于几个身高时，视为有人看管。",
        ),
        "owner_gone_s": Label(
            "Owner gone for",
            "离开判定时长",
            "物品旁须多久无人，才认为已被遗弃。",
            main=True,
        ),
        "passing_s": Label(
            "Passers-by after",
            "路人判定时长",
            "超过此时长后，经过的行人不再视为物主；停留者仍可能是。",
        ),
        "explain_s": Label(
            "Missed objects explain for",
            "漏检解释时长",
            "人或车漏检后，其位置在此时长内仍视为有目标。",
        ),
        "object_score": Label(
            "Confidence of persons",
            "看管者置信度",
            "置信度低于此值的检测不视为有人。",
        ),
    },
    "surface": {
        "sensitivity": Label(
            "Sensitivity",
            "变化灵敏度",
            "与干燥地面的相似度低于此值的位置视为已变化；越大越灵敏。",
            main=True,
        ),
        "settle_s": Label(
            "Learns dry ground for",
            "干燥基准学习时长",
            "地面多久不变才作为干燥基准。",
        ),
        "persist_s": Label(
            "Must look different for",
            "变化持续时长",
            "一处外观变化持续多久后才可能判为积水。",
        ),
        "absorb_s": Label(
            "Becomes dry look after",
            "基准更新时长",
            "非积水的持续变化多久后并入干燥基准。",
        ),
        "reference": Label(
            "Reference line",
            "水位标尺线",
            "沿立柱、墙面或路缘石标定的一条线，用于读取水位：先填落地点的横、纵坐标，再填上端点的横、纵坐标，均为画面比例。",
        ),
        "reference_cm": Label(
            "Height of the reference line",
            "标尺线高度",
            "该线上端高出落地点多少厘米。",
        ),
    },
    "covered": {
        "area_ratio": Label(
            "Share under water",
            "积水面积占比",
            "区域内积水面积达到多大比例才算积水事件。",
            main=True,
        ),
        "release": Label(
            "Over below",
            "解除比例",
            "积水面积降到“积水面积占比”的几成以下才算消退，避免反复。",
        ),
        "level_1_ratio": Label(
            "First higher level from",
            "升为较重的占比",
            "积水面积占比达到此值时，事件等级升高一级。",
            main=True,
        ),
        "level_2_ratio": Label(
            "Second higher level from",
            "升为严重的占比",
            "积水面积占比达到此值时，事件等级升高两级。",
            main=True,
        ),
        "level_1_cm": Label(
            "First higher level from a depth of",
            "升为较重的水位",
            "标尺线上的水位达到此值时，事件等级升高一级；0 表示不按水位分级。",
        ),
        "level_2_cm": Label(
            "Second higher level from a depth of",
            "升为严重的水位",
            "标尺线上的水位达到此值时，事件等级升高两级；0 表示不按水位分级。",
        ),
        "least_sure": Label(
            "Least judged part",
            "最小可判定占比",
            "区域内可判定的部分少于此比例时不作结论。",
        ),
    },
    "track": {
        "start_confidence": Label(
            "Confidence to begin",
            "新目标置信度",
            "达到此置信度才视为新目标；更低的只用于延续已有目标。",
        ),
        "still_slack": Label(
            "Still within",
            "静止容差",
            "目标移动不超过自身尺寸的多少，仍视为静止。",
        ),
        "forget_s": Label(
            "Forgotten after",
            "丢失保留时长",
            "静止目标在无遮挡时未被检出，保留多久。",
        ),
        "memory_s": Label("Remembered while hidden", "遮挡保留时长", "静止目标被遮挡时保留多久。"),
    },
    "objects": {
        "role": Label("Model roles", "模型用途", "读取哪些用途的模型结果；先检出目标的优先。"),
        "labels": Label("Classes", "检测类别", "需要的目标类别；留空表示全部。"),
        "confidence_floor": Label("Lowest confidence", "最低置信度", "低于此值的检测一律忽略。"),
        "looks": Label(
            "Compared by looks",
            "外观比对类别",
            "对哪些车辆类别记录外观，以区分先后停放的车辆。",
        ),
    },
    "view": {
        "view_shift": Label(
            "Moved beyond",
            "视角偏移阈值",
            "与基准画面的偏移超过此值，视为视角已变动。",
        ),
        "view_jump": Label(
            "Moving beyond",
            "转动判定阈值",
            "相邻两幅画面的偏移超过此值，视为摄像机正在转动。",
        ),
        "view_settle_s": Label(
            "Trusted again after",
            "转动后稳定时长",
            "转动后画面须稳定多久才恢复判定。",
        ),
        "view_lost_s": Label(
            "Lost after",
            "视角丢失时长",
            "与基准画面完全不符持续多久，视为视角已变动。",
        ),
        "frozen_s": Label("Frozen after", "画面冻结时长", "画面完全不变持续多久，视为冻结。"),
        "quality_s": Label("Bad picture after", "画质异常时长", "遮挡或模糊持续多久才予以认定。"),
    },
}
"""Primitive to parameter to what it is called."""
