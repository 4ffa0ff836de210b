"""数据检查记录 as it is laid out: conclusion, every assertion with its population, then what is done."""

from __future__ import annotations

from hmaint.report.source.blocks import unexamined
from hmaint.report.source.frame import document, particulars
from hmaint.report.source.sheet import (
    WRITING,
    Layout,
    heading,
    heads,
    label,
    note,
    signatures,
    title,
    value,
    writing,
)
from hmaint.report.source.word import LABEL_SHADE, cell, control, paragraph, row, run, table

_CHECKS = (560, 2400, 1500, 1050, 4014)
_DEFECTS = (1750, 7774)


def layout() -> Layout:
    """Lay out the whole record."""
    return document(
        "数据检查记录",
        title("{{ title }}"),
        particulars(
            (("检查时间", "{{ period }}"), ("检查人员", "{{ operator }}")),
            (("数据库", "{{ databases }}"),),
            (("检查方案", "{{ playbook }}"),),
        ),
        heading("一、检查结论"),
        table(
            (1400, 8124),
            row(label("结果汇总"), value("{{ summary }}"), height=400),
            row(label("检查结论"), value("{{ conclusion }}", bold=True), height=560),
        ),
        heading("二、检查内容与结果"),
        _checks(),
        heading("三、不符合的数据与处理"),
        _defects(),
        heading("四、未能检查的内容（不作正常或异常判断）"),
        unexamined(),
        heading("五、签字确认"),
        signatures("检查人员签字", "医院信息科签字"),
        note(
            "签字栏须手写。检查只统计条数，样例只显示记录的主键，不取出个人信息。"
            "{% if masked %}{{ masked }}。{% endif %}"
        ),
    )


def _checks() -> str:
    """Anything but 正常 in bold, so that it is found on a black and white copy too."""
    result = cell(
        paragraph(
            "{% if item.bad %}",
            run("{{ item.result }}", bold=True),
            "{% else %}{{ item.result }}{% endif %}",
            style="CellText",
            align="center",
        )
    )
    return table(
        _CHECKS,
        heads("序号", "检查内容", "数据库", "结果", "检查条数与不符合条数"),
        control("tr for item in checks", 5),
        row(
            value("{{ item.number }}", align="center"),
            value("{{ item.content }}"),
            value("{{ item.target }}"),
            result,
            value("{{ item.note }}"),
        ),
        control("tr endfor", 5),
    )


def _defects() -> str:
    head = paragraph(
        run("{{ defect.number }}　{{ defect.level }}　{{ defect.title }}", bold=True),
        run("　{{ defect.where }}　（{{ defect.state }}）"),
        style="CellText",
        keep=True,
    )
    return table(
        _DEFECTS,
        control("tr for defect in defects", 2),
        row(cell(head, span=2, shade=LABEL_SHADE), height=400),
        row(label("不符合的数据", keep=True), value("{{ defect.event }}"), height=400),
        row(label("处理建议（拟定）", keep=True), value("{{ defect.advice }}"), height=400),
        row(label("整改时限", keep=True), value("{{ defect.deadline }}"), height=400),
        *_handwritten("核实情况", "feedback", keep=True),
        *_handwritten("处理结果", "solution", keep=False),
        control("tr endfor", 2),
        control("tr if not defects", 2),
        row(value("{{ no_defects }}", span=2), height=400),
        control("tr endif", 2),
    )


def _handwritten(name: str, key: str, *, keep: bool) -> tuple[str, ...]:
    """Show what was noted; where nothing was, leave room to write it by hand."""
    return (
        control(f"tr if defect.{key}", 2),
        writing(name, "{{ defect." + key + " }}", span=1, keep=keep),
        control("tr else", 2),
        writing(name, "", span=1, height=WRITING, keep=keep),
        control("tr endif", 2),
    )
