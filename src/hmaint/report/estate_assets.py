"""What a site has, in rows: machines, databases, devices and interfaces, as far as the inventory knows them."""

from __future__ import annotations

from hmaint.model.inventory import Endpoint, Host
from hmaint.report.estate import BLANK, Estate, Row, numbered

ENGINES = {
    "mysql": "MySQL", "postgresql": "PostgreSQL", "sqlite": "SQLite", "oracle": "Oracle", "sqlserver": "SQL Server",
}  # fmt: skip
_MODELS = {
    "switch": "交换机", "router": "路由器", "firewall": "防火墙", "wireless": "无线控制器", "storage": "存储",
    "ups": "UPS", "server": "服务器管理口", "sensor": "环境传感器", "printer": "打印机", "other": "其他",
}  # fmt: skip
_PROTOCOLS = ("tcp", "ntp", "dns", "ldap", "smtp", "ftp", "ssh", "dicom", "mllp")


def assets(estate: Estate) -> dict[str, object]:
    """Everything that is looked after, as the asset list has it."""
    return {
        "hosts": hosts(estate),
        "databases": databases(estate),
        "devices": devices(estate),
        "endpoints": endpoints(estate),
    }


def hosts(estate: Estate) -> list[Row]:
    """The machines; how one logs in, never with what."""
    return numbered(
        {
            "name": host.name,
            "use": _use(host.title, host.roles),
            "address": estate.addresses.get(host.name) or BLANK,
            "platform": "Windows" if host.platform == "windows" else "Linux",
            "login": _login(host),
        }
        for host in estate.site.hosts
    )


def _login(host: Host) -> str:
    if host.connection == "local":
        return "本机"
    jumps = "、".join(host.ssh.jumps)
    return f"SSH，经 {jumps}" if jumps else "SSH"


def _use(title: str, roles: tuple[str, ...]) -> str:
    told = "；".join(part for part in (title, "、".join(roles)) if part)
    return told or BLANK


def databases(estate: Estate) -> list[Row]:
    """The databases."""
    return numbered(
        {
            "name": each.name,
            "use": _use(each.title, each.roles),
            "engine": ENGINES[each.engine],
            "address": estate.addresses.get(each.name) or BLANK,
            "database": each.database or each.service or each.sid or each.instance or "—",
        }
        for each in estate.site.databases
    )


def devices(estate: Estate) -> list[Row]:
    """What hangs on the network and is no machine."""
    return numbered(
        {
            "name": each.name,
            "use": _use(each.title, each.roles),
            "model": _MODELS[each.model],
            "address": estate.addresses.get(each.name) or BLANK,
        }
        for each in estate.site.devices
    )


def endpoints(estate: Estate) -> list[Row]:
    """What is called, and how."""
    return numbered(
        {
            "name": each.name,
            "use": each.title or BLANK,
            "protocol": protocol(each),
            "address": estate.addresses.get(each.name) or BLANK,
        }
        for each in estate.site.endpoints
    )


def protocol(endpoint: Endpoint) -> str:
    """Name the protocol an endpoint speaks."""
    if endpoint.url:
        return endpoint.url.partition(":")[0].upper()
    spoken = next((name for name in _PROTOCOLS if getattr(endpoint, name)), "tls")
    return spoken.upper()
