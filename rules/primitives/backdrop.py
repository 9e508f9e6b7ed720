"""What a scene looks like without what came into it: ground, light, noise and stillness per pixel.

All pictures here are (h, w, 3) uint8 on a logarithmic scale, so that light is added, not
multiplied: one level is about 1.1 % of the intensity, and more only in the darkest tones.
"""

from __future__ import annotations

from math import log
from typing import Any

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from rules.codec import Array
from rules.registration import IDENTITY, Similarity

Levels = NDArray[np.uint8]
Mask = NDArray[np.uint8]
"""(h, w) uint8, 0 or 255."""

PER_E = 90.0
_DARK = 16.0  # Below it the scale is linear: sensor noise there must not count as contrast.
_CODE = np.round(PER_E * np.log((np.arange(256) + _DARK) / _DARK)).astype(np.uint8)
_CELLS = 20  # Light is known in so many cells along the longer side ...
_SAMPLES = 8  # ... from 8 x 8 samples each.
_QUIET = 8.0  # Levels that samples of one light may differ, beside the noise.
_AT_REST = 0.35  # Share of a cell that still looks as before: then its light did not change.
_AGREED = 0.6  # Share of a cell that must have changed alike to be light.
_NOISE_UNIT = 4.0  # Noise is kept in quarters of a level.
_MOST_STEPS = 8
_TENTH = 10.0  # Ages are kept in tenths of a second.


class Backdrop(msgspec.Struct, frozen=True):
    """The model of one view, in the geometry of its reference picture.

    ground, still: (h, w, 3) levels of the empty scene and of what is there at present;
    age: (h, w) uint16, for how many tenths of a second `still` has not changed;
    noise: (h, w) uint8, usual excess over the ground in quarters of a level;
    known: (h, w) mask of where the ground was really seen; front: mask of the last foreground;
    light: (rows, columns, 3) float32 levels that the light has changed since the ground was made;
    ticks: seconds of slow learning that are still owed to the ground.
    """

    ground: Array
    still: Array
    age: Array
    noise: Array
    known: Array
    front: Array
    light: Array
    owed_s: float = 0.0


def as_mask(where: NDArray[np.bool_]) -> Mask:
    """Return a mask that is 255 where it is true."""
    return where.view(np.uint8) * np.uint8(255)


def levels(contrast: float) -> float:
    """Return the levels that a relative contrast (0..1) makes."""
    return PER_E * log(1.0 + contrast)


def coded(pixels: NDArray[np.uint8], warp: Similarity) -> tuple[Levels, Mask | None]:
    """Return BGR pixels as levels in the geometry of the reference, and what is outside them.

    None instead of the mask means nothing. `warp` is in long sides (see `observation.View`).
    """
    outside: Mask | None = None
    if warp != IDENTITY:
        a, b, tx, ty = warp
        height, width = pixels.shape[:2]
        long = max(height, width)
        matrix = np.array(((a, -b, tx * long), (b, a, ty * long)), np.float64)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        pixels = np.asarray(cv2.warpAffine(pixels, matrix, (width, height), flags=flags), np.uint8)
        full = np.full((height, width), 255, np.uint8)
        inside = np.asarray(cv2.warpAffine(full, matrix, (width, height), flags=flags))
        outside = as_mask(inside < 255)
        outside[[0, -1], :] = outside[:, [0, -1]] = 255
        outside = np.asarray(cv2.dilate(outside, np.ones((7, 7), np.uint8)), np.uint8)
    return np.asarray(cv2.blur(cv2.LUT(pixels, _CODE), (3, 3)), np.uint8), outside


def begun(picture: Levels, hidden: Mask) -> Backdrop:
    """Return the model after its first picture; under `hidden` (mask) nothing is known yet."""
    height, width = picture.shape[:2]
    cells = _cells(height, width)
    return Backdrop(
        ground=picture,
        still=picture,
        age=np.zeros((height, width), np.uint16),
        noise=np.full((height, width), 8, np.uint8),
        known=np.asarray(cv2.bitwise_not(hidden), np.uint8),
        front=np.zeros((height, width), np.uint8),
        light=np.zeros((cells[1], cells[0], 3), np.float32),
    )


def _cells(height: int, width: int) -> tuple[int, int]:
    side = max(height, width) / _CELLS
    return max(2, round(width / side)), max(2, round(height / side))


def relit(model: Backdrop, picture: Levels, hidden: Mask) -> tuple[NDArray[np.float32], Levels]:
    """Return the present light, and the picture as it would look in the light of the ground.

    A step of the exposure moves all cells alike, a passing cloud many neighbours. So what a cell
    says counts only with its neighbourhood, and traffic over half of it says nothing.
    """
    rows, columns = model.light.shape[:2]
    size = (columns * _SAMPLES, rows * _SAMPLES)
    unsure = cv2.bitwise_or(cv2.bitwise_or(model.front, hidden), cv2.bitwise_not(model.known))
    now, then, unsure, noise = (
        cv2.resize(p, size, interpolation=cv2.INTER_NEAREST)
        for p in (picture, model.ground, unsure, model.noise)
    )
    usable = unsure == 0
    before = np.repeat(np.repeat(model.light, _SAMPLES, axis=0), _SAMPLES, axis=1)
    off = now.astype(np.float32) - then - before
    if usable.mean() < 0.1:
        usable = np.ones_like(usable)
    step = np.median(off[usable], axis=0).astype(np.float32)
    if usable.mean() < 0.4:  # The light may have changed so much that all of it looked foreign.
        usable = np.ones_like(usable)
    local = _local(
        *(_by_cell(a, rows, columns) for a in (off - step, usable, noise / _NOISE_UNIT + _QUIET))
    )
    light = cv2.blur(cv2.medianBlur(model.light + step + local, 5), (3, 3))
    height, width = picture.shape[:2]
    full = cv2.resize(light, (width, height), interpolation=cv2.INTER_LINEAR)
    plain = cv2.subtract(picture, np.asarray(full, np.float32), dtype=cv2.CV_8U)
    return np.asarray(light, np.float32), np.asarray(plain, np.uint8)


