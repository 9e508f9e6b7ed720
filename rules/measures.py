"""What the numbers behind a finding are called: the incident page shows them with their limits.

Primitives attach `rules.observation.Measure`s to their subjects under these names; a test holds
that every name in use stands here.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Words(msgspec.Struct, frozen=True):
    """A measure in both languages. `unit` is a key of `rules.labels.UNITS`, '' for a bare number.

    `percent`: a share of 1 that people read better as a percentage.
    """

    en: str
    zh: str
    unit: str = ""
    percent: bool = False


MEASURES: Mapping[str, Words] = {
    "lasted_s": Words("Lasting for", "已持续", "s"),
    "presence": Words("Seen in this share of the pictures", "可见画面占比", percent=True),
    "absent_s": Words("Seen to be gone for", "已消失", "s"),
    "hidden_s": Words("Hidden or without pictures for", "被遮挡或无画面", "s"),
}
"""Measure to its words."""
