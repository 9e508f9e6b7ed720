"""The things that stand before a backdrop: found, looked at again, joined, forgotten."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from rules.codec import Array
from rules.primitives import around, backdrop, settled
from rules.primitives.around import Movers
from rules.primitives.backdrop import Backdrop, Levels, Mask
from rules.primitives.settled import Settled

_MOST = 200  # Things watched at once; marks are uint8.
_TOGETHER_S = 3.0  # Parts of one thing come to rest within so long.
_COVERED = 0.3  # Of a thing that is covered by so much nothing can be said.
_GONE = 0.6  # Of a thing that is gone, so much looks like the ground again.
_UNPROVED_S = 10.0  # What was never clearly seen is forgotten when it is hidden for so long.
_BREAK_S = 5.0  # Looks that are further apart are no looks in a row.
_HIDDEN_S = 3600.0  # So long a thing may be hidden by a parked vehicle.


class Look(NamedTuple):
    """One picture, judged against the model; all but `at` and `reach` are (h, w[, 3]) arrays.

    `plain` is the picture in the light of the ground, `odd` its excess over the ground, `allowed`
    what of it is noise, `front` the mask of the rest; `explained` the mask of detections, `hidden`
    that and what is outside the picture.
    """

    plain: Levels
    odd: NDArray[np.uint8]
    allowed: NDArray[np.uint8]
    front: Mask
    explained: Mask
    hidden: Mask
    reach: int
    at: float


class Sizes(NamedTuple):
    """What is large and old enough to be a thing (see the parameters of `static_foreground`)."""

    min_px: int
    max_share: float
    settle_s: float


class Inventory(msgspec.Struct, frozen=True):
    """`marks` (h, w) uint8 is the slot of the thing at a px, `held` (h, w, 3) its levels; `movers`
    is where somebody or something moved lately.
    """

    marks: Array
    held: Array
    movers: Movers
    things: tuple[Settled, ...] = ()
    count: int = 0


def empty(height: int, width: int, count: int) -> Inventory:
    """Return an inventory without things; `count` goes on, so that no key comes twice."""
    return Inventory(
        marks=np.zeros((height, width), np.uint8),
        held=np.zeros((height, width, 3), np.uint8),
        movers=around.nobody(height, width),
        count=count,
    )


def followed(inventory: Inventory, model: Backdrop, now: Look, sizes: Sizes) -> Inventory:
    """Return the inventory with every known thing looked at again."""
    marks, held = inventory.marks.copy(), inventory.held.copy()
    inventory = msgspec.structs.replace(inventory, marks=marks, held=held)
    hidden = now.hidden | around.veiled(inventory.movers, now.at, marks.shape)
    regions = around.regions(inventory.things, marks, now.front, hidden, inventory.movers)
    kept: list[Settled] = []
    for thing in inventory.things:
        after = _again(thing, inventory, model, now, sizes)
        if after is not None and after.seen:
            after = around.compared(after, regions, sizes.max_share)
        if after is None or _forgotten(after, now.at):
            rows, columns = settled.grown(thing.rect, 0, marks.shape)
            part = marks[rows, columns]
            part[part == thing.slot] = 0
        else:
            kept.append(after)
    return msgspec.structs.replace(inventory, things=tuple(kept))


def _forgotten(thing: Settled, at: float) -> bool:
    unseen = at - max(thing.seen_at, thing.since)
    return unseen > (_HIDDEN_S if thing.real else _UNPROVED_S)


def _again(
    thing: Settled, inventory: Inventory, model: Backdrop, now: Look, sizes: Sizes
) -> Settled | None:
    """Return a thing after this picture; None when it is gone or something else is there."""
    place = settled.grown(thing.rect, settled.MARGIN, inventory.marks.shape)
    region = inventory.marks[place] == thing.slot
    if not region.any():
        return None
    unlike = backdrop.excess(now.plain[place], inventory.held[place], now.reach)[region]
    odd, limit = now.odd[place][region], now.allowed[place][region]
    same = float(((unlike <= limit) & (unlike <= odd)).mean())
    bare = float((now.front[place][region] == 0).mean())
    covered = float((now.hidden[place][region] > 0).mean()) > _COVERED
    if covered:
        return msgspec.structs.replace(thing, seen=False, missing_since=None)
    if bare > _GONE:
        since = now.at if thing.missing_since is None else thing.missing_since
        gone = now.at - since >= sizes.settle_s
        return (
            None if gone else msgspec.structs.replace(thing, seen=False, missing_since=since, run=0)
        )
    if same < 0.5 or bare > 0.5:
        if backdrop.seconds(model.age[place], region) > sizes.settle_s:
            return None  # Something else stands there now: let it be found as what it is.
        return msgspec.structs.replace(
            thing, seen=False, missing_since=None, doubts=thing.doubts + 1, run=0
        )
    return _looked_at(thing, place, inventory, model, now)


def _looked_at(
    thing: Settled,
    place: tuple[slice, slice],
    inventory: Inventory,
    model: Backdrop,
    now: Look,
) -> Settled:
    """Return a thing that is plainly there, with what this look says of it."""
    run = thing.run + 1 if now.at - thing.seen_at <= _BREAK_S else 1
    region = inventory.marks[place] == thing.slot
    part, held = now.plain[place], inventory.held[place]
    marks_shape = inventory.marks.shape
    edges, solid = settled.look(backdrop.as_mask(region), part, model.ground[place])
    held[region] = np.asarray(cv2.addWeighted(held, 0.95, part, 0.05, 0.0))[region]
    return msgspec.structs.replace(
        thing,
        seen=True,
        seen_at=now.at,
        missing_since=None,
        votes=thing.votes + 1,
        run=run,
        proved=thing.proved or run >= settled.PROOF,
        edges=thing.edges + edges,
        solid=thing.solid + solid,
        stirred=thing.stirred or around.stirred(thing, inventory.movers, marks_shape),
        contrast=float(now.odd[place][region].mean()) / backdrop.PER_E,
    )


def found(
    inventory: Inventory, age: Array, now: Look, at_rest: Mask, after: float, sizes: Sizes
) -> Inventory:
    """Return the inventory with what has come to rest after the time `after`.

    `at_rest` is the mask of foreground that does not change and belongs to no thing yet.
    """
    if cv2.countNonZero(at_rest) == 0:
        return inventory
    veiled = around.veiled(inventory.movers, now.at, at_rest.shape)
    at_rest = np.asarray(at_rest & ~veiled, np.uint8)
    whole = cv2.morphologyEx(at_rest, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    number, labels, stats, _ = cv2.connectedComponentsWithStats(whole, connectivity=8)
    marks, held = inventory.marks.copy(), inventory.held.copy()
    things, count = list(inventory.things), inventory.count
    free = sorted(set(range(1, _MOST + 1)) - {t.slot for t in things})
    for label in range(1, number):
        x, y, width, height, pixels = (int(v) for v in stats[label])
        # The outermost px of a thing are no difference yet: see `backdrop.excess`.
        sides = width + 2 * now.reach, height + 2 * now.reach
        if not free or not _sized(sides, pixels, marks.size, sizes):
            continue
        place = settled.grown((x, y, width, height), 0, marks.shape)
        region = np.asarray(labels[place]) == label
        since = now.at - backdrop.seconds(age[place], region & (at_rest[place] > 0))
        if since <= after:
            continue
        new = Settled(count + 1, free[0], (x, y, width, height), pixels, since, 0.0)
        brought = around.brought(new, inventory.movers, marks.shape)
        new = msgspec.structs.replace(new, brought=brought)
        thing = _joined(things, new, marks, sizes.max_share)
        if thing is new:
            count += 1
            free.pop(0)
        things = [t for t in things if t.slot != thing.slot] + [thing]
        marks[place][region] = thing.slot
        held[place][region] = now.plain[place][region]
    return msgspec.structs.replace(
        inventory, marks=marks, held=held, things=tuple(things), count=count
    )


def _sized(sides: tuple[int, int], pixels: int, size: int, sizes: Sizes) -> bool:
    return (
        max(sides) >= sizes.min_px
        and pixels >= 0.3 * sizes.min_px * sizes.min_px
        and pixels <= sizes.max_share * size
        and pixels >= 0.2 * sides[0] * sides[1]
    )


def _joined(things: list[Settled], new: Settled, marks: Array, max_share: float) -> Settled:
    """Return the thing that touches a new one of its age, grown by it; the new one if none does."""
    beside = set(np.unique(marks[settled.grown(new.rect, settled.MARGIN, marks.shape)]).tolist())
    for thing in things:
        together = abs(thing.since - new.since) <= _TOGETHER_S
        small = thing.pixels + new.pixels <= max_share * marks.size
        if thing.slot in beside and together and small:
            x, y = min(thing.rect[0], new.rect[0]), min(thing.rect[1], new.rect[1])
            right = max(t.rect[0] + t.rect[2] for t in (thing, new))
            low = max(t.rect[1] + t.rect[3] for t in (thing, new))
            return msgspec.structs.replace(
                thing, rect=(x, y, right - x, low - y), pixels=thing.pixels + new.pixels
            )
    return new


def absorbed(
    inventory: Inventory, now: Look, ground: Levels, absorb_s: float
) -> tuple[Inventory, Levels]:
    """Return inventory and ground after what is no thing has become ground: ghosts and lights."""
    old = [t for t in inventory.things if t.seen and not t.real and now.at - t.since >= absorb_s]
    if not old:
        return inventory, ground
    marks, ground = inventory.marks.copy(), ground.copy()
    for thing in old:
        place = settled.grown(thing.rect, 0, marks.shape)
        region = marks[place] == thing.slot
        ground[place][region] = now.plain[place][region]
        marks[place][region] = 0
    kept = tuple(t for t in inventory.things if t not in old)
    return msgspec.structs.replace(inventory, marks=marks, things=kept), ground
