"""季度汇总与提交清单 as it is laid out: what is handed in, what is missing and why, and the receipt."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.sheet import Layout, heading, note, optional, signatures, title

PAPERS = (
    Column("序号", "number", 560, "center"), Column("文档名称", "title", 1800),
    Column("文件编号", "paper", 1750), Column("版本", "version", 560, "center"),
    Column("日期", "date", 1280, "center"), Column("页数", "pages", 560, "center"),
    Column("签字", "signed", 844, "center"), Column("文件 SHA-256", "sha256", 2170),
)  # fmt: skip
_MISSING = (
    Column("序号", "number", 560, "center"), Column("缺少的文档", "title", 2700),
    Column("所属期间", "period", 1900, "center"), Column("合同条款", "clause", 1300, "center"),
    Column("原因", "reason", 3064),
)  # fmt: skip


def layout() -> Layout:
    """Lay out the whole index."""
    return document(
        "季度汇总与提交清单",
        title("{{ title }}"),
        particulars(
            (("所属季度", "{{ quarter }}"), ("清单依据", "{{ basis }}")),
            (("汇总", "{{ summary }}"),),
        ),
        heading("一、提交的文档"),
        papers(),
        heading("二、缺少的文档"),
        listing("item in missing", *_MISSING),
        optional(
            "unasked",
            note(
                "合同另要求在有相应事项时提交、本季度没有登记的文档：{{ unasked }}。有无相应事项由项目经理确认。"
            ),
        ),
        heading("三、签收"),
        signatures("项目经理签字", "采购人签收"),
        note("签字栏须手写。签收只表示收到所列文档，不表示对内容的确认。"),
    )


def papers() -> str:
    """List the documents, what must be known of their files, and where page counts come from."""
    return (
        listing("paper in documents", *PAPERS, none="没有登记的文档")
        + optional("remarks", note("文件情况：{{ remarks }}"))
        + note("{{ pages_note }}")
    )
