"""`surface`: the share of the watched area that became water, against its own dry look.

Water hides the structure of the ground (or lays a rippling one over it) and keeps it hidden, it
spreads over low ground without coming from elsewhere, and it leaves walls, poles and kerbs where
they were. A shadow or a step of exposure keeps the structure; a thing brings a structure of its
own that stands still, and it arrives by moving; a moved camera displaces everything alike.
No weights are used. Without a dry look (the camera starts in a flood) nothing can be said.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
from pydantic import Field, field_validator

from rules.glance import Glance
from rules.observation import Observation, Scene, Water
from rules.primitive import Params as Parameters
from rules.primitives import gauge, still_water, water_share
from rules.primitives.ground import (
    Cells,
    Contrast,
    Memory,
    begun,
    contrast_with,
    ground_of,
    learned,
    least_texture,
    patched,
)
from rules.primitives.water_features import (
    IN_PLACE,
    Grid,
    Look,
    Mask,
    Pose,
    displacement,
    joined,
    laid_over,
    likeness,
    look,
    noise,
    shift,
)
from rules.primitives.water_regions import Evidence, wet_regions
from rules.primitives.water_share import Tests, Wet
from rules.sight import Sight
from rules.zones import Zones

_STEP_S = 5.0  # A pair of pictures proves at most this long; a longer gap is unseen.
_APART_S = 1.0  # After this long a thing still looks the same, rippling water does not.
_SHAKE = 4.0  # Displacement in px (at 320) that is undone; more is another view.
_STILL = 0.7  # Displacement that does not matter.
_CREEP = 0.3  # Displacement between two pictures that is measuring error.
_FOLLOWED = 0.35  # Share of corners that must agree before a displacement is believed.
_DISTURBED = 0.08  # Changed share of the picture from which the view itself is examined.
_SUDDEN = 0.6  # Share of the picture that no event on the ground changes from one to the next.
_RETURN_S = 10.0  # A view that stays away this long is the new view.
_SHADE_TINT = 0.15  # What sun and shade alone do to the colour.
_LIGHT = 0.12  # Brightness against the dry look (logarithm) that means other light ...
_NEW_LIGHT, _NEW_LOOK = 0.2, 0.8  # ... light, or typical likeness, worth a look of its own ...
_LIGHT_S, _LEAD_S = 30.0, 3.0  # ... and how long, and how early, it explains a change.
_HABIT_S = 4.0  # Time constant of what is live and what is firm.
_BEGUN = 0.05  # Seconds; a clock that has just been started is not zero.
_REMEMBERED = 4.0  # A clock runs up to this many times `persist_s`.


@dataclass(frozen=True, slots=True)
class Placed:
    """How a picture lies on the dry look: pose (2, 3) from the dry look to it.

    lost: nothing could be followed. away: another view. steady: it does not move now.
    """

    pose: Pose
    lost: bool = False
    away: bool = False
    steady: bool = True


class Surface:
    """Perceiver. Fills `observation.water`; persons and vehicles in `observation.objects` hide."""

    class Params(Parameters):
        """How easily a change of the ground is believed."""

        sensitivity: float = Field(
            0.5,
            ge=0.1,
            le=0.9,
            description="Likeness to the dry ground below which a spot counts as changed.",
            json_schema_extra={"unit": "0..1", "replay": False},
        )
        settle_s: float = Field(
            2.0,
            ge=0.5,
            le=600.0,
            description="How long the ground must look the same before that is its dry look.",
            json_schema_extra={"unit": "s", "replay": False},
        )
        persist_s: float = Field(
            3.0,
            ge=1.0,
            le=60.0,
            description="How long a spot must look different before it can be water.",
            json_schema_extra={"unit": "s", "replay": False},
        )
        absorb_s: float = Field(
            600.0,
            ge=60.0,
            le=86400.0,
            description="After how long a lasting change that is not water becomes the dry look.",
            json_schema_extra={"unit": "s", "replay": False},
        )
        reference: tuple[float, ...] = Field(
            (),
            max_length=4,
            description="A line up a pillar, a wall or a kerb, for the water level: x and y of its"
            " foot on the ground, then of its upper end, in fractions of the picture.",
            json_schema_extra={"replay": False},
        )
        reference_cm: float = Field(
            100.0,
            gt=0.0,
            le=1000.0,
            description="How high the upper end of that line is above its foot.",
            json_schema_extra={"unit": "cm", "replay": False},
        )

        @field_validator("reference")
        @classmethod
        def _a_line(cls, line: tuple[float, ...]) -> tuple[float, ...]:
            wrong = gauge.fault_of(line)
            if wrong:
                raise ValueError(wrong)
            return line

    State = Memory

    def __init__(self, params: Params, zones: Zones) -> None:
        self._p = params
        self._zones = zones
        self._tests = Tests(params.settle_s, params.persist_s, params.sensitivity)

    def perceive(
        self, state: Memory, sight: Sight, observation: Observation
    ) -> tuple[Memory, Observation]:
        """Compare one picture with the dry ground; `sure` is 0 while that cannot be done."""
        unsure = msgspec.structs.replace(observation, water=water_share.unknown(self._zones))
        if observation.view.fault:
            return state, unsure
        now = look(sight)
        cells = state.cells
        if cells is None or state.grounds[0].grey.shape != now.grey.shape:
            return begun(now, sight.at), unsure
        if sight.at <= state.at:
            return state, unsure
        hidden = water_share.hidden_by(observation.objects, cells.known.shape)
        raw = now
        placed, now, contrast = self._aligned(state, cells, now, hidden)
        state = _compared_with_before(state, raw, now, placed, sight.at)
        if placed.away:
            return self._away(state, raw, placed, sight.at), unsure
        state = self._remembered(state, now, contrast, hidden, sight.at)
        if state.doubted is not None and sight.at - state.doubted < self._p.absorb_s:
            return state, unsure
        measured = Wet(state.cells or cells, hidden, contrast.same, now.color)
        water = water_share.told(measured, self._zones, self._tests)
        if self._p.reference and raw is now:
            state, water = self._read(state, water, sight, measured, contrast.light)
        return state, msgspec.structs.replace(observation, water=water)

    def _read(
        self, state: Memory, water: Water, sight: Sight, seen: Wet, light: float
    ) -> tuple[Memory, Water]:
        """Return the water with its level on the reference line, and the line's dry look."""
        line = self._p.reference
        if gauge.crossed(seen.hidden, line):
            return state, water
        now = gauge.profile(sight, line)
        if state.line is None:
            settled = gauge.at_foot(seen.cells.known >= self._p.settle_s, line)
            dry = now.round().astype(np.uint8)
            return (msgspec.structs.replace(state, line=dry) if settled else state), water
        part = 0.0
        if gauge.at_foot(seen.cells.wet, line):
            part = gauge.read(now, np.asarray(state.line, np.float32), light)
        elif not gauge.at_foot(seen.cells.held > 0.0, line) and sight.at == state.learned_at:
            state = msgspec.structs.replace(state, line=now.round().astype(np.uint8))
        level = round(part * self._p.reference_cm, 1)
        zone = self._zones.name_at(line[0], line[1])
        parts = tuple(
            msgspec.structs.replace(p, level_cm=level) if p.zone == zone else p for p in water.parts
        )
        return state, msgspec.structs.replace(water, level_cm=level, parts=parts)

    def glance(self, scene: Scene, sight: Sight) -> Glance:
        """Return a weak guess without a dry look; it never raises an event."""
        return still_water.glance(sight, self._zones)

    def _aligned(
        self, state: Memory, cells: Cells, now: Look, hidden: Mask
    ) -> tuple[Placed, Look, Contrast]:
        """Find out how the camera moved since the dry look, and undo it where it is a shake."""
        contrast = contrast_with(state, now, self._p.sensitivity)
        seen = ~hidden & (cells.known >= self._p.settle_s)
        part = _share(contrast.changed, seen)
        if part < _DISTURBED:
            return Placed(IN_PLACE), now, contrast
        placed = _placed(state, now, contrast.best)
        if placed.lost:
            newly = (cells.held <= 0.0) | (_unlike_before(state, now) & (cells.live < 0.5))
            sudden = _share(contrast.changed & newly, seen) > _SUDDEN
            away = sudden or (state.away_since is not None and part > 0.5)
            return Placed(placed.pose, lost=True, away=away), now, contrast
        distance = displacement(placed.pose, now)
        if distance <= _STILL and not placed.away:
            return placed, now, contrast
        if distance > _SHAKE or placed.away:
            return Placed(placed.pose, away=True, steady=placed.steady), now, contrast
        steadied = laid_over(now, placed.pose)
        return placed, steadied, contrast_with(state, steadied, self._p.sensitivity)

    def _away(self, state: Memory, now: Look, placed: Placed, at: float) -> Memory:
        """Wait for the view to come back; when another one has settled, begin anew."""
        since = at if state.away_since is None else state.away_since
        if at - since >= _RETURN_S and placed.steady:
            flooded = state.cells is not None and bool(state.cells.wet.any())
            return msgspec.structs.replace(begun(now, at), doubted=at if flooded else None)
        return msgspec.structs.replace(state, at=at, away_since=since)

    def _remembered(
        self, state: Memory, now: Look, contrast: Contrast, hidden: Mask, at: float
    ) -> Memory:
        """Return the memory after one comparable picture."""
        cells = state.cells
        if cells is None:
            return state
        elapsed = min(at - state.at, _STEP_S)
        state, cells = self._settled(state, cells, now, contrast, hidden, at)
        cells = self._timed(cells, contrast, hidden, elapsed, at)
        then = state.grounds[contrast.best].look()
        lit = None if abs(contrast.light) < _LIGHT else (state.lit_since or at)
        lit_cells = _lit(cells, contrast.tint, at, lit)
        evidence = self._evidence(cells, (now, then), (hidden, lit_cells), at, state.attested)
        there = (cells.held > 0.0) | (cells.dull > 0.0)
        cells = msgspec.structs.replace(cells, wet=wet_regions(evidence) & there)
        after = msgspec.structs.replace(state, at=at, cells=cells, away_since=None, lit_since=lit)
        known = cells.known >= self._p.settle_s
        dry = contrast.kept & known & ~hidden & (cells.held <= 0.0)
        relit = abs(contrast.light) >= _NEW_LIGHT or contrast.typical < _NEW_LOOK
        # While there is a flood, its water is not mistaken for the work of the light.
        adopted = evidence.lit & ~hidden & (not cells.wet.any())
        return learned(after, now, dry, adopted, contrast.best, relit)

    def _settled(
        self, state: Memory, cells: Cells, now: Look, contrast: Contrast, hidden: Mask, at: float
    ) -> tuple[Memory, Cells]:
        """Learn what is not known yet; give up on what has been another thing for very long."""
        elapsed = min(at - state.at, _STEP_S)
        unknown = cells.known < self._p.settle_s
        wrong = unknown & contrast.changed & ~hidden
        known = np.where(wrong, 0.0, cells.known + np.where(hidden, 0.0, elapsed))
        lasting = (cells.held >= self._p.persist_s) & ~cells.wet & contrast.changed & ~hidden
        absorbed = lasting & (at - cells.onset >= self._p.absorb_s)
        grounds = tuple(patched(g, now, wrong | absorbed) for g in state.grounds)
        held = np.where(absorbed, 0.0, cells.held).astype(np.float32)
        cells = msgspec.structs.replace(cells, known=known.astype(np.float32), held=held)
        return msgspec.structs.replace(state, grounds=grounds), cells

    def _timed(
        self, cells: Cells, contrast: Contrast, hidden: Mask, elapsed: float, at: float
    ) -> Cells:
        """Run the clock of each cell forward while it looks different, and back when it is dry."""
        judged = ~hidden & (cells.known >= self._p.settle_s)
        on, off = judged & contrast.changed, judged & contrast.kept
        silent = judged & ~on & ~off
        before, dim = cells.held > 0.0, cells.dull > 0.0
        # Half the time at most per picture: two things passing in two pictures are not one water.
        step = min(elapsed, 0.5 * self._p.persist_s)
        held = cells.held + np.where(on, np.where(before, step, _BEGUN), 0.0)
        held -= np.where(off, 2.0 * elapsed, 0.0)
        held -= np.where(silent & ~cells.wet, 0.5 * elapsed, 0.0)
        dull = cells.dull + np.where(silent, np.where(dim, step, _BEGUN), 0.0)
        dull -= np.where(off, 2.0 * elapsed, 0.0)
        most = _REMEMBERED * self._p.persist_s
        held, dull = np.clip(held, 0.0, most), np.clip(dull, 0.0, most)
        return msgspec.structs.replace(
            cells,
            held=held.astype(np.float32),
            dull=dull.astype(np.float32),
            onset=np.where((on | silent) & ~before & ~dim, at, cells.onset),
            left=np.where(before & (held <= 0.0), at, cells.left),
        )

    def _evidence(
        self,
        cells: Cells,
        looks: tuple[Look, Look],
        not_judged: tuple[Mask, Mask],
        at: float,
        attested: bool,
    ) -> Evidence:
        now, then = looks
        hidden, lit = not_judged
        rows, columns = cells.known.shape
        return Evidence(
            at=at,
            area=self._zones.mask(columns, rows) > 0,
            candidate=(cells.held >= self._p.persist_s - _BEGUN) & ~hidden,
            dull=(cells.dull >= self._p.persist_s - _BEGUN) & (cells.dull > cells.held) & ~hidden,
            wet=cells.wet,
            onset=cells.onset,
            left=cells.left,
            live=cells.live,
            firm=cells.firm,
            lit=lit,
            now=now.color,
            then=then.color,
            # Water is low. Where no one has said what to watch, the sky must not be it.
            lowest=0 if self._zones.include else rows // 2,
            attested=attested,
        )


