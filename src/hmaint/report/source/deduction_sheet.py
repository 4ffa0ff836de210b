"""扣款计算单 as it is laid out: what happened, by which rule, and the sum by either reading of an unclear base."""

from __future__ import annotations

from hmaint.report.source.frame import PAIRS, Column, document, listing, particulars
from hmaint.report.source.sheet import (
    WRITING,
    Layout,
    grid,
    heading,
    label,
    note,
    signatures,
    title,
    value,
    writing,
)
from hmaint.report.source.word import row, table

_ISSUES = (
    Column("序号", "number", 560, "center"), Column("问题", "issue", 2564),
    Column("问题类别", "kind", 1000, "center"), Column("发生时间", "at", 1300, "center"),
    Column("此前警告次数", "warnings", 1000, "center"), Column("后果", "consequence", 1200),
    Column("核实情况", "verification", 1900),
)  # fmt: skip
_SUMS = (
    Column("序号", "number", 560, "center"), Column("条款编号", "rule", 1000, "center"),
    Column("扣款条件", "condition", 2064), Column("比例", "rate", 700, "center"),
    Column("读法一基数", "base_annual", 1300, "right"), Column("读法一扣款", "amount_annual", 1300, "right"),
    Column("读法二基数", "base_cycle", 1300, "right"), Column("读法二扣款", "amount_cycle", 1300, "right"),
)  # fmt: skip
_TOTALS = (3164, 3180, 3180)


def layout() -> Layout:
    """Lay out the whole sheet."""
    return document(
        "扣款计算单",
        title("{{ title }}"),
        particulars((("考核周期", "{{ period }}"), ("金额单位", "人民币元"))),
        heading("一、问题与核实"),
        listing("item in issues", *_ISSUES),
        heading("二、扣款计算"),
        note("读法一：基数为年度服务费；读法二：基数为本考核周期服务费。合同写明基数的条款，两种读法相同。"),
        listing("item in sums", *_SUMS),
        heading("三、应付余额"),
        grid(PAIRS, (("年度服务费", "{{ annual_fee }}"), ("本周期服务费", "{{ cycle_fee }}"))),
        note(""),
        _totals(),
        note("{{ over }}"),
        heading("四、待书面确认的事项"),
        listing(
            "item in ambiguities",
            Column("编号", "id", 900, "center"),
            Column("合同未写明的问题", "question", 4624),
            Column("拟定处理", "proposal", 4000),
        ),
        note(""),
        table(
            (1400, 8124),
            row(label("双方确认"), value("□ 读法一（年度）　　□ 读法二（考核周期）　　□ 不扣款"), height=560),
            writing("确认依据", "{{ confirmation }}", span=1, height=WRITING),
        ),
        heading("五、签字确认"),
        signatures("医院签字", "维护单位签字"),
        note("本单只计算，不作决定：未经核实的问题不扣款，基数以双方书面确认为准。"),
    )  # fmt: skip


def _totals() -> str:
    return table(
        _TOTALS,
        row(label("项目"), label("读法一（年度服务费）"), label("读法二（本考核周期服务费）"), height=400, header=True),
        row(
            label("扣款合计"),
            value("{{ total_annual }}", align="right"),
            value("{{ total_cycle }}", align="right"),
            height=400,
        ),
        row(
            label("本周期剩余应付"),
            value("{{ payable_annual }}", align="right", bold=True),
            value("{{ payable_cycle }}", align="right", bold=True),
            height=400,
        ),
    )  # fmt: skip
