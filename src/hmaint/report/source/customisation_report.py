"""附件3 客户化维护报告 as the contract has it: the grid of four columns, codes for the kind, the promised date."""

from __future__ import annotations

from hmaint.report.source.frame import document
from hmaint.report.source.sheet import Layout, label, title, value
from hmaint.report.source.word import LABEL_SHADE, cell, paragraph, row, table

_WIDTHS = (2800, 2462, 1700, 2562)
_KINDS = ("问题类型：", "1、BUG问题　2、反复BUG", "3、新功能　　4、特殊需求")
_ROOM = 1700
"""Least height of a part that is written in sentences, by hand where there is none."""
_BLANK_DATE = "　　年　　月　　日"


def layout() -> Layout:
    """Lay out the grid; nothing but it and its title is on the paper."""
    return document(
        "客户化维护报告",
        title("{{ hospital }}{{ title }}"),
        table(
            _WIDTHS,
            _pair("医院名称", "{{ hospital }}", "提出科室/人员", "{{ requester }}"),
            _pair("维护工程师", "{{ engineer }}", "提出时间", "{{ asked_at }}"),
            _pair("完成时间", "{{ done_at }}", "模块名称", "{{ module }}"),
            row(label("详细需求"), _sentences("{{ details }}"), height=_ROOM),
            row(_kinds("restart"), value("{{ kind }}", align="center"), label("时间要求"), value("{{ wanted_by }}")),
            *(
                row(_kinds("continue"), _sentences(f"{name}：", "{{ " + shows + " }}"), height=_ROOM)
                for name, shows in (
                    ("需求描述", "description"),
                    ("需求分析", "analysis"),
                    ("需求修改方案", "solution"),
                    ("结果", "result"),
                )
            ),
            row(_remark()),
        ),
    )  # fmt: skip


def _pair(one: str, first: str, two: str, second: str) -> str:
    return row(label(one), value(first), label(two), value(second), height=480)


def _kinds(down: str) -> str:
    words = _KINDS if down == "restart" else ("",)
    lines = (paragraph(line, style="CellLabel") for line in words)
    return cell(*lines, shade=LABEL_SHADE, down=down, top=True)


def _sentences(*lines: str) -> str:
    return cell(*(paragraph(line, style="CellText") for line in lines), span=3, top=True)


def _remark() -> str:
    date = "{% if promised %}{{ promised }}{% else %}" + _BLANK_DATE + "{% endif %}"
    return cell(
        paragraph("备注：", style="CellText"),
        paragraph("以上客户化需求为医院的最终需求；", style="CellText"),
        paragraph(f"承诺于{date}之前提交修改后的软件并进入现场调试。", style="CellText"),
        span=4,
    )
