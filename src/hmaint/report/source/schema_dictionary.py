"""《数据库表结构文档》 as it is laid out: what it covers, what changed, the list, then every table on its own."""

from __future__ import annotations

from hmaint.report.source.sheet import (
    Layout,
    grid,
    heading,
    heads,
    label,
    note,
    optional,
    page_footer,
    page_header,
    signatures,
    title,
    value,
)
from hmaint.report.source.word import bookmark, cell, control, link, paragraph, row, run, table

_GRID = (1400, 3362, 1400, 3362)
_CHANGES = (560, 700, 700, 2364, 2600, 2600)
_TABLES = (560, 2664, 800, 2600, 800, 1050, 1050)
_RELATIONS = (560, 2300, 1700, 2300, 1464, 1200)
_COLUMNS = (560, 1900, 2564, 1600, 600, 1400, 900)
_GAPS = (560, 2700, 700, 5564)


def layout() -> Layout:
    """Lay out the whole document."""
    return Layout(
        title="数据库表结构文档",
        body=(
            title("{{ title }}"),
            _basics(),
            heading("一、概况"),
            _overview(),
            note("{{ remarks }}{% if masked %}{{ masked }}。{% endif %}"),
            heading("二、与上一版的差异"),
            note("{{ comparison }}"),
            *_where("changes", _changes()),
            heading("三、表清单"),
            _tables(),
            heading("四、表间关系（外键）"),
            *_where("relations", _relations()),
            *_where("not relations", note("数据库中没有声明外键。")),
            heading("五、表结构"),
            *_entries(),
            heading("六、缺少说明的表和字段"),
            *_where("gaps", _gaps()),
            *_where("not gaps", note("无：所有的表和字段都有说明。")),
            optional("stale", note("补充文件中写有、数据库中已不存在的表和字段：{{ stale }}")),
            heading("七、签字确认"),
            signatures("编制单位签字", "医院信息科签字"),
            note("签字栏须手写。本文档由数据库目录自动生成，未读取任何业务数据。"),
        ),
        header=page_header("{{ hospital }}　{{ title }}", "编号：{{ number }}"),
        footer=page_footer(
            "本文件由记录 {{ record }} 生成　版本 {{ version }}　生成时间 {{ generated_at }}",
            "数据 SHA-256：{{ digest }}",
        ),
    )


def _basics() -> str:
    return grid(
        _GRID,
        (("医院名称", "{{ hospital }}"), ("科室", "{{ department }}")),
        (("系统名称", "{{ system }}"), ("维护单位", "{{ vendor }}")),
        (("合同编号", "{{ contract }}"), ("文件编号", "{{ number }}")),
        (("数据库", "{{ database }}"), ("数据库类型", "{{ engine }}")),
        (("地址", "{{ address }}"), ("版次", "{{ edition }}")),
        (("编制人", "{{ operator }}"), ("读取时间", "{{ taken_at }}")),
    )


def _overview() -> str:
    return table(
        (1400, 8124),
        row(label("结构规模"), value("{{ summary }}"), height=400),
        row(label("说明完整度"), value("{{ completeness }}", bold=True), height=400),
    )


def _where(condition: str, block: str) -> tuple[str, ...]:
    """Show a block only where something holds."""
    return (paragraph(f"{{%p if {condition} %}}"), block, paragraph("{%p endif %}"))


def _changes() -> str:
    return table(
        _CHANGES,
        heads("序号", "变化", "对象", "名称", "原来", "现在"),
        control("tr for change in changes", 6),
        row(
            value("{{ change.number }}", align="center"),
            value("{{ change.how }}", align="center"),
            value("{{ change.what }}", align="center"),
            value("{{ change.where }}"),
            value("{{ change.before }}"),
            value("{{ change.after }}"),
        ),
        control("tr endfor", 6),
    )


def _tables() -> str:
    """The list of tables, each name leading to the table's own part."""
    named = paragraph(link("t{{entry.number}}", "{{ entry.name }}"), style="CellText")
    return table(
        _TABLES,
        heads("序号", "表名", "类别", "说明", "字段数", "估计行数", "大小"),
        control("tr for entry in tables", 7),
        row(
            value("{{ entry.number }}", align="center"),
            cell(named),
            value("{{ entry.kind }}", align="center"),
            value("{{ entry.meaning }}"),
            value("{{ entry.columns }}", align="center"),
            value("{{ entry.rows }}", align="right"),
            value("{{ entry.size }}", align="right"),
        ),
        control("tr endfor", 7),
    )


def _relations() -> str:
    return table(
        _RELATIONS,
        heads("序号", "表", "字段", "引用的表", "引用的字段", "更新/删除时"),
        control("tr for relation in relations", 6),
        row(
            value("{{ relation.number }}", align="center"),
            value("{{ relation.table }}"),
            value("{{ relation.columns }}"),
            value("{{ relation.to }}"),
            value("{{ relation.to_columns }}"),
            value("{{ relation.rule }}"),
        ),
        control("tr endfor", 6),
    )


def _entries() -> tuple[str, ...]:
    """A part for each table: its name, its columns, its indexes, and the relations both ways."""
    named = paragraph(
        bookmark("t{{entry.number}}", run("5.{{ entry.number }}　{{ entry.name }}　{{ entry.meaning }}")),
        style="Heading2",
        keep=True,
    )
    columns = table(
        _COLUMNS,
        heads("序号", "字段名", "含义", "数据类型", "可空", "默认值", "键"),
        control("tr for column in entry.columns", 7),
        row(
            value("{{ column.number }}", align="center"),
            value("{{ column.name }}"),
            value("{{ column.meaning }}"),
            value("{{ column.type }}"),
            value("{{ column.nullable }}", align="center"),
            value("{{ column.default }}"),
            value("{{ column.key }}", align="center"),
        ),
        control("tr endfor", 7),
        *_below("索引", "indexes"),
        *_below("引用", "outgoing"),
        *_below("被引用", "incoming"),
    )
    facts = paragraph("{{ entry.facts }}", style="Note", keep=True)
    return (paragraph("{%p for entry in entries %}"), named, facts, columns, paragraph("{%p endfor %}"))


def _below(name: str, key: str) -> tuple[str, ...]:
    words = row(label(name, span=2), value("{{ entry." + key + " }}", span=5))
    return (control(f"tr if entry.{key}", 7), words, control("tr endif", 7))


def _gaps() -> str:
    return table(
        _GAPS,
        heads("序号", "表", "项数", "缺少说明的内容"),
        control("tr for gap in gaps", 4),
        row(
            value("{{ gap.number }}", align="center"),
            value("{{ gap.name }}"),
            value("{{ gap.count }}", align="center"),
            value("{{ gap.missing }}"),
        ),
        control("tr endfor", 4),
    )
