"""The kinds of emergency a plan has an answer for: how each shows, what is done, by whom, and what must not be done."""

from __future__ import annotations

from typing import NamedTuple

from hmaint.report.source.passages import passages
from hmaint.report.source.sheet import subheading


class Scenario(NamedTuple):
    """One kind of emergency; every field is a sentence or a few."""

    name: str
    signs: str
    steps: str
    duty: str
    beware: str


SCENARIOS = (
    Scenario(
        "设备损坏（服务器、存储、网络设备、电源）",
        "设备告警、停机或无法登录；磁盘、电源、风扇故障；整机柜掉电",
        "①核实损坏的设备和受影响的业务，定级；②有冗余的切换到冗余部件或备用设备；③无冗余的启用人工替代方案，联系设备厂商和备件；"
        "④在备用设备上按恢复顺序恢复系统和数据；⑤验证业务后切回，补录数据",
        "技术处置组诊断与恢复；后勤保障组负责电力与备件；信息科联系厂商",
        "更换部件前确认备份可用；不对降级的磁盘阵列做初始化或强制上线",
    ),
    Scenario(
        "线路故障（院内网络、专线、互联网）",
        "多个终端同时无法访问；接口中断；链路指示异常或时延骤增",
        "①由近到远分段判断：终端、接入、核心、专线；②有备用线路的切换；③院内大面积中断时启用人工替代方案；④专线故障联系运营商并记录工单；"
        "⑤恢复后检查接口积压，按序重发并核对",
        "信息科与网络管理员处置线路；技术处置组检查接口积压；业务协调组组织人工替代",
        "不随意改动核心交换机配置；重发前先去重，防止医嘱和费用重复",
    ),
    Scenario(
        "系统错误（应用、数据库、操作系统）",
        "系统不能登录、报错、卡死；数据库停止、锁等待、空间写满；数据计算错误",
        "①记录报错和时间，保留日志；②判断影响范围，定级；③先恢复业务：释放空间、处理阻塞、重启服务（须授权）；④不能在时限内恢复的，给出临时方案；"
        "⑤查明原因并修复，复测后关闭",
        "技术处置组分析修复，需要时安排数据库工程师；信息科授权重启与切换",
        "重启前保存现场信息；不在生产库上试验修复语句",
    ),
    Scenario(
        "操作失误（误删、误改、误操作）",
        "数据丢失或错误；配置被改；误停服务",
        "①立即停止相关操作，记下时间和内容；②评估范围，必要时暂停该功能防止覆盖；③由医院书面授权后恢复或调整数据；④先在隔离环境恢复并核对，再写回；"
        "⑤填写数据恢复与调整记录，改进权限和界面",
        "当事科室如实报告；信息科授权；技术处置组恢复；申请科室核对",
        "不直接在生产库上整库恢复；修改前必须备份",
    ),
    Scenario(
        "病毒破坏（含勒索病毒）",
        "文件被加密或改名；防病毒告警；异常外联；大量文件被改写",
        "①立即断开受感染设备的网络，不关机；②通知网络安全组，排查同网段；③检查备份是否完好，隔离异地和离线副本；④确认入口、清除并加固后，在干净系统上恢复；"
        "⑤按规定向主管部门和公安机关报告",
        "网络安全组负责隔离、取证与报告；技术处置组恢复；领导小组决定对外通报",
        "不付赎金、不在受感染系统上恢复；恢复前确认备份未被感染",
    ),
    Scenario(
        "非法入侵（越权访问、数据泄露、网页篡改）",
        "异常账号、登录和权限；日志被清；数据异常导出；页面被改",
        "①保全日志和现场，隔离被入侵的系统；②停用可疑账号，更换口令和密钥；③核实受影响的数据；④找到并封闭入侵途径，修补漏洞；"
        "⑤恢复可信版本后上线，按规定报告并通知受影响方",
        "网络安全组牵头；技术处置组提供日志、修补漏洞；领导小组决定上报与通报",
        "不先行重装以免毁坏证据；口令更换在封闭入侵途径之后再做一次",
    ),
    Scenario(
        "自然灾害（火灾、水浸、地震、长时间停电）",
        "机房无法进入或断电；设备浸水、过热；大范围停电或断网",
        "①人员安全第一，撤离并报警；②条件允许时按顺序正常关机，切断电源；③领导小组决定启动灾难恢复计划；④全院启用人工替代方案；"
        "⑤在备用场地用异地副本按恢复顺序恢复，验证后投入使用",
        "领导小组统一指挥；后勤保障组负责场地电力；技术处置组执行灾难恢复计划",
        "未经安全确认不进入现场、不给受潮设备通电",
    ),
)
"""The first six are named by the contracts; the last by the plan for emergencies."""


def scenarios() -> str:
    """Give each kind of emergency a block of its own."""
    return "".join(_block(number, each) for number, each in enumerate(SCENARIOS, start=1))


def _block(number: int, each: Scenario) -> str:
    return subheading(f"（{number}）{each.name}") + passages(
        ("触发迹象", each.signs),
        ("处置流程", each.steps),
        ("责任分工", each.duty),
        ("注意事项", each.beware),
        together=True,
    )
