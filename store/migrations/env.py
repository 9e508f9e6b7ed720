"""How Alembic reaches the database: on the connection that `store.database` hands over."""

from __future__ import annotations

from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationInfo

from store.access_tables import UserRow
from store.case_tables import IncidentRow
from store.database import WAY_BACK, DatabaseError


def _only_upwards(*, step: MigrationInfo, **_: Any) -> None:
    if not step.is_upgrade:
        # It would throw away what newer programs wrote; the transaction rolls back.
        raise DatabaseError(f"there is no way back to {step.destination_revision_ids}: {WAY_BACK}")


# One metadata; both modules are imported so that all its tables are known.
TABLES = (UserRow, IncidentRow)
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=TABLES[0].metadata,
    compare_type=True,
    render_as_batch=True,
    # Our SQLite connections begin their transactions themselves, so schema changes roll back.
    transactional_ddl=True,
    # Alembic calls it with names alone, and takes it for one with four places.
    on_version_apply=_only_upwards,  # type: ignore[arg-type]
)
with context.begin_transaction():
    context.run_migrations()
