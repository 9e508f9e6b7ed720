"""What is remembered of the dry ground: its looks in different light, and each cell's story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import msgspec
import numpy as np

from rules.codec import Array
from rules.primitives.water_features import CELL, IN_PLACE, Grid, Look, Mask, likeness, look_at
from rules.sight import Pixels

_TEXTURE = 4.0  # Grey levels of contrast that count as structure, at least ...
_TEXTURE_MOST = 12.0  # ... and at most, however noisy the camera.
_TINT = 0.25  # A change of colour beyond what sun and shade differ by.
_SAME_TINT, _SAME_GAIN = 0.12, 0.15  # A cell without structure looks as before up to these.
_LIGHTS = 4  # Looks of the same ground in different light.
_LEARN_S = 10.0  # The look follows slow changes at this rhythm ...
_LEARN = 0.15  # ... by this much.


class Ground(msgspec.Struct, frozen=True):
    """One look: grey (H, W) uint8, mean BGR of cells (R, C, 3) uint8; when it last fitted best."""

    grey: Array
    color: Array
    fitted: float = 0.0

    def look(self) -> Look:
        """Return it in the form that is compared."""
        return Look(self.grey.astype(np.float32), self.color.astype(np.float32))


class Cells(msgspec.Struct, frozen=True):
    """What is remembered of each cell, all (R, C).

    known: seconds for which the dry look was seen to be so. held: seconds for which the cell has
    looked different (it runs down again); dull: the same of a cell without structure, whose light
    or colour alone differs. onset: when either began; left: when a difference last
    went away (-inf: never). wet: taken for water. live, firm: how much of the last seconds its
    structure kept changing, or stood still.
    """

    known: Array
    held: Array
    dull: Array
    onset: Array
    left: Array
    wet: Array
    live: Array
    firm: Array


class Memory(msgspec.Struct, frozen=True):
    """State of `surface`.

    at: the last picture's time. before: a picture a moment earlier; pose: (2, 3), how it lay on
    the dry look. grain: the camera's noise in grey levels. away_since: since when the view is
    another one. lit_since: since when the light is that of no dry look. attested: the dry look
    was given by a person, not assumed. doubted: since when it is in doubt, because the view
    before it was wet. line: (96, 3) uint8, the dry look of the reference line.
    """

    at: float = 0.0
    grounds: tuple[Ground, ...] = ()
    cells: Cells | None = None
    before: Ground | None = None
    before_at: float = 0.0
    grain: float = 1.0
    learned_at: float = 0.0
    away_since: float | None = None
    attested: bool = False
    pose: Array | None = None
    doubted: float | None = None
    lit_since: float | None = None
    line: Array | None = None


@dataclass(frozen=True, slots=True)
class Contrast:
    """One picture against all looks of the dry ground, on the cells.

    changed: like none of them. kept: like one of them. best: the look that fits most cells;
    typical: median likeness to it where it has structure; light: brightness against it (log);
    tint: change of colour against it; same: likeness of structure to it, -1..1.
    """

    changed: Mask
    kept: Mask
    best: int
    typical: float
    light: float
    tint: Grid
    same: Grid


def least_texture(grain: float) -> float:
    """Return the contrast in grey levels that counts as structure with this much noise."""
    return min(max(_TEXTURE, 3.0 * grain), _TEXTURE_MOST)


def contrast_with(memory: Memory, now: Look, sensitivity: float) -> Contrast:
    """Compare a picture with all looks of the dry ground; `sensitivity` is the least likeness."""
    floor = least_texture(memory.grain)
    changed = np.ones(now.color.shape[:2], np.bool_)
    kept = ~changed
    best, best_kept, typical, light = 0, -1.0, 1.0, 0.0
    tint: Grid = np.zeros(changed.shape, np.float32)
    alike: Grid = np.ones(changed.shape, np.float32)
    for number, ground in enumerate(memory.grounds):
        like = likeness(now, ground.look())
        structured = like.texture > floor
        same = structured & (like.same >= sensitivity)
        plain = ~structured & (like.tint < _SAME_TINT) & (np.abs(like.gain) < _SAME_GAIN)
        here = same | plain
        changed &= (structured & ~same) | (~structured & (like.tint > _TINT))
        kept |= here
        if float(here.mean()) > best_kept:
            best, best_kept = number, float(here.mean())
            light, tint, alike = like.light, like.tint, like.same
            typical = float(np.median(like.same[same])) if same.any() else 1.0
    return Contrast(changed & ~kept, kept, best, typical, light, tint, alike)


def ground_of(look: Look, at: float) -> Ground:
    """Return a look in the form that is kept."""
    return Ground(look.grey.round().astype(np.uint8), look.color.round().astype(np.uint8), at)


def begun(look: Look, at: float) -> Memory:
    """Return the memory after the first picture: everything is assumed, nothing known."""
    shape = look.color.shape[:2]
    blank = np.zeros(shape, np.float32)
    cells = Cells(
        known=blank,
        held=blank,
        dull=blank,
        onset=np.full(shape, at),
        left=np.full(shape, -np.inf),
        wet=np.zeros(shape, np.bool_),
        live=blank,
        firm=blank,
    )
    first = ground_of(look, at)
    return Memory(
        at=at,
        grounds=(first,),
        cells=cells,
        before=first,
        before_at=at,
        learned_at=at,
        pose=IN_PLACE,
    )


def dry_ground(pictures: Sequence[Pixels], at: float) -> Memory:
    """Return a memory that knows the dry ground from pictures (BGR, same view) a person chose.

    The middle value of each pixel is taken, so things that pass do not matter.

    Raises:
        ValueError: no picture, or pictures of different sizes.
    """
    if not pictures or len({p.shape for p in pictures}) != 1:
        raise ValueError("a dry ground needs pictures of one size")
    middle = np.median(np.stack(pictures), axis=0).astype(np.uint8)
    memory = begun(look_at(middle), at)
    assert memory.cells is not None  # noqa: S101 (begun always makes them)
    known = np.full_like(memory.cells.known, np.inf)
    cells = msgspec.structs.replace(memory.cells, known=known)
    return msgspec.structs.replace(memory, cells=cells, attested=True)


def patched(ground: Ground, look: Look, where: Mask) -> Ground:
    """Return the ground with the cells `where` as they look now."""
    if not where.any():
        return ground
    pixels = _pixels(where)
    grey = np.where(pixels, look.grey.round().astype(np.uint8), ground.grey)
    color = np.where(where[..., None], look.color.round().astype(np.uint8), ground.color)
    return msgspec.structs.replace(ground, grey=grey, color=color)


def learned(memory: Memory, look: Look, kept: Mask, lit: Mask, best: int, relit: bool) -> Memory:
    """Return the memory after looking at dry cells (`kept`) once more, at the learning rhythm.

    lit: cells that differ because the light does. best: the ground that fits now; relit: its
    light is another one, so that a look of its own is kept. Cells next to a change are left
    alone, so the edge of spreading water is not learned.
    """
    if memory.at - memory.learned_at < _LEARN_S:
        return memory
    calm = cv2.erode(kept.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    grounds = list(memory.grounds)
    if relit and float(kept.mean()) > 0.5:
        fresh = patched(grounds[best], look, kept | lit)
        if len(grounds) >= _LIGHTS:
            # The first stays: it is the one that was settled, or attested.
            del grounds[min(range(1, len(grounds)), key=lambda k: grounds[k].fitted)]
        grounds.append(msgspec.structs.replace(fresh, fitted=memory.at))
    else:
        grounds[best] = _blended(grounds[best], look, calm, memory.at)
    return msgspec.structs.replace(memory, grounds=tuple(grounds), learned_at=memory.at)


def _blended(ground: Ground, look: Look, where: Mask, at: float) -> Ground:
    share = np.where(_pixels(where), np.float32(_LEARN), np.float32(0.0))
    grey = ground.grey + share * (look.grey - ground.grey)
    cells = np.where(where, np.float32(_LEARN), np.float32(0.0))[..., None]
    color: Grid = ground.color + cells * (look.color - ground.color)
    return Ground(grey.round().astype(np.uint8), color.round().astype(np.uint8), at)


def _pixels(cells: Mask) -> Mask:
    rows, columns = cells.shape
    size = (columns * CELL, rows * CELL)
    large = cv2.resize(cells.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    return np.asarray(large > 0, np.bool_)
