"""Oracle Data Pump: the log tells whether the job ended well, and what it exported."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hmaint.backup.case import Case
from hmaint.backup.verdict import Verdict, fail, fine, unknown, unlooked, warn
from hmaint.kit.text import one_line
from hmaint.model.inventory import TableWanted

# . . exported "HIS"."PATIENT"   12.3 MB   12345 rows · . . 导出了 "HIS"."PATIENT"   12.3 MB   12345 行
_ROW = re.compile(
    r'^\. \. \S+ (?:"([^"]+)"\.)?"([^"]+)"(?::"[^"]+")?(?:\."[^"]+")*\s+[\d.]+ [KMG]?B\s+(\d+) \S+'
)
_DONE = re.compile(r"successfully completed|已.*成功完成|成功完成")
_ERRORS = re.compile(r"completed with (\d+) error|已经完成, 但是有 (\d+) 个错误|有 (\d+) 个错误")
_STOPPED = re.compile(r"stopped (?:due to|by)|fatal error|因致命错误|停止")
_ORA = re.compile(r"(?:ORA|UDE|EXP|LRM)-\d{4,5}[^\n]*")


def expdp(case: Case) -> Iterator[Verdict]:
    """Judge the log; without one nothing is known of what the dump file holds."""
    if case.backup.kind != "expdp":
        return
    facts = case.main
    state = facts.word("log")
    if not case.backup.log:
        yield unknown(
            "structure.incomplete", "清单没有写导出日志（log），不能判断导出是否完成；DMP 文件内部未检查"
        )
        return
    if not facts.word("log_path"):
        what = "不可读" if state == "unreadable" else "不存在"
        yield unknown("structure.incomplete", f"导出日志{what}：{case.backup.log}")
        return
    yield from _log(case)
    yield from _tables(case)
    yield unlooked("content.differs", "DMP 文件内部未读取，未做内容比对（要用 impdp 恢复演练）")


def _log(case: Case) -> Iterator[Verdict]:
    facts = case.main
    end = "\n".join(facts.all("log_end"))
    faults = [m.group() for line in facts.all("log") if (m := _ORA.search(line))]
    errors = _ERRORS.search(end)
    if _STOPPED.search(end):
        yield fail("structure.incomplete", f"导出中途停止：{one_line(faults[-1] if faults else end, 160)}")
    elif errors:
        yield fail("structure.error_text", f"导出完成但有错误：{one_line('；'.join(faults[:3]) or end, 200)}")
    elif _DONE.search(end):
        yield fine("structure.incomplete", "日志写明导出成功完成")
        yield (
            warn("structure.error_text", f"日志中有 {one_line(faults[0], 160)}")
            if faults
            else fine("structure.error_text", "日志中没有报错")
        )
    else:
        yield fail("structure.incomplete", "导出日志没有结束语，导出没有完成")
    made, logged = facts.number("mtime"), facts.number("log_time")
    if made is not None and logged is not None and abs(made - logged) > 26 * 3600:
        yield warn("age.disagrees", "导出日志与 DMP 文件不是同一次导出的（时间相差一天以上）")


def _tables(case: Case) -> Iterator[Verdict]:
    rows = exported(case)
    lost = []
    for wanted in case.backup.tables:
        count = rows.get(wanted.name.lower())
        if count is None:
            lost.append(wanted.name)
            yield fail("tables.missing", f"缺表：{wanted.name}", wanted.name)
        else:
            yield _counted(wanted, count)
    if not case.backup.tables:
        yield unlooked("tables.missing", f"日志列出 {len(rows)} 项；清单没有列出必需的表，未核对是否齐全")
    elif not lost:
        yield fine("tables.missing", f"清单列出的 {len(case.backup.tables)} 张表都已导出")


def _counted(wanted: TableWanted, count: int) -> Verdict:
    if count < (wanted.min_rows or 0) or (wanted.max_rows is not None and count > wanted.max_rows):
        return fail("tables.rows", f"表 {wanted.name} 有 {count} 行，不在清单范围内", wanted.name)
    return fine("tables.rows", f"{wanted.name} {count} 行", wanted.name)


def exported(case: Case) -> dict[str, int]:
    """Rows by table as the log has them, with and without the schema, partitions added up; all in lower case."""
    rows: dict[str, int] = {}
    for line in case.main.all("log"):
        found = _ROW.search(line)
        if found:
            bare = found[2].lower()
            for name in dict.fromkeys((f"{found[1]}.{found[2]}".lower() if found[1] else bare, bare)):
                rows[name] = rows.get(name, 0) + int(found[3])
    return rows
