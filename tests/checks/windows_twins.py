"""For every check of the Windows catalogue a faulty host and its healthy twin, as the scripts tell them."""

from __future__ import annotations

from hmaint.model.look import Reply
from hmaint.model.playbook import Level
from tests.checks.twin import Twin
from tests.checks.windows_hosts import NOTHING_FOUND, Row, out

WARNING, CRITICAL = Level.WARNING, Level.CRITICAL


def log(name: str, *events: Row) -> Reply:
    """What the script for event logs tells: the log itself, then each source and number."""
    bare = {"log": name, "provider": "", "id": 0, "level": 0, "count": 0, "last": "", "message": ""}
    told = [{**bare, "what": "event", "covered": True, **event} for event in events]
    nothing = [] if events else [NOTHING_FOUND]
    return out({**bare, "what": "log", "covered": True}, *told, errors=nothing)


def event(provider: str, number: int, count: int, message: str, level: int = 2) -> Row:
    last = "2026-11-20 03:12:45"
    return {
        "provider": provider,
        "id": number,
        "count": count,
        "level": level,
        "last": last,
        "message": message,
    }


STARTED = event("EventLog", 6009, 1, "Microsoft (R) Windows (R) 10.00. 17763  Multiprocessor Free.", level=4)
PLANNED = event("User32", 1074, 1, "进程 C:\\Windows\\system32\\svchost.exe 发起了计算机重新启动。", level=4)
LOST = event(
    "Microsoft-Windows-Kernel-Power",
    41,
    1,
    "系统已在未先正常关机的情况下重新启动。如果系统停止响应、发生崩溃或意外断电，可能会导致此错误。",
    level=1,
)
BAD_BLOCK = event("disk", 7, 3, "设备 \\Device\\Harddisk1\\DR1 有一个不正确的区块。")
DCOM = event("DCOM", 10016, 4, "应用程序-特定 权限设置并未向用户授予本地激活权限。")
CRASH = event("Service Control Manager", 7031, 41, "HIS 接口服务 服务意外地终止，这种情况已经出现了 41 次。")
FAULT = event("Application Error", 1000, 26, "错误应用程序名称: HisClient.exe，版本: 3.2.0.0")
WIPED = event("Microsoft-Windows-Eventlog", 1102, 1, "审核日志已被清除。", level=4)


def sample(busy: float = 23.5, queue: int = 1, read: float = 3.2, write: float = 1.1) -> Reply:
    cpu = {"what": "cpu", "name": "_Total", "busy_pct": busy, "queue": queue, "queue_per_cpu": queue / 8}
    nothing = {"read_ms": None, "write_ms": None, "worst_ms": None, "operations": None}
    idle = {"what": "disk", "busy_pct": None, "queue": None, "queue_per_cpu": None}
    return out(
        {**cpu, **nothing},
        {
            **idle,
            "name": "0 C:",
            "read_ms": read,
            "write_ms": write,
            "worst_ms": max(read, write),
            "operations": 412,
        },
        {**idle, "name": "1 D:", "read_ms": 0.0, "write_ms": 0.0, "worst_ms": 0.0, "operations": 0},
    )


def memory(available: float = 41.2, commit: float = 48.0) -> Reply:
    return out(
        {
            "total_mb": 65408,
            "free_mb": int(654.08 * available),
            "available_pct": available,
            "commit_mb": int(751.6 * commit),
            "limit_mb": 75160,
            "commit_pct": commit,
        }
    )


def volume(name: str, used: float | None, label: str = "") -> Row:
    return {"volume": name, "label": label, "used_pct": used, "size_gb": 200.0, "free_gb": 12.5}


def service(name: str, title: str, **more: object) -> Row:
    bare = {"name": name, "title": title, "state": "Running", "mode": "Auto", "account": "LocalSystem"}
    return {**bare, "path": f"C:\\{name}.exe", "code": 0, "triggered": False, "delayed": False, **more}


SERVICES = (
    service("Dhcp", "DHCP Client", account="NT Authority\\LocalService"),
    service("sppsvc", "Software Protection", state="Stopped"),
    service("W32Time", "Windows Time", state="Stopped", triggered=True),
    service("MSSQLSERVER", "SQL Server (MSSQLSERVER)", account="NT Service\\MSSQLSERVER"),
)


