"""What happens to a picture before it is learned from: cut, scale, turn, light, noise, codec."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from training.shelf import Boxes, Pixels, Sample

PAD = 114
LEAST_SHOWN = 0.3
"""An object of which less is left at the edge is no longer asked for, nor held against anyone."""
LEAST_SIDE = 4.0
"""Likewise one that is smaller than this, in pixels."""

_NOTHING = np.zeros((0, 4), np.float32)


def window(sample: Sample, size: tuple[int, int], scale: float, left: float, top: float) -> Sample:
    """Return the sample scaled by `scale` and seen through a window of `size` (width, height).

    left, top: where the window begins in the scaled picture; what lies beyond it is grey.
    """
    matrix = np.array([[scale, 0.0, -left], [0.0, scale, -top]], np.float32)
    smaller = cv2.INTER_AREA if scale < 0.7 else cv2.INTER_LINEAR
    source = sample.pixels
    if scale < 0.7:  # warping takes too few pixels where it shrinks
        height, width = source.shape[:2]
        shrunk = (max(1, round(width * scale)), max(1, round(height * scale)))
        source = cv2.resize(source, shrunk, interpolation=smaller).astype(np.uint8)
        matrix = np.array([[1.0, 0.0, -left], [0.0, 1.0, -top]], np.float32)
    pixels = cv2.warpAffine(
        source, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(PAD, PAD, PAD)
    ).astype(np.uint8)
    shift = np.array([left, top, left, top], np.float32)
    return _kept(sample, pixels, sample.boxes * scale - shift, sample.ignored * scale - shift)


def _kept(sample: Sample, pixels: Pixels, boxes: Boxes, ignored: Boxes) -> Sample:
    """Return the sample with boxes cut at the edges; what hardly shows becomes unknown."""
    height, width = pixels.shape[:2]
    limits = np.array([width, height, width, height], np.float32)
    cut, beyond = np.clip(boxes, 0.0, limits), np.clip(ignored, 0.0, limits)
    sides = cut[:, 2:] - cut[:, :2]
    whole = np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 1e-6), axis=1)
    shown = np.prod(sides, axis=1) / whole
    good = (shown >= LEAST_SHOWN) & (sides.min(axis=1, initial=np.inf) >= LEAST_SIDE)
    faint = ~good & (sides.min(axis=1, initial=np.inf) > 0.0)
    beyond = beyond[(beyond[:, 2:] > beyond[:, :2]).all(axis=1)]
    return Sample(
        pixels,
        cut[good],
        tuple(label for label, one in zip(sample.labels, good, strict=True) if one),
        np.concatenate((beyond, cut[faint])),
        sample.believed,
        sample.source,
    )


def mirrored(sample: Sample) -> Sample:
    """Return the sample with left and right exchanged."""
    width = sample.pixels.shape[1]

    def turned(boxes: Boxes) -> Boxes:
        return np.stack(
            (width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]), axis=1
        )

    pixels = np.ascontiguousarray(sample.pixels[:, ::-1])
    return _with(sample, pixels, turned(sample.boxes), turned(sample.ignored))


def quarter_turned(sample: Sample) -> Sample:
    """Return the sample turned by 90 degrees, clockwise: who stood lies."""
    height = sample.pixels.shape[0]

    def turned(boxes: Boxes) -> Boxes:
        return np.stack(
            (height - boxes[:, 3], boxes[:, 0], height - boxes[:, 1], boxes[:, 2]), axis=1
        )

    pixels = np.ascontiguousarray(np.rot90(sample.pixels, -1))
    return _with(sample, pixels, turned(sample.boxes), turned(sample.ignored))


def _with(sample: Sample, pixels: Pixels, boxes: Boxes, ignored: Boxes) -> Sample:
    return Sample(pixels, boxes, sample.labels, ignored, sample.believed, sample.source)


def cropped(sample: Sample, size: tuple[int, int], random: np.random.Generator) -> Sample:
    """Return a random window of a randomly scaled sample, more often than not onto an object."""
    scale = float(np.exp(random.uniform(np.log(0.65), np.log(1.7))))
    height, width = sample.pixels.shape[:2]
    spare = np.array([width * scale - size[0], height * scale - size[1]])
    if len(sample.boxes) and random.random() < 0.7:
        box = sample.boxes[random.integers(len(sample.boxes))]
        middle = np.array([box[0] + box[2], box[1] + box[3]]) / 2 * scale
        corner = middle - random.uniform(0.15, 0.85, 2) * size
    else:
        corner = random.uniform(0.0, 1.0, 2) * spare
    # Inside where the picture is larger than the window; anywhere within it where it is smaller.
    corner = np.clip(corner, np.minimum(spare, 0.0), np.maximum(spare, 0.0))
    return window(sample, size, scale, float(corner[0]), float(corner[1]))


def mosaic(samples: Sequence[Sample], size: tuple[int, int], random: np.random.Generator) -> Sample:
    """Return four samples side by side, cut at a random middle; believed if all of them are."""
    cross = (random.uniform(0.3, 0.7, 2) * size).astype(int)
    xs, ys = (0, int(cross[0]), size[0]), (0, int(cross[1]), size[1])
    pixels = np.full((size[1], size[0], 3), PAD, np.uint8)
    boxes, ignored = [_NOTHING], [_NOTHING]
    labels: list[str] = []
    for index, sample in enumerate(samples[:4]):
        column, row = index % 2, index // 2
        tile = (xs[column + 1] - xs[column], ys[row + 1] - ys[row])
        part = cropped(sample, tile, random)
        corner = np.array([xs[column], ys[row]] * 2, np.float32)
        pixels[ys[row] : ys[row + 1], xs[column] : xs[column + 1]] = part.pixels
        boxes.append(part.boxes + corner)
        ignored.append(part.ignored + corner)
        labels += part.labels
    return Sample(
        pixels,
        np.concatenate(boxes),
        tuple(labels),
        np.concatenate(ignored),
        all(sample.believed for sample in samples),
        "mosaic",
    )


def spoiled(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Return the picture as a worse camera, another light or a thinner line would give it."""
    out = _lit(pixels, random)
    if random.random() < 0.15:
        height, width = out.shape[:2]
        part = random.uniform(0.4, 0.8)
        small = cv2.resize(out, (int(width * part), int(height * part)))
        out = cv2.resize(small, (width, height)).astype(np.uint8)
    if random.random() < 0.15:
        out = _blurred(out, random)
    if random.random() < 0.25:
        noise = random.normal(0.0, random.uniform(2.0, 14.0), out.shape)
        out = np.clip(out + noise, 0, 255).astype(np.uint8)
    if random.random() < 0.35:
        quality = int(random.integers(18, 80))
        coded = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        decoded = cv2.imdecode(coded, cv2.IMREAD_COLOR)
        out = out if decoded is None else decoded.astype(np.uint8)
    return np.ascontiguousarray(out, np.uint8)


