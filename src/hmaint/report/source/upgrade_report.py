"""升级实施报告 as it is laid out: what was approved, what was done, and how the system stands since."""

from __future__ import annotations

from hmaint.report.source.frame import PAIRS, Column, document, listing, particulars
from hmaint.report.source.narrative import conclusion, texts
from hmaint.report.source.sheet import Layout, grid, heading, note, signatures, title


def layout() -> Layout:
    """Lay out the whole report."""
    return document(
        "升级实施报告",
        title("{{ title }}"),
        particulars(
            (("升级申请编号", "{{ request }}"), ("升级版本", "{{ versions }}")),
            (("批准窗口", "{{ window }}"), ("实施时间", "{{ period }}")),
            (("批准校验值", "{{ plan_hash }}"),),
            (("执行校验值", "{{ executed_hash }}"),),
            (("是否一致", "{{ hash_same }}"),),
        ),
        heading("一、实施结论"),
        conclusion(("实施结论", "{{ conclusion }}")),
        heading("二、实施步骤"),
        _steps(),
        heading("三、升级前备份"),
        _backups(),
        heading("四、验证结果"),
        _verifications(),
        heading("五、停机时间、偏差与回滚"),
        grid(PAIRS, (("计划停机", "{{ downtime_planned }}"), ("实际停机", "{{ downtime }}"))),
        note(""),
        texts(("与方案的偏差", "{{ deviations }}")),
        note(""),
        texts(("是否回滚", "{{ rollback }}"), height=500),
        heading("六、稳定性观察"),
        _stability(),
        heading("七、现场监督"),
        _supervision(),
        heading("八、签字确认"),
        signatures("工程师签字", "现场监督人签字", "采购人签字"),
        note("签字栏须手写。"),
    )


def _steps() -> str:
    return listing(
        "item in steps",
        Column("序号", "number", 560, "center"),
        Column("步骤", "step", 3064),
        Column("计划起止", "planned", 1300, "center"),
        Column("实际起止", "actual", 1300, "center"),
        Column("返回码", "code", 750, "center"),
        Column("操作人", "operator", 950, "center"),
        Column("结果", "result", 1600),
    )


def _backups() -> str:
    return listing(
        "item in backups",
        Column("序号", "number", 560, "center"),
        Column("备份内容", "what", 2464),
        Column("存放位置", "where", 2900),
        Column("完成时间", "time", 1500, "center"),
        Column("验证结果", "verified", 2100),
        none="没有做升级前备份",
    )


def _verifications() -> str:
    return listing(
        "item in verifications",
        Column("序号", "number", 560, "center"),
        Column("验证内容", "item", 3164),
        Column("预期", "expected", 2250),
        Column("实际", "found", 2250),
        Column("结果", "result", 1300, "center"),
    )


def _stability() -> str:
    return listing(
        "item in stability",
        Column("序号", "number", 560, "center"),
        Column("观察时间", "time", 2200, "center"),
        Column("观察内容", "item", 3264),
        Column("结果", "found", 3500),
    )


def _supervision() -> str:
    return listing(
        "item in supervision",
        Column("监督人", "name", 2000, "center"),
        Column("到场时间", "arrived", 2300, "center"),
        Column("离场时间", "left", 2300, "center"),
        Column("说明", "note", 2924),
        height=500,
    )