def task(name: str, result: int, **more: object) -> Row:
    code = f"0x{result & 0xFFFFFFFF:08X}"
    bare = {"what": "task", "task": name, "enabled": True, "result": result, "code": code, "missed": 0}
    return {**bare, "last": "2026-11-21 02:00:00", **more}


FOLDER = {
    "what": "folder",
    "task": "\\",
    "enabled": False,
    "result": 0,
    "code": "",
    "last": "",
    "missed": 0,
}


def kept(days: float, used: float) -> Reply:
    bare = {"max_mb": 20.0, "mode": "Circular", "records": 38211}
    logs = [("System", 400.0, 62.0), ("Application", 300.5, 95.0), ("Security", days, used)]
    return out(*({"log": name, "days": d, "used_pct": u, **bare} for name, d, u in logs))


def attempts(count: int) -> Reply:
    bare = {"what": "event", "last": "2026-11-21 08:59:10"}
    return out(
        {"what": "log", "source": "", "count": 0, "last": "", "covered": True},
        {**bare, "source": "10.1.2.77", "count": count},
        {**bare, "source": "-", "count": 2},
    )


def account(
    name: str, rid: str, *, disabled: bool = False, expires: bool = True, required: bool = True
) -> Row:
    return {
        "account": name,
        "rid": rid,
        "disabled": disabled,
        "expires": expires,
        "required": required,
    }


def accounts(*, guest: bool = False, password: bool = True) -> Reply:
    return out(
        account("Administrator", "500"),
        account("Guest", "501", disabled=not guest, expires=False, required=False)
        if not guest
        else account("Guest", "501"),
        account("his", "1001", required=password),
    )


def policy(length: int = 8, lockout: int = 5) -> Reply:
    return out({"min_length": length, "max_days": 90, "history": 5, "lockout": lockout})


def ports(*numbers: int) -> Reply:
    return out(
        {"proto": "tcp", "address": "127.0.0.1", "port": 8005},
        {"proto": "udp", "address": "0.0.0.0", "port": 123},  # noqa: S104 - an address that was read
        {"proto": "tcp", "address": "::", "port": 49664},
        *({"proto": "tcp", "address": "0.0.0.0", "port": number} for number in numbers),  # noqa: S104 - as above
    )


def members(*names: str) -> Reply:
    return out(*({"member": name} for name in names))


def node(**states: str | None) -> Reply:
    return out(*({"node": name, "state": state} for name, state in states.items()))


def role(**states: str) -> Reply:
    return out(*({"role": name, "state": state} for name, state in states.items()))


def firewall(public: int | None) -> Reply:
    enabled = {"Domain": 1, "Private": 1, "Public": public}
    return out(
        *({"profile": f"{n}Profile", "enabled": on, "by_policy": n == "Domain"} for n, on in enabled.items())
    )


def adapter(errors: int) -> Reply:
    name = "Broadcom NetXtreme Gigabit Ethernet _2"
    return out({"adapter": name, "errors": errors, "dropped": 3})


def declared(state: str) -> Reply:
    """Services of Windows as `Get-WmiObject` tells them; one of the two is as the fault has it."""
    return out(
        {"Name": "MSSQLSERVER", "State": "Running", "StartMode": "Auto", "ExitCode": 0},
        {
            "Name": "Tomcat9",
            "State": state,
            "StartMode": "Auto",
            "ExitCode": 0 if state == "Running" else 1067,
        },
    )


def programs(*names: str) -> Reply:
    bare = {"kb": 204800, "age": 86400, "handles": 812, "threads": 45}
    return out(*({"name": name, "pid": 1000 + n, **bare} for n, name in enumerate(names)))


def heavy(handles: int) -> Reply:
    return out(
        {"process": "javaw.exe", "pid": 4120, "handles": handles, "threads": 210, "mb": 812.5},
        {"process": "System", "pid": 4, "handles": 3120, "threads": 190, "mb": 0.1},
    )


def physical(health: str | None) -> Reply:
    return out(
        {"kind": "PhysicalDisk", "name": "PERC H740P", "serial": "00a1b2", "health": health},
        {"kind": "StoragePool", "name": "Primordial", "serial": "", "health": "Healthy"},
    )


def dumps(*, recent: bool) -> Reply:
    folder = {"what": "folder", "path": "C:\\Windows", "modified": "", "mb": 0, "recent": False}
    file = {
        "what": "file",
        "path": "C:\\Windows\\MEMORY.DMP",
        "modified": "2026-11-20 03:10:02",
        "mb": 1840.2,
    }
    return out(folder, {**file, "recent": recent})


