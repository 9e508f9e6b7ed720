"""What is observed is told in both languages, whatever the worker may say."""

from __future__ import annotations

import inspect
import re

import pytest

from api.words import because_words, state_words
from inference import watch
from rules.glance import FAULTS
from streams.state import CameraWord, state

_HAN = re.compile(r"[一-鿿]")


@pytest.mark.parametrize("word", [*CameraWord, "unknown"])
def test_every_state_has_words(word: str) -> None:
    words = state_words(word)
    assert _HAN.search(words.zh)
    assert words.en.endswith(".")
    assert not _HAN.search(words.en)


def reasons() -> list[str]:
    """Return everything that the worker gives as a reason, one of each kind."""
    whole = re.findall(r'return "([^"{]+)"', inspect.getsource(watch.blind_because))
    assert len(whole) == 2
    open_ended = [
        "rule failed: KeyError: 'x'",
        "model failed: out of memory",
        "cannot run: no pose",
    ]
    cameras = [f"camera: {state(word, 0.0).detail}" for word in CameraWord]
    views = [f"view: {fault}" for fault in (*FAULTS, "frozen", "moved")]
    others = ["is being set up", "worker was away", "worker was stopped", "camera: not started"]
    return [*whole, watch.CLOSED, *open_ended, *cameras, *views, *others]


@pytest.mark.parametrize("because", reasons())
def test_every_reason_of_blindness_has_words(because: str) -> None:
    words = because_words(because)
    assert _HAN.search(words.zh)
    assert not _HAN.search(words.en)
    assert words.en[0].isupper()


def test_a_reason_that_nobody_knows_is_told_as_it_is() -> None:
    assert because_words("something new").zh == "something new"
