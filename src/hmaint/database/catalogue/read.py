"""From a handful of queries to a dictionary, the same for every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import groupby
from types import ModuleType

from hmaint.database.catalogue import mysql, oracle, postgresql, sqlite, sqlserver
from hmaint.errors import CouldNotLook
from hmaint.kit.redact import without_secret
from hmaint.model.dictionary import Column, Dictionary, Entry, Index, Relation
from hmaint.model.inventory import Database
from hmaint.model.look import Query, Row, Rows, Seen

ENGINES: Mapping[str, ModuleType] = {
    "mysql": mysql,
    "postgresql": postgresql,
    "sqlite": sqlite,
    "oracle": oracle,
    "sqlserver": sqlserver,
}
MOST = 400_000
"""Rows of one reply: the columns of ten thousand wide tables."""
SECONDS = 60.0
"""An old server may open every table to tell of it."""

_OPTIONAL = frozenset({"view_columns", "statistics"})
"""Parts that may be refused without spoiling the rest."""

Parts = Mapping[str, tuple[Row, ...]]


def read_dictionary(
    ask: Callable[[Query], Rows], database: Database, facts: Mapping[str, object], taken_at: datetime
) -> Dictionary:
    """Read a whole catalogue; CouldNotLook where any part of it was not seen, or seen in part."""
    engine = ENGINES[database.engine]
    schema = database.database if database.engine in ("mysql", "oracle") else ""
    parts = {name: _rows(ask, name, sql, schema) for name, sql in engine.parts(schema).items()}
    entries = tuple(_entries(engine, parts, engine.home or _only(parts["tables"])))
    if not entries:
        raise CouldNotLook(Seen.DENIED, "账号看不到任何表：请核对库名和账号的权限")
    version = str(facts.get("version", ""))
    flavour = str(facts.get("flavour", database.engine))
    return Dictionary(database.name, flavour, version, taken_at, entries, engine.remarks)


def _rows(ask: Callable[[Query], Rows], name: str, sql: str, schema: str) -> tuple[Row, ...]:
    binds = (("schema", schema),) if ":schema" in sql else ()
    answer = ask(Query(sql, binds, SECONDS, MOST))
    if name in _OPTIONAL and answer.seen in (Seen.UNSUPPORTED, Seen.GARBLED):
        return ()
    if answer.seen is not Seen.OBSERVED:
        raise CouldNotLook(answer.seen, answer.reason)
    if answer.cut:
        raise CouldNotLook(Seen.GARBLED, "目录内容过多，没有读全")
    return answer.rows


def _only(tables: Iterable[Row]) -> str:
    """The schema whose name need not stand before its tables: the only one there is."""
    schemas = {str(row["schema_name"]) for row in tables}
    return schemas.pop() if len(schemas) == 1 else ""


def _entries(engine: ModuleType, parts: Parts, home: str) -> Iterable[Entry]:
    columns = _grouped([*parts["columns"], *parts.get("view_columns", ())])
    indexes, relations = _grouped(parts["indexes"]), _grouped(parts["relations"])
    counted = {_place(row): row["row_estimate"] for row in parts.get("statistics", ())}
    for row in parts["tables"]:
        place = _place(row)
        own = columns.get(place, ())
        yield Entry(
            name=_called(*place, home),
            kind=_kind(row),
            meaning=_text(row["meaning"]),
            columns=tuple(_column(engine, each) for each in own),
            indexes=(*_declared_key(own), *_indexes(indexes.get(place, ()))),
            relations=tuple(_relations(relations.get(place, ()), home)),
            rows=_whole(counted.get(place, row["row_estimate"])),
            size=_sum(row["data_bytes"], row["index_bytes"]),
        )


def _place(row: Row) -> tuple[str, str]:
    return str(row["schema_name"]), str(row["table_name"])


def _grouped(rows: Iterable[Row]) -> dict[tuple[str, str], tuple[Row, ...]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault(_place(row), []).append(row)
    return {place: tuple(own) for place, own in found.items()}


def _called(schema: str, table: str, home: str) -> str:
    return table if not schema or schema == home else f"{schema}.{table}"


def _kind(row: Row) -> str:
    word = str(row["kind"]).lower()
    return "table" if word in ("base table", "system versioned") else word


def _column(engine: ModuleType, row: Row) -> Column:
    default = _text(row["default_value"])
    return Column(
        name=str(row["column_name"]),
        type=engine.type_of(row),
        nullable=row["nullable"] in (True, 1, "YES", "Y"),
        # MariaDB writes the absence of a default out.
        default="" if default.upper() == "NULL" else without_secret(str(row["column_name"]), default),
        meaning=_text(row["meaning"]),
        extra=_text(row.get("extra")),
    )


def _declared_key(columns: Iterable[Row]) -> tuple[Index, ...]:
    """The primary key where the columns tell of it themselves, as SQLite's do."""
    placed = sorted((row["key_place"], str(row["column_name"])) for row in columns if row.get("key_place"))
    names = tuple(name for _place, name in placed)
    return (Index("PRIMARY", names, unique=True, primary=True),) if names else ()


def _indexes(rows: Iterable[Row]) -> tuple[Index, ...]:
    found = [_index(str(name), tuple(group)) for name, group in groupby(rows, lambda row: row["index_name"])]
    return tuple(sorted(found, key=lambda index: not index.primary))


def _index(name: str, rows: tuple[Row, ...]) -> Index:
    columns = tuple(str(row["column_name"]) for row in rows)
    return Index(name, columns, _yes(rows[0], "is_unique"), _yes(rows[0], "is_primary"))


def _yes(row: Row, name: str) -> bool:
    return row[name] in (True, 1)


def _relations(rows: Iterable[Row], home: str) -> Iterable[Relation]:
    for name, group in groupby(rows, lambda row: row["relation_name"]):
        own = list(group)
        first = own[0]
        yield Relation(
            str(name),
            tuple(str(row["column_name"]) for row in own),
            _called(_text(first["to_schema"]), str(first["to_table"]), home),
            tuple(_text(row["to_column"]) for row in own),
            _action(first["on_update"]),
            _action(first["on_delete"]),
        )


def _action(word: object) -> str:
    """What happens on a change of the other table; the usual, that it is refused, need not be said."""
    text = _text(word).upper().replace("_", " ")
    return "" if text in ("NO ACTION", "RESTRICT") else text


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _whole(value: object) -> int | None:
    return round(value) if isinstance(value, int | float) else None


def _sum(*values: object) -> int | None:
    known = [round(value) for value in values if isinstance(value, int | float)]
    return sum(known) if known else None
