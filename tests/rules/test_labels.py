"""Every parameter is named in both languages, and nothing is named that is not there."""

from __future__ import annotations

import re

import pytest

from rules.labels import LABELS, UNITS
from rules.primitives import REGISTRY

_HAN = re.compile(r"[一-鿿]")


def test_the_table_names_exactly_what_there_is() -> None:
    there = {name: set(primitive.Params.model_fields) for name, primitive in REGISTRY.items()}  # type: ignore[attr-defined]
    assert {name: set(labels) for name, labels in LABELS.items()} == there


@pytest.mark.parametrize("primitive", sorted(REGISTRY))
def test_titles_descriptions_and_units_are_in_both_languages(primitive: str) -> None:
    fields = REGISTRY[primitive].Params.model_fields  # type: ignore[attr-defined]
    for name, label in LABELS[primitive].items():
        assert _HAN.search(label.zh), name
        assert label.zh_description.endswith("。"), name
        assert not _HAN.search(label.en), name
        assert fields[name].description, name
        unit = fields[name].json_schema_extra.get("unit")
        assert unit is None or unit in UNITS, name
        assert (unit == "s") == name.endswith("_s"), name


def test_one_form_never_shows_a_title_twice() -> None:
    for chain in (
        ("view", "objects", "track", "stays", "episodes"),
        ("view", "objects", "track", "posture", "episodes"),
        ("view", "objects", "static_foreground", "left_behind", "episodes"),
        ("view", "objects", "surface", "covered", "episodes"),
    ):
        labels = [label for name in chain for label in LABELS[name].values()]
        for titles in ([x.zh for x in labels], [x.en for x in labels]):
            assert len(set(titles)) == len(titles)
