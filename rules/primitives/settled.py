"""One thing that came to rest before the backdrop: is it there, is it real, who was beside it?"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from rules.primitives.backdrop import Levels, Mask

Rect = tuple[int, int, int, int]
"""x, y, width, height in px."""

MARGIN = 5
"""Px around a thing that `look` and `grown` need to see."""

_GENTLE = (
    0.12  # Levels a px per level of contrast: a thing's outline takes 2-4 px, a shadow's more.
)
_THROUGH = 0.6
PROOF = 3
"""Successive looks that a thing must stand: one is chance where much goes on."""

STEADY = 0.7
"""What is seen in a smaller share of the looks is traffic that happens to look alike."""

_LONG = 4.0  # Widths per height of a painted line.
_FILLED = 0.5  # Of its rows and columns.


class Settled(msgspec.Struct, frozen=True):
    """A region that stands out and does not change, under `slot` in the map of marks.

    `since` is when it came to rest; `votes` counts looks at it, `doubts` pictures in which
    something that no detection explains was in its place, `run` looks in a row, `proved` that
    there were three; `edges` and `solid` sum what the looks said (see `look`); `stirred` that
    something moved beside it when it was there; `brought` that somebody was at its place when it
    came; `free` counts the looks at which nobody hid any of the foreground that hangs together
    with it, `first` is how many px that were at the first one, `apart` counts those at which they
    were not many more;
    `missing_since` since when the ground is seen in its
    place.
    """

    key: int
    slot: int
    rect: Rect
    pixels: int
    since: float
    contrast: float
    votes: int = 0
    doubts: int = 0
    run: int = 0
    proved: bool = False
    edges: float = 0.0
    solid: float = 0.0
    stirred: bool = False
    brought: bool = False
    first: int = 0
    free: int = 0
    apart: int = 0
    seen: bool = True
    seen_at: float = 0.0
    missing_since: float | None = None

    @property
    def real(self) -> bool:
        """True when it was put there, as far as was seen: no ghost, no light, not by nobody."""
        return self.solid_enough and self.apart >= STEADY * self.free

    @property
    def solid_enough(self) -> bool:
        """True when it would be real if it stood alone."""
        steady = self.votes >= STEADY * (self.votes + self.doubts)
        put = self.stirred and self.brought and self.edges > 0.0
        return self.proved and steady and put and self.solid > 0.0


def painted(things: Sequence[Settled], marks: NDArray[np.uint8]) -> frozenset[int]:
    """Return the keys of what the camera painted: a long row of upright rectangles, as text is.

    With them goes what lies within the row: a letter that was found before the rest of it.
    """
    found: set[int] = set()
    bars = [(thing.key, *_bar(thing, marks)) for thing in things]
    for bar in bars:
        row = [bar]
        for other in sorted(bars, key=lambda b: b[1][0]):
            if other is not bar and _in_line([b[1] for b in row], other[1]):
                row.append(other)
        rects = [b[1] for b in row]
        left, right = (min(r[0] for r in rects), max(r[0] + r[2] for r in rects))
        width, height = right - left, max(r[3] for r in rects)
        if width >= _LONG * height and sum(b[2] for b in row) >= 0.7 * width * height:
            line = (left, min(r[1] for r in rects), width, height)
            found.update(b[0] for b in bars if b in row or _within(b[1], line))
    return frozenset(found)


def _bar(thing: Settled, marks: NDArray[np.uint8]) -> tuple[Rect, int]:
    """Return the rows and columns that a thing mostly fills, and its px in them.

    What joined it at its fringe (noise, a shade beside it) does not change what it is.
    """
    x, y, width, height = thing.rect
    region = marks[y : y + height, x : x + width] == thing.slot
    rows = np.nonzero(region.mean(axis=1) >= _FILLED)[0]
    if not len(rows):
        return thing.rect, thing.pixels
    columns = np.nonzero(region[rows].mean(axis=0) >= _FILLED)[0]
    if not len(columns):
        return thing.rect, thing.pixels
    top, left = int(rows[0]), int(columns[0])
    tall, wide = int(rows[-1]) + 1 - top, int(columns[-1]) + 1 - left
    inside = region[top : top + tall, left : left + wide]
    return (x + left, y + top, wide, tall), int(inside.sum())


def _within(rect: Rect, line: Rect) -> bool:
    """Tell whether a rectangle lies in a line of text, give or take a pixel or two."""
    x, y, width, height = rect
    left, top, wide, tall = line
    across = left - 2 <= x and x + width <= left + wide + 2
    return across and top - 2 <= y and y + height <= top + tall + 2


def _in_line(row: list[Rect], other: Rect) -> bool:
    _, y, _, height = row[0]
    x, top, width, tall = other
    near = min(max(x - r[0] - r[2], r[0] - x - width) for r in row) <= height
    return near and abs(top - y) <= 2 and abs(top + tall - y - height) <= 2


def grown(rect: Rect, by: int, shape: Sequence[int]) -> tuple[slice, slice]:
    """Return the rows and columns of a rectangle with a margin, inside the picture."""
    x, y, width, height = rect
    return (
        slice(max(0, y - by), min(shape[0], y + height + by)),
        slice(max(0, x - by), min(shape[1], x + width + by)),
    )


def look(region: Mask, picture: Levels, ground: Levels) -> tuple[float, float]:
    """Return how much a region is a thing of this picture: (edges, solid), each -1 .. 1.

    All three are cut out with a margin. edges: the change ends at an edge, and that edge is one
    of the picture (1) or of the ground (-1): what was taken away leaves its outline in the
    ground. solid: -1 where the ground's own texture shows through or the outline is a gentle
    slope, as light and shadow do, 1 where neither is so.
    """
    now, then = picture.astype(np.float32), ground.astype(np.float32)
    region = _hull(region)
    rim = cv2.subtract(cv2.dilate(region, _kernel(3)), cv2.erode(region, _kernel(3))) > 0
    slopes_change = _slopes(now - then)
    outward = _outward(region)
    # Only what runs along the outline is an edge of it: joints and stripes of the ground cross it.
    new, changed = (_along(slopes, outward)[rim] for slopes in (_slopes(now), slopes_change))
    shared, whole = float((new * changed).sum()), float((changed**2).sum())
    sharp = min(1.0, max(-1.0, 2.0 * shared / (whole + 1e-3) - 1.0))
    apart = [float(_across(region, p)[rim].mean()) for p in (now, then)]
    edges = 0.5 * sharp + 0.5 * (apart[0] - apart[1]) / (apart[0] + apart[1] + 2.0)
    inner = region > 0
    contrast = float(np.abs(now - then)[inner].mean())
    steep = float(np.hypot(*slopes_change)[rim].mean())
    faint = steep < _GENTLE * contrast or _likeness(_grey(now), _grey(then), inner) > _THROUGH
    return edges, -1.0 if faint else 1.0


def _hull(region: Mask) -> Mask:
    """Return the convex hull: parts of a thing may look like the ground by chance."""
    points = cv2.findNonZero(region)
    filled = np.zeros_like(region)
    cv2.fillConvexPoly(filled, cv2.convexHull(points), (255,))
    return filled


def _across(region: Mask, levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (h, w) by how much the inside differs from the outside around each px."""
    inside = (region > 0).astype(np.float32)
    means = []
    for part in (inside, 1.0 - inside):
        weight = cv2.blur(part, (9, 9))[..., None]
        means.append(cv2.blur(levels * part[..., None], (9, 9)) / np.maximum(weight, 1e-3))
    return np.asarray(np.abs(means[0] - means[1]).max(axis=2), np.float32)


