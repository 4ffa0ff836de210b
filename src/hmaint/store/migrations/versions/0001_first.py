"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None

_LONG = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")


def _create(name: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        name, *columns, mysql_charset="utf8mb4", mysql_collate="utf8mb4_bin", mysql_engine="InnoDB"
    )


def upgrade() -> None:
    """Make every table of the first release."""
    _create(
        "runs",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("command", sa.String(64), nullable=False),
        sa.Column("site", sa.String(128), nullable=False),
        sa.Column("playbook", _LONG, nullable=False),
        sa.Column("playbook_title", _LONG, nullable=False),
        sa.Column("playbook_digest", _LONG, nullable=False),
        sa.Column("mode", _LONG, nullable=False),
        sa.Column("operator", _LONG, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("redacted", _LONG, nullable=False),
        sa.Column("reports", _LONG, nullable=False),
        sa.Column("host", _LONG, nullable=False),
        sa.Column("process", _LONG, nullable=False),
    )
    op.create_index("ix_runs_site_started", "runs", ["site", "started_at"])
    op.create_index("ix_runs_started", "runs", ["started_at"])
    _create(
        "targets",
        sa.Column("run", sa.String(128), primary_key=True),
        sa.Column("name", sa.String(128), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("elapsed_ms", sa.BigInteger(), nullable=False),
        sa.Column("title", _LONG, nullable=False),
        sa.Column("address", _LONG, nullable=False),
        sa.Column("error", _LONG),
        sa.Column("facts", _LONG, nullable=False),
        sa.Column("evidence", sa.String(64), nullable=False),
    )
    _create(
        "checks",
        sa.Column("run", sa.String(128), primary_key=True),
        sa.Column("target", sa.String(128), primary_key=True),
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", _LONG, nullable=False),
        sa.Column("category", _LONG, nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("summary", _LONG, nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
    )
    _create(
        "metrics",
        sa.Column("run", sa.String(128), primary_key=True),
        sa.Column("target", sa.String(128), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("check_id", sa.String(128), nullable=False),
        sa.Column("site", sa.String(128), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("subject", _LONG, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("unit", _LONG, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_metrics_trend", "metrics", ["site", "target", "name", "at"])
    _create(
        "observations",
        sa.Column("run", sa.String(128), primary_key=True),
        sa.Column("target", sa.String(128), primary_key=True),
        sa.Column("step", sa.String(128), primary_key=True),
        sa.Column("seen", sa.String(16), nullable=False),
        sa.Column("body", _LONG, nullable=False),
        sa.Column("cut", sa.Boolean(), nullable=False),
        sa.Column("reason", _LONG, nullable=False),
        sa.Column("started", sa.BigInteger()),
        sa.Column("elapsed_ms", sa.BigInteger(), nullable=False),
        sa.Column("asked", _LONG, nullable=False),
    )
    _create(
        "latest",
        sa.Column("site", sa.String(128), primary_key=True),
        sa.Column("target", sa.String(128), primary_key=True),
        sa.Column("step", sa.String(128), primary_key=True),
        sa.Column("run", sa.String(128), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    _create(
        "findings",
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("site", sa.String(128), nullable=False),
        sa.Column("target", sa.String(128), nullable=False),
        sa.Column("check_id", sa.String(128), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("body", _LONG, nullable=False),
        sa.Column("first_run", sa.String(128), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("last_run", sa.String(128), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_findings_place", "findings", ["site", "target"])
    op.create_index("ix_findings_state", "findings", ["state"])
    _create(
        "sightings",
        sa.Column("finding", sa.String(128), primary_key=True),
        sa.Column("run", sa.String(128), primary_key=True),
        sa.Column("target", sa.String(128), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", _LONG, nullable=False),
    )
    op.create_index("ix_sightings_run", "sightings", ["run"])
    _create(
        "notes",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("finding", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", _LONG, nullable=False),
        sa.Column("operator", _LONG, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_notes_finding", "notes", ["finding"])
    _create(
        "anchors",
        sa.Column("name", sa.String(128), primary_key=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
