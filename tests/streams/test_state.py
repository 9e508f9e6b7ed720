"""Camera states: every reason has words in both languages."""

from __future__ import annotations

import pytest

from streams.source import Reason
from streams.state import CameraWord, state, state_of


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_becomes_a_state(reason: Reason) -> None:
    made = state_of(reason, 5.0, "cause")
    assert made.since == 5.0
    assert made.cause == "cause"
    assert made.word not in (CameraWord.LIVE, CameraWord.CONNECTING, CameraWord.OFF)


def test_reasons_are_told_apart() -> None:
    assert len({state_of(reason, 0.0).word for reason in Reason}) == len(Reason)


@pytest.mark.parametrize("word", CameraWord)
def test_every_state_has_words_in_both_languages(word: CameraWord) -> None:
    made = state(word, 0.0)
    assert made.detail.isascii()
    assert made.detail.endswith(".")
    assert not made.detail_zh.isascii()
    assert made.detail_zh.endswith("。")
