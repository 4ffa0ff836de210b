"""数据恢复操作手册 as it is laid out: who may order it, from what, and step by step for each kind of loss."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.narrative import texts
from hmaint.report.source.service import backups
from hmaint.report.source.sheet import Layout, each, heading, note, optional, signatures, subheading, title
from hmaint.report.source.word import paragraph, run


def layout() -> Layout:
    """Lay out the whole manual."""
    return document(
        "数据恢复操作手册",
        title("{{ title }}"),
        particulars((("清单校验值", "{{ inventory }}"), ("上次恢复演练", "{{ last_drill }}"))),
        heading("一、适用范围"),
        texts(("适用范围", "{{ scope }}"), height=500),
        subheading("数据库"),
        _databases(),
        subheading("可用于恢复的备份"),
        backups(),
        heading("二、前提条件"),
        each("item in prerequisites", note("{{ item.number }}. {{ item.text }}")),
        heading("三、恢复授权"),
        note("任何恢复操作须先由下列人员之一书面下令；紧急时可先口头下令，当日补签。"),
        _people("authorisers"),
        heading("四、各场景的恢复步骤"),
        _kept(
            "命令中的尖括号〈 〉处按实际填写。除最后一步外，一律先恢复到隔离的环境，核对后再处理生产环境。"
        ),
        each("scenario in scenarios", _scenario()),
        heading("五、预计用时"),
        _times(),
        heading("六、联系人"),
        _people("contacts"),
        heading("七、本手册尚缺的内容"),
        _gaps(),
        heading("八、修订记录"),
        _history(),
        heading("九、签字确认"),
        signatures("项目经理签字", "采购人签字"),
        note("签字栏须手写。本手册不记录任何密码。"),
    )


def _databases() -> str:
    return listing(
        "item in databases",
        Column("序号", "number", 560, "center"),
        Column("数据库", "name", 2200),
        Column("类型", "engine", 1464, "center"),
        Column("地址", "address", 2300),
        Column("对应备份", "backups", 3000),
        none="清单中没有登记数据库",
    )


def _scenario() -> str:
    steps = listing(
        "item in scenario.steps",
        Column("序号", "number", 560, "center"),
        Column("操作", "action", 3264),
        Column("命令（示例）", "command", 3400),
        Column("确认", "confirm", 2300),
    )
    return (
        subheading("{{ scenario.name }}")
        + _kept("适用：{{ scenario.when }}　预计用时：{{ scenario.expected }}")
        + optional("scenario.warning", _kept("注意：{{ scenario.warning }}", bold=True))
        + steps
    )


def _kept(words: str, *, bold: bool = False) -> str:
    return paragraph(run(words, bold=bold), style="Note", keep=True)


def _times() -> str:
    return listing(
        "item in times",
        Column("序号", "number", 560, "center"),
        Column("恢复内容", "what", 3464),
        Column("预计用时", "expected", 2500),
        Column("依据", "basis", 3000),
        none="尚无恢复演练记录，用时未知；演练后填入",
    )


def _people(name: str) -> str:
    return listing(
        f"item in {name}",
        Column("职责", "role", 2600),
        Column("姓名", "name", 2000, "center"),
        Column("电话", "phone", 2424, "center"),
        Column("说明", "note", 2500),
        height=500,
    )


def _gaps() -> str:
    return listing(
        "item in gaps",
        Column("序号", "number", 560, "center"),
        Column("尚缺的内容", "what", 4464),
        Column("说明", "why", 4500),
    )


def _history() -> str:
    return listing(
        "item in history",
        Column("版本", "version", 1000, "center"),
        Column("日期", "day", 1500, "center"),
        Column("编制人", "author", 1700, "center"),
        Column("修订内容", "change", 5324),
    )
