"""What most documents share: the page around them, whom they are between, and lists that grow with their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hmaint.report.source.sheet import Layout, grid, heads, page_footer, page_header, value
from hmaint.report.source.word import control, row, table

PAIRS = (1400, 3362, 1400, 3362)
"""Two labels, each with what stands beside it."""
_NUMBER = "编号：{{ number }}{% if contract %}　合同：{{ contract }}{% endif %}"


class Column(NamedTuple):
    """A column of a list: its head, the field of the row it shows (none: written by hand), its width."""

    head: str
    shows: str
    width: int
    align: str = ""


def document(name: str, *body: str) -> Layout:
    """Lay a document out on the page all documents share."""
    return Layout(
        title=name,
        body=body,
        header=page_header("{{ hospital }}　{{ title }}", _NUMBER),
        footer=page_footer(
            "本文件由记录 {{ record }} 生成　版本 {{ version }}　生成时间 {{ generated_at }}",
            "数据 SHA-256：{{ digest }}",
        ),
    )


def particulars(*more: Sequence[tuple[str, str]]) -> str:
    """Tell whom the document is between, and `more` rows of label and value."""
    return grid(
        PAIRS,
        (("医院名称", "{{ hospital }}"), ("科室", "{{ department }}")),
        (("系统名称", "{{ system }}"), ("维护单位", "{{ vendor }}")),
        (("合同编号", "{{ contract }}"), ("文件编号", "{{ number }}")),
        *more,
    )


def listing(each: str, *columns: Column, none: str = "无", height: int = 0) -> str:
    """List rows (`item in items`) below a head that comes again on each page; `none` where there is no row."""
    one, _, rows = each.partition(" in ")
    wide = len(columns)
    return table(
        [column.width for column in columns],
        heads(*(column.head for column in columns)),
        control(f"tr for {each}", wide),
        row(*(_shown(one, column) for column in columns), height=height),
        control("tr endfor", wide),
        control(f"tr if not {rows}", wide),
        row(value(none, span=wide, align="center"), height=height),
        control("tr endif", wide),
    )


def _shown(one: str, column: Column) -> str:
    words = "{{ " + f"{one}.{column.shows}" + " }}" if column.shows else ""
    return value(words, align=column.align)
