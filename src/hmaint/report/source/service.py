"""Lists that documents of a period share: its inspections, its backups, what is open and what grows."""

from __future__ import annotations

from hmaint.report.source.frame import Column, listing


def inspections() -> str:
    """List the inspections of a period with how many checks came out how."""
    return listing(
        "item in inspections",
        Column("序号", "number", 560, "center"),
        Column("巡检时间", "time", 1500, "center"),
        Column("方案与方式", "playbook", 1750),
        Column("巡检人员", "operator", 950, "center"),
        Column("正常", "ok", 600, "center"),
        Column("警告", "warning", 600, "center"),
        Column("严重", "critical", 600, "center"),
        Column("未能检查", "unknown", 700, "center"),
        Column("来源记录", "record", 2264),
        none="本期没有巡检记录",
    )


def capacity() -> str:
    """List what grows, with when it will be full."""
    return listing(
        "item in capacity",
        Column("序号", "number", 560, "center"),
        Column("对象", "target", 1500),
        Column("项目", "subject", 1900),
        Column("当前", "now", 1050, "right"),
        Column("每月增长", "monthly", 1150, "right"),
        Column("趋势与预计写满日期", "outlook", 3364),
        none="没有可用于判断趋势的历史数据",
    )


def backups() -> str:
    """List the backups a hospital has, each with its copies."""
    return listing(
        "item in backups",
        Column("序号", "number", 560, "center"),
        Column("备份名称", "name", 1400),
        Column("备份对象", "of", 1500),
        Column("主机与路径", "place", 2700),
        Column("周期与时限", "schedule", 1200, "center"),
        Column("其他副本（异地）", "copies", 2164),
        none="清单中没有登记备份",
    )


def ambiguities() -> str:
    """List what the contract leaves open, with how it is read meanwhile."""
    return listing(
        "item in ambiguities",
        Column("编号", "id", 900, "center"),
        Column("合同未写明的问题", "question", 4624),
        Column("拟定处理", "proposal", 4000),
    )


def changes() -> str:
    """List what is otherwise than before."""
    return listing(
        "item in changes",
        Column("序号", "number", 560, "center"),
        Column("变化", "kind", 1450, "center"),
        Column("对象", "where", 2100),
        Column("内容", "what", 5414),
        none="{{ no_changes }}",
    )
