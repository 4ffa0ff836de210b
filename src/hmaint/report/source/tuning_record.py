"""性能调优/重启记录 as it is laid out: why, what and how, and the figures before and after."""

from __future__ import annotations

from hmaint.report.source.frame import PAIRS, Column, document, listing, particulars
from hmaint.report.source.narrative import texts
from hmaint.report.source.sheet import Layout, grid, heading, note, signatures, title


def layout() -> Layout:
    """Lay out the whole record."""
    return document(
        "性能调优/重启记录",
        title("{{ title }}"),
        particulars((("类别", "{{ kind }}"), ("调优对象", "{{ target }}"))),
        heading("一、原因与评估"),
        texts(("原因", "{{ reason }}"), ("定期重启评估", "{{ restart_decision }}")),
        heading("二、内容与批准"),
        grid(
            PAIRS,
            (("内容", "{{ content }}"),),
            (("影响与风险", "{{ risk }}"),),
            (("实施窗口", "{{ window }}"), ("批准人", "{{ approver }}")),
            (("开始时间", "{{ started }}"), ("结束时间", "{{ ended }}")),
            (("实施人", "{{ operator }}"), ("现场监督人", "{{ supervisor }}")),
        ),
        note(""),
        _commands(),
        heading("三、前后指标"),
        _figures(),
        heading("四、效果与观察"),
        texts(("效果评价", "{{ effect }}"), ("观察情况", "{{ observation }}")),
        heading("五、回退方案与执行"),
        texts(("回退方案", "{{ rollback }}"), ("是否回退", "{{ rolled_back }}"), height=600),
        heading("六、签字确认"),
        signatures("工程师签字", "监督人签字"),
        note("签字栏须手写。"),
    )


def _commands() -> str:
    return listing(
        "item in commands",
        Column("序号", "number", 560, "center"),
        Column("执行的命令", "command", 5664),
        Column("执行时间", "time", 1500, "center"),
        Column("结果", "result", 1800),
        none="没有执行命令",
    )


def _figures() -> str:
    return listing(
        "item in figures",
        Column("序号", "number", 560, "center"),
        Column("指标", "item", 3264),
        Column("调优前", "before", 1350, "right"),
        Column("调优后", "after", 1350, "right"),
        Column("变化", "change", 1400, "right"),
        Column("说明", "note", 1600),
        none="没有前后对比的读数",
    )
