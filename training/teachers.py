"""Labels from several models and from motion: what they agree on, and what nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.assign import overlaps
from training.shelf import Boxes, Pixels, Sample

SAME = 0.55
"""Two boxes that overlap so much mean one thing."""
SURE = 0.35
"""A label needs this mean score over all looks; a look that did not see it counts as 0."""
DOUBT = 0.08
"""What is believed less is nothing; between the two nobody knows."""
_KIN = frozenset({"car", "truck", "bus"})
"""Classes that small models confuse: their boxes are one thing, its name the most believed one."""
_CHANGED = 22
_NO_BOXES = np.zeros((0, 4), np.float32)


@dataclass(frozen=True, slots=True)
class Look:
    """What one model said about one picture at one size. boxes: (N, 4) in pixels; scores: (N,)."""

    boxes: Boxes
    scores: NDArray[np.float32]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What all looks together say of one place: `score` is the mean over all looks, 0..1."""

    box: Boxes
    label: str
    score: float
    votes: int


def agreed(looks: Sequence[Look]) -> list[Opinion]:
    """Return one opinion for each thing that any look has seen, most believed first."""
    boxes = np.concatenate([_NO_BOXES, *(look.boxes for look in looks)])
    scores = np.concatenate([np.zeros(0, np.float32), *(look.scores for look in looks)])
    labels = [label for look in looks for label in look.labels]
    owner = np.concatenate(
        [np.zeros(0, np.int64), *(np.full(len(x.scores), i) for i, x in enumerate(looks))]
    )
    opinions = []
    left = list(np.argsort(-scores, kind="stable"))
    while left:
        first = left[0]
        near = overlaps(boxes[left], boxes[first : first + 1])[:, 0] >= SAME
        group = [
            i for i, one in zip(left, near, strict=True) if one and _kin(labels[i], labels[first])
        ]
        left = [i for i in left if i not in group]
        opinions.append(_opinion(group, boxes, scores, labels, owner, len(looks)))
    return sorted(opinions, key=lambda opinion: -opinion.score)


def _kin(one: str, other: str) -> bool:
    return one == other or (one in _KIN and other in _KIN)


def _opinion(
    group: Sequence[int],
    boxes: Boxes,
    scores: NDArray[np.float32],
    labels: Sequence[str],
    owner: NDArray[np.int64],
    looks: int,
) -> Opinion:
    best: dict[int, int] = {}
    for index in group:  # in the order of their scores: a look counts once
        best.setdefault(int(owner[index]), index)
    own = list(best.values())
    weights = scores[own] / scores[own].sum()
    by_label: dict[str, float] = {}
    for index in own:
        by_label[labels[index]] = by_label.get(labels[index], 0.0) + float(scores[index])
    name = max(by_label, key=lambda label: by_label[label])
    box = (boxes[own] * weights[:, None]).sum(axis=0).astype(np.float32)
    return Opinion(box, name, float(scores[own].sum()) / looks, len(own))


def still(pictures: Sequence[Pixels]) -> Pixels:
    """Return the picture without what passes: the median over pictures of one fixed camera."""
    middle: Pixels = np.median(np.stack(pictures), axis=0).astype(np.uint8)
    return middle


def moving(picture: Pixels, background: Pixels, least: float) -> Boxes:
    """Return (N, 4) boxes in pixels of what is not background.

    `least` is the smallest share of the picture that counts. Light that changes over the whole
    picture is taken out first.
    """
    apart = picture.astype(np.int16) - background.astype(np.int16)
    apart -= np.median(apart, axis=(0, 1)).astype(np.int16)
    mask = (np.abs(apart).max(axis=2) > _CHANGED).astype(np.uint8)
    side = max(3, round(picture.shape[1] / 110)) | 1
    kernel = np.ones((side, side), np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel, iterations=2).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    rows = stats[1:count]
    rows = rows[rows[:, 4] >= least * picture.shape[0] * picture.shape[1]].astype(np.float32)
    found: Boxes = np.concatenate((rows[:, :2], rows[:, :2] + rows[:, 2:4]), axis=1)
    return found


def judged(
    pixels: Pixels,
    opinions: Sequence[Opinion],
    changes: Boxes,
    names: Sequence[str],
    mover: str,
    source: str,
) -> Sample:
    """Return the picture with the labels that are sure, and the areas that nobody knows.

    changes: (N, 4) boxes of what moves. names: labels that can be there at all. mover: what
    anything that moves is, '' when it could be several things.
    """
    possible = [o for o in opinions if o.label in names and o.score >= DOUBT]
    boxes, labels, unknown = [], [], []
    for opinion in possible:
        if opinion.score >= SURE and opinion.votes >= 2:
            boxes.append(opinion.box)
            labels.append(opinion.label)
        else:
            unknown.append(opinion.box)
    for change in changes:
        covered = _share_inside(change, boxes)
        if covered >= 0.6:
            continue
        if mover and covered < 0.1 and _whole(change, pixels):
            boxes.append(change)
            labels.append(mover)
        else:
            unknown.append(change)
    return Sample(
        pixels,
        np.array(boxes, np.float32).reshape(-1, 4),
        tuple(labels),
        np.array(unknown, np.float32).reshape(-1, 4),
        believed=True,
        source=source,
    )


def _share_inside(box: Boxes, others: Sequence[Boxes]) -> float:
    """Return the largest share of `box` that one of `others` covers."""
    area = max(float(np.prod(box[2:] - box[:2])), 1e-6)
    shares = [
        float(np.prod(np.clip(np.minimum(box[2:], o[2:]) - np.maximum(box[:2], o[:2]), 0, None)))
        for o in others
    ]
    return max(shares, default=0.0) / area


def _whole(box: Boxes, pixels: Pixels) -> bool:
    """Tell whether a change is large and compact enough to be a thing and not a shadow's rim."""
    height, width = pixels.shape[:2]
    sides = box[2:] - box[:2]
    return bool(np.prod(sides) >= 0.01 * height * width and sides.max() < 6 * sides.min())
