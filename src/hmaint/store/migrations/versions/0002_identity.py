"""What rows of configuration are known by, so that two runs can be compared; older looks have none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0002"
down_revision = "0001"

_LONG = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")


def upgrade() -> None:
    """Add the column."""
    op.add_column("observations", sa.Column("identity", _LONG))
