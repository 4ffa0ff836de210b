"""The tables records are kept in, the same in SQLite, PostgreSQL and MySQL."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
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

from hmaint.kit.clock import CHINA

VERSION = "0005"
"""The newest migration; a file that says anything else is migrated or refused."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHINA_EPOCH = EPOCH.astimezone(CHINA)
_MICROS = 1_000_000
_EXACT = 2**32 * _MICROS
"""As far as seconds in floating point tell microseconds apart without fail: until 2106."""
_FIRST_VALUE = json.JSONDecoder().raw_decode


class LongText(Text):
    """MySQL's LONGTEXT by its name alone: importing it would load that dialect and its drivers at every start."""

    __visit_name__ = "LONGTEXT"


class LongBlob(LargeBinary):
    """MySQL's LONGBLOB, by its name for the same reason."""

    __visit_name__ = "LONGBLOB"


_LONG = Text().with_variant(LongText(), "mysql", "mariadb")


def storable(text: str) -> str:
    """Text without what a server refuses: NUL becomes a visible mark, a lone surrogate a question mark."""
    if "\0" in text:
        text = text.replace("\0", "␀")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


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


def _moment(micros: int | None) -> datetime | None:
    # Years of records have tens of thousands of moments, and adding to a first one takes twice as long.
    if micros is not None and 0 <= micros < _EXACT:
        return datetime.fromtimestamp(micros / _MICROS, CHINA)
    return None if micros is None else _CHINA_EPOCH + timedelta(microseconds=micros)


def _parsed(text: str | None) -> Any:  # noqa: ANN401 - JSON is of any type
    if text is None:
        return None
    # As it was written: without the blanks around it that `json.loads` looks for, which takes as long again.
    value, end = _FIRST_VALUE(text)
    return value if end == len(text) else json.loads(text)


