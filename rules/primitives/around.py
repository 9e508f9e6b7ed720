"""What goes on around a thing: who brought it, and is it a part of something larger?"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import cv2
import msgspec
import numpy as np

from rules.codec import Array
from rules.primitives import backdrop, settled
from rules.primitives.backdrop import Mask
from rules.primitives.settled import Settled

_CELL = 8  # Px of a cell in the maps of who moved where.
_MOVER_SHARE = 0.0015  # What moves and is smaller (a far car, a clock's digits) puts nothing down.
_REACH = 1.5  # Sides of a square as large as somebody within which they put or throw a thing.
_AS_LARGE = 0.7  # Of a thing's box, that of who brought it.
_APART_S = 1.5  # Who is not detected must have been there so long before or after.
_LEAD_S = 3.0  # Who let go of a thing was at its place so short a time before it lay still.
_MISSED_S = 3.0  # A detector may miss somebody who stands for so long.
_DENSE_S = 3.0  # Between pictures that are further apart somebody may come and go unseen.
_SWOLLEN = 2.0  # A thing lies as it was put; what has become so many times larger spreads.


class Movers(msgspec.Struct, frozen=True):
    """Who moves about, by cell; all (rows, columns) float64, times in seconds.

    through: when somebody or something last moved through. near: when one was last so near that
    they could put a thing there; began: since when without a break; size: the box of that one,
    px. known: when it was one who was detected. veil: when a detection last covered the cell.
    gap: how far apart the last two pictures were; at: the time of the last one.
    """

    through: Array
    near: Array
    began: Array
    size: Array
    known: Array
    veil: Array
    at: float = -np.inf
    gap: float = np.inf


def nobody(height: int, width: int) -> Movers:
    """Return the movers of a view in which nobody was seen yet."""
    never = np.full((-(-height // _CELL), -(-width // _CELL)), -np.inf)
    return Movers(never, never, never, np.zeros_like(never), never, never)


def moved(movers: Movers, loose: Mask, explained: Mask, at: float) -> Movers:
    """Return the movers after a picture.

    `loose` is the mask of foreground that is not at rest, `explained` that of detections.
    """
    rows, columns = movers.through.shape
    half = (columns * _CELL // 2, rows * _CELL // 2)
    through = np.zeros((rows, columns), np.uint8)
    near, known = np.zeros((2, rows, columns), np.uint8)
    size = np.where(at - movers.near <= _LEAD_S, movers.size, 0.0)
    veil = cv2.resize(explained, (columns, rows), interpolation=cv2.INTER_AREA)
    for mask, least, reached in ((loose, _MOVER_SHARE, near), (explained, 0.0, known)):
        small = cv2.resize(mask, half, interpolation=cv2.INTER_AREA)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(small, connectivity=8)
        large = np.asarray(stats)[:, cv2.CC_STAT_AREA] >= max(1.0, least * small.size)
        large[0] = False
        them = backdrop.as_mask(large[labels])
        part = cv2.resize(them, (columns, rows), interpolation=cv2.INTER_AREA)
        through = np.maximum(through, part)
        for x, y, width, height, pixels in stats[large].tolist():
            reach = _REACH * sqrt(min(width * height, 4 * pixels))
            low, high = (x - reach, y - reach), (x + width + reach, y + height + reach)
            corners = [(round(2 * u / _CELL), round(2 * v / _CELL)) for u, v in (low, high)]
            cv2.rectangle(reached, corners[0], corners[1], (255,), -1)
            (left, top), (right, under) = ((max(0, u), max(0, v)) for u, v in corners)
            part_of = size[top : under + 1, left : right + 1]
            np.maximum(part_of, 4.0 * width * height, out=part_of)
    present = (near | known) > 0
    goes_on = at - movers.near <= max(1.0, 2.0 * (at - movers.at))
    return Movers(
        np.where(through > 64, at, movers.through),
        np.where(present, at, movers.near),
        np.where(present & ~goes_on, at, movers.began),
        size,
        np.where(known > 0, at, movers.known),
        np.where(veil > 0, at, movers.veil),
        at,
        at - movers.at,
    )


def veiled(movers: Movers, at: float, shape: Sequence[int]) -> Mask:
    """Return where a detection was a moment ago: who is missed in one picture is still there."""
    fresh = backdrop.as_mask(at - movers.veil < _MISSED_S)
    rows, columns = fresh.shape
    size = (columns * _CELL, rows * _CELL)
    full = cv2.resize(fresh, size, interpolation=cv2.INTER_NEAREST)
    return np.asarray(full[: shape[0], : shape[1]], np.uint8)


def brought(thing: Settled, movers: Movers, shape: Sequence[int]) -> bool:
    """Tell whether somebody was at the place of a new thing when it came.

    A drop on the lens, a light and a stain come by themselves: until they rest they move, too,
    but nobody was there before. Nobody brings what is larger than they are. Where pictures are
    rare, who brought it need not have been in one of them.
    """
    if movers.gap > _DENSE_S:
        return True
    place = _cells(thing, 0, shape)
    first = thing.since - _LEAD_S
    near, began = movers.near[place], movers.began[place]
    # Somebody else than itself: there before it came, or beside it when it lay still.
    before = (near >= first) & (began <= thing.since - _APART_S)
    beside = near >= thing.since + _APART_S
    as_large = movers.size[place] >= _AS_LARGE * thing.rect[2] * thing.rect[3]
    return bool(((before | beside | (movers.known[place] >= first)) & as_large).any())


def stirred(thing: Settled, movers: Movers, shape: Sequence[int]) -> bool:
    """Tell whether something moved near a thing, but not in it, since it came to rest."""
    reach = max(movers.through.shape) // 5
    rows, columns = _cells(thing, reach * _CELL, shape)
    near = movers.through[rows, columns] >= thing.since - 1e-3
    x, y, width, height = thing.rect
    near[
        max(0, y // _CELL - 1 - rows.start) : (y + height) // _CELL + 2 - rows.start,
        max(0, x // _CELL - 1 - columns.start) : (x + width) // _CELL + 2 - columns.start,
    ] = False
    return bool(near.any())


def _cells(thing: Settled, by: int, shape: Sequence[int]) -> tuple[slice, slice]:
    """Return the cells of a thing and of so many px around it."""
    rows, columns = settled.grown(thing.rect, by, shape)
    return (
        slice(rows.start // _CELL, -(-rows.stop // _CELL)),
        slice(columns.start // _CELL, -(-columns.stop // _CELL)),
    )


class Regions(NamedTuple):
    """Foreground that hangs together, by the slot of a thing in it: its px, those of other things
    in it, how many px they have seen at first, and whether somebody hides, or may have added, some.
    """

    size: int
    whole: dict[int, int]
    others: dict[int, int]
    first: dict[int, int]
    hidden: dict[int, bool]
    tended: dict[int, bool]


def regions(
    things: Sequence[Settled], marks: Array, front: Mask, hidden: Mask, movers: Movers
) -> Regions:
    """Return the regions that things lie in; `front` and `hidden` as in a look."""
    if not things:
        return Regions(marks.size, {}, {}, {}, {}, {})
    loose = np.where(marks > 0, np.uint8(255), front & ~hidden)
    joined = cv2.morphologyEx(loose, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    beside = set(np.unique(labels[cv2.dilate(hidden, np.ones((5, 5), np.uint8)) > 0]).tolist())
    label, own = {}, {}
    for thing in things:
        place = settled.grown(thing.rect, 0, marks.shape)
        region = np.asarray(labels)[place][marks[place] == thing.slot]
        if region.size:
            label[thing.slot] = int(np.bincount(region).argmax())
            own[thing.slot] = int(region.size)
    together = {
        slot: [t for t in things if label.get(t.slot) == number and t.slot != slot]
        for slot, number in label.items()
    }
    lately = movers.at - _LEAD_S
    return Regions(
        marks.size,
        {slot: int(stats[number, cv2.CC_STAT_AREA]) for slot, number in label.items()},
        {slot: sum(own[o.slot] for o in with_it) for slot, with_it in together.items()},
        {
            slot: min((o.first for o in with_it if o.first), default=marks.size)
            for slot, with_it in together.items()
        },
        {slot: number in beside for slot, number in label.items()},
        {t.slot: bool((movers.known[_cells(t, 0, marks.shape)] >= lately).any()) for t in things},
    )


def compared(thing: Settled, found: Regions, max_share: float) -> Settled:
    """Return a thing with what one look says of its surroundings.

    It is apart when it is most of the foreground that it lies in, beside other things, and that
    has not spread: rising water, a wandering shadow and a parked vehicle come to rest in pieces.
    A heap grows, too, but somebody is there. While one hides some of it, nothing is told.
    """
    if found.hidden.get(thing.slot, True):
        return thing
    whole = found.whole[thing.slot]
    first = thing.first or min(whole, found.first[thing.slot])
    if found.tended[thing.slot]:
        first = max(first, whole)
    alone = whole - found.others[thing.slot] <= _SWOLLEN * max(1, thing.pixels)
    small = whole <= max_share * found.size
    apart = alone and small and whole <= _SWOLLEN * first
    return msgspec.structs.replace(
        thing, first=first, free=thing.free + 1, apart=thing.apart + apart
    )
