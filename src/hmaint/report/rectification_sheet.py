"""整改单 as data: what a run left to be put right, by when, and how each item stands now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hmaint.duty.rectification import Term
from hmaint.model.inventory import Inventory
from hmaint.model.playbook import Level
from hmaint.model.run import Finding, RunRecord, State
from hmaint.report.digest import digest
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.rectification import deadline
from hmaint.report.unexamined import gaps
from hmaint.report.verdict import is_whole
from hmaint.report.wording import RISKS, STATES, brief, clip, moment

TITLE = "整改单"
_WORDS = 400
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Settled:
    """How an item came to an end: the day, and by whom or which run, with what was said or seen."""

    day: date
    by: str
    words: str


@dataclass(frozen=True, slots=True)
class Item:
    """A finding that was to be put right; `finding` as it stands now, `level` the gravest it is counted by."""

    finding: Finding
    level: Level
    since: date
    found_by: str
    seen_by: str
    term: Term
    solution: str = ""
    settled: Settled | None = None


def rectification_sheet(
    run: RunRecord, items: Sequence[Item], inventory: Inventory, now: datetime
) -> dict[str, object]:
    """Put what a run left to be put right on the form `rectification`: overdue first, then by term."""
    today = now.date()
    ordered = sorted(items, key=lambda item: (item.settled is not None, item.term.day, item.finding.id))
    data = {
        **parties(inventory, run.site, TITLE),
        "number": run.id,
        "record": run.id,
        "source": f"{brief(run.playbook_title)}（记录 {run.id}）",
        "until": f"{today:%Y-%m-%d}",
        "manager": inventory.vendor.project_manager,
        "summary": _summary(items, today),
        "items": [_item(number, item, today) for number, item in enumerate(ordered, start=1)],
        "no_items": "" if items else _none(run),
        "unexamined": _unexamined(run),
        "version": 1,
        "generated_at": moment(now),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def _summary(items: Sequence[Item], today: date) -> str:
    open_items = [item for item in items if item.settled is None]
    late = sum(bool(item.term.late(today)) for item in open_items)
    closed = sum(item.finding.state is State.CLOSED for item in items)
    gone = len(items) - len(open_items) - closed
    waiting = f"待整改 {len(open_items)} 项（其中逾期 {late} 项）"
    return f"共 {len(items)} 项：{waiting}，已消除 {gone} 项，已关闭 {closed} 项"


def _item(number: int, item: Item, today: date) -> Row:
    finding, settled = item.finding, item.settled
    where = f"{brief(finding.target)} {brief(finding.subject)}".strip()
    return {
        "number": number,
        "id": finding.id,
        "item": f"{brief(finding.title)}（{where}）",
        "source": item.found_by,
        "problem": clip(finding.summary or finding.title, _WORDS),
        "risk": RISKS.get(item.level, ""),
        "since": f"{item.since:%Y-%m-%d}",
        "due": deadline(item.term, settled.day if settled else today),
        "measure": _measure(item),
        "standing": STATES[finding.state] + ("，已逾期" if not settled and item.term.late(today) else ""),
        "recheck": _recheck(item),
        "owner": "",
        "done": _done(item),
    }


def _measure(item: Item) -> str:
    if item.solution:
        return clip(item.solution, _WORDS)
    return f"拟定：{clip(item.finding.advice, _WORDS)}" if item.finding.advice else ""


def _recheck(item: Item) -> str:
    settled = item.settled
    if settled is None:
        return f"记录 {item.seen_by} 最近一次看到，此后未见消除"
    if item.finding.state is State.CLOSED:
        return f"由 {brief(settled.by)} 关闭，未经复查：{clip(settled.words, _WORDS)}"
    return f"记录 {settled.by} 复查已消除：{clip(settled.words, _WORDS) or '未再看到'}"


def _done(item: Item) -> str:
    # When it was put right nobody told; by when it was gone, a run saw.
    gone = item.settled is not None and item.finding.state is State.RESOLVED
    return f"不晚于 {item.settled.day:%Y-%m-%d}" if gone and item.settled else ""


def _none(run: RunRecord) -> str:
    counts = run.counts()
    if counts["ok"] + counts["warning"] + counts["critical"]:
        return "在已检查的内容中，没有须整改的问题"
    return "该次记录未检查到任何内容，有无须整改的问题不明"


def _unexamined(run: RunRecord) -> str:
    missed = len(gaps(run))
    if missed:
        return f"该次记录另有 {missed} 处未能检查（见该记录），是否须整改不明，补查后再定。"
    if is_whole(run):
        return "该次记录中适用的检查项均已检查。"
    return "该次记录没有查完整（中途停止，或有对象没有适用的检查项），未查部分是否须整改不明。"
