"""The levels of an algorithm: named, never milder than the one before, counted from its own."""

from __future__ import annotations

import pytest

from models.catalog import Catalog
from models.manifest import AlgorithmManifest, ManifestError, parse
from tests.models.manifests import ALGORITHM

LEVEL = '\n[[levels]]\nseverity = "{}"\nname = {{ zh = "{}", en = "{}" }}\n'


def made(severity: str, *levels: str) -> AlgorithmManifest:
    text = ALGORITHM.format(id="bags", model="mine").replace(
        'version = "1"', f'version = "1"\nseverity = "{severity}"'
    )
    text += "".join(LEVEL.format(level, level, level) for level in levels)
    manifest: AlgorithmManifest = parse(text, AlgorithmManifest, "bags.toml")
    return manifest


def test_a_level_has_its_severity_and_what_lies_beyond_that_of_the_last() -> None:
    manifest = made("medium", "medium", "urgent")
    assert [manifest.severity_at(n) for n in (-1, 0, 1, 2, 3)] == [
        "medium",
        "medium",
        "medium",
        "urgent",
        "urgent",
    ]
    assert made("low").severity_at(2) == "low"


@pytest.mark.parametrize("levels", [("high", "low"), ("urgent", "medium", "urgent")])
def test_a_level_is_never_milder(levels: tuple[str, ...]) -> None:
    with pytest.raises(ManifestError, match=r"levels: .*milder"):
        made(*levels)


def test_who_lies_long_is_urgent() -> None:
    (level,) = Catalog.read().algorithms["fall"].levels
    assert (level.severity, level.name.zh, level.name.en) == ("urgent", "长时间倒地", "Lying long")
