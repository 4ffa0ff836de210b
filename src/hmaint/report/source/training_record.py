"""培训记录 as it is laid out: what was taught to whom with which material, who came, and what it brought."""

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

_ITEMS = (
    Column("序号", "number", 700, "center"), Column("培训项目", "item", 4724),
    Column("时长", "length", 1300, "center"), Column("培训讲师", "trainer", 2800),
)  # fmt: skip
_MATERIAL = (
    Column("序号", "number", 700, "center"), Column("材料名称", "name", 4724),
    Column("版本", "version", 1300, "center"), Column("交医院存档日期", "handed_over", 2800, "center"),
)  # fmt: skip
_ATTENDANCE = (
    Column("序号", "number", 700, "center"), Column("姓名", "name", 2000),
    Column("工号", "staff_number", 1600), Column("科室", "department", 2724),
    Column("参加情况", "attended", 2500, "center"),
)  # fmt: skip
_EFFECT = (
    Column("序号", "number", 700, "center"), Column("检验方式", "way", 2424),
    Column("人数", "people", 900, "center"), Column("结果", "outcome", 3500),
    Column("未达标的补训安排", "again", 2000),
)  # fmt: skip


def layout() -> Layout:
    """Lay out the whole record."""
    return document(
        "培训记录",
        title("{{ title }}"),
        particulars(
            (("培训内容", "{{ topic }}"),),
            (("培训日期", "{{ date }}"), ("培训时间", "{{ time }}")),
            (("培训地点", "{{ place }}"), ("培训方式", "{{ mode }}")),
            (("培训讲师", "{{ trainer }}"), ("培训对象", "{{ audience }}")),
            (("培训原因", "{{ reason }}"),),
            (("培训目标", "{{ goal }}"),),
        ),
        heading("一、培训项目"),
        listing("item in items", *_ITEMS),
        heading("二、培训材料"),
        listing("paper in material", *_MATERIAL),
        heading("三、参加人员"),
        note(
            "应到 {{ invited }} 人，实到 {{ attended }} 人。签到以附件《培训人员签到表》为准，编号：{{ signin }}"
        ),
        listing("person in attendance", *_ATTENDANCE),
        heading("四、培训效果"),
        listing("test in effect", *_EFFECT),
        note(""),
        table(
            (1400, 8124),
            row(label("效果评价"), value("{{ assessment }}"), height=560),
            writing("意见与建议", "{{ feedback }}", span=1, height=WRITING),
        ),
        heading("五、签字确认"),
        signatures("培训讲师签字", "医院信息科签字"),
    )
