"""附件2 培训签到表 as the contract has it: two title lines and one table of four columns; the name is the signature."""

from __future__ import annotations

from hmaint.report.source.frame import document
from hmaint.report.source.sheet import Layout, label, title, value
from hmaint.report.source.word import control, row, table

_WIDTHS = (1400, 2900, 2324, 2900)
_HANDWRITTEN = 560


def layout() -> Layout:
    """Lay out the sheet; nothing but the titles and the table is on the paper."""
    wide = len(_WIDTHS)
    return document(
        "系统培训服务培训人员签到表",
        title("{{ hospital }}"),
        title("{{ title }}"),
        table(
            _WIDTHS,
            row(label("培训内容"), value("{{ topic }}", span=wide - 1), height=_HANDWRITTEN, header=True),
            row(label("培训日期"), value("{{ date }}", span=wide - 1), height=_HANDWRITTEN, header=True),
            row(*map(label, ("序号", "姓名", "工号", "科室")), height=_HANDWRITTEN, header=True),
            control("tr for person in people", wide),
            row(
                value("{{ person.number }}", align="center"),
                value("{{ person.name }}"),
                value("{{ person.staff_number }}"),
                value("{{ person.department }}"),
                height=_HANDWRITTEN,
            ),
            control("tr endfor", wide),
            control("tr for line in blanks", wide),
            row(*[value("")] * wide, height=_HANDWRITTEN),
            control("tr endfor", wide),
        ),
    )
