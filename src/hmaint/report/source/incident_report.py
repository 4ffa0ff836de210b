"""故障分析报告 as it is laid out: what happened, what was done, why, and what keeps it from coming again."""

from __future__ import annotations

from hmaint.report.source.frame import PAIRS, Column, document, listing, particulars
from hmaint.report.source.narrative import texts
from hmaint.report.source.service import ambiguities
from hmaint.report.source.sheet import Layout, grid, heading, note, signatures, subheading, title


def layout() -> Layout:
    """Lay out the whole report."""
    return document(
        "故障分析报告",
        title("{{ title }}"),
        particulars(
            (("故障编号", "{{ incident }}"), ("故障级别", "{{ level }}")),
            (("报修人", "{{ reporter }}"), ("报修渠道", "{{ channel }}")),
            (("提交期限", "{{ due }}"),),
        ),
        heading("一、事件描述"),
        texts(("事件描述", "{{ event }}")),
        heading("二、处理步骤"),
        _steps(),
        subheading("时间线"),
        _timeline(),
        subheading("时限达标情况"),
        _clocks(),
        subheading("待书面确认的合同条款"),
        ambiguities(),
        heading("三、原因分析与根本原因分析"),
        texts(("原因分析", "{{ cause }}"), ("根本原因", "{{ root_cause }}")),
        heading("四、影响范围"),
        grid(
            PAIRS,
            (("影响范围", "{{ scope }}"), ("影响时长", "{{ duration }}")),
            (("受影响用户", "{{ users }}"), ("受影响诊室", "{{ rooms }}")),
            (("对诊疗的影响", "{{ clinical }}"),),
        ),
        heading("五、表现形式及解决方法"),
        texts(
            ("表现形式", "{{ manifestation }}"),
            ("解决方法", "{{ solution }}"),
            ("临时或备用方案", "{{ fallback }}"),
        ),
        heading("六、总结"),
        texts(("总结", "{{ summary }}"), ("以往同类故障", "{{ recurrence }}")),
        heading("七、预防及改进措施"),
        _actions(),
        heading("八、证据"),
        _evidence(),
        heading("九、签字确认"),
        signatures("工程师签字", "项目经理签字", "采购人签字"),
        note("签字栏须手写。时限自采购人通过认可渠道正式报修起计算，等待时间另列，不予扣除。"),
    )


def _steps() -> str:
    return listing(
        "item in steps",
        Column("序号", "number", 560, "center"),
        Column("时间", "time", 1650, "center"),
        Column("处理步骤", "step", 4514),
        Column("处理人", "by", 1200, "center"),
        Column("结果", "result", 1600),
    )


def _timeline() -> str:
    return listing(
        "item in timeline",
        Column("节点", "point", 1750, "center"),
        Column("时间", "time", 1900, "center"),
        Column("距报修", "since", 1400, "center"),
        Column("说明", "note", 4474),
    )


def _clocks() -> str:
    return listing(
        "item in clocks",
        Column("时限", "clock", 2174),
        Column("约定", "limit", 1500, "center"),
        Column("起算时间", "begun", 1550, "center"),
        Column("应达到", "due", 1550, "center"),
        Column("实际达到", "met", 1550, "center"),
        Column("结果", "result", 1200, "center"),
        none="合同没有约定时限",
    )


def _actions() -> str:
    return listing(
        "item in actions",
        Column("序号", "number", 560, "center"),
        Column("措施", "action", 4264),
        Column("责任人", "owner", 1200, "center"),
        Column("完成时限", "due", 1500, "center"),
        Column("验证方法与结果", "verify", 2000),
    )


def _evidence() -> str:
    return listing(
        "item in evidence",
        Column("序号", "number", 560, "center"),
        Column("内容", "what", 3264),
        Column("来源", "where", 2500),
        Column("SHA-256", "sha256", 3200),
    )
