"""What is known of a piece of evidence by its content hash: what it is and what to hide in it."""

from __future__ import annotations

import msgspec
from sqlalchemy import Engine, select

from events.alert import Alert, EvidenceRef, Mask
from store.case_tables import AWAITED, AlertRow, EvidenceRow
from store.database import reading


def find(engine: Engine, sha256: str) -> EvidenceRef | None:
    """Return the evidence of a hash with the masks of all rows that share it, None if unknown."""
    with reading(engine) as session:
        rows = session.scalars(select(EvidenceRow).where(EvidenceRow.sha256 == sha256)).all()
        if not rows or not sha256:
            return None
        first = rows[0]
        areas = (mask for row in rows for mask in msgspec.convert(row.masks, tuple[Mask, ...]))
        return EvidenceRef(
            role=first.role,
            state="attached",
            sha256=sha256,
            media_type=first.media_type,
            captured_at=first.captured_at,
            masks=tuple(dict.fromkeys(areas)),
        )


def promised(engine: Engine, role: str) -> list[Alert]:
    """Return the alerts that promised evidence of a role which has neither come nor been lost."""
    with reading(engine) as session:
        bodies = session.scalars(
            select(AlertRow.body)
            .join(EvidenceRow, EvidenceRow.alert == AlertRow.id)
            .where(AWAITED, EvidenceRow.role == role)
            .order_by(EvidenceRow.id)
        )
        return [msgspec.convert(body, Alert) for body in bodies]
