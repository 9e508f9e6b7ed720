"""What posture one detected person is in: the library of postures against key points and box."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from rules import postures
from rules.observation import Box, Point
from rules.postures import KINDS, TILTS

KeyPoints = tuple[tuple[float, float, float], ...]
Floats = NDArray[np.float64]

_PARTS = ((0, 1, 2, 3, 4), (5,), (6,), (11,), (12,), (13,), (14,), (15,), (16,))
"""COCO key points of each joint of the library; the head is the middle of those seen."""
_VISIBLE = 0.5
_RIM = 0.005  # A box this near to the border of the picture is cut by it.
_FEWEST = 5  # Joints from which a posture can be read.
_VARIES = 0.065  # Body heights: how far bodies of one posture differ from its template ...
_BLUR = 0.003  # ... and picture heights: how far a key point is off, however small the person.
_WORTH = 0.55  # Errors of the joints of one body go together: so much of each counts.
# Log of the sides of a box: arms, bags, clothes. The arms of one who lies point anywhere.
_WIDTH = {"up": 0.22, "seat": 0.22, "low": 0.22, "fours": 0.22, "lying": 0.34}
_HEIGHT = {"up": 0.16, "seat": 0.16, "low": 0.16, "fours": 0.16, "lying": 0.2}
_GROWN = 0.10  # Log of the body's size from one reading to the next, a little perspective included.
_OPEN = 1.2  # The same when the body's size is not known yet: boxes tell their order.
_BELIEFS = {"up": 0.33, "seat": 0.05, "low": 0.183, "fours": 0.037, "lying": 0.4}
_USUAL = (0.16, 0.2, 0.2, 0.17, 0.13, 0.09, 0.05)  # How steeply street cameras look at people.
_LEARNT = 0.2  # Readings of one standing body say the same again: what each adds in a second.
_TILTS = 0.05  # Who walks is seen at another angle: what of each leaks to its neighbours meanwhile.
_LEAST = 0.003  # No angle is ever quite out of the question.
_LOOSE = 1e-8  # Share of what no posture explains.


class Build(msgspec.Struct, frozen=True):
    """What is known of one body: its height (picture heights) and weight at each of TILTS."""

    sizes: tuple[float, ...]
    tilts: tuple[float, ...]


class Reading(msgspec.Struct, frozen=True):
    """One look at one person: shares of belief 0..1; `told` is False where they say nothing.

    `fours` is on hands and knees, or hands and feet, as for push-ups.
    `build` is what the picture says of the body if its posture is `up` or `seat`; `whole` that no
    border cuts the box; `joints` how many key points were good; `middle` is where the hips are.
    """

    told: bool
    up: float
    seat: float
    low: float
    fours: float
    lying: float
    build: Build | None
    whole: bool
    joints: int
    middle: Point


def is_whole(box: Box) -> bool:
    """Tell whether the whole box is inside the picture."""
    return box[0] > _RIM and box[1] > _RIM and box[2] < 1.0 - _RIM and box[3] < 1.0 - _RIM


def shows_feet(box: Box) -> bool:
    """Tell whether the picture goes on below a box: its lower side is where the person stands."""
    return box[3] < 1.0 - _RIM


def read(box: Box, points: KeyPoints, aspect: float, build: Build | None) -> Reading:
    """Return what one detection tells.

    Args:
        box: of the person, fractions.
        points: 17 COCO key points, or none.
        aspect: width over height of the picture.
        build: of this person, None when never seen upright.
    """
    whole = is_whole(box)
    at, weight = _joints(points, aspect)
    joints = int((weight > 0).sum())
    wide, tall = (box[2] - box[0]) * aspect, box[3] - box[1]
    middle = _middle(box, at, weight, aspect)
    if joints < _FEWEST and not whole:
        return Reading(False, 0.0, 0.0, 0.0, 0.0, 0.0, None, whole, joints, middle)
    told, sizes = _likelihood(at, weight, joints, wide, tall, whole, build)
    told = told + _prior()
    top = float(told.max())
    shares = np.exp(told - top)
    by_tilt = shares.sum(axis=1)
    lost = _LOOSE * np.exp(-max(-60.0, min(60.0, top))) if top < 0 else _LOOSE
    total = float(by_tilt.sum()) + lost
    kinds = np.array([shares[:, k == postures.KIND_OF].sum() for k in range(len(KINDS))]) / total
    up, seat, low, fours, lying = (float(k) for k in kinds)
    return Reading(
        True, up, seat, low, fours, lying, _build(shares, sizes, by_tilt), whole, joints, middle
    )


def upright_height(build: Build) -> float:
    """Return how high the box of this body is upright, in picture heights."""
    return float(np.dot(np.array(build.sizes) * postures.library().tall, build.tilts))


def body_height(build: Build) -> float:
    """Return the height of the body, seen from the side, in picture heights."""
    return float(np.dot(build.sizes, build.tilts))


def tilt(build: Build) -> float:
    """Return how steeply, in degrees, the person seems to be looked down upon."""
    return float(np.dot(TILTS, build.tilts))


def mixed(old: Build, new: Build, share: float) -> Build:
    """Return the build that follows its readings: `share` of the new one's sizes.

    How steeply it is seen becomes surer with every reading, and never quite sure.
    """
    sizes = tuple(a + share * (b - a) for a, b in zip(old.sizes, new.sizes, strict=True))
    weights = np.array(old.tilts) * np.maximum(new.tilts, 0.02) ** (_LEARNT * share)
    padded = np.pad(weights / weights.sum(), 1, mode="edge")
    leaks = padded[:-2] + padded[2:] - 2 * padded[1:-1]
    weights = np.maximum(padded[1:-1] + _TILTS * share * leaks, _LEAST)
    return Build(sizes, tuple((weights / weights.sum()).tolist()))


@cache
def _prior() -> Floats:
    belief = np.log([_BELIEFS[kind] for kind in KINDS])
    found: Floats = belief[postures.KIND_OF] + postures.library().prior
    return found[None, :]


@cache
def _sides() -> tuple[Floats, Floats, Floats]:
    """Return (K,) spread of width and height of each template, and what its vagueness costs."""
    across = np.array([_WIDTH[kind] for kind in KINDS])[postures.KIND_OF]
    upward = np.array([_HEIGHT[kind] for kind in KINDS])[postures.KIND_OF]
    return across, upward, np.log(across * upward / (_WIDTH["up"] * _HEIGHT["up"]))


def _likelihood(
    at: Floats,
    weight: Floats,
    joints: int,
    wide: float,
    tall: float,
    whole: bool,
    build: Build | None,
) -> tuple[Floats, Floats]:
    """Return (T, K) log likelihood of every template, and the body's size in each."""
    known = postures.library()
    boxes = known.boxes
    slack = _OPEN if build is None else _GROWN
    expected = (tall / known.tall if build is None else np.array(build.sizes))[:, None]
    fit = _fitted(at, weight) if joints >= _FEWEST else None
    log_wide, log_tall = np.log(wide / boxes[..., 0]), np.log(tall / boxes[..., 1])
    # The size that suits best: what the box says, the points say, and what is known already.
    precision = np.full(boxes.shape[:2], 1 / slack**2)
    total = np.log(expected) * precision
    across, upward, blunt = _sides()
    if whole:
        total = total + log_wide / across**2 + log_tall / upward**2
        precision = precision + 1 / across**2 + 1 / upward**2
    if fit is not None:
        fits = np.log(np.maximum(fit.cross, 1e-6) / np.maximum(fit.own, 1e-6))
        sure = joints * _WORTH * fit.own / _VARIES**2 * (fit.cross > 0)
        total = total + fits * sure
        precision = precision + sure
    sizes = np.exp(total / precision)
    told = -0.5 * ((np.log(sizes / expected)) / slack) ** 2
    if whole:
        away = (log_wide - np.log(sizes)) ** 2 / across**2
        told = told - 0.5 * (away + (log_tall - np.log(sizes)) ** 2 / upward**2) - blunt
    if fit is not None:
        off = fit.seen - 2 * sizes * fit.cross + sizes**2 * fit.own
        spread = (_VARIES * expected) ** 2 + _BLUR**2
        told = told - 0.5 * joints * _WORTH * off / spread
    told = told + np.log(_USUAL if build is None else build.tilts)[:, None]
    return told, sizes