def _lit(pixels: NDArray[np.uint8], random: np.random.Generator) -> Pixels:
    if random.random() < 0.8:
        hsv = cv2.cvtColor(pixels, cv2.COLOR_BGR2HSV).astype(np.float32)
        hsv[..., 0] = (hsv[..., 0] + random.uniform(-6, 6)) % 180
        hsv[..., 1] *= random.uniform(0.4, 1.5)
        whole = np.clip(hsv, 0, (179, 255, 255)).astype(np.uint8)
        pixels = cv2.cvtColor(whole, cv2.COLOR_HSV2BGR).astype(np.uint8)
    if random.random() < 0.08:
        grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
        pixels = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR).astype(np.uint8)
    gamma, gain = float(np.exp(random.normal(0.0, 0.35))), random.uniform(0.6, 1.25)
    curve = np.clip((np.arange(256) / 255.0) ** gamma * gain * 255.0, 0, 255).astype(np.uint8)
    return cv2.LUT(pixels, curve).astype(np.uint8)


def _blurred(pixels: Pixels, random: np.random.Generator) -> Pixels:
    if random.random() < 0.5:
        return cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.5, 1.4)).astype(np.uint8)
    length = int(random.integers(3, 8))
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1.0 / length
    if random.random() < 0.5:
        kernel = np.ascontiguousarray(kernel.T)
    return cv2.filter2D(pixels, -1, kernel).astype(np.uint8)


def prepared(
    samples: Sequence[Sample], size: tuple[int, int], random: np.random.Generator
) -> Sample:
    """Return one learning picture of `size` from one sample, or a mosaic from four."""
    turned = []
    for sample in samples:
        one = mirrored(sample) if random.random() < 0.5 else sample
        # Only people lie about; a car on its side would be wrong to learn.
        if set(one.labels) == {"person"} and random.random() < 0.25:
            one = quarter_turned(one)
        turned.append(one)
    out = mosaic(turned, size, random) if len(turned) == 4 else cropped(turned[0], size, random)
    return _with(out, spoiled(out.pixels, random), out.boxes, out.ignored)
