"""系统运行汇总报告 as it is laid out: how a system ran in a period, and plainly what nothing is known of."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.narrative import conclusion
from hmaint.report.source.service import ambiguities, capacity, changes, inspections
from hmaint.report.source.sheet import Layout, heading, note, optional, signatures, subheading, title


def layout() -> Layout:
    """Lay out the whole report."""
    return document(
        "系统运行汇总报告",
        title("{{ title }}"),
        particulars((("汇总期间", "{{ period }}"),)),
        optional("as_of", note("{{ as_of }}")),
        heading("一、总体情况"),
        conclusion(("总体情况", "{{ overall }}")),
        heading("二、可用性"),
        note("{{ availability }}"),
        _probes(),
        heading("三、故障"),
        note("{{ incident_summary }}"),
        _incidents(),
        heading("四、巡检"),
        inspections(),
        subheading("未关闭的异常"),
        _anomalies(),
        heading("五、性能与容量"),
        _figures(),
        subheading("容量趋势"),
        capacity(),
        heading("六、数据检查"),
        _data_checks(),
        heading("七、变更"),
        note("{{ compared }}"),
        changes(),
        heading("八、下期工作与服务计划"),
        _plan(),
        heading("九、没有记录可依的内容"),
        note("以下内容没有记录，本报告不作判断；没有记录不等于没有发生。"),
        _unrecorded(),
        subheading("待书面确认的合同条款"),
        ambiguities(),
        heading("十、签字确认"),
        signatures("项目经理签字", "医院接收人签字"),
        note("签字栏须手写。本报告在季度例会前提交。"),
    )


def _probes() -> str:
    return listing(
        "item in probes",
        Column("序号", "number", 560, "center"),
        Column("服务", "name", 2000),
        Column("地址", "address", 3164),
        Column("探测次数", "times", 950, "center"),
        Column("正常", "up", 900, "center"),
        Column("异常", "down", 900, "center"),
        Column("未能探测", "unknown", 1050, "center"),
        none="本期没有对服务接口的探测记录",
    )


def _incidents() -> str:
    return listing(
        "item in incidents",
        Column("序号", "number", 560, "center"),
        Column("报修时间", "time", 1500, "center"),
        Column("级别", "level", 800, "center"),
        Column("故障", "event", 3664),
        Column("影响时长（分钟）", "minutes", 1200, "center"),
        Column("状态", "state", 1800),
        none="没有故障记录",
    )


def _anomalies() -> str:
    return listing(
        "item in anomalies",
        Column("序号", "number", 560, "center"),
        Column("风险等级（拟定）", "risk", 1200, "center"),
        Column("异常与位置", "problem", 4764),
        Column("发现日期", "since", 1300, "center"),
        Column("整改时限", "due", 1700, "center"),
        none="{{ no_anomalies }}",
    )


def _figures() -> str:
    return listing(
        "item in performance",
        Column("序号", "number", 560, "center"),
        Column("对象", "target", 1900),
        Column("指标", "item", 2464),
        Column("期初", "first", 1150, "right"),
        Column("期末", "last", 1150, "right"),
        Column("最高", "highest", 1150, "right"),
        Column("读数次数", "readings", 1150, "center"),
        none="本期没有性能读数",
    )


def _data_checks() -> str:
    return listing(
        "item in data_checks",
        Column("序号", "number", 560, "center"),
        Column("检查时间", "time", 1550, "center"),
        Column("检查方案", "playbook", 2300),
        Column("结果", "result", 2814),
        Column("来源记录", "record", 2300),
        none="本期没有数据检查记录",
    )


def _plan() -> str:
    return listing(
        "item in plan",
        Column("序号", "number", 560, "center"),
        Column("工作内容", "what", 5464),
        Column("负责人", "owner", 1500, "center"),
        Column("计划完成时间", "due", 2000, "center"),
        height=500,
    )


def _unrecorded() -> str:
    return listing(
        "item in unrecorded",
        Column("序号", "number", 560, "center"),
        Column("内容", "item", 3200),
        Column("说明", "why", 5764),
    )
