"""备份检查记录 as it is laid out: which backups there are, what was looked at, and what nobody looked at."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.narrative import conclusion, texts
from hmaint.report.source.service import backups
from hmaint.report.source.sheet import Layout, heading, note, optional, signatures, title


def layout() -> Layout:
    """Lay out the whole record."""
    return document(
        "备份检查记录",
        title("{{ title }}"),
        particulars((("检查期间", "{{ period }}"),)),
        optional("as_of", note("{{ as_of }}")),
        heading("一、检查结论"),
        conclusion(("结果汇总", "{{ summary }}"), ("检查结论", "{{ conclusion }}")),
        heading("二、备份清单"),
        backups(),
        heading("三、检查内容与结果"),
        _checks(),
        heading("四、异常与处理"),
        _anomalies(),
        heading("五、未检查的备份（不作正常或异常判断）"),
        _unexamined(),
        heading("六、与院方共同检查情况"),
        texts(("共同检查情况", "{{ joint }}")),
        heading("七、签字确认"),
        signatures("检查人员签字", "医院信息科签字"),
        note("签字栏须手写。"),
    )


def _checks() -> str:
    return listing(
        "item in checks",
        Column("序号", "number", 560, "center"),
        Column("检查时间", "time", 1450, "center"),
        Column("对象", "target", 1500),
        Column("检查内容", "item", 2000),
        Column("结果", "result", 950, "center"),
        Column("说明", "note", 3064),
        none="本期没有备份检查的记录",
    )


def _anomalies() -> str:
    return listing(
        "item in anomalies",
        Column("序号", "number", 560, "center"),
        Column("异常", "problem", 3264),
        Column("发现日期", "since", 1250, "center"),
        Column("整改时限", "due", 1500, "center"),
        Column("汇报项目负责人", "reported", 1250, "center"),
        Column("处理情况", "handling", 1700),
        none="{{ no_anomalies }}",
        height=700,
    )


def _unexamined() -> str:
    return listing(
        "item in unexamined",
        Column("序号", "number", 560, "center"),
        Column("对象", "target", 2600),
        Column("未检查的内容", "content", 3064),
        Column("原因", "reason", 3300),
    )
