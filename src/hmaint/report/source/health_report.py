"""系统健康检查与性能分析报告 as it is laid out: what matters first, then each demanded part, then the raw figures."""

from __future__ import annotations

from hmaint.report.source.blocks import overdue, targets, unexamined
from hmaint.report.source.frame import document, particulars
from hmaint.report.source.sheet import (
    Layout,
    each,
    heading,
    heads,
    label,
    note,
    optional,
    signatures,
    subheading,
    title,
    value,
    verdict,
)
from hmaint.report.source.word import control, paragraph, row, table

_FIGURES = (2700, 1774, 1250, 1250, 1650, 900)
_CAPACITY = (560, 1400, 2300, 1050, 1100, 3114)
_RISKS = (560, 950, 3164, 3250, 1600)
_CHANGES = (560, 1450, 2100, 5414)
_APPENDIX = (700, 1600, 2100, 2624, 1300, 1200)


def layout() -> Layout:
    """Lay out the whole report."""
    return document(
        "系统健康检查与性能分析报告",
        title("{{ title }}"),
        paragraph("（{{ quarter }}）", style="CellText", align="center"),
        particulars(
            (("检查时间", "{{ period }}"),),
            (("检查人员", "{{ operator }}"), ("检查方式", "{{ mode }}")),
            (("检查方案", "{{ playbook }}"),),
        ),
        heading("一、总体结论"),
        _conclusion(),
        note(""),
        targets(),
        heading("二、服务器性能深度分析"),
        note("“上次”为同一方案的上一次记录；“结果”按巡检方案中的阈值判断，阈值及依据见检查项目录。"),
        _blocks("servers", "本次没有服务器。"),
        heading("三、数据库运行状态评估"),
        _blocks("databases", "本次没有数据库。"),
        heading("四、网络设备、存储、电源与服务接口"),
        _blocks("others", "本次没有网络设备和服务接口。"),
        optional("performance", subheading("性能走势")),
        _charts("performance"),
        heading("五、存储容量规划"),
        note("{{ capacity_conclusion }}"),
        _capacity(),
        _charts("capacity_charts"),
        optional("undrawn", note("{{ undrawn }}")),
        note("{{ method }}"),
        heading("六、风险提示与优化建议"),
        overdue(),
        _risks(),
        optional("resolved", note("已消除的问题：{{ resolved }}")),
        heading("七、与上次比较"),
        note("{{ compared }}"),
        _changes(),
        heading("八、未能检查的内容（不作正常或异常判断）"),
        unexamined(),
        heading("九、签字确认"),
        signatures("项目经理签字", "采购人签字"),
        note("签字栏须手写。{% if masked %}{{ masked }}。{% endif %}"),
        heading("附录　原始数据"),
        _appendix(),
        optional("figures_more", note("{{ figures_more }}")),
    )


def _conclusion() -> str:
    return table(
        (1400, 8124),
        row(label("结果汇总"), value("{{ summary }}"), height=400),
        row(label("总体结论"), value("{{ conclusion }}", bold=True), height=560),
        row(label("须立即关注"), value("{{ urgent }}", bold=True), height=560),
    )


def _blocks(name: str, none: str) -> str:
    """Give each target its figures beside those of the last time."""
    figures = table(
        _FIGURES,
        heads("指标", "对象", "本次", "上次", "变化", "结果"),
        control("tr for figure in block.figures", 6),
        row(
            value("{{ figure.item }}"),
            value("{{ figure.subject }}"),
            value("{{ figure.now }}", align="right"),
            value("{{ figure.before }}", align="right"),
            value("{{ figure.change }}", align="right"),
            verdict("figure"),
        ),
        control("tr endfor", 6),
    )
    block = (
        subheading("{{ block.name }}")
        + optional("block.facts", note("{{ block.facts }}"))
        + note("{{ block.conclusion }}")
        + optional("block.figures", figures)
    )
    return each(f"block in {name}", block) + optional(f"not {name}", note(none))


def _charts(name: str) -> str:
    # A picture keeps to the page of its title.
    shown = paragraph("{{ chart.title }}", style="Note", keep=True) + paragraph("{{ chart.image }}")
    return each(f"chart in {name}", shown)


def _capacity() -> str:
    return table(
        _CAPACITY,
        heads("序号", "对象", "项目", "当前", "每月增长", "趋势与预计写满日期"),
        control("tr for item in capacity", 6),
        row(
            value("{{ item.number }}", align="center"),
            value("{{ item.target }}"),
            value("{{ item.subject }}"),
            value("{{ item.now }}", align="right"),
            value("{{ item.monthly }}", align="right"),
            value("{% if item.soon %}【须处理】{% endif %}{{ item.outlook }}"),
        ),
        control("tr endfor", 6),
        control("tr if not capacity", 6),
        row(value("无", span=6, align="center")),
        control("tr endif", 6),
    )


def _risks() -> str:
    return table(
        _RISKS,
        heads("序号", "风险等级（拟定）", "风险提示", "优化建议（拟定）", "整改时限"),
        control("tr for item in risks", 5),
        row(
            value("{{ item.number }}", align="center"),
            value("{{ item.risk }}", align="center"),
            value("{{ item.problem }}"),
            value("{{ item.advice }}"),
            value("{{ item.deadline }}"),
        ),
        control("tr endfor", 5),
        control("tr if not risks", 5),
        row(value("已检查的内容中未发现风险", span=5, align="center")),
        control("tr endif", 5),
    )


def _changes() -> str:
    listed = table(
        _CHANGES,
        heads("序号", "变化", "对象", "内容"),
        control("tr for item in changes", 4),
        row(
            value("{{ item.number }}", align="center"),
            value("{{ item.kind }}", align="center"),
            value("{{ item.where }}"),
            value("{{ item.what }}"),
        ),
        control("tr endfor", 4),
    )
    return optional("changes", listed)


def _appendix() -> str:
    return table(
        _APPENDIX,
        heads("序号", "目标", "检查项", "指标", "对象", "数值"),
        control("tr for figure in figures", 6),
        row(
            value("{{ figure.number }}", align="center"),
            value("{{ figure.target }}"),
            value("{{ figure.item }}"),
            value("{{ figure.name }}"),
            value("{{ figure.subject }}"),
            value("{{ figure.value }}", align="right"),
        ),
        control("tr endfor", 6),
    )