class _Fit(NamedTuple):
    """Points against templates, both from their middles: mean squares and mean product."""

    seen: float
    cross: Floats
    own: Floats


def _fitted(at: Floats, weight: Floats) -> _Fit:
    w = weight / weight.sum()
    centred = at - w @ at
    shapes = postures.library().points
    middles = np.tensordot(shapes, w, axes=([2], [0]))
    cross = np.tensordot(shapes, w[:, None] * centred, axes=([2, 3], [0, 1]))
    own = np.tensordot((shapes**2).sum(axis=-1), w, axes=([2], [0])) - (middles**2).sum(axis=-1)
    return _Fit(float(w @ (centred**2).sum(axis=1)), cross, own)


def _build(shares: Floats, sizes: Floats, by_tilt: Floats) -> Build:
    """Return the body's size at each tilt, as the upright postures say, and each tilt's weight."""
    upright = shares * (postures.KIND_OF < 2)[None, :] + 1e-12
    found = (upright * sizes).sum(axis=1) / upright.sum(axis=1)
    weights = upright.sum(axis=1)
    return Build(tuple(found.tolist()), tuple((weights / weights.sum()).tolist()))


def _joints(points: KeyPoints, aspect: float) -> tuple[Floats, Floats]:
    """Return the library's joints (9, 2) in picture heights, and 1 where one is seen, else 0."""
    at, weight = np.zeros((postures.JOINTS, 2)), np.zeros(postures.JOINTS)
    if len(points) < 17:
        return at, weight
    for joint, parts in enumerate(_PARTS):
        seen = [points[i] for i in parts if points[i][2] >= _VISIBLE]
        if seen:
            at[joint] = (
                aspect * sum(p[0] for p in seen) / len(seen),
                sum(p[1] for p in seen) / len(seen),
            )
            weight[joint] = 1.0
    return at, weight


def _middle(box: Box, at: Floats, weight: Floats, aspect: float) -> Point:
    hips = [k for k in (postures.L_HIP, postures.R_HIP) if weight[k]]
    if hips:
        x, y = at[hips].mean(axis=0)
        return float(x) / aspect, float(y)
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
