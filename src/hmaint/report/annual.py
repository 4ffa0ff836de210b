"""年度装订册 as data: what was done in a year, and on which page of the volume each document begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hmaint.kit.clock import CHINA
from hmaint.model.inventory import Inventory
from hmaint.model.period import Period
from hmaint.model.playbook import Level
from hmaint.model.run import RunRecord
from hmaint.report.bundle import SIGNED, UNMEASURED, Bundle, Paper, day_of, going_on, head, listed, paper_rows
from hmaint.report.rows import Row
from hmaint.report.wording import LEVELS, brief

HEADINGS = ("一、年度总结", "二、维护、保养、维修服务记录", "三、提交签收")
_COUNTED = (Level.OK, Level.WARNING, Level.CRITICAL, Level.UNKNOWN, Level.SKIPPED)


@dataclass(frozen=True, slots=True)
class Year:
    """What a year is told from."""

    period: Period
    runs: Sequence[RunRecord]
    """Heads only, oldest first."""
    counts: Mapping[str, Mapping[Level, int]]
    """How many checks of each run came out at each level."""
    unreached: Mapping[str, int]
    """How many targets of each run could not be examined at all."""
    found: Mapping[str, int]
    """Findings first seen in the year, by their state now."""


@dataclass(frozen=True, slots=True)
class Front:
    """The pages before the first document, and where each part of them begins; empty where nothing could measure it."""

    pages: int | None = None
    headings: Mapping[str, int] = field(default_factory=dict)


def annual_volume(
    bundle: Bundle, inventory: Inventory, year: Year, front: Front, title: str
) -> dict[str, object]:
    """Tell a year as the form `annual-volume` has it."""
    known = listed(bundle)
    return {
        **head(bundle, inventory, year.period.name, title),
        "year": year.period.words,
        "period": f"{year.period.first:%Y-%m-%d} 至 {year.period.last:%Y-%m-%d}",
        "bound": _bound(bundle.papers),
        "contents": _contents(bundle, front),
        "remarks": known["remarks"],
        "pages_note": _pages_note(bundle, front),
        "inspections": _inspections(year) + going_on(bundle, year.period),
        "findings": _findings(year.found),
        "unexamined": _unexamined(year),
        "papers": _papers(bundle.papers),
        "advice": "",
        "services": _services(bundle.papers, year),
    }


def _bound(papers: Sequence[Paper]) -> str:
    there = [paper for paper in papers if paper.name]
    counted = [paper.pages for paper in there if paper.pages is not None]
    pages = f"，合计 {sum(counted)} 页" if there and len(counted) == len(there) else ""
    return f"{len(there)} 份{pages}"


def _contents(bundle: Bundle, front: Front) -> list[Row]:
    empty = {"number": "", "paper": "", "date": "", "pages": ""}
    rows: list[Row] = [
        {**empty, "title": each, "page": str(front.headings.get(each, ""))} for each in HEADINGS
    ]
    page = None if front.pages is None else front.pages + 1
    for paper, row in zip(bundle.papers, paper_rows(bundle.papers), strict=True):
        begins = page if paper.name else None
        rows.append(
            {**{name: row[name] for name in ("title", "paper", "date", "pages")},
             "number": str(row["number"]), "page": str(begins or "")}
        )  # fmt: skip
        # Behind a document of unknown length every page is unknown.
        if paper.name:
            page = None if page is None or paper.pages is None else page + paper.pages
    return rows


def _pages_note(bundle: Bundle, front: Front) -> str:
    if bundle.no_pages:
        return f"页数和起始页{UNMEASURED}"
    if front.pages is None or any(paper.name and paper.pages is None for paper in bundle.papers):
        return "页数和起始页由转换的 PDF 测得；空白处未能测量，由人工填写。"
    return "页数和起始页由转换的 PDF 测得，从封面起连续计算。"


def _inspections(year: Year) -> str:
    named = Counter(brief(run.playbook_title or run.playbook) for run in year.runs)
    if not named:
        return "记录中没有本年度的巡检。"
    return f"共 {len(year.runs)} 次：" + "，".join(f"{name} {n} 次" for name, n in named.items()) + "。"


def _findings(found: Mapping[str, int]) -> str:
    if not sum(found.values()):
        return "记录中没有本年度新发现的问题。"
    gone, closed = found.get("resolved", 0), found.get("closed", 0)
    total = sum(found.values())
    return f"本年度新发现问题 {total} 项：已消除 {gone} 项，已关闭 {closed} 项，仍存在 {total - gone - closed} 项。"


def _unexamined(year: Year) -> str:
    missed = [year.counts.get(run.id, {}).get(Level.UNKNOWN, 0) for run in year.runs]
    away = [year.unreached.get(run.id, 0) for run in year.runs]
    torn = sum(run.finished_at is None for run in year.runs)
    parts = (
        [f"{sum(map(bool, missed))} 次中共有 {sum(missed)} 项未能检查，原因见各次记录"] if any(missed) else []
    )
    parts += [f"{sum(map(bool, away))} 次中有目标整体未能检查，合计 {sum(away)} 个"] if any(away) else []
    parts += [f"{torn} 次未正常结束"] if torn else []
    return "；".join(parts) + "。" if parts else ("没有。" if year.runs else "—")


def _papers(papers: Sequence[Paper]) -> str:
    counted = Counter(SIGNED[paper.document.standing] for paper in papers)
    return (
        f"登记文档 {len(papers)} 份"
        + "".join(f"，{words} {counted[words]} 份" for words in SIGNED.values())
        + "。"
    )


def _services(papers: Sequence[Paper], year: Year) -> list[Row]:
    """Every run, and every document that tells none, in the order of their days."""
    numbers: dict[str, list[str]] = {}
    rows: list[tuple[str, Row]] = []
    ids = {run.id for run in year.runs}
    for paper in papers:
        told = [source for source in paper.document.sources if source in ids]
        for source in told:
            numbers.setdefault(source, []).append(paper.document.number)
        if not told:
            rows.append((paper.document.generated_at.astimezone(CHINA).isoformat(), _of_paper(paper)))
    rows += [
        (run.started_at.astimezone(CHINA).isoformat(), _of_run(run, year, numbers.get(run.id, [])))
        for run in year.runs
    ]
    rows.sort(key=lambda each: each[0])
    return [{"number": number, **row} for number, (_at, row) in enumerate(rows, start=1)]


def _of_run(run: RunRecord, year: Year, numbers: Sequence[str]) -> Row:
    counted = year.counts.get(run.id, {})
    result = "，".join(f"{LEVELS[level]} {counted[level]}" for level in _COUNTED if counted.get(level))
    if away := year.unreached.get(run.id, 0):
        result = "；".join(filter(None, (result, f"{away} 个目标整体未能检查")))
    if run.finished_at is None:
        result = f"未正常结束；{result}" if result else "未正常结束"
    return {
        "date": f"{run.started_at.astimezone(CHINA):%Y-%m-%d}",
        "kind": "数据检查" if run.command == "data-check" else "巡检",
        "content": f"{brief(run.playbook_title or run.playbook)}（{run.id}）",
        "person": brief(run.operator),
        "result": result or "没有检查结果",
        "paper": "、".join(dict.fromkeys(numbers)),
    }


def _of_paper(paper: Paper) -> Row:
    return {
        "date": f"{day_of(paper.document):%Y-%m-%d}",
        "kind": "文档",
        "content": brief(paper.document.title),
        "person": brief(paper.document.operator),
        "result": SIGNED[paper.document.standing],
        "paper": paper.document.number,
    }
