"""服务考核表 as it is laid out: each indicator with its target and what records say of it; a hand scores."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.sheet import (
    WRITING,
    Layout,
    heading,
    label,
    note,
    signatures,
    title,
    value,
    writing,
)
from hmaint.report.source.word import row, table

_INDICATORS = (
    Column("序号", "number", 560, "center"), Column("考核指标", "indicator", 1500),
    Column("目标", "target", 1700), Column("实测", "measured", 1800),
    Column("数据来源", "source", 1664), Column("分值", "weight", 600, "center"),
    Column("得分", "score", 600, "center"), Column("评语", "comment", 1100),
)  # fmt: skip
_RECTIFY = (
    Column("序号", "number", 560, "center"), Column("不达标事项", "item", 2964),
    Column("整改要求", "wanted", 2900), Column("整改时限", "due", 1400, "center"),
    Column("整改结果", "outcome", 1700),
)  # fmt: skip


def layout() -> Layout:
    """Lay out the whole sheet."""
    return document(
        "服务考核表",
        title("{{ title }}"),
        particulars(
            (("考核周期", "{{ period }}"), ("考核依据", "{{ basis }}")),
            (("考核组织", "{{ assessor }}"), ("考核日期", "{{ date }}")),
        ),
        heading("一、考核指标"),
        listing("item in indicators", *_INDICATORS, height=680),
        note("“实测”由来源记录计算；没有记录可依的写明“无数据”，不按达标处理。得分与评语由医院填写。"),
        heading("二、考核结论"),
        table(
            (1400, 3362, 1400, 3362),
            row(label("总分"), value("{{ total }}"), label("考核结果"), value("□ 合格　　□ 不合格"), height=560),
            writing("综合评语", "{{ comment }}", span=3, height=WRITING),
            writing("与付款的关系", "{{ payment }}", span=3),
        ),
        heading("三、不达标事项与限期整改"),
        listing("item in rectifications", *_RECTIFY, none="无（由医院按考核结果填写）", height=560),
        heading("四、待书面确认的事项"),
        note("{{ ambiguities }}"),
        heading("五、签字确认"),
        signatures("医院考核人签字", "信息科负责人签字", "维护单位签字"),
    )  # fmt: skip
