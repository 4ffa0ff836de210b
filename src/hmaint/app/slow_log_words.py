"""What was slow in a log, as checks, findings and rows of the records."""

from __future__ import annotations

from datetime import datetime

from hmaint.engine.judge import finding_id
from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.look import Observation, Row, Seen, Table
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Finding, Metric
from hmaint.slowlog.digest import SlowLog, Statement

CATEGORY = "数据库调优"
READ, EXAMINED, STATEMENTS = "tune.slow_log.read", "tune.slow_log.examined", "tune.slow_log"
_READING, _EXAMINING = "读取慢日志", "读取行数远多于返回行数的语句"

PER_CALL, PER_SENT, PART, CALLS = 5000, 1000, 0.02, 5
"""A statement is worth a look when a call examines more rows than this, and more than this for every row it returns,
when it takes this part of all the time and was called this often: OWN (the check list's rule on statement digests)."""

_UNREAD_PART = 0.05
"""More torn entries than this part of all, and nobody can say what the log holds."""

_SHOWN, _KEPT = 20, 200
_NO_ROWS = ("csvlog", "jsonlog", "stderr")
"""PostgreSQL's logs do not tell how many rows were read."""


def unread(site: str, target: str, failure: CouldNotLook | None) -> Check:
    """A log nobody could read: not examined, and a finding that says why."""
    reason = failure.reason if failure else "没有得到结果"
    return _not_examined(site, target, reason)


def checks_of(site: str, target: str, log: SlowLog) -> tuple[Check, ...]:
    """How much was read, and which statements examine far more than they return."""
    return _reading(site, target, log), _examining(site, target, log)


def _reading(site: str, target: str, log: SlowLog) -> Check:
    kinds = len(log.statements) + log.rest_kinds
    told = f"{log.entries} 条慢语句，{kinds} 种，合计 {log.total_s:.1f} 秒"
    told += f"；{log.unread} 条残缺或没有语句，未计入" if log.unread else ""
    told += f"；{log.doubtful} 条的文本无法确定哪些是常量，只显示开头" if log.doubtful else ""
    if log.unread > _UNREAD_PART * (log.entries + log.unread):
        return _not_examined(site, target, told)
    figures = {
        "slow_log.entries": log.entries,
        "slow_log.seconds": round(log.total_s, 3),
        "slow_log.kinds": kinds,
    }
    metrics = tuple(Metric(target, name, float(value)) for name, value in figures.items())
    return Check(READ, target, _READING, CATEGORY, Level.OK, told, metrics=metrics)


def _not_examined(site: str, target: str, reason: str) -> Check:
    reason = one_line(reason, 480)
    number = finding_id(site, READ, target, "", unseen=True)
    finding = Finding(number, READ, target, "", Level.UNKNOWN, _READING, reason, CATEGORY)
    return Check(READ, target, _READING, CATEGORY, Level.UNKNOWN, reason, (finding,), complete=False)


def _examining(site: str, target: str, log: SlowLog) -> Check:
    if log.formats and all(each in _NO_ROWS for each in log.formats):
        words = "PostgreSQL 的日志不记录读取的行数"
        return Check(EXAMINED, target, _EXAMINING, CATEGORY, Level.SKIPPED, words, complete=False)
    found = [each for each in log.statements if _is_wasteful(each, log)]
    findings = tuple(_finding(site, target, each, log) for each in found[:_SHOWN])
    told = f"{len(found)} 种语句读取的行数远多于返回的行数" if found else "没有这样的语句"
    level = Level.WARNING if found else Level.OK
    return Check(EXAMINED, target, _EXAMINING, CATEGORY, level, told, findings, complete=not log.rest_kinds)


def _is_wasteful(statement: Statement, log: SlowLog) -> bool:
    if statement.calls < CALLS or statement.total_s < PART * log.total_s:
        return False
    by_call = statement.rows_examined / statement.calls
    return by_call > PER_CALL and statement.rows_examined > PER_SENT * max(1, statement.rows_sent)


def _finding(site: str, target: str, statement: Statement, log: SlowLog) -> Finding:
    part = statement.total_s / log.total_s if log.total_s else 0
    told = (
        f"{statement.calls} 次，合计 {statement.total_s:.1f} 秒（占 {part:.0%}），每次平均 {statement.mean_s:.3f} 秒、"
        f"读 {statement.rows_examined / statement.calls:.0f} 行、返回 {statement.rows_sent / statement.calls:.1f} 行："
        f"{statement.text}"
    )
    return Finding(
        finding_id(site, EXAMINED, target, statement.digest, unseen=False),
        EXAMINED,
        target,
        statement.digest,
        Level.WARNING,
        _EXAMINING,
        one_line(told, 480),
        CATEGORY,
        "查看执行计划，为其条件列建立索引或改写语句；`hmaint db-tune --site` 对该库给出索引建议",
        {
            "calls": statement.calls,
            "total_s": round(statement.total_s, 3),
            "rows_examined": statement.rows_examined,
        },
    )


def observation_of(target: str, log: SlowLog, at: datetime) -> Observation:
    """The heaviest statements, as the records keep them."""
    rows = tuple(row_of(each) for each in log.statements[:_KEPT])
    cut = len(log.statements) > _KEPT or log.rest_kinds > 0
    return Observation(STATEMENTS, target, Seen.OBSERVED, Table(rows, cut=cut), "", at)


def row_of(statement: Statement) -> Row:
    """One kind of statement, in one row."""
    return {
        "digest": statement.digest,
        "text": statement.text,
        "calls": statement.calls,
        "total_s": round(statement.total_s, 6),
        "p95_s": round(statement.p95_s, 6),
        "max_s": round(statement.max_s, 6),
        "lock_s": round(statement.lock_s, 6),
        "rows_sent": statement.rows_sent,
        "rows_examined": statement.rows_examined,
        "first_seen": _stamp(statement.first_seen),
        "last_seen": _stamp(statement.last_seen),
        "schemas": ",".join(statement.schemas),
    }


def _stamp(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