def pending(*, updates: bool) -> Reply:
    return out({"what": "组件服务", "pending": False}, {"what": "自动更新", "pending": updates})


def certificate(days: float) -> Reply:
    name = "CN=his.hospital.local, O=某某医院"
    bare = {"subject": name, "thumbprint": "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B", "issuer": "CN=CA"}
    return out({**bare, "days": days, "until": "2026-12-01"})


def shares(*, open_to_all: bool) -> Reply:
    return out(
        {"share": "C$", "folder": "C:\\", "everyone_full": False},
        {"share": "交换区", "folder": "D:\\share", "everyone_full": open_to_all},
    )


def release(product: str, build: int, ends: str, left: int | None) -> Reply:
    bare = {"product": product, "build": build, "revision": 5122}
    return out({**bare, "ends": ends, "days_left": left})


def hotfix(days: int | None) -> Reply:
    return out({"total": 41, "hotfix": "KB5031361", "days": days, "installed": "2026-10-20" if days else ""})


TWINS: dict[str, Twin] = {
    "windows.system.release": Twin(
        release("Windows Server 2019 Standard", 17763, "2029-01-09", 775),
        release("Windows Server 2008 R2 Enterprise", 7601, "2020-01-14", -2503),
        WARNING,
    ),
    "windows.system.uptime": Twin(out({"uptime_days": 42.0}), out({"uptime_days": 611.3}), WARNING),
    "windows.system.restart": Twin(log("System"), log("System", STARTED), WARNING),
    "windows.system.shutdown": Twin(log("System", PLANNED), log("System", LOST, STARTED), CRITICAL),
    "windows.system.pending": Twin(pending(updates=False), pending(updates=True), WARNING),
    "windows.system.timezone": Twin(
        out({"minutes": 480, "zone": "(UTC+08:00) 北京，重庆，香港特别行政区，乌鲁木齐"}),
        out({"minutes": -480, "zone": "(UTC-08:00) 太平洋时间(美国和加拿大)"}),
        WARNING,
    ),
    "windows.time.service": Twin(
        out({"type": "NTP", "server": "10.1.0.1,0x9", "state": "Running", "mode": "Auto"}),
        out({"type": "NoSync", "server": "time.windows.com,0x9", "state": "Stopped", "mode": "Manual"}),
        WARNING,
    ),
    "windows.cpu.busy": Twin(sample(), sample(busy=97.1), CRITICAL),
    "windows.cpu.queue": Twin(sample(), sample(queue=40), WARNING),
    "windows.memory.available": Twin(memory(), memory(available=3.1), CRITICAL),
    "windows.memory.commit": Twin(memory(), memory(commit=93.4), CRITICAL),
    "windows.memory.pagefile": Twin(
        out({"file": "C:\\pagefile.sys", "size_mb": 9728, "used_mb": 120, "peak_mb": 410, "used_pct": 1.2}),
        out(
            {"file": "C:\\pagefile.sys", "size_mb": 9728, "used_mb": 8200, "peak_mb": 9700, "used_pct": 84.3}
        ),
        WARNING,
    ),
    "windows.disk.usage": Twin(
        out(volume("C:", 61.0, "系统"), volume("D:", 40.0, "数据")),
        out(volume("C:", 61.0, "系统"), volume("D:\\mount\\", 93.8, "数据")),
        CRITICAL,
    ),
    "windows.disk.dirty": Twin(
        out({"volume": "C:\\", "file_system": "NTFS", "dirty": False}),
        out({"volume": "D:\\", "file_system": "NTFS", "dirty": True}),
        CRITICAL,
    ),
    "windows.disk.events": Twin(log("System", DCOM), log("System", BAD_BLOCK), CRITICAL),
    "windows.disk.latency": Twin(sample(), sample(write=143.9), CRITICAL),
    "windows.disk.drive": Twin(
        out(
            {
                "drive": "\\\\.\\PHYSICALDRIVE0",
                "model": "DELL PERC H730 SCSI",
                "status": "OK",
                "size_gb": 557.8,
            }
        ),
        out(
            {"drive": "\\\\.\\PHYSICALDRIVE0", "model": "ST500DM002", "status": "Pred Fail", "size_gb": 465.8}
        ),
        CRITICAL,
    ),
    "windows.disk.physical": Twin(physical("Healthy"), physical("Unhealthy"), CRITICAL),
    "windows.service.auto": Twin(
        out(*SERVICES),
        out(*SERVICES, service("HisInterface", "HIS 接口服务", state="Stopped", code=1067)),
        WARNING,
    ),
    "windows.service.declared": Twin(declared("Running"), declared("Stopped"), CRITICAL),
    "windows.service.account": Twin(
        out(*SERVICES), out(*SERVICES, service("winupd", "winupd", account=".\\his")), WARNING, changed=True
    ),
    "windows.process.declared": Twin(
        programs("System", "sqlservr.exe"), programs("System", "svchost.exe"), CRITICAL
    ),
    "windows.process.handles": Twin(heavy(2210), heavy(88123), WARNING),
    "windows.task.failed": Twin(
        out(FOLDER, task("\\备份数据库", 0), task("\\从未运行", 267011)),
        out(FOLDER, task("\\备份数据库", -2147024891)),
        WARNING,
    ),
    "windows.log.system": Twin(log("System", DCOM), log("System", DCOM, CRASH), WARNING),
    "windows.log.application": Twin(log("Application"), log("Application", FAULT), WARNING),
    "windows.log.cleared": Twin(log("Security"), log("Security", WIPED), CRITICAL),
    "windows.log.failed": Twin(attempts(3), attempts(812), WARNING),
    "windows.log.retention": Twin(kept(12.0, 30.0), kept(3.5, 99.8), WARNING, fine=Level.OK),
    "windows.log.dumps": Twin(dumps(recent=False), dumps(recent=True), CRITICAL),
    "windows.update.last": Twin(hotfix(32), hotfix(612), WARNING),
    "windows.security.antivirus": Twin(
        programs("System", "QAXTray.exe", "svchost.exe"), programs("System", "svchost.exe"), WARNING
    ),
    "windows.security.defender": Twin(
        out({"realtime": True, "age_days": 1, "version": "1.401.123.0"}),
        out({"realtime": True, "age_days": 65535, "version": "1.237.0.0"}),
        WARNING,
    ),
    "windows.security.firewall": Twin(firewall(1), firewall(0), WARNING),
    "windows.security.rdp": Twin(
        out({"denied": 0, "nla": 1, "layer": 2, "port": 3389}),
        out({"denied": 0, "nla": 0, "layer": 0, "port": 3389}),
        WARNING,
    ),
    "windows.security.smb1": Twin(
        out({"enabled": False, "value": 0, "driver": 3}),
        out({"enabled": True, "value": None, "driver": 3}),
        WARNING,
    ),
    "windows.security.autologon": Twin(
        out({"automatic": "0", "stored": False}), out({"automatic": "1", "stored": True}), WARNING
    ),
    "windows.security.shares": Twin(shares(open_to_all=False), shares(open_to_all=True), WARNING),
    "windows.account.admins": Twin(
        members("HIS-WIN-1\\Administrator", "HOSPITAL\\Domain Admins"),
        members("HIS-WIN-1\\Administrator", "HOSPITAL\\Domain Admins", "HIS-WIN-1\\support$"),
        CRITICAL,
        changed=True,
    ),
    "windows.account.guest": Twin(accounts(), accounts(guest=True), WARNING),
    "windows.account.password": Twin(accounts(), accounts(password=False), WARNING),
    "windows.account.policy": Twin(policy(), policy(length=0, lockout=0), WARNING),
    "windows.certificate.days": Twin(certificate(210.4), certificate(-3.2), CRITICAL),
    "windows.network.ports": Twin(ports(1433, 3389), ports(3389, 4444), WARNING),
    "windows.network.declared": Twin(ports(1433, 3389), ports(3389, 4444), CRITICAL),
    "windows.network.errors": Twin(adapter(10), adapter(900), WARNING, changed=True),
    "windows.network.connections": Twin(
        out({"total": 412, "close_wait": 3, "time_wait": 50}),
        out({"total": 4121, "close_wait": 2210, "time_wait": 50}),
        WARNING,
    ),
    "windows.power.plan": Twin(
        out({"plan": "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c"}),
        out({"plan": "381b4222-f694-41f0-9685-ff5bb260df2e"}),
        WARNING,
    ),
    "windows.cluster.nodes": Twin(node(SQL1="Up", SQL2="Up"), node(SQL1="Up", SQL2="Down"), CRITICAL),
    "windows.cluster.groups": Twin(
        role(HIS="Online", 可用存储="Offline"), role(HIS="PartialOnline"), CRITICAL
    ),
}
