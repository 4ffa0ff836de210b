"""年度装订册 as it is laid out: cover, contents with pages, summary, service records in date order, receipts."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.sheet import (
    WRITING,
    Layout,
    grid,
    heading,
    label,
    note,
    optional,
    signatures,
    title,
    value,
    writing,
)
from hmaint.report.source.word import paragraph, row, run, table

_BREAK = '<w:r><w:br w:type="page"/></w:r>'
_CONTENTS = (
    Column("序号", "number", 700, "center"), Column("内容", "title", 3794),
    Column("文件编号", "paper", 2350), Column("日期", "date", 1280, "center"),
    Column("页数", "pages", 600, "center"), Column("起始页", "page", 800, "center"),
)  # fmt: skip
_SERVICES = (
    Column("序号", "number", 600, "center"), Column("日期", "date", 1280, "center"),
    Column("类别", "kind", 800, "center"), Column("服务内容", "content", 2024),
    Column("人员", "person", 900, "center"), Column("结果", "result", 1920),
    Column("文件编号", "paper", 2000),
)  # fmt: skip
_RECEIPTS = (1600, 2600, 2662, 2662)
_BLANK = 4


def layout() -> Layout:
    """Lay out the front of the volume; the documents are bound behind it."""
    return document(
        "年度装订册",
        *_cover(),
        paragraph(_BREAK),
        title("目　录"),
        listing("item in contents", *_CONTENTS, none="没有登记的文档"),
        note("{{ pages_note }}"),
        optional("remarks", note("文件情况：{{ remarks }}")),
        paragraph(_BREAK),
        heading("一、年度总结"),
        table(
            (1800, 7724),
            *(row(label(name), value(words), height=560) for name, words in _SUMMARY),
            writing("总结与建议", "{{ advice }}", span=1, height=2 * WRITING),
        ),
        heading("二、维护、保养、维修服务记录"),
        listing("item in services", *_SERVICES, none="本年度没有登记的服务记录"),
        note("按日期先后排列，以系统中登记的记录和文档为限；未登记的服务单据须另行随附。"),
        heading("三、提交签收"),
        table(
            _RECEIPTS,
            row(*map(label, ("日期", "接收部门", "接收人签字", "备注")), header=True, height=400),
            *(row(*[value("")] * 4, height=560) for _row in range(_BLANK)),
        ),
        note(""),
        signatures("项目经理签字", "采购人签收"),
    )


_SUMMARY = (
    ("巡检与检查", "{{ inspections }}"),
    ("问题与整改", "{{ findings }}"),
    ("未能检查", "{{ unexamined }}"),
    ("文档", "{{ papers }}"),
)


def _cover() -> tuple[str, ...]:
    space = paragraph("")
    return (
        *[space] * 7,
        paragraph(run("{{ hospital }}", size=44), style="Title"),
        paragraph(run("{{ title }}", size=56), style="Title"),
        paragraph(run("（{{ year }}）", size=32), style="Title"),
        *[space] * 8,
        particulars((("服务期间", "{{ period }}"), ("装订文档", "{{ bound }}"))),
        *[space] * 2,
        grid((1400, 8124), (("说明", "本册由封面、目录、年度总结、服务记录和按日期先后装订的文档组成。"),)),
    )
