"""The fixed part of a picture, worked out once per camera: colours, normals, depth, metres."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from scenes import facade, foliage, ground, raster
from scenes.camera import Camera, Floats
from scenes.shading import infrared_light, lamp_light
from scenes.shapes import Body, Capsule, Solid
from scenes.stage import Block, Stage
from scenes.texture import Map, clouds

FAR = 500.0
"""Metres to which the ground is drawn; beyond it is haze."""


@dataclass(frozen=True, slots=True)
class Baked:
    """What one camera sees of a stage without light and without actors; arrays (h, w, ...).

    `albedo` 0..1 linear BGR; `glow` light of windows and signs at night; `normal` unit vectors;
    `sky` 0..1 how much sky a spot sees; `lamps` light of the stage's lamps; `infrared` light from
    the camera; `air` 0..1 how much haze or sky lies before it; `high` 0..1 how high a sky pixel
    looks; `x`, `y` metres of the ground where `ground` is true; `place` the metres (x, y, z) of
    each pixel; `near` one over depth of what stands on the ground, 0 where nothing does; `leaves`
    0..1 where wind moves the picture.
    """

    camera: Camera
    albedo: Map
    glow: Map
    normal: Map
    sky: Map
    lamps: Map
    infrared: Map
    air: Map
    high: Map
    ground: NDArray[np.bool_]
    place: Map
    near: Map
    leaves: Map


@dataclass(slots=True)
class _Fine:
    """The same, while it is made, at `scale` times the resolution."""

    scale: int
    rays: Map
    reach: Map
    hit: NDArray[np.int16]
    axis: NDArray[np.int8]
    color: Map
    glow: Map
    normal: Map


def bake(stage: Stage, camera: Camera, mirrored: bool = False) -> Baked:
    """Return the fixed part of what `camera` sees of `stage`.

    Mirrored: what level water would show, for every pixel below the horizon.
    """
    width, height = camera.size
    if mirrored:
        stage = _upside_down(stage)
    scale = 2 if width * height <= 1_000_000 else 1
    fine = _cast(stage, camera, scale, mirrored)
    if not mirrored:
        _paint_ground(stage, camera, fine)
    for index, block in enumerate(stage.blocks):
        _paint_block(block, index, camera, fine)
    depth = fine.reach
    near = np.where(fine.hit >= 0, 1 / np.maximum(depth, 0.05), 0).astype(np.float32)
    leaves = np.zeros_like(near)
    _paint_fixtures(stage.fixtures, camera, fine, near)
    for tree in stage.trees:
        picture = foliage.Picture(fine.color, fine.normal, near, leaves)
        foliage.paint(tree, camera, scale, picture, -1.0 if mirrored else 1.0)
    fine.glow[leaves > 0] = 0
    return _reduced(stage, camera, fine, near, leaves)


def _upside_down(stage: Stage) -> Stage:
    blocks = tuple(
        replace(b, low=(*b.low[:2], -b.high[2]), high=(*b.high[:2], -b.low[2]))
        for b in stage.blocks
    )
    return replace(stage, blocks=blocks, fixtures=tuple(map(mirrored_body, stage.fixtures)))


def mirrored_body(body: Body) -> Body:
    """Return a body as level water shows it: below the ground."""
    solids: list[Solid] = []
    for solid in body.solids:
        if isinstance(solid, Capsule):
            a, b = solid.a, solid.b
            solids.append(replace(solid, a=(a[0], a[1], -a[2]), b=(b[0], b[1], -b[2])))
        else:
            corners = tuple((x, y, -z) for x, y, z in solid.corners)
            x, y, z = solid.normal
            solids.append(replace(solid, corners=corners, normal=(x, y, -z)))
    return Body("", tuple(solids))


def _cast(stage: Stage, camera: Camera, scale: int, mirrored: bool) -> _Fine:
    """Find what each ray meets first: the ground (-1), a block, or nothing (-2)."""
    width, height = camera.size[0] * scale, camera.size[1] * scale
    xs, ys = (np.arange(width) + 0.5) / scale, (np.arange(height) + 0.5) / scale
    rays = camera.rays(np.stack(np.meshgrid(xs, ys), axis=-1)).astype(np.float32)
    down = rays[..., 2]
    reach = np.where(down < -1e-4, -camera.at[2] / np.minimum(down, -1e-4), np.inf)
    reach = np.where((reach < FAR) & (not mirrored), reach, np.inf).astype(np.float32)
    hit = np.where(np.isfinite(reach), -1, -2).astype(np.int16)
    axis = np.full(hit.shape, 2, np.int8)
    for index, block in enumerate(stage.blocks):
        _cast_block(block, index, camera, rays, reach, hit, axis)
    normal = np.zeros((*hit.shape, 3), np.float32)
    normal[..., 2] = 1
    color = np.zeros_like(normal)
    return _Fine(scale, rays, reach, hit, axis, color, np.zeros_like(color), normal)


def _cast_block(
    block: Block,
    index: int,
    camera: Camera,
    rays: Map,
    reach: Map,
    hit: NDArray[np.int16],
    axis: NDArray[np.int8],
) -> None:
    cut = _seen_in(block, camera, reach.shape)
    if cut is None:
        return
    mine, known = rays[cut], reach[cut]
    enter = np.full(known.shape, -np.inf, np.float32)
    leave = np.full(known.shape, np.inf, np.float32)
    which = np.zeros(known.shape, np.int8)
    for k in range(3):
        step = np.where(np.abs(mine[..., k]) < 1e-7, np.float32(1e-7), mine[..., k])
        first = np.float32(block.low[k] - camera.at[k]) / step
        last = np.float32(block.high[k] - camera.at[k]) / step
        low = np.minimum(first, last)
        which[low > enter] = k
        np.maximum(enter, low, out=enter)
        np.minimum(leave, np.maximum(first, last), out=leave)
    found = (enter < leave) & (enter > 0.05) & (enter < known)
    known[found] = enter[found]
    hit[cut][found] = index
    axis[cut][found] = which[found]


def _seen_in(block: Block, camera: Camera, shape: tuple[int, ...]) -> tuple[slice, slice] | None:
    """Which part of the fine picture a block can be in; None when it is out of sight."""
    corners = np.array(list(product(*zip(block.low, block.high, strict=True))))
    pixels, depths = camera.project(corners)
    if (depths < 0.05).all():
        return None
    if (depths < 0.3).any():
        return slice(0, shape[0]), slice(0, shape[1])
    scale = shape[1] / camera.size[0]
    low = np.floor(pixels.min(0) * scale - 4).clip(0).astype(int)
    high = np.ceil(pixels.max(0) * scale + 4).astype(int)
    x1, y1, x2, y2 = low[0], low[1], min(int(high[0]), shape[1]), min(int(high[1]), shape[0])
    return (slice(y1, y2), slice(x1, x2)) if x1 < x2 and y1 < y2 else None


def _metres_per_pixel(camera: Camera, fine: _Fine, slant: Map) -> Map:
    """How many metres a fine pixel covers: the root of its area, the long way held."""
    depth = np.where(np.isfinite(fine.reach), fine.reach, FAR)
    side = depth / camera.focal_px / fine.scale
    pixel: Map = (side / np.sqrt(np.clip(slant, 0.04, 1))).astype(np.float32)
    return pixel


def _paint_ground(stage: Stage, camera: Camera, fine: _Fine) -> None:
    reach = np.where(np.isfinite(fine.reach), fine.reach, FAR)
    length = np.linalg.norm(fine.rays, axis=-1)
    slant = np.abs(fine.rays[..., 2]) / length
    pixel = _metres_per_pixel(camera, fine, slant)
    x = (camera.at[0] + reach * fine.rays[..., 0]).astype(np.float32)
    y = (camera.at[1] + reach * fine.rays[..., 1]).astype(np.float32)
    for layer in stage.layers:
        outline = camera.outline(layer.polygon)
        if len(outline) < 3:
            continue
        mask = np.zeros(reach.shape, np.uint8)
        points = ((outline * fine.scale - 0.5).clip(-30000, 30000) * 16).round().astype(np.int32)
        cv2.fillPoly(mask, [points], 255, cv2.LINE_8, 4)
        mask[fine.hit != -1] = 0
        left, top, wide, high = cv2.boundingRect(mask)
        if not wide:
            continue
        cut = (slice(top, top + high), slice(left, left + wide))
        color, cover = ground.surface(layer, x[cut], y[cut], pixel[cut])
        share = (cover * (mask[cut] > 0))[..., None]
        fine.color[cut] += (color - fine.color[cut]) * share


def _paint_block(block: Block, index: int, camera: Camera, fine: _Fine) -> None:
    mine = (fine.hit == index).astype(np.uint8)
    left, top, wide, high = cv2.boundingRect(mine)
    if not wide:
        return
    cut = (slice(top, top + high), slice(left, left + wide))
    inside, axis = mine[cut].view(bool), fine.axis[cut]
    reach, rays = fine.reach[cut], fine.rays[cut]
    reach = np.where(inside, reach, 1.0)[..., None]
    place = (np.array(camera.at, np.float32) + reach * rays).astype(np.float32)
    length = np.linalg.norm(rays, axis=-1)
    facing = np.abs(np.take_along_axis(rays, axis[..., None].astype(int), -1)[..., 0]) / length
    pixel = (reach[..., 0] / camera.focal_px / fine.scale / np.sqrt(facing.clip(0.05, 1))).astype(
        np.float32
    )
    along = np.where(axis == 0, place[..., 1], place[..., 0])
    color, glow = facade.wall(block, along.astype(np.float32), np.abs(place[..., 2]), pixel)
    level = (axis == 2)[..., None]
    flat = np.array(block.color, np.float32) * (
        0.75 + 0.1 * clouds(place[..., 0], place[..., 1], 2.0, block.seed, pixel)[..., None]
    )
    color, glow = np.where(level, flat, color), np.where(level, 0, glow)
    normal = np.zeros_like(color)
    np.put_along_axis(normal, axis[..., None].astype(int), 1.0, axis=-1)
    normal *= -np.sign(rays)
    fine.color[cut][inside] = color[inside]
    fine.glow[cut][inside] = glow[inside]
    fine.normal[cut][inside] = normal[inside]


def _paint_fixtures(fixtures: tuple[Body, ...], camera: Camera, fine: _Fine, near: Map) -> None:
    """Draw what never moves twice: once its colours, once its normals."""
    if not fixtures:
        return

    def plain(p: Floats, n: Floats, c: Floats, s: Floats, b: NDArray[np.intp]) -> Floats:
        return c

    def facing(p: Floats, n: Floats, c: Floats, s: Floats, b: NDArray[np.intp]) -> Floats:
        return (n * 0.5 + 0.5) * 255

    ids = np.zeros(near.shape, np.int16)
    depth = near.copy()
    colors = fine.color.clip(0, 255).astype(np.uint8)
    for piece in raster.pieces(fixtures, camera, plain, fine.scale):
        raster.draw(raster.Canvas((0, 0), fine.scale, colors, depth, ids), piece, piece.body + 1)
    normals = np.zeros_like(colors)
    again = raster.Canvas((0, 0), fine.scale, normals, near, ids)
    for piece in raster.pieces(fixtures, camera, facing, fine.scale):
        raster.draw(again, piece, piece.body + 1)
    drawn = ids > 0
    fine.color[drawn] = colors[drawn]
    fine.glow[drawn] = 0
    fine.normal[drawn] = normals[drawn].astype(np.float32) / 127.5 - 1


def _reduced(stage: Stage, camera: Camera, fine: _Fine, near: Map, leaves: Map) -> Baked:
    size, scale = camera.size, fine.scale
    pick = (slice(scale // 2, None, scale), slice(scale // 2, None, scale))

    def small(image: Map) -> Map:
        if scale == 1:
            return image
        return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)

    here = near[pick]
    reach = np.where(here > 0, 1 / np.maximum(here, 1e-6), fine.reach[pick]).astype(np.float32)
    open_sky = ~np.isfinite(reach)
    reach = np.where(open_sky, FAR, reach)
    place = (np.array(camera.at, np.float32) + reach[..., None] * fine.rays[pick]).astype(
        np.float32
    )
    place[..., 2] = np.abs(place[..., 2])
    normal = small(fine.normal)
    normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-6)
    length = np.linalg.norm(fine.rays[pick], axis=-1)
    nothing = (fine.hit == -2) & (near == 0)
    haze = 1 - np.exp(-reach * length / (FAR * 1.4))
    gone = small(nothing.astype(np.float32))
    air = np.maximum(gone, (1 - gone) * haze)
    flat = place.reshape(-1, 3).astype(float)
    shape = here.shape
    lamps = lamp_light(flat, normal.reshape(-1, 3).astype(float), stage.lamps)
    far_light = infrared_light(flat, np.array(camera.at))
    return Baked(
        camera,
        albedo=np.square(small(fine.color).clip(0, 255) / np.float32(255)),
        glow=small(fine.glow),
        normal=normal,
        sky=_open_sky(stage, place, normal),
        lamps=lamps.reshape(*shape, 3).astype(np.float32),
        infrared=far_light.reshape(shape).astype(np.float32),
        air=air.astype(np.float32),
        high=np.clip(np.abs(fine.rays[pick][..., 2]) / length, 0, 1).astype(np.float32),
        ground=(fine.hit[pick] == -1) & (here == 0),
        place=place,
        near=here,
        leaves=small(leaves),
    )


def _open_sky(stage: Stage, place: Map, normal: Map) -> Map:
    """How much sky each spot sees: less at the foot of walls, under decks, facing down."""
    sky = 0.62 + 0.38 * normal[..., 2]
    x, y, z = place[..., 0], place[..., 1], place[..., 2]
    for block in stage.blocks:
        dx = np.maximum(np.maximum(block.low[0] - x, x - block.high[0]), 0)
        dy = np.maximum(np.maximum(block.low[1] - y, y - block.high[1]), 0)
        away = np.hypot(dx, dy)
        tall = block.high[2] - block.low[2]
        if block.low[2] > 1.5:
            inside = np.minimum(
                np.minimum(x - block.low[0], block.high[0] - x),
                np.minimum(y - block.low[1], block.high[1] - y),
            )
            if not stage.indoor:
                under = np.where(z < block.low[2] + 0.05, np.clip(0.5 + inside / 3, 0, 1), 0)
                sky = sky * (1 - 0.72 * under)
        else:
            level = normal[..., 2] > 0.5
            sky = sky * np.where(level, 1 - 0.3 * np.exp(-away / 0.35), 1)
            sky = sky * np.where(level, 1 - 0.22 * np.exp(-away / max(0.4 * tall, 0.3)), 1)
    return sky.astype(np.float32)


def sun_map(baked: Baked, stage: Stage, towards: Floats) -> Map:
    """Return how much sun each spot gets (h, w), 0..1: what faces it and what stands before it."""
    if towards[2] <= 0.02 or stage.indoor:
        return np.zeros(baked.sky.shape, np.float32)
    facing = np.clip(baked.normal @ towards.astype(np.float32), 0, 1)
    place = baked.place + baked.normal * 0.03
    free = np.ones(facing.shape, np.float32)
    for block in stage.blocks:
        free *= 1 - _in_shade(block, place, towards)
    for tree in stage.trees:
        free *= 1 - foliage.shade(tree, place, towards)
    soft = cv2.GaussianBlur(free, (0, 0), 0.8)
    result: Map = (facing * soft).astype(np.float32)
    return result


def _in_shade(block: Block, place: Map, towards: Floats) -> Map:
    enter = np.full(place.shape[:2], 0.0, np.float32)
    leave = np.full(place.shape[:2], np.inf, np.float32)
    for k in range(3):
        step = float(towards[k]) if abs(towards[k]) > 1e-5 else 1e-5
        first, last = (block.low[k] - place[..., k]) / step, (block.high[k] - place[..., k]) / step
        np.maximum(enter, np.minimum(first, last), out=enter)
        np.minimum(leave, np.maximum(first, last), out=leave)
    result: Map = (leave > enter + 1e-3).astype(np.float32)
    return result
