"""A clothed body from its joints: tapered limbs, trunk, head, hair, skirt, backpack."""

from __future__ import annotations

from scenes.actors import figure as f
from scenes.actors.cloth import skirt, trunk
from scenes.actors.figure import Figure, Joints
from scenes.actors.look import Look
from scenes.actors.pose import Floats
from scenes.shapes import Capsule, Color, Point3, Solid


def flesh(joints: Joints, look: Look) -> tuple[Solid, ...]:
    """Return the solids of a person."""
    body = look.figure
    solids: list[Solid] = []
    solids += _legs(joints, look, body)
    solids += trunk(joints, look, body)
    solids += _arms(joints, look, body)
    solids += _head(joints, look, body)
    if look.backpack is not None:
        solids += _backpack(joints, look.backpack, body)
    return tuple(solids)


def point(at: Floats) -> Point3:
    """Return an array of three as a point."""
    x, y, z = at.tolist()
    return (x, y, z)


def darker(color: Color, share: float = 0.8) -> Color:
    """Return a colour with `share` of its light."""
    return (color[0] * share, color[1] * share, color[2] * share)


def _limb(joints: Joints, body: Figure, a: int, b: int, color: Color) -> Capsule:
    ra, rb = float(body.radii[a]), float(body.radii[b])
    return Capsule(joints.point(a), joints.point(b), ra, rb, color)


def _legs(joints: Joints, look: Look, body: Figure) -> list[Solid]:
    bare = look.lower in ("shorts", "skirt")
    shank = look.skin if bare else look.lower_color
    solids: list[Solid] = [
        _limb(joints, body, f.L_HEEL, f.L_TOE, look.shoes),
        _limb(joints, body, f.R_HEEL, f.R_TOE, look.shoes),
        _limb(joints, body, f.L_KNEE, f.L_ANKLE, shank),
        _limb(joints, body, f.R_KNEE, f.R_ANKLE, shank),
        _limb(joints, body, f.L_HIP, f.L_KNEE, look.lower_color),
        _limb(joints, body, f.R_HIP, f.R_KNEE, look.lower_color),
    ]
    if look.lower == "skirt":
        solids += skirt(joints, look, body, 0.85, look.lower_color)
    if look.upper == "coat":
        solids += skirt(joints, look, body, 0.7, look.upper_color)
    return solids


def _arms(joints: Joints, look: Look, body: Figure) -> list[Solid]:
    sleeve = look.under_color if look.upper == "vest" else look.upper_color
    forearm = look.skin if look.upper == "tee" else sleeve
    solids: list[Solid] = []
    for a, b, color in (
        (f.L_SHOULDER, f.L_ELBOW, sleeve),
        (f.R_SHOULDER, f.R_ELBOW, sleeve),
        (f.L_ELBOW, f.L_WRIST, forearm),
        (f.R_ELBOW, f.R_WRIST, forearm),
        (f.L_WRIST, f.L_HAND, look.skin),
        (f.R_WRIST, f.R_HAND, look.skin),
    ):
        solids.append(_limb(joints, body, a, b, color))
    return solids


def _head(joints: Joints, look: Look, body: Figure) -> list[Solid]:
    """Return neck, skull and jaw, and what covers them; balls, which look right from all sides."""
    at, turn = joints.at[f.HEAD], joints.head
    forward, up = turn[:, 0], turn[:, 2]
    r = float(body.radii[f.HEAD])
    neck = joints.at[f.THROAT] - joints.chest[:, 2] * 0.02

    def ball(ahead: float, high: float, size: float, color: Color) -> Capsule:
        middle = point(at + forward * (r * ahead) + up * (r * high))
        return Capsule(middle, middle, r * size, r * size, color)

    solids: list[Solid] = [
        Capsule(point(neck), point(at - up * r * 0.6), r * 0.58, r * 0.55, look.skin),
        ball(0.0, 0.15, 0.95, look.skin),
        ball(0.14, -0.42, 0.76, look.skin),
    ]
    if look.hair == "bald":
        return [*solids, ball(-0.35, 0.2, 0.85, darker(look.skin, 0.93))]
    worn = look.hair in ("cap", "helmet", "hood")
    color = look.hat_color if worn else look.hair_color
    size = {"helmet": 1.12, "cap": 1.0, "hood": 1.08}.get(look.hair, 0.96)
    solids.append(ball(-0.42, 0.45 if worn else 0.4, size, color))
    if look.hair in ("long", "hood"):
        solids += [ball(-0.55, -0.35, 0.8, color), ball(-0.6, -1.0, 0.62, color)]
    if look.hair == "bun":
        solids.append(ball(-1.3, 0.5, 0.42, color))
    if look.hair in ("cap", "helmet"):
        peak = at + forward * (r * 1.25) + up * (r * 0.5)
        brow = at + forward * (r * 0.55) + up * (r * 0.66)
        solids.append(Capsule(point(brow), point(peak), r * 0.36, r * 0.16, darker(color, 0.9)))
    return solids


def _backpack(joints: Joints, color: Color, body: Figure) -> list[Solid]:
    back = -joints.chest[:, 0]
    depth = 0.095 * body.height
    top = joints.at[f.THROAT] - joints.chest[:, 2] * 0.05 * body.height + back * depth
    low = joints.at[f.WAIST] + joints.chest[:, 2] * 0.01 + back * depth
    wide = 0.052 * body.height
    return [
        Capsule(
            point(top + joints.chest[:, 1] * s * wide * 0.6),
            point(low + joints.chest[:, 1] * s * wide * 0.7),
            wide,
            wide * 1.1,
            color,
        )
        for s in (1.0, -1.0)
    ]
