"""备份恢复验证报告 as data, from the run of a drill: what was measured and compared, and what nobody looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from hmaint.kit.clock import CHINA
from hmaint.model.inventory import Backup, Inventory, Site
from hmaint.model.look import Row as Seen
from hmaint.model.playbook import Level
from hmaint.model.run import RunRecord
from hmaint.report.digest import digest
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import about
from hmaint.report.rows import Row
from hmaint.report.wording import RISKS, brief, clip, moment

TITLE = "备份恢复验证报告"
_MOST = 120
"""Rows of tables that are listed; the others are in the record, and the last row says so."""
_WORDS = 200
_BYTES = 1024.0
_NIGHTS = 40
_WRONG = ("不一致", "多于源库", "未比对")
_KINDS = {
    "auto": "自动识别",
    "mysqldump": "逻辑备份",
    "pg_dump": "逻辑备份",
    "sqlite": "文件备份",
    "files": "文件备份",
}
_OBJECTS = ("tables", "objects", "rows", "content")
_BUSINESS = ("business", "orphans")
_CHARSET = ("chinese", "charset")
_QUARTER_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))
Kept = Mapping[str, Mapping[str, Sequence[Seen]]]


def restore_report(  # noqa: PLR0913, PLR0917 - all that the report is told from
    run: RunRecord,
    inventory: Inventory,
    kept: Kept,
    missing: Mapping[str, Sequence[date]],
    looks: Mapping[str, Seen],
    generated_at: datetime,
) -> dict[str, object]:
    """Tell a drill's run as the form `restore-report` has it.

    `kept` are the rows of each drilled backup by what they are of, `missing` the nights of the quarter without a
    verification of each backup that was verified in it at all, `looks` what the newest verification saw of each backup.
    """
    site = inventory.sites.get(run.site)
    facts = {name: {str(r["fact"]): r["value"] for r in rows.get("facts", ())} for name, rows in kept.items()}
    day = run.started_at.astimezone(CHINA).date()
    several = len(kept) > 1
    data = {
        **about(run, inventory, TITLE),
        "quarter": f"{day.year} 年第 {(day.month + 2) // 3} 季度",
        "due": "",
        "conclusion": _conclusion(run),
        "conclusion_note": _note(run),
        "backups": [
            _backup(each, site, facts.get(each.name, {}), looks.get(each.name, {})) for each in site.backups
        ]
        if site
        else [],
        "missing": _counted(_missing(missing, site)),
        "selection": "取备份路径下最新的一份（按文件时间）；清单写明 drill.copy 时取该副本。",
        "chosen": "\n".join(_chosen(name, each, several=several) for name, each in facts.items())
        or "没有选到副本",
        "target": _joined(facts, "target", several=several) or "没有建立恢复环境",
        "steps": _counted(_steps(kept, several=several)),
        "rto_target": _joined(facts, "rto_target", several=several),
        "rto": _joined(facts, "rto_words", several=several) or "未测得",
        "rpo_target": _joined(facts, "rpo_target", several=several),
        "rpo": _joined(facts, "rpo_words", several=several) or "未测得",
        "objects": _counted(_shortened(list(_parts(kept, _OBJECTS, several=several)))),
        "business": _counted(_parts(kept, _BUSINESS, several=several)),
        "charset": _counted(_parts(kept, _CHARSET, several=several)),
        "findings": _counted(_findings(run)),
        "unverified": _counted(_unverified(run, kept, site)),
        "next_drill": _next(day),
        "cleanup": _joined(facts, "cleanup", several=several) or "没有留下任何临时环境",
        "version": 1,
        "generated_at": moment(generated_at),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def _counted(rows: Iterator[Row] | Sequence[Row]) -> list[Row]:
    return [{"number": number, **row} for number, row in enumerate(rows, start=1)]


def _conclusion(run: RunRecord) -> str:
    """通过 only where everything that was judged is fine and the restore itself was seen to its end."""
    levels = [check.level for check in run.checks]
    restored = [check for check in run.checks if check.id == "backup.drill.restore"]
    if not restored or all(check.level is Level.UNKNOWN for check in restored):
        return "未完成"
    if any(check.level is Level.CRITICAL for check in restored):
        return "不通过"
    if Level.CRITICAL in levels:
        return "不通过" if _content_is_bad(run) else "部分通过"
    if Level.UNKNOWN in levels or Level.WARNING in levels or run.state != "finished":
        return "部分通过"
    return "通过"


def _content_is_bad(run: RunRecord) -> bool:
    aside = {"backup.drill.rto", "backup.drill.rpo", "backup.drill.cleanup"}
    return any(check.level is Level.CRITICAL and check.id not in aside for check in run.checks)


def _note(run: RunRecord) -> str:
    bad = [check for check in run.checks if check.level in (Level.CRITICAL, Level.WARNING, Level.UNKNOWN)]
    if not bad:
        return "恢复与各项核对均未发现异常；未验证的内容见第七部分。"
    return clip("；".join(f"{check.title}：{check.summary}" for check in bad[:4]), _WORDS)


def _backup(each: Backup, site: Site, facts: Seen, look: Seen) -> Row:
    drilled = bool(facts.get("copy"))
    size = facts.get("size") if drilled else look.get("size")
    when = facts.get("copy_time") if drilled else look.get("mtime")
    path = facts.get("copy") if drilled else look.get("path") or each.path
    host = facts.get("holder") if drilled else each.host or "本机"
    copies = "\n".join(f"{brief(copy.host)}：{brief(copy.path, 200)}" for copy in each.copies)
    return {
        "name": "\n".join(brief(word) for word in (each.title or site.title, each.name) if word),
        "kind": str(facts.get("kind") or _KINDS.get(each.kind, each.kind)),
        "size": size_words(size),
        "time": moment(datetime.fromtimestamp(float(str(when)), CHINA)) if when else "未核查",
        "local": f"{host}：{brief(str(path), 200)}",
        "offsite": copies or "无（只有一份）",
        "sha256": str((facts.get("sha256") if drilled else look.get("sha256")) or "未计算"),
    }


def size_words(size: object) -> str:
    """Say a number of bytes as people do; what nobody looked at is said as such."""
    if not isinstance(size, int | float) or size <= 0:
        return "未核查" if size is None or size == "" else "0 B"
    number, unit = float(size), "B"
    for bigger in ("KB", "MB", "GB", "TB"):
        if number < _BYTES:
            break
        number, unit = number / _BYTES, bigger
    return f"{number:.0f} B" if unit == "B" else f"{number:.1f} {unit}"


def _missing(missing: Mapping[str, Sequence[date]], site: Site | None) -> Iterator[Row]:
    """Nights nobody looked at a backup; one that was never looked at in the whole time has none to count."""
    for backup in site.backups if site else ():
        if backup.name not in missing:
            reason = "本期没有任何核查记录，备份是否按时完成不明"
            yield {"name": brief(backup.name), "night": "整个期间", "reason": reason}
    for name, nights in missing.items():
        for night in list(nights)[:_NIGHTS]:
            reason = "当夜没有核查结果，备份是否完成不明；原因："
            yield {"name": brief(name), "night": f"{night:%Y-%m-%d}", "reason": reason}


def _chosen(name: str, facts: Seen, *, several: bool) -> str:
    if not facts.get("copy"):
        return f"{brief(name)}：没有选到副本"
    path = brief(str(facts["copy"]), 200)
    words = f"{facts.get('holder', '')}：{path}，{size_words(facts.get('size'))}"
    words += f"，SHA-256 {facts['sha256']}" if facts.get("sha256") else "，未计算校验值"
    return f"{brief(name)}：{words}" if several else words


def _joined(facts: Mapping[str, Seen], key: str, *, several: bool) -> str:
    told = {name: str(each[key]) for name, each in facts.items() if each.get(key)}
    extra = {"target": "version"}.get(key)
    lines = []
    for name, words in told.items():
        more = f"；{facts[name][extra]}" if extra and facts[name].get(extra) else ""
        lines.append(f"{brief(name)}：{words}{more}" if several else words + more)
    return "\n".join(lines)


def _steps(kept: Kept, *, several: bool) -> Iterator[Row]:
    for name, rows in kept.items():
        for row in rows.get("steps", ()):
            step = f"{brief(name)}：{row['step']}" if several else str(row["step"])
            yield {
                "step": step,
                "started": row["started"],
                "ended": row["ended"],
                "result": row["result"],
                "note": clip(str(row["note"]), 120),
            }


def _parts(kept: Kept, parts: Sequence[str], *, several: bool) -> Iterator[Row]:
    for name, rows in kept.items():
        for row in rows.get("rows", ()):
            if row["part"] in parts:
                plain: Row = {key: value for key, value in row.items() if key != "part"}
                head = "name" if "name" in plain else "item"
                yield {**plain, head: f"{brief(name)}：{plain[head]}"} if several else plain


def _shortened(rows: list[Row]) -> list[Row]:
    """The first rows, and before them whatever does not fit: nothing bad may be cut off."""
    if len(rows) <= _MOST:
        return rows
    bad = [row for row in rows if row["result"] in _WRONG]
    rest = [row for row in rows if row["result"] not in _WRONG]
    shown = [*bad[:_MOST], *rest[: max(0, _MOST - len(bad))]]
    more: Row = {
        "name": f"其余 {len(rows) - len(shown)} 项见运行记录",
        "expected": "",
        "restored": "—",
        "result": "见记录",
    }
    return [*shown, more]


def _findings(run: RunRecord) -> Iterator[Row]:
    for check in run.checks:
        if check.level in (Level.CRITICAL, Level.WARNING):
            advice = next((each.advice for each in check.findings), "")
            yield {
                "problem": clip(f"{check.title}：{check.summary}", _WORDS),
                "risk": RISKS[check.level],
                "advice": advice,
                "due": "",
            }


def _unverified(run: RunRecord, kept: Kept, site: Site | None) -> Iterator[Row]:
    for check in run.checks:
        if check.level in (Level.UNKNOWN, Level.SKIPPED):
            yield {"content": brief(check.title), "reason": clip(check.summary, _WORDS)}
    for backup in site.backups if site else ():
        if backup.name not in kept:
            yield {"content": f"{brief(backup.name)} 的恢复", "reason": "本次没有演练"}
    if site and any(backup.copies for backup in site.backups):
        yield {"content": "异地副本的恢复", "reason": "除选定的副本外，没有从异地副本恢复过"}


def _next(day: date) -> str:
    """The quarter after: a drill each quarter (S3-1.3.2)."""
    quarter = (day.month + 2) // 3
    year, number = (day.year + 1, 1) if quarter == 4 else (day.year, quarter + 1)  # noqa: PLR2004 - quarters of a year
    month, last = _QUARTER_ENDS[number - 1]
    return f"{year} 年第 {number} 季度（不晚于 {year}-{month:02}-{last}）"
