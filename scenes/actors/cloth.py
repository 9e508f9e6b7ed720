"""Trunk, skirts and coats as rings of cloth round the body, skinned with faces."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenes.actors import figure as f
from scenes.actors.figure import Figure, Joints
from scenes.actors.look import Look
from scenes.actors.pose import Floats
from scenes.shapes import Color, Face

_SIDES = 8
_TURNS = np.linspace(0.0, 2 * math.pi, _SIDES, endpoint=False) + math.pi / _SIDES
_COS, _SIN = np.cos(_TURNS)[:, None], np.sin(_TURNS)[:, None]
_REFLECTING: Color = (205.0, 212.0, 215.0)


@dataclass(frozen=True, slots=True)
class Ring:
    """An ellipse round the body: middle, the two half axes as vectors, all in metres."""

    at: Floats
    ahead: Floats
    left: Floats

    def points(self) -> Floats:
        """Return the corners (8, 3), none below the ground."""
        corners: Floats = self.at + _COS * self.ahead + _SIN * self.left
        corners[:, 2] = np.maximum(corners[:, 2], 0.004)
        return corners


def skinned(rings: Sequence[Ring], colors: Sequence[Color]) -> list[Face]:
    """Return the faces between each ring and the next, in the colours given."""
    corners = np.array([ring.points() for ring in rings])
    after = np.roll(corners, -1, axis=1)
    quads = np.stack([corners[:-1], after[:-1], after[1:], corners[1:]], axis=2)
    normals = np.cross(quads[:, :, 2] - quads[:, :, 0], quads[:, :, 3] - quads[:, :, 1])
    normals /= np.maximum(np.linalg.norm(normals, axis=2, keepdims=True), 1e-9)
    faces: list[Face] = []
    for quad_row, normal_row, color in zip(quads.tolist(), normals.tolist(), colors, strict=True):
        for quad, normal in zip(quad_row, normal_row, strict=True):
            face = tuple((x, y, z) for x, y, z in quad)
            faces.append(Face(face, (normal[0], normal[1], normal[2]), color))
    return faces


def trunk(joints: Joints, look: Look, body: Figure) -> list[Face]:
    """Return the trunk from the crotch to the neck, in shirt, jacket, coat or vest."""
    h, g, worn = body.height, body.girth, body.clothes
    hips, chest = joints.pelvis, joints.chest
    middle = (hips + chest) / 2
    pelvis, waist, throat = joints.at[f.PELVIS], joints.at[f.WAIST], joints.at[f.THROAT]
    half = float(np.linalg.norm(joints.at[f.L_SHOULDER] - joints.at[f.R_SHOULDER])) / 2
    deep = 0.062 * h * g + worn

    def ring(at: Floats, turn: Floats, up: float, ahead: float, aside: float) -> Ring:
        return Ring(at + turn[:, 2] * (up * h), turn[:, 0] * ahead, turn[:, 1] * aside)

    rings = [
        ring(pelvis, hips, -0.045, 0.8 * deep, 0.072 * h * g + worn),
        ring(pelvis, hips, 0.02, 1.02 * deep, 0.088 * h * g + worn),
        ring(waist, middle, -0.01, 0.95 * deep, 0.076 * h * g + worn),
        ring(waist, chest, 0.035, 0.98 * deep, 0.082 * h * g + worn),
        ring(throat, chest, -0.075, 1.03 * deep, max(0.09 * h * g, half * 0.86) + worn),
        ring(throat, chest, -0.005, 0.044 * h + worn, half + 0.01 * h),
        ring(throat, chest, 0.03, 0.031 * h, 0.034 * h),
    ]
    upper = look.upper_color
    low = look.lower_color if look.upper in ("shirt", "tee", "vest") else upper
    band = _REFLECTING if look.upper == "vest" else upper
    return skinned(rings, [low, upper, band, upper, upper, upper])


def skirt(joints: Joints, look: Look, body: Figure, down: float, color: Color) -> list[Face]:
    """Return cloth that hangs from the hips and goes with both thighs, `down` 1 to the knees."""
    hips = joints.pelvis
    h, g, worn = body.height, body.girth, body.clothes + 0.006
    ends = [
        joints.at[hip] + (joints.at[knee] - joints.at[hip]) * down
        for hip, knee in ((f.L_HIP, f.L_KNEE), (f.R_HIP, f.R_KNEE))
    ]
    middle = (ends[0] + ends[1]) / 2
    way = middle - joints.at[f.PELVIS]
    size = float(np.linalg.norm(way))
    left = hips[:, 1]
    ahead = np.cross(left, -way / max(size, 1e-6))
    ahead /= max(float(np.linalg.norm(ahead)), 1e-6)
    apart = ends[0] - ends[1]
    thick = 0.05 * h * g + worn
    wide = abs(float(apart @ left)) / 2 + thick
    deep = abs(float(apart @ ahead)) / 2 + thick
    low = Ring(middle, ahead * deep, left * wide)
    at = joints.at[f.PELVIS]
    top = Ring(
        at + hips[:, 2] * (0.035 * h),
        hips[:, 0] * (0.066 * h * g + worn),
        left * (0.09 * h * g + worn),
    )
    half = (hips[:, 0] + ahead) / 2
    mean = Ring(at + way * 0.35, half * (0.068 * h * g + worn), left * (0.1 * h * g + worn))
    return skinned([top, mean, low], [color, color])
