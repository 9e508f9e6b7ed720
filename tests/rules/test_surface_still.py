"""The guess from one picture: glitter without direction counts, tiles and plain ground do not."""

from __future__ import annotations

import numpy as np

from rules.primitives.still_water import LIKELY, still_share
from tests.rules import flooding_scenes as scenes


def _glitter() -> scenes.Floats:
    rng = np.random.default_rng(5)
    scene = scenes.dry().copy()
    floor = scene[scenes.HORIZON :]
    floor[:] = 60 + 160 * (rng.random(floor.shape[:2]) > 0.85)[..., None]
    return scene


def test_broken_light_is_more_like_water_than_tiles_or_plain_ground() -> None:
    glitter = still_share(_glitter().astype(np.uint8))
    tiles = still_share(scenes.picture(lambda s, _: s, 0.0))
    plain = still_share(np.full((240, 320, 3), 120, np.uint8))
    assert glitter > 2 * tiles
    assert glitter > LIKELY
    assert plain == 0.0


def test_only_the_ground_counts() -> None:
    glitter = _glitter().astype(np.uint8)
    wall = np.zeros(glitter.shape[:2], np.bool_)
    wall[: scenes.HORIZON - 20] = True
    assert still_share(glitter, ~wall) > LIKELY > still_share(glitter, wall)
