"""整改单 as it is laid out: all items at a glance, then each with room for who does it and who verifies it."""

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
from hmaint.report.source.word import LABEL_SHADE, cell, control, paragraph, row, run, table

_GLANCE = (
    Column("序号", "number", 600, "center"), Column("整改事项", "item", 3224),
    Column("风险等级（拟定）", "risk", 1680, "center"), Column("整改时限", "due", 2400),
    Column("当前状态", "standing", 1620, "center"),
)  # fmt: skip
_ITEM = (1100, 1500, 1100, 1500, 1100, 3224)
_NONE = "{{ no_items }}"


def layout() -> Layout:
    """Lay out the whole sheet."""
    return document(
        "整改单",
        title("{{ title }}"),
        particulars(
            (("问题来源", "{{ source }}"), ("统计截至", "{{ until }}")),
            (("项目经理", "{{ manager }}"), ("整改情况", "{{ summary }}")),
        ),
        heading("一、整改事项一览"),
        listing("item in items", *_GLANCE, none=_NONE),
        note("{{ unexamined }}"),
        heading("二、逐项整改与核验"),
        _items(),
        heading("三、签字确认"),
        signatures("整改负责人签字", "医院核验人签字"),
        note("风险等级、整改时限中注明拟定的，以双方确认为准。责任人和核验人须手写；"
            "复查结果来自来源记录，不代替医院核验。"),
    )  # fmt: skip


def _items() -> str:
    wide = len(_ITEM)
    head = paragraph(
        run("{{ item.number }}　{{ item.item }}", bold=True), run("　（{{ item.id }}）"), style="CellText", keep=True
    )  # fmt: skip
    return table(
        _ITEM,
        control("tr for item in items", wide),
        row(cell(head, span=wide, shade=LABEL_SHADE), height=400),
        _kept("来源", "{{ item.source }}"),
        _kept("问题", "{{ item.problem }}"),
        _three(("风险等级", "{{ item.risk }}"), ("发现日期", "{{ item.since }}"), ("整改时限", "{{ item.due }}")),
        *_handwritten("整改措施", "measure"),
        _kept("复查结果", "{{ item.recheck }}"),
        _three(("责任人", "{{ item.owner }}"), ("完成日期", "{{ item.done }}"), ("核验人", ""), last=True),
        control("tr endfor", wide),
        control("tr if not items", wide),
        row(value(_NONE, span=wide), height=400),
        control("tr endif", wide),
    )  # fmt: skip


def _kept(name: str, words: str) -> str:
    return row(label(name, keep=True), value(words, span=len(_ITEM) - 1), height=400)


def _three(*pairs: tuple[str, str], last: bool = False) -> str:
    cells = [piece for name, words in pairs for piece in (label(name, keep=not last), value(words))]
    return row(*cells, height=620 if last else 400)


def _handwritten(name: str, key: str) -> tuple[str, ...]:
    """Show what is proposed or was noted; where nothing is, leave room to write it by hand."""
    span = len(_ITEM) - 1
    return (
        control(f"tr if item.{key}", len(_ITEM)),
        writing(name, "{{ item." + key + " }}", span=span, keep=True),
        control("tr else", len(_ITEM)),
        writing(name, "", span=span, height=WRITING, keep=True),
        control("tr endif", len(_ITEM)),
    )