def _by_cell(samples: NDArray[Any], rows: int, columns: int) -> NDArray[Any]:
    """Return samples as (rows, columns, 64, ...)."""
    rest = samples.shape[2:]
    parts = samples.reshape(rows, _SAMPLES, columns, _SAMPLES, *rest)
    return parts.swapaxes(1, 2).reshape(rows, columns, _SAMPLES * _SAMPLES, *rest)


def _local(
    off: NDArray[np.float32], usable: NDArray[np.bool_], quiet: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return (rows, columns, 3) by how much the light of each cell changed, beyond the step."""
    enough = np.maximum(usable.sum(axis=2), 1)
    calm = (_largest(off) <= quiet) & usable
    rest = calm.sum(axis=2) / enough
    drift = (off * calm[..., None]).sum(axis=2) / np.maximum(calm.sum(axis=2), 1)[..., None]
    middle = np.median(off, axis=2)
    with_it = (_largest(off - middle[:, :, None]) <= quiet) & usable
    agreed = (with_it.sum(axis=2) / enough >= _AGREED) & (usable.mean(axis=2) >= 0.5)
    changed = np.where(agreed[..., None], middle, 0.0)
    return np.where((rest >= _AT_REST)[..., None], drift, changed).astype(np.float32)


def _largest(off: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the largest amount over three colours (numpy's max is slow there)."""
    size = np.abs(off)
    return np.asarray(np.maximum(np.maximum(size[..., 0], size[..., 1]), size[..., 2]), np.float32)


def excess(picture: Levels, model: Levels, reach: int) -> NDArray[np.uint8]:
    """Return (h, w) by how many levels a picture is outside what the model shows within `reach` px.

    A camera that trembles or was warped is off by a pixel at every edge; that is no difference.
    """
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    over = cv2.subtract(picture, cv2.dilate(model, kernel))
    under = cv2.subtract(cv2.erode(model, kernel), picture)
    blue, green, red = cv2.split(cv2.max(over, under))
    return np.asarray(cv2.max(cv2.max(blue, green), red), np.uint8)


def tolerance(model: Backdrop, floor: float) -> NDArray[np.uint8]:
    """Return (h, w) levels of excess that are noise here: waving leaves, water, a dark night."""
    return np.asarray(
        cv2.convertScaleAbs(model.noise, alpha=2.0 / _NOISE_UNIT, beta=floor), np.uint8
    )


def aged(
    model: Backdrop, picture: Levels, allowed: NDArray[np.uint8], elapsed_s: float, reach: int
) -> tuple[Levels, NDArray[np.uint16]]:
    """Return `still` and `age` after this picture: grown where nothing changed, anew elsewhere."""
    changed = excess(picture, model.still, reach) > allowed
    still = cv2.addWeighted(model.still, 0.75, picture, 0.25, 0.0)
    cv2.copyTo(picture, as_mask(changed), still)
    tenths = round(elapsed_s * _TENTH)
    age = np.minimum(model.age, np.uint16(65535 - tenths)) + np.uint16(tenths)
    age[changed] = 0
    return np.asarray(still, np.uint8), np.asarray(age, np.uint16)


def lasting(age: NDArray[np.uint16], seconds: float) -> Mask:
    """Return where nothing has changed for so long."""
    return as_mask(age >= round(seconds * _TENTH))


def seconds(age: NDArray[np.uint16], where: NDArray[np.bool_]) -> float:
    """Return the median age (s) of some pixels."""
    return float(np.median(age[where])) / _TENTH


def learned(
    model: Backdrop,
    picture: Levels,
    odd: NDArray[np.uint8],
    free: Mask,
    masks: tuple[Mask, Mask],
    elapsed_s: float,
) -> tuple[Levels, NDArray[np.uint8], float]:
    """Return ground, noise and what is owed, after learning from one picture.

    The ground follows by a level a second where it is `free`, so that nothing is averaged into
    it, and is taken as it is under the first of `masks`. `odd` is the excess of this picture;
    noise, its upper third, is learned outside the second of `masks`.
    """
    owed = model.owed_s + elapsed_s
    step = min(int(owed), _MOST_STEPS)
    ground, noise = model.ground.copy(), model.noise
    if step > 0:
        owed = min(owed - step, 1.0)
        by = np.full_like(ground, step)
        followed = cv2.max(picture, cv2.subtract(ground, by))
        cv2.copyTo(cv2.min(followed, cv2.add(ground, by)), free, ground)
        louder = cv2.convertScaleAbs(odd, alpha=_NOISE_UNIT) > noise
        more, less = noise + np.uint8(2 * step), noise - np.uint8(step)
        moved = np.where(louder, np.maximum(more, noise), np.minimum(less, noise))
        noise = np.where(masks[1] > 0, noise, moved)
    cv2.copyTo(picture, masks[0], ground)
    return np.asarray(ground, np.uint8), np.asarray(noise, np.uint8), owed
