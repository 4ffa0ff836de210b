"""补丁/防病毒更新记录 as it is laid out: what was put in where, what guards each host, what was left out."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.passages import SERIAL, passages
from hmaint.report.source.sheet import Layout, heading, note, signatures, title


def layout() -> Layout:
    """Lay out the whole record."""
    return document(
        "补丁及防病毒更新记录",
        title("{{ title }}"),
        particulars(
            (("更新周期", "{{ period }}"), ("更新窗口", "{{ window }}")),
            (("执行人", "{{ operator }}"), ("批准人与编号", "{{ approval }}")),
        ),
        heading("一、概况"),
        passages(
            ("汇总", "{{ summary }}"), ("更新前备份", "{{ backup }}"), ("更新后验证", "{{ verification }}")
        ),
        heading("二、安全补丁"),
        listing(
            "item in patches",
            SERIAL,
            Column("对象", "target", 1250),
            Column("补丁或软件包", "patch", 1814),
            Column("更新前版本", "before", 1550),
            Column("更新后版本", "after", 1550),
            Column("完成时间", "at", 1300, "center"),
            Column("重启", "restart", 600, "center"),
            Column("结果", "result", 900, "center"),
        ),
        heading("三、防病毒软件"),
        listing(
            "item in antivirus",
            SERIAL,
            Column("对象", "target", 1700),
            Column("软件与版本", "product", 2364),
            Column("病毒库日期", "signatures", 1400, "center"),
            Column("实时防护", "guard", 1100, "center"),
            Column("说明", "note", 2400),
        ),
        heading("四、未更新的内容"),
        listing(
            "item in skipped",
            SERIAL,
            Column("对象", "target", 1700),
            Column("补丁或软件包", "patch", 2564),
            Column("未更新的原因与临时措施", "reason", 3300),
            Column("计划完成", "due", 1400, "center"),
        ),
        heading("五、签字确认"),
        signatures("维护工程师签字", "医院网络安全管理员签字"),
        note("签字栏须手写。没有看到的写“未能查看”，不写“已是最新”。"),
    )
