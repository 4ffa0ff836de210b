"""What alembic runs to reach the records: the connection it is handed, nothing else."""

from __future__ import annotations

from alembic import context

from hmaint.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
