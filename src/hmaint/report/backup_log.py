"""备份检查记录 as data: what was looked at of backups, and above all what nobody looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from hmaint.duty.nights import Gap, told_gap
from hmaint.model.inventory import Inventory, Site
from hmaint.model.playbook import Level
from hmaint.model.run import Check
from hmaint.report.backup_rows import backup_rows, uncovered
from hmaint.report.digest import digest
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.rows import Row
from hmaint.report.stretch import Inspected, Stretch, is_backup
from hmaint.report.stretch_rows import open_rows, span_words
from hmaint.report.wording import LEVELS, brief, clip, moment, tally

TITLE = "备份检查记录"
_MOST = 500
"""Rows: about thirty pages; what is older is in the records of the runs."""
_WORDS = 200
_BAD = (Level.WARNING, Level.CRITICAL)


def backup_log(
    stretch: Stretch,
    inventory: Inventory,
    site: Site,
    generated_at: datetime,
    silent: Mapping[str, Gap] = MappingProxyType({}),
) -> dict[str, object]:
    """Tell what was looked at of a site's backups as the form `backup-log` has it.

    `stretch.open` holds findings of every sort; only those of backups are told. `silent` are the nights of the
    period on which a backup should have been verified and was not.
    """
    looks = [(run, check) for run in stretch.backup_runs for check in run.backups]
    unseen = [*_silent(silent), *_unexamined(stretch, site)]
    anomalies = _open(stretch)
    data = {
        **parties(inventory, site.name, TITLE),
        "number": stretch.period.name,
        "record": f"{stretch.period.name} {site.name}，备份检查 {len(looks)} 项次",
        **span_words(stretch),
        "summary": _summary(looks, site, unseen),
        "conclusion": _conclusion(looks, len(anomalies), unseen),
        "backups": backup_rows(site),
        "checks": [_check(number, *look) for number, look in enumerate(looks[-_MOST:], start=1)],
        "anomalies": anomalies,
        "no_anomalies": _no_anomalies(looks),
        "unexamined": [{"number": number, **row} for number, row in enumerate(unseen, start=1)],
        "joint": "",
        "version": 1,
        "generated_at": moment(generated_at),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


Looks = list[tuple[Inspected, Check]]


def _examined(looks: Looks) -> list[Check]:
    return [check for _run, check in looks if check.level is not Level.UNKNOWN]


def _no_anomalies(looks: Looks) -> str:
    seen = _examined(looks)
    if not seen:
        return "未检查到任何内容，有无异常不明"
    if any(check.level in _BAD for check in seen):
        return "期末没有未关闭的备份异常；本期发现过的见第三部分"
    return "无（在已检查的内容中未发现异常）"


def _summary(looks: Looks, site: Site, unseen: list[Row]) -> str:
    counted = f"：{tally([check.level for _run, check in looks])}" if looks else ""
    words = f"备份检查 {len(looks)} 项次{counted}；清单登记备份 {len(site.backups)} 份"
    more = f"（只列出最近 {_MOST} 项次，其余见各次记录）" if len(looks) > _MOST else ""
    return words + (f"，另有 {len(unseen)} 处没有检查" if unseen else "") + more


def _conclusion(looks: Looks, found: int, unseen: list[Row]) -> str:
    seen = _examined(looks)
    if not seen:
        return "本期没有检查到备份的任何内容，备份是否按时完成、能否恢复均不明，须补查。"
    bad = sum(check.level in _BAD for check in seen)
    parts = [
        f"已检查 {len(seen)} 项次，其中异常 {bad} 项次" if bad else f"已检查的 {len(seen)} 项次未发现异常"
    ]
    parts += [f"期末未关闭的备份异常 {found} 项，须处理"] if found else []
    parts += [f"另有 {len(unseen)} 处没有检查，状况不明"] if unseen else []
    return "；".join(parts) + "。能否恢复须以恢复演练为准。"


def _check(number: int, run: Inspected, check: Check) -> Row:
    return {
        "number": number,
        "time": moment(run.head.started_at),
        "target": brief(check.target),
        "item": brief(check.title),
        "result": LEVELS[check.level],
        "bad": check.level is not Level.OK,
        "note": clip(check.summary, _WORDS) + ("" if check.complete else "（只看到一部分）"),
        "record": run.head.id,
    }


def _open(stretch: Stretch) -> list[Row]:
    rows = open_rows(replace(stretch, open=[each for each in stretch.open if is_backup(each.finding)]))
    return [{**row, "reported": ""} for row in rows]


def _silent(nights: Mapping[str, Gap]) -> Iterator[Row]:
    for name, gap in nights.items():
        yield _gap(name, "按计划每夜（期）的核验", told_gap(gap))


def _unexamined(stretch: Stretch, site: Site) -> Iterator[Row]:
    """What of the backups was not looked at in the period, and why that is known."""
    checks = [check for run in stretch.backup_runs for check in run.backups]
    seen = {check.target for check in checks if check.level is not Level.UNKNOWN}
    for backup in site.backups:
        if backup.name not in seen:
            yield _gap(backup.name, "备份是否按时完成、是否完整", "本期没有对该备份的检查记录")
    for name in uncovered(site):
        yield _gap(name, "该数据库的备份", "清单中没有登记该数据库的备份，有无备份不明")
    missed = {(c.target, c.title): c.summary for c in checks if c.level is Level.UNKNOWN}
    for (target, title), reason in missed.items():
        yield _gap(target, title, reason or "原因未记录")


def _gap(target: str, content: str, reason: str) -> Row:
    return {"target": brief(target), "content": brief(content), "reason": clip(reason, _WORDS)}
