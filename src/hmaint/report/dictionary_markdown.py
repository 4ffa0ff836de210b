"""《数据库表结构文档》 as Markdown, from the same data as the Word form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Data = Mapping[str, Any]


def markdown(data: Data) -> str:
    """The whole document; every table has an anchor that the list of tables leads to."""
    return "\n".join(_lines(data)) + "\n"


def _lines(data: Data) -> Iterator[str]:
    yield f"# {data['hospital']} {data['title']}：{data['database']}"
    yield ""
    yield from _grid(("项目", "内容"), ((name, data[key]) for name, key in _HEAD))
    yield from _part(
        "一、概况", [data["summary"] + "。", "", data["completeness"] + "。", "", data["remarks"]]
    )
    yield from _part("二、与上一版的差异", [data["comparison"]])
    if data["changes"]:
        yield from _grid(_CHANGE_HEADS, _picked(data["changes"], "number how what where before after"))
    yield from _part("三、表清单", [])
    yield from _grid(_LIST_HEADS, (_listed(table) for table in data["tables"]))
    yield from _part("四、表间关系（外键）", [] if data["relations"] else ["没有声明外键。"])
    if data["relations"]:
        yield from _grid(
            _RELATION_HEADS, _picked(data["relations"], "number table columns to to_columns rule")
        )
    yield from _part("五、表结构", [])
    for entry in data["entries"]:
        yield from _entry(entry)
    yield from _part("六、缺少说明的表和字段", [] if data["gaps"] else ["无。"])
    if data["gaps"]:
        yield from _grid(
            ("序号", "表", "项数", "缺少说明的内容"), _picked(data["gaps"], "number name count missing")
        )
    if data["stale"]:
        yield f"补充文件中已不存在的表和字段：{_cell(data['stale'])}"
        yield ""
    yield f"数据 SHA-256：`{data['digest']}`"


_HEAD = (
    ("系统名称", "system"), ("维护单位", "vendor"), ("合同编号", "contract"), ("文件编号", "number"),
    ("版次", "edition"), ("数据库类型", "engine"), ("地址", "address"), ("读取时间", "taken_at"),
    ("编制人", "operator"),
)  # fmt: skip
_CHANGE_HEADS = ("序号", "变化", "对象", "名称", "原来", "现在")
_LIST_HEADS = ("序号", "表名", "类别", "说明", "字段数", "估计行数", "大小")
_RELATION_HEADS = ("序号", "表", "字段", "引用的表", "引用的字段", "更新/删除时")
_COLUMN_HEADS = ("序号", "字段名", "含义", "数据类型", "可空", "默认值", "键")


def _part(heading: str, lines: Iterable[str]) -> Iterator[str]:
    yield from ("", f"## {heading}", "")
    yield from lines
    yield ""


def _listed(table: Data) -> Sequence[object]:
    link = f"[{_cell(table['name'])}](#{anchor(table)})"
    return (
        table["number"], _Raw(link), table["kind"], table["meaning"], table["columns"], table["rows"], table["size"],
    )  # fmt: skip


def anchor(table: Data) -> str:
    """A place in the document that no two tables share, whatever their names."""
    return f"t{table['number']}"


def _entry(entry: Data) -> Iterator[str]:
    yield f'<a id="{anchor(entry)}"></a>'
    yield ""
    yield f"### 5.{entry['number']} {_cell(entry['name'])} {_cell(entry['meaning'])}"
    yield ""
    yield _cell(entry["facts"]) + "。"
    yield ""
    yield from _grid(
        _COLUMN_HEADS, _picked(entry["columns"], "number name meaning type nullable default key")
    )
    for name, key in (("索引", "indexes"), ("引用", "outgoing"), ("被引用", "incoming")):
        if entry[key]:
            yield f"- {name}：{_cell(entry[key].replace(chr(10), '；'))}"
    yield ""


class _Raw(str):
    """Text that is Markdown already."""

    __slots__ = ()


def _picked(rows: Iterable[Data], names: str) -> Iterator[Sequence[object]]:
    return (tuple(row[name] for name in names.split()) for row in rows)


def _grid(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(_cell(value) for value in row)} |"
    yield ""


_MARKUP = re.compile(r"([\\`*_\[\]<>|#])")


def _cell(value: object) -> str:
    """Text that cannot break the table it stands in, nor be taken for markup."""
    if isinstance(value, _Raw):
        return value
    return _MARKUP.sub(r"\\\1", str(value)).replace("\n", "<br>")
