"""How tables and indexes are used, as the server counted it since its start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from hmaint.advise.facts import Facts
from hmaint.advise.mysql.schema import Index, Name, Table, whole
from hmaint.errors import CouldNotLook
from hmaint.model.look import Seen


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows of one table: read any way, written, and how many more were inserted than deleted."""

    read: int = 0
    written: int = 0
    net: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """Rows read by each index, and rows read without one and written, by table."""

    by_index: dict[tuple[Name, str], int]
    by_table: dict[Name, Counted]

    def reads(self, index: Index) -> int | None:
        """Rows read by it; None where the server did not count it."""
        return self.by_index.get((index.table, index.name))

    def table(self, table: Table) -> Counted | None:
        """What was counted of it; None where the server did not count."""
        return self.by_table.get(table.name)

    def written(self, table: Table) -> str:
        """How much is written to it, in words: what each of its indexes costs."""
        counted = self.by_table.get(table.name)
        return "写入次数未知" if counted is None else f"启动以来写入 {counted.written} 行"


def usage(facts: Facts) -> Usage:
    """What was counted; CouldNotLook where counting is off, which looks just like nobody reading anything."""
    if "usage" not in facts.memo:
        facts.memo["usage"] = _usage(facts)
    return cast("Usage", facts.memo["usage"])


def maybe_usage(facts: Facts) -> Usage:
    """The same where it was counted, and nothing known of anything where it was not."""
    try:
        return usage(facts)
    except CouldNotLook:
        return Usage({}, {})


def _usage(facts: Facts) -> Usage:
    rows = facts.rows("usage")
    by_index: dict[tuple[Name, str], int] = {}
    by_table: dict[Name, Counted] = {}
    for row in rows:
        name = (str(row["db"]), str(row["tab"]))
        reads = whole(row["reads_done"])
        more, changed, less = (whole(row[name]) for name in ("inserts", "updates", "deletes"))
        if row["ix"] is not None:
            by_index[name, str(row["ix"])] = reads
        was = by_table.get(name, Counted())
        by_table[name] = Counted(was.read + reads, was.written + more + changed + less, was.net + more - less)
    if not any(each.read or each.written for each in by_table.values()):
        raise CouldNotLook(
            Seen.UNSUPPORTED, "服务器没有统计索引的使用（performance_schema 未开启），不作判断"
        )
    return Usage(by_index, by_table)
