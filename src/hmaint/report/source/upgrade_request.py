"""升级申请 as it is laid out: what is changed, how, when, at what risk, and how it is put back."""

from __future__ import annotations

from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.narrative import conclusion, opinion, texts
from hmaint.report.source.sheet import Layout, heading, note, signatures, subheading, title


def layout() -> Layout:
    """Lay out the whole request."""
    return document(
        "升级申请",
        title("{{ title }}"),
        particulars(
            (("申请人", "{{ applicant }}"), ("申请日期", "{{ day }}")),
            (("升级版本", "{{ versions }}"), ("关联需求", "{{ requests }}")),
            (("方案校验值", "{{ plan_hash }}"),),
        ),
        heading("一、升级内容"),
        texts(("升级内容", "{{ content }}"), ("升级原因", "{{ reason }}"), height=600),
        subheading("涉及的系统与主机"),
        _systems(),
        subheading("升级文件"),
        _artefacts(),
        heading("二、详细实施方案"),
        _steps(),
        subheading("升级测试情况"),
        texts(("测试结论", "{{ tests }}"), height=500),
        heading("三、时间计划"),
        conclusion(("实施窗口", "{{ window }}"), ("现场监督人", "{{ supervisor }}")),
        note(""),
        _schedule(),
        heading("四、风险评估"),
        texts(("影响范围", "{{ impact }}"), height=500),
        note(""),
        _risks(),
        subheading("通知名单"),
        _notices(),
        heading("五、备份与回滚方案"),
        subheading("升级前备份"),
        _backups(),
        subheading("回滚步骤"),
        _rollback(),
        subheading("实施与中止条件"),
        _gates(),
        heading("六、审批"),
        conclusion(("审批结论", "☐ 批准　　　☐ 不批准")),
        note(""),
        opinion("审批意见"),
        note(""),
        signatures("申请人签字", "采购人审批签字"),
        note("审批栏须由采购人手写；未经书面批准不得实施，方案改动后校验值随之改变，须重新申请。"),
    )


def _systems() -> str:
    return listing(
        "item in systems",
        Column("序号", "number", 560, "center"),
        Column("系统或主机", "name", 3064),
        Column("地址", "address", 2300),
        Column("升级前版本", "before", 1800, "center"),
        Column("升级后版本", "after", 1800, "center"),
    )


def _artefacts() -> str:
    return listing(
        "item in artefacts",
        Column("序号", "number", 560, "center"),
        Column("文件名", "name", 3264),
        Column("大小", "size", 1300, "right"),
        Column("SHA-256", "sha256", 4400),
    )


def _steps() -> str:
    return listing(
        "item in steps",
        Column("序号", "number", 560, "center"),
        Column("步骤", "step", 2900),
        Column("对象", "target", 1400),
        Column("命令或方法", "command", 3064),
        Column("预计分钟", "minutes", 800, "center"),
        Column("停业务", "outage", 800, "center"),
    )


def _schedule() -> str:
    return listing(
        "item in schedule",
        Column("序号", "number", 560, "center"),
        Column("时间", "time", 2700, "center"),
        Column("工作", "what", 4464),
        Column("负责人", "owner", 1800, "center"),
    )


def _risks() -> str:
    return listing(
        "item in risks",
        Column("序号", "number", 560, "center"),
        Column("风险", "risk", 3164),
        Column("可能性", "chance", 900, "center"),
        Column("影响", "effect", 900, "center"),
        Column("应对措施", "measure", 4000),
    )


def _notices() -> str:
    return listing(
        "item in notices",
        Column("序号", "number", 560, "center"),
        Column("通知对象", "who", 3664),
        Column("方式", "how", 2500, "center"),
        Column("通知时间", "time", 2800, "center"),
    )


def _backups() -> str:
    return listing(
        "item in backups",
        Column("序号", "number", 560, "center"),
        Column("备份内容", "what", 2864),
        Column("存放位置", "where", 3100),
        Column("验证方法", "verify", 3000),
    )


def _rollback() -> str:
    return listing(
        "item in rollback",
        Column("序号", "number", 560, "center"),
        Column("回滚步骤", "step", 6164),
        Column("负责人", "owner", 1500, "center"),
        Column("预计（分钟）", "minutes", 1300, "center"),
    )


def _gates() -> str:
    return listing(
        "item in gates",
        Column("条件", "kind", 1700, "center"),
        Column("内容", "what", 5324),
        Column("决定人", "owner", 2500, "center"),
    )
