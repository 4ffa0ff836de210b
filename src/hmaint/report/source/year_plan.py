"""年度服务计划 as it is laid out: each duty over the months of the contract year, then month by month what is due."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.passages import SERIAL, passages
from hmaint.report.source.sheet import Layout, heading, heads, note, signatures, title, value
from hmaint.report.source.word import control, row, table

_MONTHS = tuple(f"m{number}" for number in range(1, 13))
_GRID = (560, 2100, 1064, 1000, *(400 for _month in _MONTHS))


def layout() -> Layout:
    """Lay out the whole plan."""
    return document(
        "年度服务计划",
        title("{{ title }}"),
        particulars(
            (("服务年度", "{{ term }}"), ("项目经理", "{{ manager }}")),
            (("编制人", "{{ author }}"), ("服务热线", "{{ hotline }}")),
        ),
        heading("一、服务目标"),
        passages(("目标", "{{ goals }}"), ("编制依据", "{{ basis }}")),
        heading("二、各项服务的月度安排"),
        note("“●”为计划完成的月份；每周、每日进行的服务在各月均有安排。"),
        _duties(),
        heading("三、按月工作与提交文件"),
        listing(
            "item in months",
            Column("月份", "month", 1100, "center"),
            Column("工作内容", "what", 3624),
            Column("提交文件", "papers", 2400),
            Column("最迟日期", "due", 1400, "center"),
            Column("完成情况", "", 1000),
        ),
        heading("四、合同未写明周期的服务"),
        listing(
            "item in unscheduled",
            SERIAL,
            Column("服务内容", "what", 3864),
            Column("合同条款", "clause", 1600, "center"),
            Column("拟定周期（由双方确认）", "proposal", 3500),
        ),
        heading("五、需要医院配合的事项"),
        passages(("配合事项", "{{ support }}")),
        heading("六、签字确认"),
        signatures("项目经理签字", "采购人签字"),
        note("签字栏、完成情况栏须手写。日期以合同条款和实际工作日历为准，与本计划不一致时以合同为准。"),
    )


def _duties() -> str:
    wide = len(_GRID)
    marks = (value("{{ duty." + month + " }}", align="center") for month in _MONTHS)
    return table(
        _GRID,
        heads("序号", "服务内容", "周期", "合同条款", *("{{ " + month + " }}" for month in _MONTHS)),
        control("tr for duty in duties", wide),
        row(
            value("{{ duty.number }}", align="center"),
            value("{{ duty.what }}"),
            value("{{ duty.per }}", align="center"),
            value("{{ duty.clause }}", align="center"),
            *marks,
        ),
        control("tr endfor", wide),
    )
