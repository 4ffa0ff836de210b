"""How tables and indexes are used, as the server counted it since its start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from hmaint.advise.facts import Facts
from hmaint.advise.limits import DAY
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


def _nothing_lost(facts: Facts) -> None:
    """CouldNotLook where performance_schema had no room for all tables: those it left out look as if unused."""
    for row in facts.rows("status") if facts.was_seen("status") else ():
        name = str(row["variable_name"])
        if name.startswith("Performance_schema_") and whole(row["value"]):
            raise CouldNotLook(Seen.UNSUPPORTED, f"performance_schema 装不下，丢了统计（{name}），不作判断")


def maybe_usage(facts: Facts) -> Usage:
    """The same where it was counted, and nothing known of anything where it was not."""
    try:
        return usage(facts)
    except CouldNotLook:
        return Usage({}, {})


def old_enough(facts: Facts) -> None:
    """Return where nobody reading a thing tells something; CouldNotLook where the counters are too young for that.

    Somebody may have emptied them since the start, which only the oldest statement they know of shows.
    """
    days = facts.limits.usage_days
    young = facts.too_young(days)
    if not young and facts.was_seen("digest_total") and facts.rows("digest_total"):
        counted = facts.rows("digest_total")[0].get("counted")
        if counted is not None and whole(counted) < days * DAY:
            young = (
                f"统计在启动之后清空过，只累计了 {whole(counted) / DAY:.1f} 天，少于 {days:g} 天，不作判断"
            )
    if young:
        raise CouldNotLook(Seen.UNSUPPORTED, young)


def _usage(facts: Facts) -> Usage:
    rows = facts.rows("usage")
    _nothing_lost(facts)
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
