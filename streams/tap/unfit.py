"""How the pure parts of the tap say: not here, the other way."""

from __future__ import annotations

from streams.tap import Unsuited


class UnfitError(Exception):
    """A camera is not for the tap; the text holds no address and no login."""

    def __init__(self, unsuited: Unsuited) -> None:
        super().__init__(f"{unsuited.why}: {unsuited.cause}")
        self.unsuited = unsuited
