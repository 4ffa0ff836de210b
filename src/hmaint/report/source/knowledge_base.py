"""知识库移交册 as it is laid out: a list of the articles, then each with its looks, its cause and what helped."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.passages import SERIAL, passages
from hmaint.report.source.sheet import Layout, each, heading, note, signatures, subheading, title


def layout() -> Layout:
    """Lay out the whole volume."""
    return document(
        "知识库移交册",
        title("{{ title }}"),
        particulars((("条目总数", "{{ total }}"), ("整理人", "{{ editor }}"))),
        heading("一、条目目录"),
        listing(
            "entry in entries",
            SERIAL,
            Column("条目编号", "id", 1900),
            Column("标题", "title", 4164),
            Column("系统", "system", 1700),
            Column("确认情况", "confirmed", 1200, "center"),
        ),
        heading("二、条目正文"),
        each("entry in entries", _entry()),
        heading("三、签字确认"),
        signatures("移交人签字", "接收人签字"),
        note("签字栏须手写。条目中不含口令和患者信息。停用的条目不列入。"),
    )


def _entry() -> str:
    return subheading("{{ entry.number }}. {{ entry.title }}") + passages(
        ("条目", "{{ entry.about }}"),
        ("现象", "{{ entry.symptoms }}"),
        ("原因", "{{ entry.cause }}"),
        ("处理步骤", "{{ entry.steps }}"),
        ("参考", "{{ entry.links }}"),
    )
