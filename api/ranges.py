"""The one kind of HTTP range that players ask for: `bytes=first-last` (RFC 9110, 14)."""

from __future__ import annotations

import re

_ONE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_MOST_DIGITS = 18


class Unsatisfiable(Exception):
    """Nothing of what was asked for is there."""


def parse(header: str, size: int) -> range | None:
    """Return the bytes that a Range header asks for, None for the whole.

    What is malformed or several ranges at once is answered with the whole, as the standard allows.

    Raises:
        Unsatisfiable: it begins behind the end, or asks for the last no bytes.
    """
    found = _ONE.fullmatch(header.strip())
    if found is None or max(map(len, found.groups())) > _MOST_DIGITS:
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        if int(last) == 0 or size == 0:
            raise Unsatisfiable
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise Unsatisfiable
    return range(int(first), min(int(last) + 1, size) if last else size)
