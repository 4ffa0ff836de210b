"""巡检记录单 as it is laid out: the inspections of a period, what is open, and where it is heading."""

from __future__ import annotations

from hmaint.report.source.blocks import unexamined
from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.narrative import conclusion
from hmaint.report.source.service import capacity, inspections
from hmaint.report.source.sheet import Layout, heading, note, optional, signatures, subheading, title


def layout() -> Layout:
    """Lay out the whole sheet."""
    return document(
        "巡检记录单",
        title("{{ title }}"),
        particulars((("巡检期间", "{{ period }}"),)),
        optional("as_of", note("{{ as_of }}")),
        heading("一、汇总"),
        conclusion(("结果汇总", "{{ summary }}"), ("结论", "{{ conclusion }}")),
        optional("missing", note("没有巡检记录的月份：{{ missing }}。")),
        heading("二、巡检清单"),
        inspections(),
        heading("三、未关闭的异常"),
        _anomalies(),
        subheading("本期已消除的异常"),
        _gone(),
        heading("四、变化趋势"),
        _months(),
        note("{{ compared }}"),
        subheading("容量趋势"),
        optional("capacity_conclusion", note("{{ capacity_conclusion }}")),
        capacity(),
        heading("五、最近一次巡检未能检查的内容（不作正常或异常判断）"),
        unexamined(),
        heading("六、签字确认"),
        signatures("工程师签字", "采购人负责人签字"),
        note("签字栏须手写。各次巡检的全部内容见相应的《日常系统巡检记录》。"),
    )


def _anomalies() -> str:
    return listing(
        "item in anomalies",
        Column("序号", "number", 560, "center"),
        Column("风险等级（拟定）", "risk", 1200, "center"),
        Column("异常与位置", "problem", 3764),
        Column("发现日期", "since", 1250, "center"),
        Column("整改时限", "due", 1500, "center"),
        Column("处理情况", "handling", 1250),
        none="{{ no_anomalies }}",
    )


def _gone() -> str:
    return listing(
        "item in resolved",
        Column("序号", "number", 560, "center"),
        Column("异常与位置", "problem", 5464),
        Column("消除日期", "gone", 1250, "center"),
        Column("来源记录", "record", 2250),
    )


def _months() -> str:
    return listing(
        "item in months",
        Column("月份", "month", 1524, "center"),
        Column("巡检次数", "inspections", 1000, "center"),
        Column("检查项次", "checks", 1000, "center"),
        Column("正常", "ok", 1000, "center"),
        Column("警告", "warning", 1000, "center"),
        Column("严重", "critical", 1000, "center"),
        Column("未能检查", "unknown", 1000, "center"),
        Column("新发现", "found", 1000, "center"),
        Column("已消除", "gone", 1000, "center"),
    )
