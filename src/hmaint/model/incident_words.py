"""How what is told of incidents is called in Chinese: in documents, and as people may type it."""

from __future__ import annotations

from collections.abc import Mapping

SCOPES: Mapping[str, str] = {"person": "个人", "department": "科室", "hospital": "全院"}
TYPES: Mapping[str, str] = {
    "server": "服务器故障", "software": "软件故障", "peripheral": "外围设备", "device": "设备损坏", "line": "线路故障",
    "misoperation": "操作失误", "virus": "病毒破坏", "intrusion": "非法入侵",
}  # fmt: skip
EFFECTS: Mapping[str, str] = {
    "safety": "影响患者安全", "treatment": "影响诊疗业务流程", "operation": "影响医院日常运行",
    "experience": "影响用户体验", "none": "无明显影响",
}  # fmt: skip
INTERRUPTIONS: Mapping[str, str] = {
    "full": "业务中断", "key": "关键功能失效", "minor": "非核心功能异常", "slow": "性能下降", "none": "未中断",
}  # fmt: skip
DIFFICULTIES: Mapping[str, str] = {"simple": "简单", "ordinary": "一般", "complex": "复杂"}
REQUESTS: Mapping[str, str] = {
    "fault": "故障", "consult": "咨询", "training": "培训", "upgrade": "升级", "change": "系统调整变更",
    "data": "数据恢复与调整", "maintenance": "日常维护", "backup": "备份与恢复", "disaster": "系统灾难",
}  # fmt: skip
CHANNELS: Mapping[str, str] = {
    "phone": "电话", "hotline": "电话热线", "wechat": "微信", "email": "邮件", "qq": "QQ", "remote": "网络远程",
    "remote_desktop": "远程桌面工具", "ops_system": "医院运维管理软件", "onsite": "现场", "self": "巡检发现",
}  # fmt: skip
CLOCKS: Mapping[str, str] = {
    "response": "响应", "onsite": "到场", "restore": "恢复", "resolve": "处理完成", "fix": "修复",
    "report": "故障分析报告",
}  # fmt: skip
EVENTS: Mapping[str, str] = {
    "opened": "报修", "responded": "响应", "remote_failed": "远程无法解决", "arrived": "到场", "fallback": "备用方案",
    "restored": "恢复", "resolved": "解决", "reopened": "重新打开", "feedback": "反馈报修人", "closed": "关闭",
    "noted": "处理记录", "classified": "定级", "waiting": "等待开始", "resumed": "等待结束", "linked": "关联以往故障",
    "analysed": "填写分析", "diagnosed": "诊断", "reminded": "提醒", "withdrawn": "撤回",
}  # fmt: skip
TABLES: Mapping[str, Mapping[str, str]] = {
    "scope": SCOPES, "type": TYPES, "effects": EFFECTS, "interruption": INTERRUPTIONS, "difficulty": DIFFICULTIES,
    "request": REQUESTS, "channel": CHANNELS,
}  # fmt: skip
"""By what each word is told of an incident."""


def called(table: Mapping[str, str], word: str) -> str:
    """How documents call a word; a word of the contract's own as it is."""
    return table.get(word, word)
