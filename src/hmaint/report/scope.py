"""The four things an inspection must cover by contract, and what of each was looked at; never more than was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hmaint.model.playbook import Level
from hmaint.model.run import Check, RunRecord
from hmaint.report.rows import Row
from hmaint.report.stretch import is_backup
from hmaint.report.wording import brief, several, tally

_HARDWARE = frozenset(
    {
        *("CPU", "CPU 与负载", "内存", "磁盘", "硬件", "网络", "网络端口"),
        *("UPS", "存储", "设备", "设备性能", "设备环境", "电源"),
    }
)
"""Categories of checks that tell of machines rather than of what runs on them."""
_CONTACT = "target.contact"
_NAMED = 8
_UNTOUCHED = "本次没有检查，不作判断"


@dataclass(frozen=True, slots=True)
class Completeness:
    """Whether records were kept: inspections by month, and open findings, of which so many bear no word."""

    months: Mapping[str, int]
    open: int
    silent: int


def scope_rows(run: RunRecord, kept: Completeness | None) -> list[Row]:
    """One row for each thing the contract names, in its order."""
    kinds = {target.name: target.kind for target in run.targets}

    def is_hardware(check: Check) -> bool:
        kind = kinds.get(check.target)
        return not is_backup(check) and (kind == "device" or (kind == "host" and check.category in _HARDWARE))

    scopes: Sequence[tuple[str, Callable[[Check], bool], tuple[str, ...]]] = (
        ("系统硬件设备运行状况（服务器、存储设备、网络设备等）", is_hardware, ("host", "device")),
        (
            "软件系统运行状态（操作系统、数据库、中间件、应用系统等）",
            lambda check: not is_backup(check) and not is_hardware(check),
            ("host", "database", "endpoint"),
        ),
        ("数据备份完整性", is_backup, ()),
    )
    rows = [_row(run, words, covers, of) for words, covers, of in scopes]
    rows.append({"scope": "日常运维记录完整性", **_records(kept)})
    return [{"number": number, **row} for number, row in enumerate(rows, start=1)]


def _row(run: RunRecord, words: str, covers: Callable[[Check], bool], kinds: Sequence[str]) -> Row:
    checks = [
        check
        for check in run.checks
        # Having reached a target is no examination of it.
        if check.level is not Level.SKIPPED and check.id != _CONTACT and covers(check)
    ]
    lost = sum(target.error is not None and target.kind in kinds for target in run.targets)
    missed = f"{lost} 个对象未能查完，状况不明" if lost else ""
    if not checks:
        return {"scope": words, "content": _UNTOUCHED, "result": missed or "未检查"}
    categories = several(list(dict.fromkeys(check.category or "其他" for check in checks)), _NAMED)
    targets = several(list(dict.fromkeys(check.target for check in checks)), _NAMED)
    told = f"共 {len(checks)} 项：{tally([check.level for check in checks])}"
    return {
        "scope": words,
        "content": f"{categories}；对象：{targets}",
        "result": "；".join(part for part in (told, missed) if part),
    }


def _records(kept: Completeness | None) -> Row:
    if kept is None:
        return {"content": _UNTOUCHED, "result": "未检查"}
    have = [f"{month} {count} 次" for month, count in kept.months.items() if count]
    none = [month for month, count in kept.months.items() if not count]
    told = [f"巡检记录：{'，'.join(have)}"] if have else []
    told += [f"{'、'.join(none)} 没有巡检记录"] if none else []
    told += [f"未关闭的异常 {kept.open} 项，其中 {kept.silent} 项没有处理记录"] if kept.open else []
    first, *_, last = (brief(month) for month in kept.months)
    return {"content": f"{first} 至 {last} 的巡检记录与异常处理记录", "result": "；".join(told)}
