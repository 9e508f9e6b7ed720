"""Random values that the processes of one installation share, made when first asked for."""

from __future__ import annotations

from secrets import token_hex

from sqlalchemy import Engine

from store.access_tables import SecretRow
from store.database import reading, writing

_BYTES = 32


def secret(engine: Engine, name: str) -> bytes:
    """Return the secret of that name: 32 random bytes, the same for every process from then on."""
    with reading(engine) as session:
        row = session.get(SecretRow, name)
    if row is None:
        with writing(engine) as session:
            # Another process may have been first.
            row = session.get(SecretRow, name)
            if row is None:
                row = SecretRow(name=name, value=token_hex(_BYTES))
                session.add(row)
    return bytes.fromhex(row.value)
