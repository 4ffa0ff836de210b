"""日常系统巡检记录 as it is laid out: conclusion first, then what it rests on, then the signatures."""

from __future__ import annotations

from hmaint.report.source.blocks import overdue, targets, unexamined
from hmaint.report.source.frame import document, particulars
from hmaint.report.source.sheet import (
    WRITING,
    Layout,
    each,
    heading,
    heads,
    label,
    note,
    optional,
    signatures,
    title,
    value,
    verdict,
    writing,
)
from hmaint.report.source.word import LABEL_SHADE, cell, control, paragraph, row, run, table

_CONTENT = (560, 2350, 1900, 1050, 3664)
_ANOMALY = (1750, 3012, 1750, 3012)


def layout() -> Layout:
    """Lay out the whole sheet."""
    return document(
        "日常系统巡检记录",
        title("{{ title }}"),
        particulars(
            (("巡检时间", "{{ period }}"),),
            (("巡检人员", "{{ operator }}"), ("巡检方式", "{{ mode }}")),
            (("巡检方案", "{{ playbook }}"),),
        ),
        heading("一、巡检结论"),
        _conclusion(),
        heading("二、巡检对象"),
        targets(),
        optional("absent", note("未列入本次巡检的对象：{{ absent }}")),
        heading("三、巡检内容与巡检结果"),
        _content(),
        heading("四、异常事件与处理"),
        overdue(),
        _anomalies(),
        heading("五、未能检查的内容（不作正常或异常判断）"),
        unexamined(),
        heading("六、不适用的内容"),
        _skipped(),
        heading("七、签字确认"),
        signatures("巡检人员签字", "医院信息科签字"),
        note(
            "签字栏须手写。{% if masked %}{{ masked }}。{% endif %}"
            "原始输出保存在来源记录中，可用 hmaint runs show 命令按编号查阅。"
        ),
    )


def _conclusion() -> str:
    return table(
        (1400, 8124),
        row(label("结果汇总"), value("{{ summary }}"), height=400),
        row(label("巡检结论"), value("{{ conclusion }}", bold=True), height=560),
        control("tr if overdue", 2),
        row(
            label("逾期未整改"),
            value("{{ overdue_count }} 项已超过整改时限，列于第四部分之首，须优先处理", bold=True),
            height=400,
        ),
        control("tr endif", 2),
    )


def _content() -> str:
    band = paragraph(
        run("类别：{{ section.name }}", bold=True), run("　{{ section.tally }}"), style="CellText", keep=True
    )
    return table(
        _CONTENT,
        heads("序号", "巡检内容", "对象", "巡检结果", "说明"),
        control("tr for section in sections", 5),
        row(cell(band, span=5, shade=LABEL_SHADE)),
        control("tr for item in section.rows", 5),
        row(
            value("{{ item.number }}", align="center"),
            value("{{ item.content }}"),
            value("{{ item.target }}"),
            verdict("item"),
            value("{{ item.note }}"),
        ),
        control("tr endfor", 5),
        control("tr endfor", 5),
        control("tr if not sections", 5),
        row(value("无（所有对象均未能检查，见第五部分）", span=5)),
        control("tr endif", 5),
    )


def _anomalies() -> str:
    head = paragraph(
        run("异常 {{ anomaly.number }}　{{ anomaly.level }}　{{ anomaly.title }}", bold=True),
        run("　{{ anomaly.where }}　（{{ anomaly.state }}）"),
        style="CellText",
        keep=True,
    )
    return table(
        _ANOMALY,
        control("tr for anomaly in anomalies", 4),
        row(cell(head, span=4, shade=LABEL_SHADE), height=400),
        _kept("异常事件", "{{ anomaly.event }}"),
        row(
            label("风险等级（拟定）", keep=True), value("{{ anomaly.risk }}"),
            label("发现编号"), value("{{ anomaly.id }}"),
        ),
        _kept("整改时限", "{{ anomaly.deadline }}"),
        _kept("处理建议（拟定）", "{{ anomaly.advice }}"),
        *_handwritten("异常反馈", "feedback", keep=True),
        *_handwritten("异常问题解决方案", "solution", keep=False),
        control("tr endfor", 4),
        control("tr if not anomalies", 4),
        row(value("{{ no_anomalies }}", span=4), height=400),
        control("tr endif", 4),
        control("tr if resolved", 4),
        writing("已消除的异常", "{{ resolved }}", span=3),
        control("tr endif", 4),
    )  # fmt: skip


def _kept(name: str, words: str) -> str:
    return row(label(name, keep=True), value(words, span=3), height=400)


def _handwritten(name: str, key: str, *, keep: bool) -> tuple[str, ...]:
    """Show what was noted; where nothing was, leave room to write it by hand."""
    words = "{{ anomaly." + key + " }}"
    return (
        control(f"tr if anomaly.{key}", 4),
        writing(name, words, span=3, keep=keep),
        control("tr else", 4),
        writing(name, "", span=3, height=WRITING, keep=keep),
        control("tr endif", 4),
    )


def _skipped() -> str:
    return note("共 {{ skipped_count }} 项。") + each(
        "item in skipped", note("{{ item.reason }}（{{ item.target }}）：{{ item.content }}")
    )
