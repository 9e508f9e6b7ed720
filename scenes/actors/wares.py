"""What things look like: solids for each kind, from where the thing is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scenes.actors import bags, furniture, tools
from scenes.actors.hulls import Frame, frame
from scenes.actors.things import Thing, ThingKind
from scenes.shapes import Point3, Solid


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a thing is: the middle of its underside, the end of its up axis, its heading."""

    at: Point3
    top: Point3
    heading: float


def ware(thing: Thing, placed: Placed) -> tuple[Solid, ...]:
    """Return the solids of a thing."""
    own = frame(placed.at, placed.heading, placed.top)
    long = math.dist(placed.at, placed.top)
    return tuple(_FORMS[thing.kind](thing, own, long))


_FORMS: dict[ThingKind, Callable[[Thing, Frame, float], list[Solid]]] = {
    "bin bag": bags.bin_bag,
    "paper bag": bags.paper_bag,
    "suitcase": bags.suitcase,
    "trolley case": bags.trolley_case,
    "rucksack": bags.rucksack,
    "box": bags.carton,
    "bottle": bags.bottle,
    "can": bags.tin,
    "rubbish": bags.rubbish,
    "paper": bags.sheet,
    "leaf": bags.sheet,
    "cone": furniture.cone,
    "bin": furniture.litter_bin,
    "bench": furniture.bench,
    "chair": furniture.chair,
    "umbrella": furniture.umbrella,
    "parasol": furniture.parasol,
    "shopping cart": tools.shopping_cart,
    "pram": tools.pram,
    "barrier": furniture.barrier,
    "bucket": tools.bucket,
    "broom": tools.broom,
    "mop": tools.broom,
    "stick": tools.stick,
    "crutch": tools.stick,
    "ball": bags.ball,
    "board": furniture.board,
}
