"""How a site is kept running, in rows: services, files, ports, and accounts without their secrets."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.model.inventory import Host, Secret, Site
from hmaint.report.estate import BLANK, Estate, Row, numbered
from hmaint.report.estate_assets import ENGINES

_KEPT = {"secret": "加密口令库", "env": "环境变量", "plain": "写在清单中，须移入加密口令库"}


def services(estate: Estate) -> list[Row]:
    """How each named service is started, stopped and looked at, as its platform has it."""
    return numbered(_service(host, name) for host in estate.site.hosts for name in host.services)


def _service(host: Host, name: str) -> Row:
    if host.platform == "windows":
        start, stop, status = (f'{verb}-Service "{name}"' for verb in ("Start", "Stop", "Get"))
    else:
        start, stop, status = (f"systemctl {verb} {name}" for verb in ("start", "stop", "status"))
    return {"host": host.name, "service": name, "start": start, "stop": stop, "status": status}


def files(estate: Estate) -> list[Row]:
    """Where each machine keeps what matters."""
    return numbered(
        {"host": host.name, "kind": kind, "path": path}
        for host in estate.site.hosts
        for kind, paths in (
            ("日志", host.logs),
            ("证书", host.certificates),
            ("接口目录", host.folders),
            ("进程", host.processes),
            ("中间件", host.middleware),
        )
        for path in paths
    )


def ports(estate: Estate) -> list[Row]:
    """What each machine listens on, as far as the inventory knows."""
    on_hosts: Iterator[Row] = (
        {"host": host.name, "port": str(port), "use": BLANK}
        for host in estate.site.hosts
        for port in host.ports
    )
    of_databases: Iterator[Row] = (
        {
            "host": each.address,
            "port": str(each.port),
            "use": f"{ENGINES[each.engine]} 数据库 {each.name}",
        }
        for each in estate.site.databases
        if each.port
    )
    return numbered((*on_hosts, *of_databases))


def accounts(estate: Estate) -> list[Row]:
    """Which accounts are used to look, and where their secrets are kept; never a secret, nor its name."""
    return numbered(_accounts(estate.site))


def _accounts(site: Site) -> Iterator[Row]:
    for host in site.hosts:
        if host.ssh.user and host.connection == "ssh":
            use = "SSH 巡检登录" + ("，可用 sudo 只读查看" if host.ssh.sudo else "")
            key = "私钥文件" if host.ssh.key else "SSH 代理" if host.ssh.agent else ""
            yield _account(host.name, host.ssh.user, use, key or _kept(host.ssh.password))
    for each in site.databases:
        if each.user:
            yield _account(each.name, each.user, "数据库只读账号", _kept(each.password))
    for device in site.devices:
        snmp = device.snmp
        use = f"SNMP 版本 {snmp.version} 只读"
        if snmp.user:
            yield _account(device.name, snmp.user, use, _kept(snmp.auth_password))
        elif snmp.community:
            yield _account(device.name, "团体名，按口令保管", use, _kept(snmp.community))


def _account(where: str, user: str, use: str, kept: str) -> Row:
    return {"where": where, "user": user, "use": use, "kept": kept}


def _kept(secret: Secret | None) -> str:
    # The reference of a plain secret is the secret itself: only its kind may be told.
    return BLANK if secret is None else _KEPT[secret.source]
