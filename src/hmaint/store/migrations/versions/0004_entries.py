"""What people put on record: matters and the entries of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0004"
down_revision = "0003"

_LONG = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")


def _create(name: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        name, *columns, mysql_charset="utf8mb4", mysql_collate="utf8mb4_bin", mysql_engine="InnoDB"
    )


def upgrade() -> None:
    """Make both tables."""
    _create(
        "matters",
        sa.Column("number", sa.String(128), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("site", sa.String(128), nullable=False),
        sa.Column("series", sa.String(128), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_matters_series", "matters", ["series", "sequence"], unique=True)
    op.create_index("ix_matters_kind", "matters", ["kind", "opened_at"])
    _create(
        "entries",
        sa.Column("place", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("matter", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("site", sa.String(128), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("operator", _LONG, nullable=False),
        sa.Column("body", _LONG, nullable=False),
        sa.Column("corrects", sa.String(64), nullable=False),
    )
    op.create_index("ix_entries_id", "entries", ["id"], unique=True)
    op.create_index("ix_entries_matter", "entries", ["matter"])
    op.create_index("ix_entries_kind", "entries", ["kind", "site", "at"])
