"""个人保密承诺书 as it is laid out: who promises, what is secret, what is promised, and that it does not end."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.sheet import Layout, heading, note, signatures, title
from hmaint.report.source.word import paragraph

_SCOPE = (
    Column("序号", "number", 700, "center"), Column("信息类别", "kind", 2624), Column("包括", "covers", 6200),
)  # fmt: skip
_PROMISES = (
    "只在完成本项目运维工作所必需的范围内接触和使用医院的信息；与工作无关的，不查看、不复制。",
    "不向任何第三方透露医院的信息，不在个人设备、个人网盘、聊天工具中存放或传送患者信息和账号口令。",
    "使用本人的账号操作，不借用、不转借；远程接入须经医院许可，操作留有记录并可供医院查阅。",
    "需要带出的日志、数据样本先去除可以识别患者的内容，用完即删，并告知医院信息科。",
    "离开本项目时交还全部资料、介质和账号，清除设备上留存的副本，不保留任何备份。",
    "发现泄露或有泄露的可能，立即报告医院信息科和所在单位，并配合查明和补救。",
)
"""In our own words, after the duties contracts name; a hospital with a text of its own replaces the template."""


def layout() -> Layout:
    """Lay out the whole pledge."""
    return document(
        "个人保密承诺书",
        title("{{ title }}"),
        particulars(
            (("承诺人姓名", "{{ name }}"), ("身份证号", "{{ id_number }}")),
            (("岗位与职责", "{{ role }}"), ("上岗日期", "{{ from_date }}")),
        ),
        heading("一、保密范围"),
        listing("item in scope", *_SCOPE),
        heading("二、承诺事项"),
        note("本人参与{{ hospital }}{{ system }}的运行维护，已了解上列信息属于医院的秘密，承诺："),
        *(
            paragraph(f"{number}. {promise}", style="CellText")
            for number, promise in enumerate(_PROMISES, start=1)
        ),
        heading("三、保密期限"),
        paragraph("{{ term }}", style="CellText"),
        heading("四、责任"),
        paragraph("{{ liability }}", style="CellText"),
        heading("五、签署"),
        signatures("承诺人签字", "医院信息科签收"),
        note("本承诺书一式两份，医院信息科和维护单位各存一份；未签署者不得上岗。"),
    )
