"""The tables records are kept in, the same in SQLite, PostgreSQL and MySQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator

from hmaint.kit.text import storable
from hmaint.store.values import micros, moment_if_any, parsed, spelled


class LongText(Text):
    """MySQL's LONGTEXT by its name alone: importing it would load that dialect and its drivers at every start."""

    __visit_name__ = "LONGTEXT"


class LongBlob(LargeBinary):
    """MySQL's LONGBLOB, by its name for the same reason."""

    __visit_name__ = "LONGBLOB"


_LONG = Text().with_variant(LongText(), "mysql", "mariadb")


class Words(TypeDecorator[str]):
    """Text of any length."""

    impl = _LONG
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the library's signature
        return None if value is None else storable(value)


class Name(TypeDecorator[str]):
    """A short text that may stand in an index."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the library's signature
        return None if value is None else storable(value)


class Moment(TypeDecorator[datetime]):
    """A point in time as whole microseconds since 1970 UTC, handed back in China's zone."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the library's signature
        return micros(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002 - the library's signature
        return moment_if_any  # what the library would wrap around process_result_value takes as long again


class Json(TypeDecorator[Any]):
    """Anything JSON can say; big numbers and Chinese stay what they are."""

    impl = _LONG
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str:  # noqa: ARG002 - the library's signature
        return spelled(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002 - the library's signature
        return parsed  # as for Moment


_WORDS, _MOMENT, _JSON = Words(), Moment(), Json()
"""One for all columns: how a type is read and written is worked out once for each that there is."""


@cache
def _name(length: int) -> Name:
    return Name(length)


metadata = MetaData()


def _table(name: str, *parts: SchemaItem) -> Table:
    return Table(name, metadata, *parts)


def suit(dialect: str) -> MetaData:
    """Give the tables as that kind of server is to make them: MySQL is told what to store Chinese text in."""
    if dialect in ("mysql", "mariadb"):
        # Not where the tables are declared: the library would load the dialect to know these words.
        for table in metadata.tables.values():
            table.dialect_kwargs.update(
                mysql_charset="utf8mb4", mysql_collate="utf8mb4_bin", mysql_engine="InnoDB"
            )
    return metadata


runs = _table(
    "runs",
    Column("id", _name(128), primary_key=True),
    Column("command", _name(64), nullable=False),
    Column("site", _name(128), nullable=False),
    Column("playbook", _WORDS, nullable=False),
    Column("playbook_title", _WORDS, nullable=False),
    Column("playbook_digest", _WORDS, nullable=False),
    Column("mode", _WORDS, nullable=False),
    Column("operator", _WORDS, nullable=False),
    Column("started_at", _MOMENT, nullable=False),
    Column("finished_at", _MOMENT),
    Column("level", _name(16), nullable=False),
    Column("state", _name(16), nullable=False),
    Column("redacted", _JSON, nullable=False),
    Column("reports", _JSON, nullable=False),
    Column("host", _WORDS, nullable=False),
    Column("process", _WORDS, nullable=False),
    Index("ix_runs_site_started", "site", "started_at"),
    Index("ix_runs_started", "started_at"),
)

targets = _table(
    "targets",
    Column("run", _name(128), primary_key=True),
    Column("name", _name(128), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("kind", _name(32), nullable=False),
    Column("level", _name(16), nullable=False),
    Column("elapsed_ms", BigInteger, nullable=False),
    Column("title", _WORDS, nullable=False),
    Column("address", _WORDS, nullable=False),
    Column("error", _WORDS),
    Column("facts", _JSON, nullable=False),
    Column("evidence", _name(64), nullable=False),
)

checks = _table(
    "checks",
    Column("run", _name(128), primary_key=True),
    Column("target", _name(128), primary_key=True),
    Column("id", _name(128), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("title", _WORDS, nullable=False),
    Column("category", _WORDS, nullable=False),
    Column("level", _name(16), nullable=False),
    Column("summary", _WORDS, nullable=False),
    Column("complete", Boolean, nullable=False),
)

metrics = _table(
    "metrics",
    Column("run", _name(128), primary_key=True),
    Column("target", _name(128), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("check_id", _name(128), nullable=False),
    Column("site", _name(128), nullable=False),
    Column("name", _name(128), nullable=False),
    Column("subject", _WORDS, nullable=False),
    Column("value", Double, nullable=False),
    Column("unit", _WORDS, nullable=False),
    Column("at", _MOMENT, nullable=False),
    Index("ix_metrics_trend", "site", "target", "name", "at"),
)

observations = _table(
    "observations",
    Column("run", _name(128), primary_key=True),
    Column("target", _name(128), primary_key=True),
    Column("step", _name(128), primary_key=True),
    Column("seen", _name(16), nullable=False),
    Column("body", _JSON, nullable=False),
    Column("cut", Boolean, nullable=False),
    Column("reason", _WORDS, nullable=False),
    Column("started", _MOMENT),
    Column("elapsed_ms", BigInteger, nullable=False),
    Column("asked", _JSON, nullable=False),
    Column("identity", _JSON),
)

latest = _table(
    "latest",
    Column("site", _name(128), primary_key=True),
    Column("target", _name(128), primary_key=True),
    Column("step", _name(128), primary_key=True),
    Column("run", _name(128), nullable=False),
    Column("at", _MOMENT, nullable=False),
)
"""Which run last observed each step, so that looking back costs ten rows however long the history is."""

findings = _table(
    "findings",
    Column("id", _name(128), primary_key=True),
    Column("site", _name(128), nullable=False),
    Column("target", _name(128), nullable=False),
    Column("check_id", _name(128), nullable=False),
    Column("state", _name(16), nullable=False),
    Column("body", _JSON, nullable=False),
    Column("first_run", _name(128), nullable=False),
    Column("first_seen", _MOMENT, nullable=False),
    Column("last_run", _name(128), nullable=False),
    Column("last_seen", _MOMENT, nullable=False),
    Index("ix_findings_place", "site", "target"),
    Index("ix_findings_state", "state"),
)

sightings = _table(
    "sightings",
    Column("finding", _name(128), primary_key=True),
    Column("run", _name(128), primary_key=True),
    Column("target", _name(128), nullable=False),
    Column("position", Integer, nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("body", _JSON, nullable=False),
    Index("ix_sightings_run", "run"),
)

notes = _table(
    "notes",
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("finding", _name(128), nullable=False),
    Column("kind", _name(16), nullable=False),
    Column("text", _WORDS, nullable=False),
    Column("operator", _WORDS, nullable=False),
    Column("at", _MOMENT, nullable=False),
    Index("ix_notes_finding", "finding"),
)

documents = _table(
    "documents",
    Column("number", _name(128), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("form", _name(64), nullable=False),
    Column("site", _name(128), nullable=False),
    Column("year", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("origin", _name(64), nullable=False),
    Column("title", _WORDS, nullable=False),
    Column("contract", _WORDS, nullable=False),
    Column("sources", _JSON, nullable=False),
    Column("digest", _name(64), nullable=False),
    Column("path", _WORDS, nullable=False),
    Column("file", _name(64), nullable=False),
    Column("generated_at", _MOMENT, nullable=False),
    Column("issued_at", _MOMENT, nullable=False),
    Column("operator", _WORDS, nullable=False),
    Index("ix_documents_place", "site", "form", "year"),
)
"""One row a version; `origin` is the hash of its sources, an empty `path` a number taken for one in the making."""

handlings = _table(
    "handlings",
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("number", _name(128), nullable=False),
    Column("version", Integer, nullable=False),
    Column("standing", _name(16), nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("recorded_at", _MOMENT, nullable=False),
    Column("operator", _WORDS, nullable=False),
    Column("person", _WORDS, nullable=False),
    Column("file", _name(64), nullable=False),
    Column("evidence", _name(64), nullable=False),
    Column("evidence_name", _WORDS, nullable=False),
    Index("ix_handlings_document", "number", "version"),
)

matters = _table(
    "matters",
    Column("number", _name(128), primary_key=True),
    Column("kind", _name(32), nullable=False),
    Column("site", _name(128), nullable=False),
    Column("series", _name(128), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("opened_at", _MOMENT, nullable=False),
    Index("ix_matters_series", "series", "sequence", unique=True),
    Index("ix_matters_kind", "kind", "opened_at"),
)
"""What people keep entries about. `series` is what the number counts in; one that has no count is its own series."""

entries = _table(
    "entries",
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("id", _name(64), nullable=False),
    Column("matter", _name(128), nullable=False),
    Column("kind", _name(32), nullable=False),
    Column("event", _name(32), nullable=False),
    Column("site", _name(128), nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("recorded_at", _MOMENT, nullable=False),
    Column("operator", _WORDS, nullable=False),
    Column("body", _JSON, nullable=False),
    Column("corrects", _name(64), nullable=False),
    Index("ix_entries_id", "id", unique=True),
    Index("ix_entries_matter", "matter"),
    Index("ix_entries_kind", "kind", "site", "at"),
)

blobs = _table(
    "blobs",
    Column("digest", _name(64), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary().with_variant(LongBlob(), "mysql", "mariadb"), nullable=False),
)
"""Evidence that several laptops share, compressed and in pieces; empty where the records are a file."""

anchors = _table(
    "anchors",
    Column("name", _name(128), primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("digest", _name(64), nullable=False),
)
"""The last line known of each audit trail, so that a trail cut short is noticed."""

stamp = _table("alembic_version", Column("version_num", String(32), primary_key=True))
