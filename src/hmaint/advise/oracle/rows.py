"""What was seen of an Oracle database, and how a person is told to change it."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.advise.facts import Facts
from hmaint.advise.write import quoted
from hmaint.model.advice import Act, Fix, Lock
from hmaint.model.look import Row

SECOND = 1_000_000
"""Microseconds."""


def whole(value: object) -> int:
    """A figure of a row; nothing counts as 0."""
    return int(float(str(value))) if value is not None else 0


def parameters(facts: Facts) -> Mapping[str, Row]:
    """Every parameter that was asked for, by name."""
    return {str(row["name"]): row for row in facts.rows("parameters")}


def by_hand(
    statements: tuple[str, ...], undo: tuple[str, ...], lock: Lock, owner: str = "", thing: str = ""
) -> Fix:
    """Statements for a person: this release applies nothing to Oracle."""
    return Fix(Act.MANUAL, statements, undo, lock, schema=owner, object=thing)


def parameter(row: Row, value: str) -> Fix:
    """ALTER SYSTEM with the value that was seen as undo; a static one waits for a restart."""
    name, static = str(row["name"]), row["modifiable"] == "FALSE"
    scope = "SPFILE" if static else "BOTH"
    said = [f"ALTER SYSTEM SET {name} = {each} SCOPE = {scope}" for each in (value, str(row["value"]))]
    return by_hand(
        (said[0],), (said[1],), Lock("重启数据库" if static else "不锁表", None if static else 0), thing=name
    )


_ONLINE = Lock("开始和结束时各一瞬的表锁", None, "有未结束的事务时会等待")
_WHOLE = Lock("期间表不能写（标准版没有 ONLINE）", None, "按表的大小")


def name(*parts: str) -> str:
    """Names as Oracle writes identifiers."""
    return quoted(*parts, mark='"')


def may_online(facts: Facts) -> bool:
    """Whether the edition builds and rebuilds without stopping writers."""
    return any(str(row["value"]).upper() == "TRUE" for row in facts.rows("options"))


def online_tail(facts: Facts) -> str:
    """What a statement ends with so that it does, where it can."""
    return " ONLINE" if may_online(facts) else ""


def lock_of(facts: Facts) -> Lock:
    """What building or rebuilding holds up in this edition."""
    return _ONLINE if may_online(facts) else _WHOLE


def full_name(row: Row) -> str:
    """Of an index: the owner and name of its table, and its own name."""
    return f"{row['table_owner']}.{row['table_name']}.{row['index_name']}"


def columns_of(row: Row) -> list[str]:
    """Columns of an index, in order."""
    return str(row["column_list"]).split(",")


def index_row(row: Row, **more: str | float) -> Row:
    """An index as evidence has it."""
    return {
        "table": f"{row['table_owner']}.{row['table_name']}",
        "index": str(row["index_name"]),
        "columns": str(row["column_list"]),
        **more,
    }
