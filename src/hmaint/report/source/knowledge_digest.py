"""知识库更新摘要 as it is laid out: what became of the entries in a period, and which nobody has confirmed."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.passages import SERIAL, passages
from hmaint.report.source.sheet import WRITING, Layout, heading, note, signatures, title

_ENTRY = Column("条目编号", "id", 1760)


def layout() -> Layout:
    """Lay out the whole digest."""
    return document(
        "知识库更新摘要",
        title("{{ title }}"),
        particulars(
            (("更新周期", "{{ period }}"), ("整理人", "{{ editor }}")),
            (("条目总数", "{{ total }}"), ("本期变化", "{{ tally }}")),
        ),
        heading("一、更新概况"),
        passages(("概况", "{{ summary }}")),
        heading("二、新增条目"),
        _changed("added", "来源"),
        heading("三、修订条目"),
        _changed("revised", "修订原因"),
        heading("四、停用条目"),
        _changed("retired", "停用原因"),
        heading("五、本期常用条目"),
        listing(
            "entry in used",
            SERIAL,
            _ENTRY,
            Column("标题", "title", 5004),
            Column("使用次数", "times", 1000, "right"),
            Column("解决率", "solved", 1200, "right"),
        ),
        heading("六、从未得到确认的条目"),
        listing(
            "entry in unconfirmed",
            SERIAL,
            _ENTRY,
            Column("标题", "title", 3404),
            Column("建立日期", "since", 1400, "center"),
            Column("处理意见", "plan", 2400),
        ),
        heading("七、下期计划"),
        passages(("计划", "{{ plan }}"), height=WRITING),
        heading("八、签字确认"),
        signatures("项目经理签字", "采购人项目负责人签收"),
        note("签字栏须手写。条目正文随知识库移交；条目中不含口令和患者信息。"),
    )


def _changed(rows: str, why: str) -> str:
    return listing(
        f"entry in {rows}",
        SERIAL,
        _ENTRY,
        Column("标题", "title", 2604),
        Column("分类", "kind", 1300, "center"),
        Column(why, "why", 1900),
        Column("日期", "date", 1400, "center"),
    )
