"""Making rules and fixes of MySQL and MariaDB: statements as each version takes them, with undo, lock and room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from hmaint.advise.draft import Manner, Topic
from hmaint.advise.facts import Facts, in_range
from hmaint.advise.mysql.company import suited
from hmaint.advise.mysql.schema import Index, Table
from hmaint.advise.rules import Rule
from hmaint.advise.write import quoted
from hmaint.model.advice import Act, Advice, Fix, Lock

SPEED = 20 * 1024 * 1024
"""Bytes a second that a table is read and written anew at, on the slow disks that many sites have (cautious)."""

_HIDES = {"mysql": "8.0", "mariadb": "10.6"}
"""Invisible indexes of MySQL 8.0, ignored indexes of MariaDB 10.6 (their manuals, ALTER TABLE)."""

_SHORT = Lock("元数据锁（开始和结束时各一瞬）", 1, "有未结束的长事务时会排队，加锁超时须设短")


def rule(
    topic: Topic,
    *,
    since: Mapping[str, str] | None = None,
    before: Mapping[str, str] | None = None,
    never: tuple[str, ...] = (),
) -> Rule:
    """The topic as a rule; versions by flavour, a flavour in `never` does not have what it is about."""
    made = Manner("mysql").rule(topic)

    def find(facts: Facts) -> Iterator[Advice]:
        return (suited(item, facts) for item in made.find(facts))

    return replace(made, find=find, since=since or {}, before=before or {}, never=never)


def set_variable(name: str, value: str, old: str, *, safe: bool = True) -> Fix:
    """A dynamic variable; sessions that are open keep theirs."""
    return Fix(
        Act.SET,
        (f"SET GLOBAL {name} = {value}",),
        (f"SET GLOBAL {name} = {old}",),
        Lock("无", 0),
        online=True,
        safe=safe,
        object=name,
        bytes=0,
        lasting=f"{name} = {value}",
    )


def restart_with(name: str, value: str, old: str) -> Fix:
    """A variable that only the configuration file and a restart change."""
    return Fix(
        Act.MANUAL,
        (f"# my.cnf [mysqld]: {name} = {value}",),
        (f"# my.cnf [mysqld]: {name} = {old}",),
        Lock("停机重启", None, "须在维护窗口"),
        object=name,
        bytes=0,
        lasting=f"{name} = {value}",
    )


def add_index(table: Table, columns: tuple[str, ...], *, safe: bool) -> Fix:
    """A new index, built online."""
    name = index_name(table, columns)
    parts = ", ".join(quoted(column) for column in columns)
    online = table.engine == "InnoDB"
    how = ", ALGORITHM=INPLACE, LOCK=NONE" if online else ""
    seconds = max(1.0, round(table.data / SPEED, 0))
    lock = replace(_SHORT, why=f"建索引约 {seconds:g} 秒，期间可读写；{_SHORT.why}")
    return Fix(
        Act.CREATE_INDEX,
        (f"ALTER TABLE {table.sql()} ADD INDEX {quoted(name)} ({parts}){how}",),
        (f"ALTER TABLE {table.sql()} DROP INDEX {quoted(name)}{how}",),
        lock if online else Lock("写入被阻塞", seconds, f"{table.engine} 不支持在线建索引"),
        online=online,
        safe=safe and online,
        schema=table.name[0],
        object=name,
        table=table.name[1],
        columns=columns,
        bytes=table.rows * 16 * len(columns) + table.data // 10,
    )


def index_name(table: Table, columns: tuple[str, ...]) -> str:
    """A name that no index of the table has, at most 64 letters long."""
    wanted = ("ix_" + "_".join(columns))[:60]
    taken = {index.name.lower() for index in table.indexes}
    names = (wanted, *(f"{wanted}_{number}" for number in range(2, 100)))
    return next(name for name in names if name.lower() not in taken)


def retire_index(facts: Facts, table: Table, index: Index, *, safe: bool) -> Fix:
    """An index put out of use: made invisible where the version can, which is undone in an instant; else dropped."""
    since = _HIDES.get(facts.flavour)
    hide = since is not None and in_range(facts.version, since, None)
    if not hide:
        return drop_index(facts, table, index)
    off, on = _words(facts)
    head = f"ALTER TABLE {table.sql()} ALTER INDEX {quoted(index.name)}"
    return _of_index(table, index, Act.HIDE_INDEX, (f"{head} {off}",), (f"{head} {on}",), safe=safe)


def drop_index(facts: Facts, table: Table, index: Index) -> Fix:
    """An index dropped for good; the undo builds it anew, hidden if it was, as the last of its table."""
    how = ", ALGORITHM=INPLACE, LOCK=NONE" if table.engine == "InnoDB" else ""
    off, _ = _words(facts)
    aside = f" {off}" if index.hidden else ""
    head = f"ALTER TABLE {table.sql()}"
    drop = (f"{head} DROP INDEX {quoted(index.name)}{how}",)
    undo = (f"{head} ADD {index.definition()}{aside}{how}",)
    return _of_index(table, index, Act.DROP_INDEX, drop, undo, safe=False)


def _words(facts: Facts) -> tuple[str, str]:
    """How the flavour says that an index is out of use, and that it is in use."""
    return ("IGNORED", "NOT IGNORED") if facts.flavour == "mariadb" else ("INVISIBLE", "VISIBLE")


def _of_index(  # noqa: PLR0913 - what a fix says
    table: Table, index: Index, act: Act, statements: tuple[str, ...], undo: tuple[str, ...], *, safe: bool
) -> Fix:
    return Fix(
        act,
        statements,
        undo,
        _SHORT,
        online=True,
        safe=safe,
        schema=table.name[0],
        object=index.name,
        table=table.name[1],
        columns=index.columns,
        bytes=0,
    )


def analyze(table: Table) -> Fix:
    """Statistics gathered anew; nothing to undo, the server keeps gathering them itself."""
    why = "有正在执行的长语句时，后来的语句会排队等它"
    return Fix(
        Act.ANALYZE,
        (f"ANALYZE NO_WRITE_TO_BINLOG TABLE {table.sql()}",),
        (),
        Lock("元数据锁（一瞬）", 1, why),
        online=True,
        safe=table.engine == "InnoDB",
        schema=table.name[0],
        object=table.name[1],
        bytes=0,
    )


def rebuild(table: Table, *, change: str = "", undo: str = "", blocks: bool = False) -> Fix:
    """The table written anew, online where it stays InnoDB and has no index of words or places.

    `change` and `undo` are clauses of ALTER TABLE.
    """
    head = f"ALTER TABLE {table.sql()}"
    seconds = max(1.0, round(table.size / SPEED, 0))
    special = any(index.kind in ("FULLTEXT", "SPATIAL") for index in table.indexes)
    online = table.engine == "InnoDB" and not blocks and not special
    how = ", ALGORITHM=INPLACE, LOCK=NONE" if online else ""
    lock = replace(_SHORT, why=f"重建约 {seconds:g} 秒，期间可读写；{_SHORT.why}")
    return Fix(
        Act.ALTER if change else Act.REBUILD,
        (f"{head} {change or 'ENGINE=InnoDB'}{how}",),
        (f"{head} {undo}",) if undo else (),
        lock if online else Lock("写入被阻塞", seconds, "整表复制"),
        online=online,
        schema=table.name[0],
        object=table.name[1],
        bytes=table.size,
    )
