"""What a hospital has, as manuals and plans list it: machines, databases, devices, interfaces, services, accounts."""

from __future__ import annotations

from hmaint.report.source.frame import Column, listing
from hmaint.report.source.passages import SERIAL
from hmaint.report.source.sheet import subheading

_NONE = "清单中没有登记"


def estate() -> str:
    """List everything that is looked after, one sort below the other."""
    sorts = (
        ("服务器", hosts()),
        ("数据库", databases()),
        ("网络设备、存储与电源", devices()),
        ("服务接口", endpoints()),
    )
    return "".join(subheading(name) + block for name, block in sorts)


def hosts() -> str:
    """List the machines."""
    return listing(
        "item in hosts",
        SERIAL,
        Column("名称", "name", 1800),
        Column("用途与角色", "use", 2464),
        Column("地址", "address", 2000),
        Column("平台", "platform", 1100, "center"),
        Column("登录方式", "login", 1600),
        none=_NONE,
    )


def databases() -> str:
    """List the databases."""
    return listing(
        "item in databases",
        SERIAL,
        Column("名称", "name", 1800),
        Column("用途与角色", "use", 2164),
        Column("类型", "engine", 1300, "center"),
        Column("地址", "address", 2200),
        Column("库名或服务名", "database", 1500),
        none=_NONE,
    )


def devices() -> str:
    """List what hangs on the network and is no machine."""
    return listing(
        "item in devices",
        SERIAL,
        Column("名称", "name", 1800),
        Column("用途与角色", "use", 3164),
        Column("类别", "model", 1300, "center"),
        Column("地址", "address", 2700),
        none=_NONE,
    )


def endpoints() -> str:
    """List what others call, or are called by."""
    return listing(
        "item in endpoints",
        SERIAL,
        Column("名称", "name", 1800),
        Column("用途", "use", 2164),
        Column("协议", "protocol", 1200, "center"),
        Column("地址", "address", 3800),
        none=_NONE,
    )


def services() -> str:
    """Say how each service is started, stopped and looked at."""
    return listing(
        "item in services",
        SERIAL,
        Column("主机", "host", 1300),
        Column("服务", "service", 1464),
        Column("启动", "start", 2100),
        Column("停止", "stop", 2100),
        Column("查看状态", "status", 2000),
        none="清单中没有登记服务，须现场填写",
        height=480,
    )


def configuration() -> str:
    """List where each machine keeps what matters."""
    return listing(
        "item in files",
        SERIAL,
        Column("主机", "host", 1700),
        Column("内容", "kind", 1500, "center"),
        Column("路径或名称", "path", 5764),
        none="清单中没有登记日志、证书和目录，须现场填写",
    )


def gaps() -> str:
    """List what is still missing, so that nobody takes the paper for complete."""
    return listing(
        "item in gaps",
        SERIAL,
        Column("对象", "where", 2300),
        Column("尚缺的内容", "what", 6664),
        none="按清单未发现缺项",
    )
