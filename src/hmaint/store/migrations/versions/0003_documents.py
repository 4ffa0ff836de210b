"""Documents that were issued, version by version, and what became of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0003"
down_revision = "0002"

_LONG = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")


def _create(name: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        name, *columns, mysql_charset="utf8mb4", mysql_collate="utf8mb4_bin", mysql_engine="InnoDB"
    )


def upgrade() -> None:
    """Make both tables."""
    _create(
        "documents",
        sa.Column("number", sa.String(128), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("form", sa.String(64), nullable=False),
        sa.Column("site", sa.String(128), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("title", _LONG, nullable=False),
        sa.Column("contract", _LONG, nullable=False),
        sa.Column("sources", _LONG, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("path", _LONG, nullable=False),
        sa.Column("file", sa.String(64), nullable=False),
        sa.Column("generated_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("operator", _LONG, nullable=False),
    )
    op.create_index("ix_documents_place", "documents", ["site", "form", "year"])
    _create(
        "handlings",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("number", sa.String(128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("operator", _LONG, nullable=False),
        sa.Column("person", _LONG, nullable=False),
        sa.Column("file", sa.String(64), nullable=False),
        sa.Column("evidence", sa.String(64), nullable=False),
        sa.Column("evidence_name", _LONG, nullable=False),
    )
    op.create_index("ix_handlings_document", "handlings", ["number", "version"])