def _outward(region: Mask) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the unit vectors across the outline of a region, along x and y."""
    soft = np.asarray(cv2.GaussianBlur(region, (0, 0), 1.5), np.float32)
    x, y = _slopes(soft)
    size = np.hypot(x, y) + np.float32(1e-3)
    return x / size, y / size


def _along(
    slopes: tuple[NDArray[np.float32], NDArray[np.float32]],
    way: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> NDArray[np.float32]:
    """Return the part (h, w, colours) of slopes that goes a way (h, w)."""
    return slopes[0] * way[0][..., None] + slopes[1] * way[1][..., None]


def _kernel(size: int) -> NDArray[np.uint8]:
    return np.ones((size, size), np.uint8)


def _grey(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(levels, cv2.COLOR_BGR2GRAY), np.float32)


def _slopes(grey: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the gradient in levels a px, along x and y."""
    x = cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    y = cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    return np.asarray(x, np.float32), np.asarray(y, np.float32)


def _likeness(
    now: NDArray[np.float32], then: NDArray[np.float32], inner: NDArray[np.bool_]
) -> float:
    """Return the correlation (-1..1) of the fine texture; 0 where the ground has none."""
    fine = [g - cv2.blur(g, (7, 7)) for g in (now, then)]
    a, b = (f[inner] - f[inner].mean() for f in fine)
    if float(b.std()) < 2.0:
        return 0.0
    return float((a * b).mean() / (a.std() * b.std() + 1e-3))