def _placed(state: Memory, now: Look, best: int) -> Placed:
    """Locate the picture on the dry look itself, or else by what happened since a moment ago."""
    absolute = shift(now, state.grounds[best].look())
    if absolute.followed >= _FOLLOWED:
        return Placed(absolute.matrix, steady=True)
    before = state.before
    if before is None or state.pose is None:
        return Placed(IN_PLACE, lost=True)
    relative = shift(now, before.look())
    if relative.followed < _FOLLOWED:
        return Placed(state.pose, lost=True)
    # Once it has been lost, only the dry look itself can tell that the view is back.
    away = state.away_since is not None
    if relative.distance < _CREEP:
        return Placed(state.pose, away=away, steady=True)
    return Placed(joined(relative.matrix, state.pose), away=away, steady=False)


def _unlike_before(state: Memory, now: Look) -> Mask:
    if state.before is None:
        return np.zeros(now.color.shape[:2], np.bool_)
    like = likeness(now, state.before.look())
    return np.asarray((like.texture > least_texture(state.grain)) & (like.same < 0.6), np.bool_)


def _compared_with_before(state: Memory, raw: Look, now: Look, placed: Placed, at: float) -> Memory:
    """Note which cells keep changing and which stand still, and how noisy the camera is.

    `raw` is the picture as it came, `now` the same laid over the dry look.
    """
    cells, before = state.cells, state.before
    gap = at - state.before_at
    if cells is None or before is None or gap < _APART_S:
        return state
    after = msgspec.structs.replace(
        state, before=ground_of(raw, at), before_at=at, pose=placed.pose
    )
    past = before.look()
    if state.pose is not None and raw is not now:
        past = laid_over(past, state.pose)
    like = likeness(now, past)
    structured = like.now > least_texture(state.grain)
    pull = np.float32(1.0 - np.exp(-min(gap, _STEP_S) / _HABIT_S))
    live = cells.live + pull * ((structured & (like.same < 0.6)) - cells.live)
    firm = cells.firm + pull * ((structured & (like.same > 0.85)) - cells.firm)
    grain = state.grain + float(pull) * (noise(now, past) - state.grain)
    cells = msgspec.structs.replace(cells, live=live, firm=firm)
    return msgspec.structs.replace(after, cells=cells, grain=grain)


def _lit(cells: Cells, tint: Grid, at: float, lit_since: float | None) -> Mask:
    """Return the cells that began to differ when the light did: shadows that came or went."""
    if lit_since is None or at - lit_since > _LIGHT_S:
        return np.zeros(cells.wet.shape, np.bool_)
    with_it = cells.onset >= lit_since - _LEAD_S
    calm = (cells.live < 0.5) & (tint < _SHADE_TINT)
    return np.asarray(with_it & calm & (cells.held > 0.0) & ~cells.wet, np.bool_)


def _share(part: Mask, of: Mask) -> float:
    return float((part & of).sum()) / max(1.0, float(of.sum()))
