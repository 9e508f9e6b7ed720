"""How Alembic reaches the database: on the connection that `store.database` hands over."""

from __future__ import annotations

from alembic import context

from store.access_tables import UserRow
from store.case_tables import IncidentRow

# One metadata; both modules are imported so that all its tables are known.
TABLES = (UserRow, IncidentRow)
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=TABLES[0].metadata,
    compare_type=True,
    render_as_batch=True,
    # Our SQLite connections begin their transactions themselves, so schema changes roll back.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
