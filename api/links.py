"""Links to evidence that carry their own right: signed, for some minutes, masked or not."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass
from hashlib import sha256 as SHA256  # noqa: N812 - the name of the hash, beside fields called so
from time import time
from urllib.parse import urlencode

from sqlalchemy import Engine

from store.secrets import secret

PATH = "/api/v1/evidence/"
SECRET = "evidence-links"  # noqa: S105 - the name of the secret, not the secret
LIVES_S = 600
"""How long a link works at least, unless it is said otherwise."""
GRID_S = 300
"""Links made within the same span are the same, so that browsers keep what they have fetched."""


class BadLink(Exception):
    """The link is too old or was changed; the text says which."""


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links for one caller's answer. `by` is who asked, `now` unix seconds.

    A link works for at least `lives_s` seconds.
    """

    key: bytes
    by: str
    now: float
    masked: bool = True
    lives_s: int = LIVES_S

    def to(self, sha256: str) -> str:
        """Return a link to a piece of evidence, relative to the server."""
        until = (int(self.now) // GRID_S + 1) * GRID_S + self.lives_s
        query = {
            "until": until,
            "masked": str(self.masked).lower(),
            "by": self.by,
            "signature": sign(self.key, sha256, until, self.masked, self.by),
        }
        return f"{PATH}{sha256}?{urlencode(query)}"


def links(engine: Engine, by: str, *, masked: bool = True) -> Links:
    """Return what makes links now for a caller."""
    return Links(secret(engine, SECRET), by, time(), masked)


def sign(key: bytes, sha256: str, until: int, masked: bool, by: str) -> str:
    """Return the signature over everything that a link says."""
    said = json.dumps([sha256, until, masked, by]).encode()
    return base64.urlsafe_b64encode(hmac.digest(key, said, SHA256)).decode().rstrip("=")


def check(
    key: bytes, sha256: str, until: int, masked: bool, by: str, signature: str, now: float
) -> None:
    """Let a link pass.

    Raises:
        BadLink: it was changed, or is too old.
    """
    expected = sign(key, sha256, until, masked, by)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise BadLink("the link was changed")
    if now >= until:
        raise BadLink("the link is too old; fetch the incident anew")
