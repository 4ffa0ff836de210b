"""升级记录 as it is laid out: every upgrade of a period in one running table."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.sheet import Layout, note, signatures, title


def layout() -> Layout:
    """Lay out the whole log."""
    return document(
        "升级记录",
        title("{{ title }}"),
        particulars((("记录期间", "{{ period }}"),)),
        note(""),
        listing(
            "item in upgrades",
            Column("序号", "number", 560, "center"),
            Column("升级日期", "day", 1250, "center"),
            Column("升级内容", "content", 1940),
            Column("升级改造模块", "modules", 1350),
            Column("运行情况", "running", 1600),
            Column("影响范围", "scope", 1250),
            Column("版本与申请", "versions", 1574),
            none="本期没有升级",
        ),
        note(""),
        signatures("工程师签字"),
        note("签字栏须手写。"),
    )
