"""Statements of PostgreSQL with what they lock and how long at the size seen."""

from __future__ import annotations

from hmaint.advise.postgresql.rows import Index, Setting, Table
from hmaint.advise.write import quoted
from hmaint.model.advice import Act, Fix, Lock

_PER_SECOND = 50 * 1024**2
"""Bytes a second a middling server reads, sorts and writes while others work: our own cautious figure."""

WEAK = "SHARE UPDATE EXCLUSIVE 锁（读写照常，只挡 DDL 和 VACUUM）"
WHOLE = "ACCESS EXCLUSIVE 锁（读写都被阻塞）"
NONE = "不锁表"

RELOAD = "SELECT pg_reload_conf()"


def name(*parts: str) -> str:
    """Names as PostgreSQL writes identifiers."""
    return quoted(*parts, mark='"')


def literal(value: str) -> str:
    """A text as a literal, whatever standard_conforming_strings says: a backslash is written as an escape."""
    text = value.replace("'", "''")
    return f"'{text}'" if "\\" not in text else "E'" + text.replace("\\", "\\\\") + "'"


def seconds(size: int, passes: float = 1.0) -> float | None:
    """How long so many bytes take; None where the size is not known."""
    return round(max(0.1, size * passes / _PER_SECOND), 1) if size else None


def lasting(kind: str, size: int, passes: float = 1.0) -> Lock:
    """A lock that is held while so many bytes are gone through."""
    why = "按每秒 50 MB 估算，期间有长事务则要等它结束" if size else "没有大小的记录，无法估算"
    return Lock(kind, seconds(size, passes), why)


def index_name(table: str, columns: tuple[str, ...], taken: frozenset[str]) -> str:
    """A free name of at most 63 bytes, as the server keeps them."""
    base = "ix_" + "_".join((table, *columns))
    for number in range(1, 100):
        tail = "" if number == 1 else f"_{number}"
        short = base.encode()[: 63 - len(tail)].decode("utf-8", "ignore") + tail
        if short not in taken:
            return short
    raise ValueError(f"no free name for an index of {table}")


def create_index(table: Table, columns: tuple[str, ...], taken: frozenset[str]) -> Fix:
    """An index made while others read and write; on a partitioned table a person must do it partition by partition."""
    label = index_name(table.name, columns, taken)
    keys = ", ".join(name(column) for column in columns)
    online = table.plain
    how = "CONCURRENTLY " if online else ""
    return Fix(
        Act.CREATE_INDEX if online else Act.MANUAL,
        (f"CREATE INDEX {how}{name(label)} ON {table.sql} ({keys})",),
        (f"DROP INDEX {how}{name(table.schema, label)}",),
        lasting(WEAK if online else "SHARE 锁（写入被阻塞）", table.bytes, 2),
        online=online,
        safe=online,
        schema=table.schema,
        object=label,
        table=table.name,
        columns=columns,
        bytes=table.rows * 40 or None,
    )


def concurrently(definition: str) -> str:
    """The statement an index is made with, so that it can be made again while others write."""
    for head in ("CREATE UNIQUE INDEX ", "CREATE INDEX "):
        if definition.startswith(head):
            return f"{head}CONCURRENTLY {definition.removeprefix(head)}"
    return definition


def drop_index(index: Index, *, safe: bool) -> Fix:
    """An index dropped while others read and write; undone by its own definition, which takes as long as making it did.

    A person drops what belongs to partitions, what is unique and what the catalogue alone cannot write out again.
    """
    parted, definition = bool(index.row["parted"]), str(index.row["definition"])
    alone = not parted and definition and not index.row["uniq"]
    remark = str(index.row.get("remark") or "")
    told = (f"COMMENT ON INDEX {index.sql} IS {literal(remark)}",) if remark else ()
    return Fix(
        Act.DROP_INDEX if alone else Act.MANUAL,
        (f"DROP INDEX {'' if parted else 'CONCURRENTLY '}{index.sql}",),
        ((definition if parted else concurrently(definition)), *told) if definition else (),
        Lock(WHOLE if parted else WEAK, 0.1, "只改目录，期间有长事务则要等它结束"),
        online=not parted,
        safe=safe and bool(alone),
        schema=index.schema,
        object=index.name,
        table=index.table,
        columns=index.columns,
        bytes=0,
    )


def reindex(index: Index, *, safe: bool) -> Fix:
    """An index written anew beside the old one while others read and write (PostgreSQL 12 and later)."""
    return Fix(
        Act.REINDEX,
        (f"REINDEX INDEX CONCURRENTLY {index.sql}",),
        (),
        lasting(WEAK, index.bytes, 2),
        online=True,
        safe=safe,
        schema=index.schema,
        object=index.name,
        table=index.table,
        columns=index.columns,
        bytes=index.bytes or None,
    )


def upkeep(act: Act, verb: str, table: Table, passes: float = 1.0) -> Fix:
    """VACUUM or ANALYZE of one table: others read and write meanwhile, and there is nothing to undo."""
    lock = lasting(WEAK, table.bytes, passes)
    return Fix(
        act,
        (f"{verb} {table.sql}",),
        (),
        lock,
        online=True,
        safe=True,
        schema=table.schema,
        object=table.name,
        bytes=0,
    )


def table_option(table: Table, change: str, undo: str, *, safe: bool) -> Fix:
    """`SET (…)` or `RESET (…)` of a table's storage parameters: the catalogue alone is changed."""
    head = f"ALTER TABLE {table.sql} "
    return Fix(
        Act.ALTER,
        (head + change,),
        (head + undo,),
        Lock(WEAK, 0.1, "只改目录"),
        online=True,
        safe=safe,
        schema=table.schema,
        object=table.name,
        bytes=0,
    )


def by_hand(
    statements: tuple[str, ...], undo: tuple[str, ...], lock: Lock, table: Table | None = None
) -> Fix:
    """Statements that a person runs in a window agreed upon."""
    schema, about = (table.schema, table.name) if table else ("", "")
    return Fix(Act.MANUAL, statements, undo, lock, schema=schema, object=about)


def set_parameter(setting: Setting, value: str, *, safe: bool) -> Fix:
    """A parameter in postgresql.auto.conf, read at once unless it waits for a restart.

    Undone by the line that was there before, or by taking the line away when the value came from elsewhere. What the
    server was started with on its command line no file changes, and where the file is not shown there is no undo: a
    person has to.
    """
    old = written(setting)
    back = (
        f"ALTER SYSTEM SET {setting.name} = {literal(old)}"
        if setting.auto
        else f"ALTER SYSTEM RESET {setting.name}"
    )
    reload = () if setting.restart else (RELOAD,)
    by_itself = (
        not setting.restart
        and setting.auto is not None
        and setting.source not in ("command line", "environment variable")
    )
    return Fix(
        Act.SET if by_itself else Act.MANUAL,
        (f"ALTER SYSTEM SET {setting.name} = {literal(value)}", *reload),
        () if setting.auto is None else (back, *reload),
        Lock("重启数据库" if setting.restart else NONE, None if setting.restart else 0),
        online=not setting.restart,
        safe=safe and by_itself,
        object=setting.name,
        bytes=0,
        lasting=f"{setting.name} = {literal(value)}",
    )


def written(setting: Setting) -> str:
    """The value with its unit, as a person writes it in the file: blocks of 8 kB become kilobytes."""
    if setting.unit in ("8kB", "16kB", "32kB") and not setting.value.startswith("-"):
        return f"{int(setting.value) * int(setting.unit.removesuffix('kB'))}kB"
    return setting.value if setting.value.startswith("-") else setting.value + setting.unit
