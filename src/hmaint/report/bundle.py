"""What is bundled for a hospital, told as forms: 季度汇总与提交清单, 年度装订册, 服务期满移交清单."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hmaint.kit.clock import CHINA
from hmaint.model.document import Document, Standing
from hmaint.model.inventory import Inventory
from hmaint.model.period import Period
from hmaint.report.particulars import parties
from hmaint.report.rows import Row
from hmaint.report.wording import brief, moment

INDEX, VOLUME, HANDOVER = "quarterly-index", "annual-volume", "handover-index"
BUNDLED = (INDEX, VOLUME, HANDOVER)
"""Forms that list others: they are no part of what they list."""
SIGNED = {Standing.DRAFTED: "未签字", Standing.SUBMITTED: "已提交", Standing.SIGNED: "已签字"}
_NAMED = 120
UNMEASURED = "未能全部测量（没有可用的 LibreOffice，或转换失败），空白处由人工填写。"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as it lies in the bundle."""

    document: Document
    name: str
    """Its file's name in the bundle; empty where the file is not there."""
    sha256: str
    pages: int | None
    """As measured; None where nothing could measure it."""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Lack:
    """A document that is wanted and not there, and why."""

    title: str
    period: str
    clause: str
    reason: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is told on any of the three forms."""

    site: str
    papers: Sequence[Paper]
    at: datetime
    no_pages: str = ""
    """Why pages were not counted; empty where they were."""
    lacks: Sequence[Lack] = ()
    unasked: Sequence[str] = ()
    """Titles of what is owed on an occasion, of which nothing is kept."""
    contract: str = ""
    """The contract that says what is wanted; empty where no profile of one is there."""


def quarterly_index(bundle: Bundle, inventory: Inventory, period: Period, title: str) -> dict[str, object]:
    """Tell a quarter's bundle as the form `quarterly-index` has it."""
    return {
        **head(bundle, inventory, period.name, title),
        "quarter": period.words,
        "basis": f"合同 {bundle.contract} 的约定" if bundle.contract else "默认清单（工作区中没有本系统的合同配置）",
        "summary": _summary(bundle) + going_on(bundle, period),
        **listed(bundle),
        "missing": [
            {"number": n, "title": brief(lack.title), "period": lack.period, "clause": lack.clause or "—",
             "reason": lack.reason}
            for n, lack in enumerate(bundle.lacks, start=1)
        ],
        "unasked": "、".join(brief(each) for each in bundle.unasked),
    }  # fmt: skip


def going_on(bundle: Bundle, period: Period) -> str:
    """Say that a period was not over when it was told."""
    over = bundle.at.astimezone(CHINA).date() > period.last
    return "" if over else f"编制时 {period.words}尚未结束。"


def head(bundle: Bundle, inventory: Inventory, record: str, title: str) -> dict[str, object]:
    """Give what every document says of itself; number, version and hash are given where it is issued."""
    return {
        **parties(inventory, bundle.site, title),
        "number": record,
        "record": record,
        "version": 1,
        "generated_at": moment(bundle.at),
        "digest": "-",
    }


def listed(bundle: Bundle) -> dict[str, object]:
    """Give the list of the documents with what must be known of their files."""
    remarked = [(n, paper.remark) for n, paper in enumerate(bundle.papers, start=1) if paper.remark]
    return {
        "documents": paper_rows(bundle.papers),
        "remarks": "；".join(f"第 {n} 项：{words}" for n, words in remarked) + "。" if remarked else "",
        "pages_note": pages_note(bundle),
    }


def paper_rows(papers: Sequence[Paper]) -> list[Row]:
    """List documents: number, title, date, pages, hash, signed or not."""
    return [
        {
            "number": number,
            "title": brief(paper.document.title, _NAMED),
            "paper": paper.document.number,
            "version": paper.document.version,
            "date": f"{day_of(paper.document):%Y-%m-%d}",
            "pages": str(paper.pages or ""),
            "sha256": paper.sha256 or "—",
            "signed": SIGNED[paper.document.standing],
        }
        for number, paper in enumerate(papers, start=1)
    ]


def day_of(document: Document) -> date:
    """The day a document is filed under: that of its data."""
    return document.generated_at.astimezone(CHINA).date()


def pages_note(bundle: Bundle) -> str:
    """Say where pages are counted from, or why they are left to be written by hand."""
    if bundle.no_pages:
        return f"页数{UNMEASURED}"
    if any(paper.pages is None for paper in bundle.papers):
        return "页数由转换的 PDF 测得；空白处未能测量，由人工填写。"
    return "页数由转换的 PDF 测得。"


def _summary(bundle: Bundle) -> str:
    signed = sum(paper.document.standing is Standing.SIGNED for paper in bundle.papers)
    absent = sum(not paper.name for paper in bundle.papers)
    counted = [paper.pages for paper in bundle.papers if paper.pages is not None]
    pages = f"，合计 {sum(counted)} 页" if counted and len(counted) == len(bundle.papers) else ""
    parts = [f"登记文档 {len(bundle.papers)} 份{pages}，其中已签字 {signed} 份"]
    if absent:
        parts.append(f"{absent} 份的文件不在，未装入")
    parts.append(f"缺 {len(bundle.lacks)} 项" if bundle.lacks else "按清单没有缺件")
    return "；".join(parts) + "。"
