"""Kinds in the words of the code lists: one file a list, and what a deployment says differently."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")

SHIPPED = Path(__file__).with_suffix("")
"""The folder of the lists that come with the product."""


class CodesError(ValueError):
    """A code file is malformed; the text names the file, the field and the reason."""


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a list says of a kind, or of a kind where the object has one of `labels`.

    Either `code` or `absent` (why the list has none) is set.
    """

    kind: str
    labels: tuple[str, ...] = ()
    code: str = ""
    name: str = ""
    absent: str = ""

    def __post_init__(self) -> None:
        if bool(self.code) == bool(self.absent):
            raise ValueError(f"kind {self.kind!r}: give either `code`, or `absent` with the reason")


class CodeList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of one list. `list` is the name it has in events."""

    list: str
    codes: tuple[Code, ...]
    title: str = ""
    in_force: str = ""
    source: str = ""

    def find(self, kind: str, label: str = "") -> Code | None:
        """Return the entry for an object of this kind and label; None when there is none."""
        rows = [code for code in self.codes if code.kind == kind]
        named = (code for code in rows if label in code.labels)
        return next(named, next((code for code in rows if not code.labels), None))


class _Override(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lists: tuple[CodeList, ...]


class CodeBook:
    """All lists of a deployment. Immutable."""

    def __init__(self, lists: Iterable[CodeList]) -> None:
        self.lists = tuple(lists)

    def codes(self, kind: str, label: str = "") -> dict[str, str | None]:
        """Return list name to code for every list; None where a list has no code for it.

        Args:
            kind: litter, illegal_parking, fall, flooding, or any kind a manifest names.
            label: the object's class where the lists tell classes apart ('car', 'bicycle').
        """
        found = {entry.list: entry.find(kind, label) for entry in self.lists}
        return {name: (code.code or None) if code else None for name, code in found.items()}

    def entry(self, name: str, kind: str, label: str = "") -> Code | None:
        """Return what one list says of a kind, with its wording or why it has none."""
        return next((e.find(kind, label) for e in self.lists if e.list == name), None)


def load(override: Path | None = None) -> CodeBook:
    """Return the shipped lists with a deployment's file on top.

    The file holds `[[lists]]`, each in the form of a shipped file. Its entries stand before those
    of a shipped list with the same name; a new name is a further list.

    Raises:
        CodesError: a file cannot be read or is malformed.
    """
    lists = {e.list: e for e in (_read(path, CodeList) for path in sorted(SHIPPED.glob("*.toml")))}
    if override is not None:
        for own in _read(override, _Override).lists:
            lists[own.list] = _merged(own, lists.get(own.list))
    return CodeBook(lists.values())


def _merged(own: CodeList, shipped: CodeList | None) -> CodeList:
    if shipped is None:
        return own
    # An own entry without labels speaks for the whole kind.
    whole = {code.kind for code in own.codes if not code.labels}
    kept = tuple(code for code in shipped.codes if code.kind not in whole)
    return msgspec.structs.replace(shipped, codes=own.codes + kept)


def _read(path: Path, form: type[T]) -> T:
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), form)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise CodesError(f"{path.name}: {error}") from error
