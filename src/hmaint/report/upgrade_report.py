"""升级实施报告 as data: a run held beside its plan; what nobody saw is not said, what went otherwise is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hmaint.kit.clock import CHINA
from hmaint.model.inventory import Inventory
from hmaint.model.playbook import Level
from hmaint.model.upgrade_ran import Presence, Ran, StepRan, Watched
from hmaint.report.upgrade_paper import Row, length, numbered, stretch, upgrade_paper
from hmaint.report.wording import LEVELS, clip, moment

TITLE, FIX_TITLE = "升级实施报告", "数据恢复与调整实施报告"
_NOTE = 160
STATES = {
    "done": "完成",
    "rolled_back": "已回退",
    "paused": "已暂停，未结束",
    "running": "未结束（进行中或已中断）",
    "needs_person": "须人工处理",
}
_STEPS = {
    "pending": "未执行",
    "intent": "进行中",
    "in_doubt": "结果不明",
    "done": "成功",
    "undone": "已回退",
    "failed": "失败",
}


@dataclass(frozen=True, slots=True)
class Approved:
    """The approval a run went by; `digest` empty where none is on record here."""

    digest: str = ""
    by: str = ""
    at: datetime | None = None
    request: str = ""
    """The number of the application, or of its matter."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What the records tell beside the journal."""

    approved: Approved
    backups: Sequence[Row] = field(default_factory=tuple)


def upgrade_report(
    ran: Ran, beside: Beside, inventory: Inventory, generated_at: datetime
) -> dict[str, object]:
    """Tell a run on its form; told again after more has happened it is a further version."""
    approved = beside.approved
    fix = ran.kind == "data-fix"
    said: dict[str, object] = {
        "request": approved.request or "无申请记录",
        "versions": "不涉及版本" if fix else f"{ran.before} → {ran.after}",
        "window": stretch(*ran.window),
        "period": _period(ran),
        "plan_hash": approved.digest or "无批准记录",
        "executed_hash": ran.digest,
        "hash_same": "无法核对"
        if not approved.digest
        else "一致"
        if approved.digest == ran.digest
        else "不一致",
        "conclusion": _conclusion(ran),
        "steps": numbered([_step(each) for each in ran.steps]),
        "backups": numbered([*beside.backups, *_rows_kept(ran)]),
        "verifications": numbered(list(_verifications(ran))),
        "downtime_planned": _planned(ran),
        "downtime": _downtime(ran),
        "deviations": "\n".join(_deviations(ran)),
        "rollback": _rollback(ran),
        "stability": numbered([_stability(each) for each in ran.watched if each.phase == "observe"]),
        "supervision": list(_supervision(ran)),
    }
    return upgrade_paper(inventory, ran.site, FIX_TITLE if fix else TITLE, ran.run, said, generated_at)


def _period(ran: Ran) -> str:
    if ran.ended is None:
        return f"{_moment(ran.begun)} 开始，{STATES[ran.state]}"
    return stretch(ran.begun, ran.ended)


def _conclusion(ran: Ran) -> str:
    if ran.state == "done":
        verified = [each for each in ran.watched if each.phase in ("after", "observe")]
        good = bool(verified) and all(each.good for each in verified[-2:])
        if ran.kind == "data-fix":
            return "改动的行数与申请一致，已提交；核对结果见数据恢复与调整记录。"
        return "各步骤完成，" + ("验证通过。" if good else "方案没有要求验证，运行情况须人工确认。")
    if ran.state == "rolled_back":
        return f"{_put_back(ran)}原因：{clip(ran.why, _NOTE) or '见偏差'}"
    return f"{STATES[ran.state]}。{clip(ran.why, _NOTE)}"


def _put_back(ran: Ran) -> str:
    if ran.left:
        return f"部分完成：{'、'.join(ran.left)} 保持实施后的状态，其余目标已回退到实施前。"
    if ran.kind == "data-fix":
        committed = any(each.state == "undone" for each in ran.steps)
        return "提交的改动已按留存数据恢复原状。" if committed else "未成功，没有提交任何改动。"
    return "未成功，已全部回退到实施前。"


def _rows_kept(ran: Ran) -> Iterator[Row]:
    """What a data-fix keeps before it commits stands in for a backup."""
    for step in ran.steps:
        if step.kind != "fix":
            continue
        told = {"what": f"{step.target} 将要改动的行（处理前、处理后）", "where": "实施所用电脑，仅本机"}
        if step.facts.get("rows"):
            time = _moment(step.ended) if step.ended else ""
            yield {**told, "time": time, "verified": "提交前落盘，SHA-256 见数据恢复与调整记录"}
        elif step.state in ("intent", "in_doubt"):
            yield {**told, "time": "", "verified": "结果不明，待核实"}


