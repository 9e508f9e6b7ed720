"""Codes: what each list really says, 'none' included, and a deployment's own on top."""

from __future__ import annotations

from pathlib import Path

import pytest

from events import codes
from events.codes import CodesError

GB_2026, GB_2013, POLICE = "GB/T 47678.5-2026", "GB/T 30428.2-2013", "GA/T 2000.254-2019"


@pytest.mark.parametrize(
    ("kind", "label", "expected"),
    [
        ("litter", "", ("06010", "01-10", None)),
        ("illegal_parking", "car", ("09009", "04-09", "10")),
        ("illegal_parking", "bicycle", ("09010", "04-10", "10")),
        ("illegal_parking", "boat", (None, None, "10")),
        ("fall", "person", (None, None, None)),
        ("flooding", "", (None, None, None)),
        ("never heard of", "", (None, None, None)),
    ],
)
def test_the_shipped_lists(kind: str, label: str, expected: tuple[str | None, ...]) -> None:
    found = codes.load().codes(kind, label)
    assert tuple(found[name] for name in (GB_2026, GB_2013, POLICE)) == expected
    assert found["local"] is None


@pytest.mark.parametrize("kind", ["litter", "illegal_parking", "fall", "flooding"])
def test_every_list_speaks_of_every_kind_or_says_why_not(kind: str) -> None:
    book = codes.load()
    assert len(book.lists) == 4
    for entry in book.lists:
        found = [code for code in entry.codes if code.kind == kind]
        assert found
        assert all(bool(code.code) != bool(code.absent) for code in found)


def write(folder: Path, text: str) -> Path:
    path = folder / "codes.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_deployment_sets_changes_and_adds_codes(tmp_path: Path) -> None:
    text = """
        [[lists]]
        list = "local"
        codes = [{ kind = "flooding", code = "L-17", name = "道路积水" }]
        [[lists]]
        list = "GB/T 47678.5-2026"
        codes = [{ kind = "illegal_parking", labels = ["motorcycle"], code = "09009" }]
        [[lists]]
        list = "city platform 2008"
        codes = [{ kind = "illegal_parking", code = "2011" }]
    """
    book = codes.load(write(tmp_path, text))
    assert book.codes("flooding")["local"] == "L-17"
    assert book.codes("fall")["local"] is None
    assert book.codes("illegal_parking", "motorcycle")[GB_2026] == "09009"
    assert book.codes("illegal_parking", "bicycle")[GB_2026] == "09010"
    assert book.codes("illegal_parking", "car")["city platform 2008"] == "2011"
    entry = book.entry("local", "flooding")
    assert entry is not None
    assert entry.name == "道路积水"


def test_an_own_entry_for_a_whole_kind_replaces_the_shipped_ones(tmp_path: Path) -> None:
    text = f"""
        [[lists]]
        list = "{GB_2026}"
        codes = [{{ kind = "illegal_parking", absent = "the city counts parking elsewhere" }}]
    """
    book = codes.load(write(tmp_path, text))
    assert book.codes("illegal_parking", "car")[GB_2026] is None
    assert book.codes("litter")[GB_2026] == "06010"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("lists = [", "codes.toml: "),
        ("[[lists]]\nlist = 'a'", "missing required field `codes`"),
        ("[[lists]]\nlist = 'a'\ncodes = [{ kind = 'fall', cod = '1' }]", "unknown field `cod`"),
        ("[[lists]]\nlist = 'a'\ncodes = [{ kind = 'fall' }]", "'fall': give either `code`"),
    ],
)
def test_a_malformed_file_is_refused_with_the_reason(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(CodesError) as caught:
        codes.load(write(tmp_path, text))
    assert why in str(caught.value)
    assert "codes.toml" in str(caught.value)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CodesError, match=r"absent\.toml"):
        codes.load(tmp_path / "absent.toml")
