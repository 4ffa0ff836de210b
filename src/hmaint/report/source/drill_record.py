"""应急演练记录 as it is laid out: who took part, what happened when, held against what was to be reached."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.passages import SERIAL, passages
from hmaint.report.source.sheet import WRITING, Layout, heading, note, signatures, title


def layout() -> Layout:
    """Lay out the whole record."""
    return document(
        "应急演练记录",
        title("{{ title }}"),
        particulars(
            (("演练名称", "{{ name }}"),),
            (("依据预案", "{{ plan }}"),),
            (("演练场景", "{{ scenario }}"), ("演练方式", "{{ mode }}")),
            (("演练时间", "{{ period }}"), ("演练地点", "{{ place }}")),
            (("总指挥", "{{ leader }}"), ("记录人", "{{ recorder }}")),
        ),
        heading("一、演练目的与准备"),
        passages(("演练目的", "{{ purpose }}"), ("安全措施", "{{ safety }}"), ("参演范围", "{{ scope }}")),
        heading("二、参加人员与签到"),
        _people(),
        heading("三、演练过程"),
        _course(),
        heading("四、结果与目标对照"),
        _results(),
        heading("五、发现的问题与改进措施"),
        _problems(),
        heading("六、演练评价"),
        passages(("演练结论", "{{ conclusion }}"), ("评价意见", "{{ opinion }}"), height=WRITING),
        heading("七、签字确认"),
        signatures("维护单位签字", "医院签字"),
        note(
            "签到栏、签字栏须手写。实际用时由过程记录的起止时间计算；没有测得的写“未测得”，不以目标值代替。"
        ),
    )


def _people() -> str:
    return listing(
        "person in participants",
        SERIAL,
        Column("姓名", "name", 1700),
        Column("单位与科室", "unit", 2800),
        Column("演练中的职责", "duty", 2664),
        Column("签到", "", 1800),
        height=480,
    )


def _course() -> str:
    return listing(
        "step in timeline",
        SERIAL,
        Column("时间", "at", 1300, "center"),
        Column("步骤", "what", 3264),
        Column("执行人", "by", 1200, "center"),
        Column("实际情况", "outcome", 3200),
    )


def _results() -> str:
    return listing(
        "item in results",
        SERIAL,
        Column("指标", "item", 2964),
        Column("目标", "target", 1800),
        Column("实际", "actual", 2200),
        Column("是否达到", "met", 2000, "center"),
    )


def _problems() -> str:
    return listing(
        "item in problems",
        SERIAL,
        Column("发现的问题", "problem", 3100),
        Column("改进措施", "improvement", 3264),
        Column("责任人", "owner", 1200, "center"),
        Column("完成期限", "due", 1400, "center"),
    )
