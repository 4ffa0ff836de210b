"""附件1 维护项目运行表 as the contract has it: a title and one running table; two columns belong to the hand."""

from __future__ import annotations

from hmaint.report.source.frame import document
from hmaint.report.source.sheet import Layout, heads, title, value
from hmaint.report.source.word import control, row, table

_WIDTHS = (1290, 1000, 2050, 2050, 1000, 2134)
_SIGNED = 850
"""Least height of a row: two people sign in it."""


def layout() -> Layout:
    """Lay out the table; nothing but it and its title is on the paper."""
    blank = [value("")] * len(_WIDTHS)
    return document(
        "维护项目运行表",
        title("{{ hospital }}{{ title }}"),
        table(
            _WIDTHS,
            heads("日期", "维护工程师签到", "服务器运行情况", "系统运行情况", "医院信息科签字", "备注"),
            control("tr for visit in visits", len(_WIDTHS)),
            row(
                value("{{ visit.date }}", align="center"),
                value(""),
                value("{{ visit.servers }}"),
                value("{{ visit.system }}"),
                value(""),
                value("{{ visit.remark }}"),
                height=_SIGNED,
            ),
            control("tr endfor", len(_WIDTHS)),
            control("tr for line in blanks", len(_WIDTHS)),
            row(*blank, height=_SIGNED),
            control("tr endfor", len(_WIDTHS)),
        ),
    )
