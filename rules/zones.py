"""Named polygons in fractions of the picture: where a rule looks, and where it must not."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, field_validator
from shapely.geometry import Polygon
from shapely.validation import explain_validity

from rules.observation import Box, Point


class Zone(BaseModel):
    """A polygon of 3 to 64 points, fractions of the picture, simple (no self-crossing)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "zone"
    kind: Literal["include", "exclude"] = "include"
    points: tuple[Point, ...]
    view: str = ""
    """Fingerprint id of the view it was drawn on; '' while views are not told apart."""

    @field_validator("points")
    @classmethod
    def _simple(cls, points: tuple[Point, ...]) -> tuple[Point, ...]:
        if not 3 <= len(points) <= 64:
            raise ValueError(f"a zone has 3 to 64 points, this one has {len(points)}")
        if any(not (0.0 <= x <= 1.0 and 0.0 <= y <= 1.0) for x, y in points):
            raise ValueError("zone points are fractions of the picture, between 0 and 1")
        polygon = Polygon(points)
        if not polygon.is_valid:
            raise ValueError(f"zone outline is not simple: {explain_validity(polygon)}")
        if polygon.area < 1e-5:
            raise ValueError("zone has no area")
        return points


class Zones:
    """The zones of one task. Without an include zone the whole picture is watched."""

    def __init__(self, zones: tuple[Zone, ...] = ()) -> None:
        self.include = tuple(z for z in zones if z.kind == "include")
        self.exclude = tuple(z for z in zones if z.kind == "exclude")
        self._masks: dict[tuple[int, int], NDArray[np.uint8]] = {}

    @cached_property
    def whole(self) -> bool:
        """True when nothing restricts the picture."""
        return not self.include and not self.exclude

    def name_at(self, x: float, y: float) -> str | None:
        """Return the name of the include zone that holds the point; None when none does."""
        if any(_inside(z, x, y) for z in self.exclude):
            return None
        if not self.include:
            return "whole picture"
        return next((z.name for z in self.include if _inside(z, x, y)), None)

    def depth_at(self, x: float, y: float, aspect: float) -> float | None:
        """Return how far inside the watched area a point is, in picture heights; None if unbounded.

        Negative outside: the distance to the area.
        """
        inside = [_depth(z, x, y, aspect) for z in self.include]
        outside = [-_depth(z, x, y, aspect) for z in self.exclude]
        limits = ([max(inside)] if inside else []) + outside
        return min(limits) if limits else None

    def mask(self, width: int, height: int) -> NDArray[np.uint8]:
        """Return a (height, width) mask, 1 inside the watched area (cached by size)."""
        found = self._masks.get((width, height))
        if found is None:
            found = np.full((height, width), 0 if self.include else 1, np.uint8)
            for value, zones in ((1, self.include), (0, self.exclude)):
                for zone in zones:
                    corners = np.array(zone.points) * (width, height)
                    cv2.fillPoly(found, [corners.round().astype(np.int32)], value)
            self._masks[(width, height)] = found
        return found

    def cover(self, box: Box) -> float:
        """Return the share (0..1) of a box that lies in the watched area, on a 256-px raster."""
        mask = self.mask(256, 256)
        x1, y1 = int(box[0] * 256), int(box[1] * 256)
        x2, y2 = max(x1 + 1, round(box[2] * 256)), max(y1 + 1, round(box[3] * 256))
        part = mask[y1:y2, x1:x2]
        return float(part.mean()) if part.size else 0.0


def _inside(zone: Zone, x: float, y: float) -> bool:
    corners = np.array(zone.points, np.float32)
    return cv2.pointPolygonTest(corners, (float(x), float(y)), False) >= 0


def _depth(zone: Zone, x: float, y: float, aspect: float) -> float:
    corners = (np.array(zone.points) * (aspect, 1.0)).astype(np.float32)
    return float(cv2.pointPolygonTest(corners, (float(x) * aspect, float(y)), True))
