"""Blocks that several documents of a run share: what was visited, what is overdue, what could not be examined."""

from __future__ import annotations

from hmaint.report.source.sheet import heads, note, optional, value, verdict
from hmaint.report.source.word import LABEL_SHADE, cell, control, paragraph, row, run, table

_TARGETS = (560, 1900, 900, 2000, 1500, 2664)
_OVERDUE = (560, 3914, 1150, 1300, 1500, 1100)
_UNEXAMINED = (560, 2300, 3364, 3300)


def targets() -> str:
    """List every target with how it came out."""
    return table(
        _TARGETS,
        heads("序号", "名称", "类别", "地址", "结果", "说明"),
        control("tr for target in targets", 6),
        row(
            value("{{ target.number }}", align="center"),
            value("{{ target.name }}"),
            value("{{ target.kind }}", align="center"),
            value("{{ target.address }}"),
            verdict("target"),
            value("{{ target.note }}"),
        ),
        control("tr endfor", 6),
    )


def overdue() -> str:
    """List what is overdue, also what this run did not see again; no table where nothing is."""
    band = paragraph(
        run("逾期未整改的问题（{{ overdue_count }} 项）", bold=True), style="CellText", keep=True
    )
    listed = table(
        _OVERDUE,
        row(cell(band, span=6, shade=LABEL_SHADE), height=400),
        heads("序号", "问题与位置", "风险等级", "发现日期", "整改时限", "本次复查"),
        control("tr for item in overdue", 6),
        row(
            value("{{ item.number }}", align="center"),
            value("{{ item.title }}（{{ item.where }}）：{{ item.event }}（{{ item.id }}）"),
            value("{{ item.risk }}", align="center"),
            value("{{ item.since }}", align="center"),
            value("{{ item.due }}", align="center", bold=True),
            value("{{ item.now }}", align="center"),
        ),
        control("tr endfor", 6),
    )
    return optional("overdue", listed + note(""))


def unexamined() -> str:
    """Give what could not be examined a box of its own, with the reasons."""
    return table(
        _UNEXAMINED,
        heads("序号", "对象", "未能检查的内容", "原因"),
        control("tr for gap in unexamined", 4),
        row(
            value("{{ gap.number }}", align="center"),
            value("{{ gap.target }}"),
            value("{{ gap.content }}"),
            value("{{ gap.reason }}"),
        ),
        control("tr endfor", 4),
        control("tr if not unexamined", 4),
        row(value("无", span=4, align="center")),
        control("tr endif", 4),
    )
