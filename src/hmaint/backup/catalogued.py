"""The catalogue's answers judged: the newest full backup, what else a restore needs, what is known to be broken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from hmaint.backup.case import Case
from hmaint.backup.found import human
from hmaint.backup.verdict import Verdict, fail, fine, unknown, unlooked, warn
from hmaint.kit.text import one_line
from hmaint.model.inventory import Scalar
from hmaint.model.look import Row, Seen

_GOOD = ("COMPLETED", "COMPLETED WITH WARNINGS")
_LOGS = 2.0
"""Hours that the log backups of a database in full recovery may be apart before restoring loses more than a shift."""


def catalogued(case: Case) -> Iterator[Verdict]:
    """Judge what the database says of its own backups; nothing for other kinds."""
    if case.backup.kind not in ("rman", "sqlserver"):
        return
    lost = {name: rows.reason for name, rows in case.catalogue.items() if rows.seen is not Seen.OBSERVED}
    if lost or not case.catalogue:
        reason = next(iter(lost.values()), "") or "清单没有写明 of 是哪个数据库"
        yield unknown("catalogue.backup", f"没有读到数据库的备份记录：{one_line(reason, 200)}")
    layer = _oracle if case.backup.kind == "rman" else _sqlserver
    yield from layer(case, {name: r.rows for name, r in case.catalogue.items() if r.seen is Seen.OBSERVED})


def _number(row: Row, name: str) -> float | None:
    value: Scalar = row.get(name)
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _oracle(case: Case, told: Mapping[str, tuple[Row, ...]]) -> Iterator[Verdict]:
    most = case.backup.max_age / 3600
    if "jobs" in told:
        yield from _jobs(told["jobs"], most)
    if told.get("files"):
        row = told["files"][0]
        never, oldest = int(_number(row, "never") or 0), _number(row, "oldest_hours")
        if never:
            yield fail("catalogue.requires", f"{never} 个数据文件从未备份", "datafile")
        elif oldest is not None and oldest > max(most, 24 * 8):
            yield warn("catalogue.requires", f"最久的数据文件备份在 {oldest:.0f} 小时前", "datafile")
        else:
            yield fine("catalogue.requires", f"{row.get('files')} 个数据文件都有备份", "datafile")
    yield from _required(case, told, most)
    for name, column, what in (("corrupt", "blocks", "坏块"), ("pieces", "lost", "失效的备份片")):
        if told.get(name):
            count = int(_number(told[name][0], column) or 0)
            words = f"{what} {count} 个"
            level = fail if name == "corrupt" else warn
            yield level("catalogue.verify", words, name) if count else fine("catalogue.verify", words, name)
    yield unlooked("content.differs", "未做内容比对；RMAN 的 VALIDATE 与恢复须在数据库主机上执行")


def _jobs(rows: tuple[Row, ...], most: float) -> Iterator[Verdict]:
    full = [r for r in rows if str(r.get("input_type")) in ("DB FULL", "DB INCR")]
    good = [r for r in full if str(r.get("status")) in _GOOD and _number(r, "ended_hours") is not None]
    if not good:
        newest = str(full[0].get("status")) if full else "没有"
        yield fail("catalogue.backup", f"40 天内没有成功的数据库备份（最近一次：{newest}）")
        return
    hours = _number(good[0], "ended_hours") or 0.0
    size = human(_number(good[0], "output_bytes") or 0)
    words = f"最近一次成功的数据库备份在 {hours:.1f} 小时前（{good[0].get('input_type')}，{size}）"
    later = [r for r in full[: full.index(good[0])] if str(r.get("status")) not in ("RUNNING", *_GOOD)]
    if hours > most:
        yield fail("catalogue.backup", f"过期：{words}，上限 {most:g} 小时")
    elif later:
        yield fail("catalogue.backup", f"此后又有 {len(later)} 次失败（{later[0].get('status')}）；{words}")
    elif good[0].get("status") != "COMPLETED":
        yield warn("catalogue.backup", f"有警告：{words}")
    else:
        yield fine("catalogue.backup", words)


def _required(case: Case, told: Mapping[str, tuple[Row, ...]], most: float) -> Iterator[Verdict]:
    wanted = case.backup.requires or ("archivelog", "controlfile")
    for name, title in (("controlfile", "控制文件"), ("spfile", "参数文件")):
        if name in told:
            hours = _number(told[name][0], "hours") if told[name] else None
            words = f"{title}没有备份" if hours is None else f"{title}的备份在 {hours:.0f} 小时前"
            bad = hours is None or hours > max(most, 24 * 8)
            if name in wanted:
                yield (
                    fail("catalogue.requires", words, name)
                    if bad
                    else fine("catalogue.requires", words, name)
                )
    if "archivelog" in told and told["archivelog"] and "archivelog" in wanted:
        row = told["archivelog"][0]
        unsaved = int(_number(row, "unsaved") or 0)
        if row.get("log_mode") != "ARCHIVELOG":
            yield fail(
                "catalogue.requires",
                f"数据库不在归档模式（{row.get('log_mode')}），只能恢复到备份时刻",
                "archivelog",
            )
        elif unsaved:
            yield fail("catalogue.requires", f"{unsaved} 个一天以前的归档日志没有备份", "archivelog")
        else:
            yield fine("catalogue.requires", "归档日志都已备份", "archivelog")


def _sqlserver(case: Case, told: Mapping[str, tuple[Row, ...]]) -> Iterator[Verdict]:
    if "sets" in told:
        yield from _sets(case, told["sets"])
        if told.get("model"):
            yield from _log_chain(told["sets"], str(told["model"][0].get("model")))
    if told.get("suspect"):
        pages = int(_number(told["suspect"][0], "pages") or 0)
        words = f"可疑页 {pages} 个"
        yield (
            fail("catalogue.verify", words, "suspect")
            if pages
            else fine("catalogue.verify", words, "suspect")
        )
    place = next((str(r.get("place")) for r in told.get("sets", ()) if r.get("type") == "D"), "备份文件")
    statement = f"RESTORE VERIFYONLY FROM DISK = N'{place}' WITH CHECKSUM"
    yield unlooked(
        "catalogue.verifyonly", f"未执行备份校验（要 CREATE DATABASE 权限），请在服务器上执行 {statement}"
    )
    yield unlooked("content.differs", "未做内容比对；恢复后的 DBCC CHECKDB 见恢复演练")


def _sets(case: Case, rows: tuple[Row, ...]) -> Iterator[Verdict]:
    most = case.backup.max_age / 3600
    full = [r for r in rows if r.get("type") == "D"]
    if not full:
        yield fail("catalogue.backup", "msdb 中 40 天内没有全量备份")
        return
    newest, hours = full[0], (_number(full[0], "minutes") or 0) / 60
    size = human(_number(newest, "backup_size") or 0)
    words = f"最近一次全量备份在 {hours:.1f} 小时前（{size}，{newest.get('place')}）"
    if newest.get("is_damaged") in (True, 1):
        yield fail("catalogue.backup", f"备份时发现损坏；{words}")
    elif hours > most:
        yield fail("catalogue.backup", f"过期：{words}，上限 {most:g} 小时")
    else:
        yield fine("catalogue.backup", words)
    if newest.get("has_backup_checksums") in (True, 1):
        yield fine("catalogue.verify", "备份时带校验和", "checksum")
    else:
        yield warn(
            "catalogue.verify",
            "备份时没有 WITH CHECKSUM：即使校验通过也发现不了坏页，须恢复后 DBCC CHECKDB",
            "checksum",
        )
    part = next((r for r in rows if r.get("type") == "I"), None)
    if part is not None:
        bases = {str(r.get("checkpoint_lsn")) for r in full}
        there = str(part.get("base_lsn")) in bases
        told = "差异备份所依赖的全量备份在" if there else "差异备份所依赖的全量备份不在 msdb 记录中"
        yield fine("chain.base", told) if there else fail("chain.base", told)


def _log_chain(rows: tuple[Row, ...], model: str) -> Iterator[Verdict]:
    if model == "SIMPLE":
        yield unlooked("chain.gap", "简单恢复模式，没有日志备份，只能恢复到备份时刻")
        return
    logs = [r for r in rows if r.get("type") == "L"]
    if not logs:
        yield fail("chain.gap", f"{model} 恢复模式却没有日志备份：日志会一直增长，也不能恢复到时间点")
        return
    gaps = [
        late for late, early in pairwise(logs) if str(late.get("first_lsn")) != str(early.get("last_lsn"))
    ]
    hours = (_number(logs[0], "minutes") or 0) / 60
    if gaps:
        yield fail("chain.gap", f"时间点恢复中断：日志备份有 {len(gaps)} 处不衔接")
    elif hours > _LOGS:
        yield warn("chain.gap", f"最近一次日志备份在 {hours:.1f} 小时前")
    else:
        yield fine("chain.gap", f"{len(logs)} 个日志备份衔接，最近一次在 {hours:.1f} 小时前")
