"""应急响应预案 as it is laid out: who does what, from which level on, in each case, in which order."""

from __future__ import annotations

from hmaint.report.source import assets
from hmaint.report.source.emergency import drills, duties, fallback, order
from hmaint.report.source.frame import Column, document, listing, particulars
from hmaint.report.source.passages import SERIAL, contacts, fixed, passages, revisions
from hmaint.report.source.scenarios import scenarios
from hmaint.report.source.sheet import Layout, heading, heads, note, signatures, title


def layout() -> Layout:
    """Lay out the whole plan."""
    return document(
        "应急响应预案",
        title("{{ title }}"),
        particulars((("编制人", "{{ author }}"), ("待填写处", "{{ blanks }} 处，均标“［待填写］”"))),
        heading("一、总则"),
        passages(
            ("目的", "在突发事件中有序应对，保障患者安全和诊疗业务连续，减少数据损失，尽快恢复系统。"),
            ("适用范围", "{{ scope }}"),
            ("原则", "患者安全第一；先恢复业务，后查原因；保留证据；统一指挥，及时报告。"),
        ),
        heading("二、组织机构与责任分工"),
        duties(),
        heading("三、事件分级与启动条件"),
        _levels(),
        note("时限以合同为准；自受理报告起算。不能判断级别时按较高级别启动。"),
        heading("四、应急处置流程"),
        _flow(),
        heading("五、各场景的处置"),
        scenarios(),
        heading("六、人工替代方案"),
        fallback(),
        heading("七、恢复目标与恢复顺序"),
        order(),
        note("{{ basis }}"),
        heading("八、应急资源"),
        _resources(),
        heading("九、联系人"),
        contacts(),
        heading("十、演练计划"),
        drills(),
        heading("十一、资产清单"),
        assets.estate(),
        heading("十二、修订记录"),
        revisions(),
        heading("十三、签字确认"),
        signatures("项目经理签字", "医院信息科负责人签字", "医院分管领导签字"),
        note("签字栏须手写。本预案每年至少回顾一次，演练、重大故障或系统变更后及时修订。"),
    )


def _levels() -> str:
    return listing(
        "item in levels",
        Column("级别", "level", 900, "center"),
        Column("触发条件", "trigger", 3424),
        Column("启动与指挥", "command", 1900),
        Column("响应", "response", 1100, "center"),
        Column("到场", "arrival", 1100, "center"),
        Column("恢复或替代", "restore", 1100, "center"),
    )


def _flow() -> str:
    return fixed(
        (560, 1700, 5264, 2000),
        heads("步骤", "环节", "做什么", "责任"),
        ("1", "发现与报告", "任何人发现异常，立即电话报告信息科；信息科通知维护单位热线", "发现人、信息科"),
        ("2", "核实与定级", "核实现象、范围和对患者的影响，按第三部分定级并记下时间", "现场指挥"),
        ("3", "启动预案", "通知相应的组和人员；P1 级报告领导小组", "现场指挥"),
        ("4", "控制与替代", "隔离故障，防止扩大；启用人工替代方案", "技术处置组、业务协调组"),
        ("5", "诊断与恢复", "按场景处置，按恢复顺序恢复；超过时限及时通报进展并给出临时方案", "技术处置组"),
        ("6", "验证与补录", "业务科室确认可用，补录并核对数据", "业务协调组"),
        ("7", "终止与通报", "宣布终止，通知各科室和报告人", "现场指挥"),
        (
            "8",
            "总结与改进",
            "P1、P2 级提交故障分析报告（时限按合同），落实改进，修订预案",
            "技术处置组、信息科",
        ),
    )


def _resources() -> str:
    return listing(
        "item in resources",
        SERIAL,
        Column("资源", "what", 2464),
        Column("内容与位置", "where", 4500),
        Column("保管人", "keeper", 2000),
        height=480,
    )