class Moment(TypeDecorator[datetime]):
    """A point in time as whole microseconds since 1970 UTC, handed back in China's zone."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the library's signature
        return None if value is None else (value - EPOCH) // timedelta(microseconds=1)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002 - the library's signature
        return _moment  # what the library would wrap around process_result_value takes as long again


class Json(TypeDecorator[Any]):
    """Anything JSON can say; big numbers and Chinese stay what they are."""

    impl = _LONG
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str:  # noqa: ARG002 - the library's signature
        return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002 - the library's signature
        return _parsed  # as for Moment


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
    Column("id", Name(128), primary_key=True),
    Column("command", Name(64), nullable=False),
    Column("site", Name(128), nullable=False),
    Column("playbook", Words, nullable=False),
    Column("playbook_title", Words, nullable=False),
    Column("playbook_digest", Words, nullable=False),
    Column("mode", Words, nullable=False),
    Column("operator", Words, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("level", Name(16), nullable=False),
    Column("state", Name(16), nullable=False),
    Column("redacted", Json, nullable=False),
    Column("reports", Json, nullable=False),
    Column("host", Words, nullable=False),
    Column("process", Words, nullable=False),
    Index("ix_runs_site_started", "site", "started_at"),
    Index("ix_runs_started", "started_at"),
)

targets = _table(
    "targets",
    Column("run", Name(128), primary_key=True),
    Column("name", Name(128), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("kind", Name(32), nullable=False),
    Column("level", Name(16), nullable=False),
    Column("elapsed_ms", BigInteger, nullable=False),
    Column("title", Words, nullable=False),
    Column("address", Words, nullable=False),
    Column("error", Words),
    Column("facts", Json, nullable=False),
    Column("evidence", Name(64), nullable=False),
)

checks = _table(
    "checks",
    Column("run", Name(128), primary_key=True),
    Column("target", Name(128), primary_key=True),
    Column("id", Name(128), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("title", Words, nullable=False),
    Column("category", Words, nullable=False),
    Column("level", Name(16), nullable=False),
    Column("summary", Words, nullable=False),
    Column("complete", Boolean, nullable=False),
)

metrics = _table(
    "metrics",
    Column("run", Name(128), primary_key=True),
    Column("target", Name(128), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("check_id", Name(128), nullable=False),
    Column("site", Name(128), nullable=False),
    Column("name", Name(128), nullable=False),
    Column("subject", Words, nullable=False),
    Column("value", Double, nullable=False),
    Column("unit", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_metrics_trend", "site", "target", "name", "at"),
)

observations = _table(
    "observations",
    Column("run", Name(128), primary_key=True),
    Column("target", Name(128), primary_key=True),
    Column("step", Name(128), primary_key=True),
    Column("seen", Name(16), nullable=False),
    Column("body", Json, nullable=False),
    Column("cut", Boolean, nullable=False),
    Column("reason", Words, nullable=False),
    Column("started", Moment),
    Column("elapsed_ms", BigInteger, nullable=False),
    Column("asked", Json, nullable=False),
    Column("identity", Json),
)

latest = _table(
    "latest",
    Column("site", Name(128), primary_key=True),
    Column("target", Name(128), primary_key=True),
    Column("step", Name(128), primary_key=True),
    Column("run", Name(128), nullable=False),
    Column("at", Moment, nullable=False),
)
"""Which run last observed each step, so that looking back costs ten rows however long the history is."""

findings = _table(
    "findings",
    Column("id", Name(128), primary_key=True),
    Column("site", Name(128), nullable=False),
    Column("target", Name(128), nullable=False),
    Column("check_id", Name(128), nullable=False),
    Column("state", Name(16), nullable=False),
    Column("body", Json, nullable=False),
    Column("first_run", Name(128), nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("last_run", Name(128), nullable=False),
    Column("last_seen", Moment, nullable=False),
    Index("ix_findings_place", "site", "target"),
    Index("ix_findings_state", "state"),
)

sightings = _table(
    "sightings",
    Column("finding", Name(128), primary_key=True),
    Column("run", Name(128), primary_key=True),
    Column("target", Name(128), nullable=False),
    Column("position", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", Json, nullable=False),
    Index("ix_sightings_run", "run"),
)

notes = _table(
    "notes",
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("finding", Name(128), nullable=False),
    Column("kind", Name(16), nullable=False),
    Column("text", Words, nullable=False),
    Column("operator", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_notes_finding", "finding"),
)

documents = _table(
    "documents",
    Column("number", Name(128), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("form", Name(64), nullable=False),
    Column("site", Name(128), nullable=False),
    Column("year", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("origin", Name(64), nullable=False),
    Column("title", Words, nullable=False),
    Column("contract", Words, nullable=False),
    Column("sources", Json, nullable=False),
    Column("digest", Name(64), nullable=False),
    Column("path", Words, nullable=False),
    Column("file", Name(64), nullable=False),
    Column("generated_at", Moment, nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("operator", Words, nullable=False),
    Index("ix_documents_place", "site", "form", "year"),
)
"""One row a version; `origin` is the hash of its sources, an empty `path` a number taken for one in the making."""

handlings = _table(
    "handlings",
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("number", Name(128), nullable=False),
    Column("version", Integer, nullable=False),
    Column("standing", Name(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("operator", Words, nullable=False),
    Column("person", Words, nullable=False),
    Column("file", Name(64), nullable=False),
    Column("evidence", Name(64), nullable=False),
    Column("evidence_name", Words, nullable=False),
    Index("ix_handlings_document", "number", "version"),
)

matters = _table(
    "matters",
    Column("number", Name(128), primary_key=True),
    Column("kind", Name(32), nullable=False),
    Column("site", Name(128), nullable=False),
    Column("series", Name(128), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Index("ix_matters_series", "series", "sequence", unique=True),
    Index("ix_matters_kind", "kind", "opened_at"),
)
"""What people keep entries about. `series` is what the number counts in; one that has no count is its own series."""

entries = _table(
    "entries",
    Column("place", Integer, primary_key=True, autoincrement=True),
    Column("id", Name(64), nullable=False),
    Column("matter", Name(128), nullable=False),
    Column("kind", Name(32), nullable=False),
    Column("event", Name(32), nullable=False),
    Column("site", Name(128), nullable=False),
    Column("at", Moment, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("operator", Words, nullable=False),
    Column("body", Json, nullable=False),
    Column("corrects", Name(64), nullable=False),
    Index("ix_entries_id", "id", unique=True),
    Index("ix_entries_matter", "matter"),
    Index("ix_entries_kind", "kind", "site", "at"),
)

blobs = _table(
    "blobs",
    Column("digest", Name(64), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary().with_variant(LongBlob(), "mysql", "mariadb"), nullable=False),
)
"""Evidence that several laptops share, compressed and in pieces; empty where the records are a file."""

anchors = _table(
    "anchors",
    Column("name", Name(128), primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("digest", Name(64), nullable=False),
)
"""The last line known of each audit trail, so that a trail cut short is noticed."""

stamp = _table("alembic_version", Column("version_num", String(32), primary_key=True))
