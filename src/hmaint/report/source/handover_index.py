"""服务期满移交清单 as it is laid out: what is handed over, what the hospital has, what is open, and the receipt."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.quarterly_index import papers
from hmaint.report.source.sheet import Layout, heading, note, signatures, title

_PARTS = (
    Column("序号", "number", 600, "center"), Column("移交内容", "what", 2300),
    Column("文件", "file", 2624), Column("数量", "count", 1000, "center"),
    Column("文件 SHA-256", "sha256", 3000),
)  # fmt: skip
_ASSETS = (
    Column("序号", "number", 600, "center"), Column("名称", "name", 2000),
    Column("类别", "kind", 1100, "center"), Column("地址", "address", 2400),
    Column("说明", "note", 3424),
)  # fmt: skip
_OPEN = (
    Column("序号", "number", 600, "center"), Column("问题与位置", "problem", 4164),
    Column("级别", "level", 900, "center"), Column("首次发现", "since", 1280, "center"),
    Column("整改时限", "due", 1280, "center"), Column("发现编号", "id", 1300),
)  # fmt: skip
_ABSENT = (
    Column("序号", "number", 600, "center"), Column("未随附的内容", "what", 3200),
    Column("原因", "reason", 5724),
)  # fmt: skip


def layout() -> Layout:
    """Lay out the whole list."""
    return document(
        "服务期满移交清单",
        title("{{ title }}"),
        particulars((("移交截止", "{{ until }}"), ("汇总", "{{ summary }}"))),
        heading("一、移交的资料"),
        listing("item in parts", *_PARTS),
        note("资料中不含口令、密钥等任何凭据；凭据由双方当面移交并随即更换。{{ masked }}"),
        heading("二、未随附的内容"),
        listing("item in absent", *_ABSENT),
        heading("三、资产清单"),
        listing("item in assets", *_ASSETS),
        heading("四、未关闭的问题"),
        listing("item in open", *_OPEN, none="记录中没有未关闭的问题"),
        heading("五、文档总目录"),
        papers(),
        heading("六、移交签收"),
        signatures("移交人签字", "接收人签字"),
        note("签字栏须手写。移交人为维护单位，接收人为采购人。"),
    )
