"""日常故障月度汇总 as it is laid out: the month by class, scope, type and severity, and what is still owed of it."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.narrative import conclusion, texts
from hmaint.report.source.service import ambiguities
from hmaint.report.source.sheet import Layout, heading, note, optional, signatures, subheading, title


def layout() -> Layout:
    """Lay out the whole summary."""
    return document(
        "日常故障月度汇总",
        title("{{ title }}"),
        particulars((("汇总月份", "{{ period }}"),)),
        optional("as_of", note("{{ as_of }}")),
        heading("一、汇总"),
        conclusion(("本月情况", "{{ summary }}")),
        heading("二、分类汇总"),
        _matrix(),
        heading("三、故障清单与解决办法确认"),
        _incidents(),
        heading("四、超时故障"),
        _overdue(),
        subheading("待书面确认的合同条款"),
        ambiguities(),
        heading("五、重复故障"),
        _repeats(),
        heading("六、主要原因"),
        _causes(),
        heading("七、汇报与意见"),
        texts(("向项目负责人汇报情况", "{{ reported }}")),
        heading("八、签字确认"),
        signatures("工程师签字", "项目负责人签字"),
        note("签字栏须手写。"),
    )


def _matrix() -> str:
    return listing(
        "item in matrix",
        Column("类别", "kind", 1350, "center"),
        Column("影响范围", "scope", 1100, "center"),
        Column("故障类型", "type", 1250, "center"),
        Column("严重程度", "severity", 2324),
        Column("次数", "count", 750, "center"),
        Column("时长（分钟）", "minutes", 1000, "center"),
        Column("已解决", "solved", 850, "center"),
        Column("超时", "late", 900, "center"),
        none="本月没有故障记录",
    )


def _incidents() -> str:
    return listing(
        "item in incidents",
        Column("序号", "number", 560, "center"),
        Column("编号与报修时间", "id", 1600, "center"),
        Column("故障现象", "event", 2564),
        Column("解决办法", "solution", 2700),
        Column("时长（分钟）", "minutes", 900, "center"),
        Column("解决办法已确认", "confirmed", 1200, "center"),
        none="本月没有故障记录",
    )


def _overdue() -> str:
    return listing(
        "item in overdue",
        Column("序号", "number", 560, "center"),
        Column("编号", "id", 1600, "center"),
        Column("超时的时限", "clock", 2364),
        Column("约定", "limit", 1500, "center"),
        Column("实际", "actual", 1500, "center"),
        Column("原因", "reason", 2000),
    )


def _repeats() -> str:
    return listing(
        "item in repeats",
        Column("序号", "number", 560, "center"),
        Column("故障", "event", 3664),
        Column("次数", "count", 800, "center"),
        Column("相关编号", "ids", 2300),
        Column("处理意见", "measure", 2200),
    )


def _causes() -> str:
    return listing(
        "item in causes",
        Column("序号", "number", 560, "center"),
        Column("原因", "cause", 3664),
        Column("次数", "count", 800, "center"),
        Column("时长（分钟）", "minutes", 1300, "center"),
        Column("改进措施", "measure", 3200),
    )
