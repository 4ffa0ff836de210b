"""备份恢复验证报告 as it is laid out: which copy, restored where, how long it took, and what was in it."""

from __future__ import annotations

from hmaint.report.source.frame import PAIRS, Column, document, listing, particulars
from hmaint.report.source.narrative import conclusion, texts
from hmaint.report.source.sheet import Layout, grid, heading, note, signatures, subheading, title


def layout() -> Layout:
    """Lay out the whole report."""
    return document(
        "备份恢复验证报告",
        title("{{ title }}"),
        particulars(
            (("验证期间", "{{ quarter }}"), ("演练时间", "{{ period }}")),
            (("演练人员", "{{ operator }}"), ("提交期限", "{{ due }}")),
        ),
        heading("一、验证结论"),
        conclusion(("验证结论", "{{ conclusion }}"), ("说明", "{{ conclusion_note }}")),
        heading("二、备份清单"),
        _backups(),
        subheading("本期缺失的备份（没有核查结果的夜晚）"),
        _missing(),
        heading("三、演练副本与恢复环境"),
        texts(
            ("演练副本选择规则", "{{ selection }}"),
            ("演练副本", "{{ chosen }}"),
            ("恢复目标（隔离环境）", "{{ target }}"),
            height=500,
        ),
        heading("四、恢复步骤"),
        _steps(),
        heading("五、恢复时间目标与恢复点目标"),
        grid(
            PAIRS,
            (("RTO 目标", "{{ rto_target }}"), ("RTO 实测", "{{ rto }}")),
            (("RPO 目标", "{{ rpo_target }}"), ("RPO 实测", "{{ rpo }}")),
        ),
        note("RTO 实测自下令恢复至业务检查完成；RPO 实测为下令时刻与备份中最后一笔数据的时间差。"),
        heading("六、恢复结果核对"),
        subheading("恢复对象与行数"),
        _objects(),
        subheading("业务检查"),
        _checks("business"),
        subheading("字符集抽样"),
        _checks("charset"),
        heading("七、发现的问题"),
        _findings(),
        subheading("未验证的内容（不作判断）"),
        _unverified(),
        heading("八、下次演练"),
        texts(("下次演练计划", "{{ next_drill }}"), ("恢复环境清理", "{{ cleanup }}"), height=500),
        heading("九、签字确认"),
        signatures("工程师签字", "项目经理签字", "采购人签字"),
        note("签字栏须手写。抽样只核对字符编码和条数，不取出个人信息。"),
    )


def _backups() -> str:
    return listing(
        "item in backups",
        Column("系统与备份", "name", 1350),
        Column("方式", "kind", 800, "center"),
        Column("大小", "size", 900, "right"),
        Column("备份时间", "time", 1100, "center"),
        Column("本地路径", "local", 1900),
        Column("异地路径", "offsite", 1374),
        Column("SHA-256", "sha256", 2100),
        none="清单中没有登记备份",
    )


def _missing() -> str:
    return listing(
        "item in missing",
        Column("序号", "number", 560, "center"),
        Column("备份", "name", 2800),
        Column("缺失日期", "night", 2164, "center"),
        Column("原因与处理", "reason", 4000),
        none="没有缺少核查的夜晚（每次核查的结果见备份检查记录）",
    )


def _steps() -> str:
    return listing(
        "item in steps",
        Column("序号", "number", 560, "center"),
        Column("步骤", "step", 3464),
        Column("开始", "started", 1150, "center"),
        Column("结束", "ended", 1150, "center"),
        Column("结果", "result", 1000, "center"),
        Column("说明", "note", 2200),
    )


def _objects() -> str:
    return listing(
        "item in objects",
        Column("序号", "number", 560, "center"),
        Column("恢复对象", "name", 3264),
        Column("预期行数", "expected", 1500, "right"),
        Column("恢复行数", "restored", 1500, "right"),
        Column("结果", "result", 2700),
    )


def _checks(name: str) -> str:
    return listing(
        f"item in {name}",
        Column("序号", "number", 560, "center"),
        Column("检查内容", "item", 3264),
        Column("预期", "expected", 2200),
        Column("实际", "found", 2200),
        Column("结果", "result", 1300, "center"),
        none="未作此项检查",
    )


def _findings() -> str:
    return listing(
        "item in findings",
        Column("序号", "number", 560, "center"),
        Column("问题", "problem", 3364),
        Column("风险等级", "risk", 1000, "center"),
        Column("改进建议", "advice", 3200),
        Column("完成时限", "due", 1400, "center"),
    )


def _unverified() -> str:
    return listing(
        "item in unverified",
        Column("序号", "number", 560, "center"),
        Column("内容", "content", 4464),
        Column("原因", "reason", 4500),
    )
