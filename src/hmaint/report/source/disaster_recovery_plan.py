"""灾难恢复计划 as it is laid out: what may be lost, from what it comes back, in which order, and how it is proved."""

from __future__ import annotations

from hmaint.report.source import assets
from hmaint.report.source.emergency import drills, duties, fallback, order
from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.passages import SERIAL, contacts, fixed, passages, revisions
from hmaint.report.source.service import backups
from hmaint.report.source.sheet import Layout, heading, heads, note, signatures, title


def layout() -> Layout:
    """Lay out the whole plan."""
    return document(
        "灾难恢复计划",
        title("{{ title }}"),
        particulars((("编制人", "{{ author }}"), ("待填写处", "{{ blanks }} 处，均标“［待填写］”"))),
        heading("一、目标与适用范围"),
        passages(
            ("目标", "灾难发生时立即响应，按约定的时间和数据损失限度恢复系统。"),
            ("适用范围", "{{ scope }}"),
            (
                "启动条件",
                "主要设备或机房不可用、数据大面积损坏，且不能在应急响应时限内恢复；由应急领导小组决定启动。",
            ),
            ("备用场地", "{{ standby }}"),
        ),
        heading("二、组织与责任分工"),
        duties(),
        heading("三、灾难场景与影响"),
        _disasters(),
        heading("四、恢复目标（RTO/RPO）"),
        _targets(),
        note("{{ basis }}"),
        heading("五、备份与异地副本"),
        backups(),
        heading("六、备份保护的缺口"),
        assets.gaps(),
        heading("七、恢复顺序"),
        order(),
        heading("八、恢复步骤"),
        _steps(),
        note("具体命令和预计用时见《数据恢复操作手册》。"),
        heading("九、灾难期间的业务替代"),
        fallback(),
        heading("十、演练与回顾"),
        drills(),
        heading("十一、联系人"),
        contacts(),
        heading("十二、修订记录"),
        revisions(),
        heading("十三、签字确认"),
        signatures("项目经理签字", "医院信息科负责人签字", "医院分管领导签字"),
        note("签字栏须手写。本计划每年至少回顾一次，系统、备份或场地变更后及时修订。"),
    )


def _disasters() -> str:
    return fixed(
        (2300, 3724, 3500),
        heads("场景", "影响", "恢复来源"),
        ("机房损毁（火灾、水浸、地震）", "全部系统和本地备份不可用", "异地副本、备用场地"),
        ("长时间停电或断网", "系统不可用，数据一般完好", "恢复供电、备用场地"),
        ("存储或数据库整体损坏", "数据不可用，应用完好", "最近一次通过验证的备份"),
        ("勒索病毒大面积感染", "系统不可信，在线备份可能被加密", "离线或异地副本，干净系统"),
        ("误操作造成数据大面积丢失", "数据错误或丢失", "误操作之前的备份"),
    )


def _targets() -> str:
    return listing(
        "item in targets",
        SERIAL,
        Column("数据库或数据", "name", 1864),
        Column("恢复时间目标（RTO）", "rto", 1500, "center"),
        Column("实测恢复时间", "rto_measured", 1400, "center"),
        Column("允许丢失数据（RPO）", "rpo", 1500, "center"),
        Column("备份最长间隔", "rpo_bound", 1500, "center"),
        Column("恢复来源", "source", 1200),
        none="清单中没有登记数据库和备份",
    )


def _steps() -> str:
    return fixed(
        (560, 1700, 4964, 2300),
        heads("步骤", "环节", "做什么", "完成的标志"),
        ("1", "启动与集结", "宣布启动，通知各组，启用业务替代方案，记录时间", "人员到位，替代方案运行"),
        ("2", "评估损失", "确认可用的设备、网络和副本；选定恢复用的备份", "损失清单与恢复点获批准"),
        ("3", "准备环境", "备用设备、网络、操作系统和数据库软件就绪，安全加固", "环境检查通过"),
        ("4", "恢复数据", "校验备份完整性后按恢复顺序恢复，只在隔离环境进行", "记录数与备份清单一致"),
        ("5", "恢复应用", "部署程序与配置，启动服务，接通接口", "服务和接口探测正常"),
        ("6", "业务验证", "业务科室按验证清单核对关键功能和抽样数据", "业务科室书面确认"),
        ("7", "切换上线", "切换访问地址，通知全院，补录替代期间的数据", "补录核对完成"),
        ("8", "回切与总结", "原环境修复后择期回切；提交总结，修订本计划", "总结报告提交"),
    )
