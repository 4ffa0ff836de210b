"""Blocks that the emergency plan and the disaster recovery plan share: duties, order of recovery, fallback, drills."""

from __future__ import annotations

from hmaint.report.source.frame import Column, listing
from hmaint.report.source.passages import SERIAL, fixed
from hmaint.report.source.sheet import heads

_DUTIES = (1900, 5224, 2400)
_FALLBACK = (1700, 3424, 2200, 2200)


def duties() -> str:
    """Say who does what; the names are the hospital's to write."""
    return fixed(
        _DUTIES,
        heads("组别", "责任分工", "负责人（医院与维护单位填写）"),
        ("应急领导小组", "决定启动和终止预案、调动全院资源、批准对外通报", ""),
        ("现场指挥（信息科）", "核实与定级，统一指挥处置，向领导小组报告进展", ""),
        ("技术处置组（维护单位）", "响应、到场、诊断、恢复系统和数据，保留证据，提交分析报告", ""),
        ("网络安全组", "隔离受感染或被入侵的设备，保全日志，配合上级和公安部门", ""),
        ("业务协调组（临床、医技科室）", "启用人工替代方案，保障患者安全，恢复后补录并核对", ""),
        ("后勤保障组", "电力、空调、消防、场地、车辆和备件", ""),
        height=560,
    )


def order() -> str:
    """List in which order things come back, and by when."""
    return listing(
        "item in order",
        Column("顺序", "number", 560, "center"),
        Column("恢复对象", "name", 2100),
        Column("类别", "kind", 1000, "center"),
        Column("排序理由", "why", 2664),
        Column("恢复时间目标（RTO）", "rto", 1600, "center"),
        Column("允许丢失数据（RPO）", "rpo", 1600, "center"),
        none="清单中没有登记对象",
    )


def fallback() -> str:
    """Say how the wards go on by hand; what is theirs to say is left to be written."""
    return fixed(
        _FALLBACK,
        heads("业务环节", "人工替代办法", "单据与存放地点", "启用人与补录责任人"),
        ("患者登记与身份核对", "使用纸质登记本，两种以上标识核对身份", "", ""),
        ("医嘱与执行", "手写医嘱单，双人核对，危急医嘱电话复述", "", ""),
        ("记录与观察", "手写护理、观察记录单，按时间先后编号", "", ""),
        ("检查、检验与报告", "手写申请单，危急值电话通知并登记", "", ""),
        ("费用与取药", "手写记账凭证，恢复后补记", "", ""),
        ("恢复后补录", "按单据时间先后补录，两人核对后销号，单据归档", "", ""),
        height=560,
    )


def drills() -> str:
    """List what is practised when, and when it was last."""
    return listing(
        "item in drills",
        SERIAL,
        Column("演练内容", "what", 2764),
        Column("方式", "mode", 1500, "center"),
        Column("频次", "per", 1100, "center"),
        Column("计划时间", "planned", 1500, "center"),
        Column("上次演练与结果", "last", 2100),
    )
