"""书面巡检报告 as it is laid out: what was looked at, what was found, how grave it is, and what is done by when."""

from __future__ import annotations

from hmaint.report.source.blocks import overdue, targets, unexamined
from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.narrative import conclusion, opinion, seal, texts
from hmaint.report.source.sheet import Layout, heading, note, signatures, subheading, title


def layout() -> Layout:
    """Lay out the whole report."""
    return document(
        "书面巡检报告",
        title("{{ title }}"),
        particulars(
            (("巡检时间", "{{ period }}"),),
            (("巡检人员", "{{ operator }}"), ("巡检方式", "{{ mode }}")),
            (("巡检方案", "{{ playbook }}"),),
            (("提交期限", "{{ due }}"),),
        ),
        heading("一、巡检结论"),
        conclusion(("结果汇总", "{{ summary }}"), ("巡检结论", "{{ conclusion }}")),
        heading("二、巡检内容"),
        subheading("巡检范围"),
        _scopes(),
        subheading("巡检对象"),
        targets(),
        subheading("巡检项目"),
        _contents(),
        heading("三、发现的问题、风险等级、整改建议与整改时限"),
        note("风险等级和整改建议由巡检工具拟定，由双方确认。"),
        _problems(),
        heading("四、未能检查的内容（不作正常或异常判断）"),
        unexamined(),
        heading("五、整改落实"),
        overdue(),
        _rectification(),
        heading("六、沟通情况与预防建议"),
        texts(("与院方运维人员沟通情况", "{{ talk }}"), ("常见故障排查与预防建议", "{{ prevention }}")),
        heading("七、签章与确认"),
        seal("服务商（盖公章）"),
        note(""),
        opinion("院方确认意见"),
        note(""),
        signatures("巡检人员签字", "院方确认签字"),
        note("签章栏须手写或盖章。{% if masked %}{{ masked }}。{% endif %}"),
    )


def _scopes() -> str:
    return listing(
        "item in scopes",
        Column("序号", "number", 560, "center"),
        Column("巡检范围", "scope", 2500),
        Column("本次检查", "content", 4264),
        Column("结果", "result", 2200),
    )


def _contents() -> str:
    return listing(
        "item in contents",
        Column("序号", "number", 560, "center"),
        Column("类别", "category", 1350, "center"),
        Column("巡检项目", "content", 4814),
        Column("结果", "result", 2800),
        none="{{ no_problems }}",
    )


def _problems() -> str:
    return listing(
        "item in problems",
        Column("序号", "number", 560, "center"),
        Column("发现的问题", "problem", 2914),
        Column("风险等级（拟定）", "risk", 1200, "center"),
        Column("整改建议（拟定）", "advice", 3250),
        Column("整改时限", "deadline", 1600),
        none="{{ no_problems }}",
    )


def _rectification() -> str:
    return listing(
        "item in rectification",
        Column("序号", "number", 560, "center"),
        Column("问题", "problem", 2400),
        Column("整改措施", "measure", 2164),
        Column("整改责任人", "owner", 1100, "center"),
        Column("整改完成情况", "done", 1900),
        Column("院方验证", "verified", 1400, "center"),
        height=700,
    )