def _step(step: StepRan) -> Row:
    where = "" if step.target == "-" else f"（{step.target}）"
    result = _STEPS.get(step.state, step.state)
    if step.state == "done" and step.probed:
        result += "（中断后核实）"
    if step.reason and step.state != "done":
        result += f"：{clip(step.reason, _NOTE)}"
    if step.state == "undone" and step.undone:
        result += f"（{_clock(step.undone)}）"
    return {
        "step": f"{step.title}{where}",
        "planned": f"预计 {length(step.planned)}" if step.planned else "",
        "actual": _actual(step),
        "code": step.code or "—",
        "operator": step.operator,
        "result": result,
    }


def _actual(step: StepRan) -> str:
    if step.begun is None:
        return "未执行"
    return f"{_clock(step.begun)} 至 {_clock(step.ended) if step.ended else '—'}"


def _verifications(ran: Ran) -> Iterator[Row]:
    last = {each.phase: each.at for each in ran.checks}
    for check in ran.checks:
        if check.phase == "observe" or check.at != last[check.phase]:
            continue
        where = (
            "（回退后）" if check.phase == "rollback" else "（首台）" if check.phase == "checkpoint" else ""
        )
        yield {
            "item": f"{check.title}（{check.target}）{where}",
            "expected": "正常",
            "found": clip(check.told, _NOTE) or LEVELS.get(_level(check.level), check.level),
            "result": LEVELS.get(_level(check.level), "未能检查"),
        }
    if not [each for each in ran.checks if each.phase != "observe"]:
        yield {"item": "没有进行验证", "expected": "", "found": "—", "result": "未验证"}


def _level(text: str) -> Level:
    try:
        return Level(text)
    except ValueError:
        return Level.UNKNOWN


def _planned(ran: Ran) -> str:
    """As the actual time down is told: from the first to the last that stops the business; a wave takes its longest."""
    down = [each.wave for each in ran.steps if each.outage]
    if not down:
        return "不停业务"
    waves: dict[int, float] = {}
    for each in ran.steps:
        if min(down) <= each.wave <= max(down):
            waves[each.wave] = max(waves.get(each.wave, 0.0), each.planned)
    return length(sum(waves.values()))


def _downtime(ran: Ran) -> str:
    if ran.outage is None:
        return "没有停业务的步骤被执行"
    since, until = ran.outage
    told = f"{length((until - since).total_seconds())}（{_clock(since)} 至 {_clock(until)}）"
    return told if ran.ended else f"{told}，尚未结束"


def _deviations(ran: Ran) -> Iterator[str]:
    """What the journal itself shows to have gone otherwise; the rest is for hands."""
    for each in ran.turns:
        yield f"{_moment(each.at)}　{clip(each.what, _NOTE)}"
    for step in ran.steps:
        if step.attempts > 1:
            yield f"{step.title}（{step.target}）开始过 {step.attempts} 次"
    for each_warning in ran.warnings:
        yield f"开始时的提示：{clip(each_warning, _NOTE)}"


def _rollback(ran: Ran) -> str:
    if not ran.rolled_back:
        return "未回滚"
    undone = sum(each.state == "undone" for each in ran.steps)
    whole = f"部分回退（{'、'.join(ran.left)} 未回退）" if ran.left else "已全部回退"
    told = {"rolled_back": whole, "needs_person": "回退没有完成，须人工处理"}.get(ran.state, "回退尚未结束")
    none = "没有步骤需要恢复" if ran.state == "rolled_back" else "尚无步骤恢复原状"
    steps = f"{undone} 步已恢复原状" if undone else none
    return f"{told}：{steps}；原因：{clip(ran.why, _NOTE) or '见偏差'}"


def _stability(each: Watched) -> Row:
    found = {True: "稳定，各项验证正常", False: f"不稳定：{each.reason}", None: f"未能观察：{each.reason}"}[
        each.good
    ]
    return {
        "time": stretch(each.begun, each.ended),
        "item": f"按方案的验证项目，共 {each.times} 次",
        "found": clip(found, _NOTE),
    }


def _supervision(ran: Ran) -> Iterator[Row]:
    words = {"start": "开始", "end": "结束"}
    told = [
        f"{words.get(each.when, each.when)}时{_was_there(each)}（{_moment(each.at)}）"
        for each in ran.presence
    ]
    if not any(each.when == "end" for each in ran.presence):
        told.append("结束时没有确认")
    # When he came and went was not seen: only that he was there when it was asked.
    yield {"name": ran.supervisor, "arrived": "", "left": "", "note": "；".join(told)}


def _was_there(each: Presence) -> str:
    if not each.confirmed:
        return "没有得到确认"
    return "确认在场" if each.asked else "未当场询问，由操作人在开始时声明（--yes）"


def _moment(at: datetime) -> str:
    return moment(at.astimezone(CHINA))


def _clock(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%H:%M:%S}"
