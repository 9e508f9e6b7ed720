"""What walls look like: houses with windows, shops with signs, offices, concrete."""

from __future__ import annotations

import numpy as np

from scenes.shapes import Color
from scenes.stage import Block
from scenes.texture import Map, clouds, edge, grid, noise

_SIGNS: tuple[Color, ...] = (
    (40, 40, 190),
    (160, 80, 30),
    (50, 130, 40),
    (30, 150, 210),
    (60, 60, 60),
    (210, 210, 215),
    (120, 40, 110),
    (40, 90, 170),
)


def wall(block: Block, u: Map, v: Map, pixel: Map) -> tuple[Map, Map]:
    """Return colour (h, w, 3; BGR as in daylight) and glow (h, w, 3; at night, 0..1) of a wall.

    `u` runs along the wall and `v` up from the ground, in metres, both (h, w).
    """
    if block.style in ("house", "shop", "office"):
        return _house(block, u, v, pixel)
    color = _plaster(block, u, v, pixel)
    if block.style == "corridor":
        color = _corridor(block, color, u, v, pixel)
    if block.style == "shed":
        color *= (1 - 0.35 * grid(u, 0.28, 0.1, pixel))[..., None]
    if block.style == "concrete":
        lines = np.maximum(grid(v, 1.25, 0.02, pixel), grid(u, 2.5, 0.02, pixel))
        color *= (1 - 0.3 * lines)[..., None]
    return color.astype(np.float32), np.zeros_like(color)


def _plaster(block: Block, u: Map, v: Map, pixel: Map) -> Map:
    seed = block.seed
    shade = 1 + 0.05 * noise(u, v, 0.07, seed, pixel) + 0.07 * clouds(u, v, 4.0, seed + 1, pixel)
    streaks = np.clip(clouds(u * 5, v * 0.5, 2.5, seed + 2, pixel), 0, 1)
    shade -= 0.16 * streaks
    foot = np.exp(-v / 0.5) * (0.6 + 0.4 * clouds(u, v, 0.7, seed + 3, pixel))
    shade -= 0.18 * foot
    if seed % 3 == 0 and block.style != "corridor":
        row = np.floor(v / 0.075)
        bricks = np.maximum(
            grid(v, 0.075, 0.012, pixel),
            grid((u + 0.12 * np.mod(row, 2)).astype(np.float32), 0.24, 0.012, pixel),
        )
        shade *= 1 - 0.25 * bricks
    tinted: Map = (shade[..., None] * np.array(block.color, np.float32)).astype(np.float32)
    return tinted


def _cell(i: Map, j: Map, seed: int) -> Map:
    mixed = np.sin(i * 127.1 + j * 311.7 + seed * 7.3) * 43758.547
    cell: Map = (mixed - np.floor(mixed)).astype(np.float32)
    return cell


def _between(t: Map, low: float, high: float | Map, pixel: Map) -> Map:
    inside: Map = edge((t - low).astype(np.float32), pixel) * edge(
        (high - t).astype(np.float32), pixel
    )
    return inside


def _house(block: Block, u: Map, v: Map, pixel: Map) -> tuple[Map, Map]:
    rng = np.random.default_rng((block.seed, 3))
    color = _plaster(block, u, v, pixel)
    glow = np.zeros_like(color)
    floor, wide = float(rng.uniform(2.9, 3.5)), float(rng.uniform(2.2, 3.6))
    ground = float(rng.uniform(3.4, 4.2)) if block.style == "shop" else floor
    share = float(rng.uniform(0.35, 0.6)) if block.style != "office" else 0.93
    up = v - ground
    storey, bay = np.floor(up / floor), np.floor(u / wide)
    inner_v, inner_u = np.mod(up, floor), np.mod(u, wide)
    half = wide * share / 2
    low, high = (0.85, 2.35) if block.style != "office" else (0.7, floor - 0.25)
    beside = np.abs(inner_u - wide / 2)
    window = edge((half - beside).astype(np.float32), pixel)
    window = window * _between(inner_v, low, high, pixel) * (up > 0) * (v < block.high[2] - 0.4)
    pick = _cell(bay, storey, block.seed)
    color, glow = _window(color, glow, window, pick, inner_v, pixel)
    frame = window * np.clip(
        grid((inner_u - wide / 2).astype(np.float32), half, 0.07, pixel)
        + edge((beside - half + 0.07).astype(np.float32), pixel),
        0,
        1,
    )
    tone = np.array(((215, 220, 222), (60, 62, 66), (70, 90, 120))[block.seed % 3], np.float32)
    color = color * (1 - frame[..., None]) + tone * frame[..., None]
    sill = window * 0 + _between(inner_v, low - 0.1, low, pixel) * (beside < half + 0.1) * (up > 0)
    color = color * (1 - 0.3 * sill[..., None])
    if block.style == "shop":
        color, glow = _shops(block, color, glow, u, v, pixel, ground)
    return color.astype(np.float32), glow.astype(np.float32)


