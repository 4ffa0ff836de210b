"""Statement digests with what they cost; a workload too small to judge by is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from hmaint.advise.facts import Facts
from hmaint.advise.mysql.schema import whole
from hmaint.errors import CouldNotLook
from hmaint.kit.statement import without_values
from hmaint.kit.text import one_line
from hmaint.model.look import Row, Seen

NEEDS = ("tables", "columns", "indexes", "digests", "digest_total")
_TOLD = 400
"""Characters of a statement that evidence shows."""


@dataclass(frozen=True, slots=True)
class Digest:
    """One kind of statement with what it cost since the counters began."""

    db: str
    id: str
    raw: str
    calls: int
    total_ms: int
    examined: int
    sent: int
    disk_tables: int
    merges: int
    no_index: int
    full_joins: int

    @property
    def mean_ms(self) -> float:
        """Milliseconds a call."""
        return self.total_ms / max(1, self.calls)

    @property
    def per_call(self) -> float:
        """Rows examined a call."""
        return self.examined / max(1, self.calls)

    @property
    def words(self) -> str:
        """The text for people: whatever still looks like a value is masked once more, and it is cut."""
        return one_line(without_values(self.raw, _TOLD), _TOLD)

    def row(self) -> Row:
        """As evidence."""
        return {
            "digest": self.id[:16],
            "schema": self.db,
            "statement": self.words,
            "calls": self.calls,
            "mean_ms": round(self.mean_ms, 1),
            "examined_per_call": round(self.per_call),
            "sent_per_call": round(self.sent / max(1, self.calls), 1),
        }


def digests(facts: Facts) -> tuple[Digest, ...]:
    """Every digest of the schemas that are looked at, of either list, once."""
    if "digests" not in facts.memo:
        rows = (
            *facts.rows("digests"),
            *(facts.rows("digests_by_rows") if facts.was_seen("digests_by_rows") else ()),
        )
        found = {(str(row["db"]), str(row["digest"])): row for row in rows}
        kept = (row for (db, _), row in found.items() if not facts.databases or db in facts.databases)
        facts.memo["digests"] = tuple(_digest(row) for row in kept)
    return cast("tuple[Digest, ...]", facts.memo["digests"])


def _digest(row: Row) -> Digest:
    return Digest(
        str(row["db"]),
        str(row["digest"]),
        str(row["words"] or ""),
        whole(row["calls"]),
        whole(row["total_ms"]),
        whole(row["examined"]),
        whole(row["sent"]) + whole(row["affected"]),
        whole(row["disk_tables"]),
        whole(row["merge_passes"]),
        whole(row["no_index"]),
        whole(row["full_joins"]),
    )


def busy(facts: Facts) -> tuple[Digest, ...]:
    """Digests that ran often enough; CouldNotLook where there is no workload to judge by."""
    total = facts.rows("digest_total")[0]
    calls = int(str(total["calls"] or 0))
    if not calls:
        raise CouldNotLook(Seen.UNSUPPORTED, "服务器没有语句统计（performance_schema 未开启），不作判断")
    if calls < facts.limits.questions:
        raise CouldNotLook(
            Seen.UNSUPPORTED, f"只统计到 {calls} 条语句，少于 {facts.limits.questions} 条，不作判断"
        )
    return tuple(each for each in digests(facts) if each.calls >= facts.limits.calls)
