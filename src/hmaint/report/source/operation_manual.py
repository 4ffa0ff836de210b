"""日常运维手册 as it is laid out: what is done when, how to read it, what to do about findings."""

from __future__ import annotations

from hmaint.report.source import assets
from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.passages import SERIAL, contacts, fixed, lead, passages, revisions
from hmaint.report.source.service import backups
from hmaint.report.source.sheet import Layout, each, heading, heads, note, signatures, subheading, title


def layout() -> Layout:
    """Lay out the whole manual."""
    return document(
        "日常运维手册",
        title("{{ title }}"),
        particulars((("编制人", "{{ author }}"), ("待填写处", "{{ blanks }} 处，均标“［待填写］”"))),
        heading("一、工作安排"),
        _daily(),
        subheading("巡检"),
        _inspections(),
        note("巡检只读取，不改变系统；每次巡检生成《日常系统巡检记录》，由工程师签字。"),
        heading("二、结果的判读"),
        _reading(),
        heading("三、服务的启动与停止"),
        lead("命令按清单登记的服务名写出，尚未在现场执行；停止或重启前须取得医院同意，并填写调优/重启记录。"),
        assets.services(),
        heading("四、日志、证书与目录"),
        assets.configuration(),
        heading("五、备份检查"),
        backups(),
        note("每日确认最近一次备份在时限内完成；发现缺失或失败，立即报告项目负责人。每季度做一次恢复演练。"),
        heading("六、发现问题后的处理"),
        note("下列为适用于本系统的检查项及其处理建议，建议不代替现场判断；涉及变更的操作须先申请。"),
        each("topic in topics", subheading("{{ topic.name }}") + _topic()),
        heading("七、报告与记录"),
        passages(
            ("异常报告", "发现异常及时报告项目负责人；备份异常、疑似入侵或病毒立即报告，并留存现场。"),
            ("故障记录", "所有故障不分级别都要记录；按月分类汇总。处理完成后反馈报修人并确认。"),
            ("变更", "调整、升级、补丁先申请、先备份、有回退办法，在约定的时间窗口内进行。"),
            ("账号与口令", "口令不写入文件和记录；人员变动当日收回账号。"),
            ("值班安排", "{{ shift }}"),
        ),
        heading("八、联系人"),
        contacts(),
        heading("九、修订记录"),
        revisions(),
        heading("十、签字确认"),
        signatures("维护单位签字", "医院签字"),
        note("签字栏须手写。"),
    )


def _daily() -> str:
    return fixed(
        (1200, 4324, 4000),
        heads("周期", "工作内容", "记录与报告"),
        ("每日", "查看备份是否按时完成；接听报修，处理并记录", "故障记录；备份异常立即报告"),
        ("每周", "功能监测：服务、接口、错误日志、连接与锁", "巡检记录；发现问题报告项目负责人"),
        ("每月", "月度远程巡检；日常故障分类汇总", "日常系统巡检记录、月度汇总"),
        (
            "每季度",
            "现场深度巡检、恢复演练、补丁与防病毒更新、知识库整理",
            "健康检查报告、恢复验证报告、季度汇总",
        ),
        ("每半年", "漏洞检查；知识库更新（合同另有约定的从其约定）", "漏洞检查记录、知识库更新摘要"),
        ("每年", "应急演练；预案、计划和手册回顾", "应急演练记录、修订后的文件"),
    )


def _inspections() -> str:
    return listing(
        "item in inspections",
        SERIAL,
        Column("巡检方案", "title", 1900),
        Column("周期", "per", 900, "center"),
        Column("方式", "mode", 700, "center"),
        Column("适用检查项", "checks", 1100, "right"),
        Column("执行命令", "command", 4364),
        none="没有可用于本系统的巡检方案",
    )


def _reading() -> str:
    return fixed(
        (1200, 4324, 4000),
        heads("结果", "含义", "怎么办"),
        ("正常", "看到了，并且符合要求", "无需处理"),
        ("警告", "看到了，已超过警告阈值，业务尚可运行", "按处理建议安排整改，在整改时限内完成"),
        ("严重", "看到了，已超过严重阈值或功能不可用", "立即报告并处理；影响业务的按应急响应预案执行"),
        ("未能检查", "没有看到：连不上、无权限或超时，状况未知", "查明原因后补查；补查之前不得当作正常"),
        ("不适用", "该对象没有这项内容", "无需处理；与实际不符时改正清单"),
    )


def _topic() -> str:
    return listing(
        "check in topic.checks",
        SERIAL,
        Column("检查项", "title", 2564),
        Column("对象", "on", 1100, "center"),
        Column("处理建议", "advice", 5300),
    )
