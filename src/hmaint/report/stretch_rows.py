"""The lists that documents of some months share, and the sentences that say how far the records go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hmaint.model.playbook import Level
from hmaint.report.health_changes import compared
from hmaint.report.rows import Row
from hmaint.report.stretch import Inspected, Open, Stretch, by_urgency
from hmaint.report.verdict import no_anomalies
from hmaint.report.wording import LEVELS, RISKS, brief, clip, moment

_WORDS = 240
_TALLIED = (Level.OK, Level.WARNING, Level.CRITICAL, Level.UNKNOWN)


def span_words(stretch: Stretch) -> dict[str, object]:
    """Name the months, and say from when on nothing is told where they are not over."""
    period = stretch.period
    named = f"{period.words}（{period.first:%Y-%m-%d} 至 {period.last:%Y-%m-%d}）"
    told = f"本期尚未结束，以下为截至 {stretch.until:%Y-%m-%d}（最近一次记录）的情况。"
    return {"period": named, "as_of": "" if stretch.over else told}


def inspection_rows(runs: Sequence[Inspected]) -> list[Row]:
    """One row for each run with how its checks came out."""
    return [
        {
            "number": number,
            "time": moment(run.head.started_at),
            "playbook": _by(run),
            "operator": brief(run.head.operator),
            **{str(level): run.counts[level] for level in _TALLIED},
            "record": run.head.id,
        }
        for number, run in enumerate(runs, start=1)
    ]


def _by(run: Inspected) -> str:
    head = run.head
    halted = "（中途停止）" if head.finished_at is None or head.state != "finished" else ""
    return "\n".join(word for word in (f"{brief(head.playbook_title)}{halted}", brief(head.mode)) if word)


def tallied(runs: Sequence[Inspected]) -> str:
    """How many checks of the runs came out how; what did not apply is not counted."""
    sums = {level: sum(run.counts[level] for run in runs) for level in _TALLIED}
    return "，".join(f"{LEVELS[level]} {sums[level]}" for level in _TALLIED)


def open_rows(stretch: Stretch) -> list[Row]:
    """One row for each finding that is to be put right, the most urgent first."""
    today = last_day(stretch)
    return [
        {
            "number": number,
            "risk": RISKS[each.level],
            "problem": problem(each),
            "since": f"{each.since:%Y-%m-%d}",
            "due": _due(each, today),
            "handling": _handling(each),
        }
        for number, each in enumerate(by_urgency(stretch.open, today), start=1)
    ]


def last_day(stretch: Stretch) -> date:
    """The day that what is overdue is counted to."""
    return min(stretch.period.last, stretch.until.date())


def problem(each: Open) -> str:
    """What is wrong, where, and under which number it is followed."""
    finding = each.finding
    named = f"{brief(finding.title)}（{each.where}）"
    summary = clip(finding.summary, _WORDS)
    return f"{named}{f'：{summary}' if summary else ''}{f'（{finding.id}）' if finding.id else ''}"


def _due(each: Open, today: date) -> str:
    if each.term is None:
        return "—"
    late = each.term.late(today)
    words = f"{each.term.day:%Y-%m-%d}{'（暂定）' if each.term.provisional else ''}"
    return f"{words}\n逾期 {late} 天" if late else words


def _handling(each: Open) -> str:
    notes = each.notes
    told = (("已反馈：", notes.feedback), ("处理：", notes.solution))
    return clip("\n".join(f"{name}{text}" for name, text in told if text), _WORDS)


def none_open(stretch: Stretch) -> str:
    """Say why nothing is listed as open: nothing was seen, or nothing was looked at."""
    if stretch.last is None:
        return "本期没有巡检记录，有无异常不明"
    looked = stretch.last.counts()[Level.OK]
    return "期末没有未关闭的异常（以已检查的内容为限）" if looked else no_anomalies(stretch.last)


def open_words(stretch: Stretch) -> str:
    """How many findings are open, how many of them grave and overdue; never that all is well."""
    today = last_day(stretch)
    if not stretch.open:
        return none_open(stretch)
    graves = sum(each.level is Level.CRITICAL for each in stretch.open)
    late = sum(bool(each.term and each.term.late(today)) for each in stretch.open)
    words = f"期末未关闭的异常 {len(stretch.open)} 项"
    words += f"（高风险 {graves} 项）" if graves else ""
    return words + (f"，其中 {late} 项已超过整改时限" if late else "")


def compared_words(stretch: Stretch) -> str:
    """Which two inspections are held against each other, and what came of it in short."""
    told = compared(stretch.difference)
    return told if stretch.difference is None else f"记录 {stretch.difference.after.id} {told}"


def missing_months(stretch: Stretch) -> list[str]:
    """The months that have begun and have no inspection on record."""
    have = {(run.day.year, run.day.month) for run in stretch.inspections}
    today = last_day(stretch)
    return [
        f"{month.first:%Y-%m}"
        for month in stretch.period.months()
        if month.first <= today and (month.first.year, month.first.month) not in have
    ]