def _window(
    color: Map, glow: Map, window: Map, pick: Map, height: Map, pixel: Map
) -> tuple[Map, Map]:
    """Glass that mirrors a little sky, with curtains in some, and light in some at night."""
    glass = np.stack(
        [52 + 40 * pick + 14 * height, 46 + 34 * pick + 13 * height, 40 + 30 * pick + 12 * height],
        axis=-1,
    )
    curtain = ((pick > 0.45) & (height > 1.0 + 1.3 * pick))[..., None]
    glass = np.where(
        curtain, np.array((150.0, 160.0, 165.0)) * (0.6 + 0.4 * pick[..., None]), glass
    )
    cover = window[..., None]
    lit = (pick * 7.7) % 1.0
    warm = np.array((0.25, 0.52, 0.75), np.float32)
    shine = warm * ((lit > 0.72) * (0.2 + 0.5 * pick) * window)[..., None]
    return (color * (1 - cover) + glass * cover).astype(np.float32), glow + shine


def _shops(
    block: Block, color: Map, glow: Map, u: Map, v: Map, pixel: Map, ground: float
) -> tuple[Map, Map]:
    rng = np.random.default_rng((block.seed, 4))
    wide = float(rng.uniform(4.0, 7.0))
    shop, inner = np.floor(u / wide), np.mod(u, wide)
    pick = _cell(shop, shop * 0 + 3, block.seed)
    front = _between(v, 0.35, ground - 0.95, pixel) * _between(inner, 0.3, wide - 0.3, pixel)
    goods = _goods(block, u, v, pixel)
    deep = (34 + 9 * v)[..., None] * np.array((1.05, 1.0, 0.92), np.float32)
    inside = (deep + goods) * (0.6 + 0.6 * pick)[..., None]
    shut = (pick < 0.2)[..., None]
    ribs = (118 * (1 - 0.3 * grid(v, 0.12, 0.05, pixel)))[..., None]
    inside = np.where(shut, np.repeat(ribs, 3, axis=-1), inside).astype(np.float32)
    bars = grid(inner.astype(np.float32), wide / 3, 0.09, pixel) * front
    color = (color * (1 - front[..., None]) + inside * front[..., None]).astype(np.float32)
    color = (color * (1 - 0.55 * bars[..., None])).astype(np.float32)
    sign = _between(v, ground - 0.85, ground - 0.1, pixel) * _between(
        inner, 0.15, wide - 0.15, pixel
    )
    palette = np.array(_SIGNS, np.float32)
    board = palette[(pick * 53).astype(int) % len(palette)]
    letters = (noise(u, v, 0.28, block.seed + 5, pixel * 0.5) > 0.15) * _between(
        v, ground - 0.68, ground - 0.28, pixel
    )
    text = letters * _between(inner, wide * 0.2, wide * 0.8, pixel)
    pale = np.where(board.sum(-1, keepdims=True) > 400, 40.0, 225.0)
    board = board * (1 - text[..., None]) + pale * text[..., None]
    color = color * (1 - sign[..., None]) + board * sign[..., None]
    open_late = ((pick * 5.3) % 1.0 > 0.35)[..., None]
    glow = glow + open_late * (board / 255.0) ** 2 * 0.9 * sign[..., None]
    warm = np.array((0.45, 0.6, 0.7), np.float32)
    glow = (
        glow
        + open_late * ~shut * warm * (0.3 * front)[..., None]
        + open_late * goods / 255 * (0.25 * front)[..., None] * ~shut
    )
    return color, glow


def _goods(block: Block, u: Map, v: Map, pixel: Map) -> Map:
    """What stands in a shop window (h, w, 3): a row of things of different height and colour."""
    slot = np.floor(u / 0.75)
    tall, tone = _cell(slot, slot * 0, block.seed + 9), _cell(slot, slot * 0 + 1, block.seed + 9)
    inner = np.mod(u, 0.75)
    there = _between(inner, 0.1, 0.35 + 0.35 * tall, pixel) * _between(v, 0.4, 0.7 + tall, pixel)
    palette = np.array(_SIGNS, np.float32)
    shown = palette[(tone * 91).astype(int) % len(palette)] * 0.3 + 14
    goods: Map = (shown * (there * np.clip(1.5 - pixel / 0.4, 0, 1))[..., None]).astype(np.float32)
    return goods


def _corridor(block: Block, color: Map, u: Map, v: Map, pixel: Map) -> Map:
    inner = np.mod(u, 4.2)
    door = _between(inner, 1.4, 2.4, pixel) * _between(v, 0.0, 2.1, pixel)
    tone = np.array(((70, 96, 128), (150, 140, 120), (88, 92, 96))[block.seed % 3], np.float32)
    color = color * (1 - door[..., None]) + tone * door[..., None]
    rail = _between(v, 0.85, 0.98, pixel)
    skirting = _between(v, 0.0, 0.1, pixel)
    shaded: Map = color * (1 - 0.35 * rail - 0.5 * skirting * (1 - door))[..., None]
    return shaded
