"""应急响应预案 and 灾难恢复计划 as data: what the inventory can say; targets are for people to set."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.model.inventory import Backup, Host
from hmaint.report.estate import BLANK, Estate, Row, contacts, numbered, paper, scale
from hmaint.report.estate_assets import assets
from hmaint.report.estate_backups import backup_gaps, backups, hours, recoverable
from hmaint.report.estate_known import drill_rows, levels
from hmaint.report.wording import KINDS

EMERGENCY = "应急响应预案"
RECOVERY = "灾难恢复计划"
_UNTESTED = "无演练记录"
_LEVELS = (
    ("P1 级", "系统整体不可用，或影响患者安全、全院业务", "领导小组、现场指挥"),
    ("P2 级", "核心功能不可用或严重变慢，影响一个以上科室", "现场指挥"),
    ("P3 级", "非核心功能异常或个别用户的问题，主要业务不受影响", "技术处置组"),
)
_COMMANDS = tuple(command for _level_, _trigger, command in _LEVELS)
_DRILLS = (
    ("数据库恢复（隔离环境）", "实战", "每季度"),
    ("服务器故障与人工替代", "实战", "每年"),
    ("网络中断", "桌面推演", "每年"),
    ("勒索病毒与入侵", "桌面推演", "每年"),
    ("灾难恢复计划全流程", "桌面推演", "每年"),
)


def emergency_plan(estate: Estate) -> dict[str, object]:
    """Tell a site as the form `emergency-plan` has it."""
    return paper(
        estate,
        EMERGENCY,
        {
            "scope": _scope(estate),
            "levels": levels(estate.known, _COMMANDS, BLANK) or [_level(*level) for level in _LEVELS],
            "order": _order(estate),
            "basis": _basis(),
            "resources": numbered(_resources(estate)),
            "contacts": contacts(estate),
            "drills": drill_rows(estate.known, _DRILLS, BLANK, _UNTESTED),
            **assets(estate),
        },
    )


def recovery_plan(estate: Estate) -> dict[str, object]:
    """Tell a site as the form `disaster-recovery-plan` has it."""
    return paper(
        estate,
        RECOVERY,
        {
            "scope": _scope(estate),
            "standby": BLANK,
            "targets": numbered(_targets(estate)),
            "basis": _basis(),
            "backups": backups(estate),
            "gaps": backup_gaps(estate),
            "order": _order(estate),
            "contacts": contacts(estate),
            "drills": drill_rows(estate.known, _DRILLS, BLANK, _UNTESTED),
        },
    )


def _scope(estate: Estate) -> str:
    return f"{estate.site.title}：{scale(estate)}"


def _basis() -> str:
    return (
        "恢复顺序由清单中的类别和角色拟定，须经双方确认。恢复时间目标与允许丢失数据由医院按业务确定；"
        "“备份最长间隔”取自清单，只说明备份按时完成时最多丢失多少，不等于已验证可以恢复。"
    )


def _level(level: str, trigger: str, command: str) -> Row:
    return {
        "level": level,
        "trigger": trigger,
        "command": command,
        "response": BLANK,
        "arrival": BLANK,
        "restore": BLANK,
    }


def _order(estate: Estate) -> list[Row]:
    return numbered(
        {"name": name, "kind": kind, "why": why, "rto": BLANK, "rpo": BLANK if has_data else "—"}
        for name, kind, why, has_data in _ordered(estate)
    )


def _ordered(estate: Estate) -> Iterator[tuple[str, str, str, bool]]:
    """Name what comes back first, with why and whether it holds data."""
    site = estate.site
    for device in site.devices:
        yield device.name, KINDS[device.kind], "网络、存储与电源是其他系统的基础", False
    for host in filter(_is_of_data, site.hosts):
        yield host.name, KINDS[host.kind], "数据库运行其上", False
    for database in site.databases:
        yield database.name, KINDS[database.kind], "应用依赖其数据", True
    for host in site.hosts:
        if not _is_of_data(host):
            why = "数据库可用后启动" if host.roles else "角色未登记，次序待确认"
            yield host.name, KINDS[host.kind], why, False
    for endpoint in site.endpoints:
        yield endpoint.name, KINDS[endpoint.kind], "应用可用后接通", False


def _is_of_data(host: Host) -> bool:
    return bool({"db", "database", "数据库"} & {role.casefold() for role in host.roles})


def _targets(estate: Estate) -> Iterator[Row]:
    for name, backup in recoverable(estate):
        yield {
            "name": name,
            "rto": BLANK,
            "rto_measured": _measured(estate, backup),
            "rpo": BLANK,
            "rpo_bound": hours(backup) if backup else "未登记备份",
            "source": backup.name if backup else "无",
        }


def _resources(estate: Estate) -> Iterator[Row]:
    for backup in estate.site.backups:
        yield {"what": f"备份 {backup.name}", "where": _places(backup), "keeper": BLANK}
    for device in estate.site.devices:
        if device.model in ("ups", "storage"):
            where = estate.addresses.get(device.name) or BLANK
            what = f"{'UPS' if device.model == 'ups' else '存储'} {device.name}"
            yield {"what": what, "where": where, "keeper": BLANK}
    for what in ("备用服务器与备件", "安装介质与许可", "纸质单据", "厂商与运营商报修电话"):
        yield {"what": what, "where": BLANK, "keeper": BLANK}


def _places(backup: Backup) -> str:
    first = f"{backup.host or '本机'}：{backup.path}"
    return "；".join((first, *(f"{copy.host}：{copy.path}" for copy in backup.copies)))


def _measured(estate: Estate, backup: Backup | None) -> str:
    found = estate.known.measured.get(backup.name) if backup else None
    return f"{found.took}（{found.day:%Y-%m-%d}）" if found else _UNTESTED
