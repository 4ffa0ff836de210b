"""补丁及防病毒更新记录, 漏洞检查记录 and 性能调优/重启记录 as data, from what a person put on record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from hmaint.kit.clock import CHINA
from hmaint.model.inventory import Inventory
from hmaint.model.matter import Matter
from hmaint.model.playbook import Level
from hmaint.model.run import RunRecord
from hmaint.report.matter_paper import UNTOLD, Row, numbered, paper, told, told_or, when, when_told, who
from hmaint.report.unexamined import gaps
from hmaint.report.wording import brief, clip

PATCH, VULNERABILITY, TUNING = "补丁及防病毒更新记录", "漏洞检查记录", "性能调优/重启记录"
_RISKS = {Level.WARNING: "中", Level.CRITICAL: "高"}
_WORDS = 200
_DECIDED = {"not_needed": "重启评估", "needed": "重启评估", "restarted": "重启"}
_DECISIONS = {"not_needed": "无须定期重启", "needed": "需要定期重启", "restarted": "已重启"}
_NOT_DONE = "不适用（未执行重启）"


def patch_record(patch: Matter, inventory: Inventory, generated_at: datetime) -> dict[str, object]:
    """What was patched in a window, how old the virus signatures are, and what was left out and why."""
    columns = ("target", "patch", "before", "after", "at", "restart", "result")
    guards = ("target", "product", "signatures", "guard", "note")
    unseen = {"target": "全部", "product": "本次未查看", "signatures": "未查看", "guard": "未查看"}
    said = {
        **told_or(patch, "window", "approval", "backup", "verification"),
        "period": _quarter(_day(patch)),
        "operator": who(patch, "engineer"),
        "summary": _patched(patch),
        "patches": numbered(patch.rows("patches"), columns, ("patch", "result")),
        "antivirus": numbered(
            patch.rows("antivirus") or (unseen,), guards, ("product", "signatures", "guard")
        ),
        "skipped": numbered(patch.rows("skipped"), ("target", "patch", "reason", "due"), ("patch", "reason")),
    }
    return paper(patch, inventory, PATCH, said, generated_at)


def vulnerability_record(
    check: Matter, inventory: Inventory, run: RunRecord | None, before: Matter | None, generated_at: datetime
) -> dict[str, object]:
    """A look for vulnerabilities: what a person told, what the run it names found, what of the last one is mended."""
    found = [*_told(check), *(_seen(run) if run else [])]
    unexamined = numbered(check.rows("unexamined"), ("target", "content", "reason"), ("content", "reason"))
    unexamined += [
        {**row, "number": len(unexamined) + n} for n, row in enumerate(gaps(run) if run else [], start=1)
    ]
    said = {
        **told_or(check, "mode", "basis", "scope"),
        "period": _half(_day(check)),
        "checked": when(check.opening.at) if check.opening else UNTOLD,
        "operator": who(check, "engineer"),
        "summary": _counted(found, len(unexamined)),
        "conclusion": check.text("conclusion"),
        "reported": _reported(check),
        "findings": [{"number": n, **row} for n, row in enumerate(found, start=1)],
        "earlier": _earlier(before) if before else [],
        "unexamined": unexamined,
    }
    return paper(check, inventory, VULNERABILITY, said, generated_at)


def restart_record(restart: Matter, inventory: Inventory, generated_at: datetime) -> dict[str, object]:
    """A decision about restarts, and the restart where there was one, on the form for tuning."""
    decision = restart.text("decision")
    every = f"，{restart.text('interval')}" if restart.text("interval") else ""
    done = decision == "restarted"
    instead = UNTOLD if done else _NOT_DONE
    said = {
        "kind": _DECIDED.get(decision, "重启评估"),
        **told_or(restart, "target", "reason"),
        "restart_decision": f"{_DECISIONS.get(decision, UNTOLD)}{every}：{restart.text('reason')}",
        "content": f"重启 {restart.text('target')}" if done else "评估是否需要定期重启",
        "risk": "",
        "window": restart.text("window") or instead,
        "approver": restart.text("approver") or instead,
        "started": when_told(restart.text("started"))
        or (when(restart.opening.at) if done and restart.opening else instead),
        "ended": when_told(restart.text("ended")) or instead,
        "operator": who(restart, "engineer"),
        "supervisor": restart.text("supervisor"),
        "commands": numbered(restart.rows("commands"), ("command", "time", "result"), ("result",)),
        "figures": numbered(
            restart.rows("figures"), ("item", "before", "after", "change", "note"), ("before", "after")
        ),
        **told(restart, "effect"),
        "observation": "",
        "rollback": "重启不可回退；服务未恢复时按应急预案处理" if done else _NOT_DONE,
        "rolled_back": _NOT_DONE,
    }
    return paper(restart, inventory, TUNING, said, generated_at)


def _day(matter: Matter) -> date:
    first = matter.opening or matter.history[0]
    return first.at.astimezone(CHINA).date()


def _quarter(day: date) -> str:
    return f"{day.year} 年第 {(day.month + 2) // 3} 季度"


def _half(day: date) -> str:
    return f"{day.year} 年{'上' if day.month <= 6 else '下'}半年"  # noqa: PLR2004 - a half-year has six months


def _patched(patch: Matter) -> str:
    results = Counter(row.get("result") or UNTOLD for row in patch.rows("patches"))
    parts = [f"补丁 {sum(results.values())} 项" + (f"（{_tally(results)}）" if results else "")]
    parts.append(f"未更新 {len(patch.rows('skipped'))} 项")
    guards = len(patch.rows("antivirus"))
    parts.append(f"防病毒查看 {guards} 项" if guards else "防病毒本次未查看")
    return "；".join(parts) + "。"


def _tally(counted: Mapping[str, int]) -> str:
    return "，".join(f"{word} {count}" for word, count in counted.items())


def _told(check: Matter) -> list[Row]:
    fixed = check.rows("fixed")
    rows: list[Row] = []
    for row in check.rows("findings"):
        mended = next((each.get("state") or "已修补" for each in fixed if _same(each, row)), "")
        rows.append(
            {
                "target": row.get("target", ""),
                "what": row.get("what") or UNTOLD,
                "risk": row.get("risk") or UNTOLD,
                "advice": row.get("advice") or UNTOLD,
                "due": row.get("due", ""),
                "state": mended or row.get("state") or "待处理",
            }
        )
    return rows


def _same(fixed: Mapping[str, str], found: Mapping[str, str]) -> bool:
    what = fixed.get("what", "")
    return fixed["target"] == found.get("target") and bool(what) and what in found.get("what", "")


def _seen(run: RunRecord) -> list[Row]:
    return [
        {
            "target": each.target,
            "what": clip(f"{brief(each.title)}：{each.summary}（{each.id}）", _WORDS),
            "risk": _RISKS[each.level],
            "advice": clip(each.advice, _WORDS) or UNTOLD,
            "due": "",
            "state": "待处理",
        }
        for check in run.checks
        for each in check.findings
        if each.level in _RISKS
    ]


def _counted(found: Sequence[Row], unexamined: int) -> str:
    risks = Counter(str(row["risk"]) for row in found)
    told_ = f"发现 {len(found)} 个" + (
        f"（{'，'.join(f'{risk} {count}' for risk, count in risks.items())}）" if found else ""
    )
    return (
        f"{told_}；未能检查 {unexamined} 处，状况未知。"
        if unexamined
        else f"{told_}；没有记录到未能检查的内容。"
    )


def _reported(check: Matter) -> str:
    said = [f"{when(each.at)} {each.body.get('reported', '')}" for each in check.all("reported")]
    return "\n".join(said) or "尚无报告医院的记录"


def _earlier(before: Matter) -> list[Row]:
    since = f"{_day(before):%Y-%m-%d}"
    rows = [row for row in _told(before) if row["state"]]
    return [
        {"number": n, "target": row["target"], "what": row["what"], "since": since, "now": _now(before, row)}
        for n, row in enumerate(rows, start=1)
    ]


def _now(before: Matter, row: Row) -> str:
    mended = any(
        _same(each, {name: str(value) for name, value in row.items()}) for each in before.rows("fixed")
    )
    return str(row["state"]) if mended else "没有复查记录，仍按未修补处理"
