"""What may stand behind an incident: by which checks it shows, how directly it explains, and what follows from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from hmaint.model.run import Finding


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of cause.

    `direct` (0–100) tells how well it explains an incident by itself: a full disk does, a log full of errors tells of
    something else. `checks` are globs, `reasons` what a refused look said, `words` what people report of it, `brings`
    the kinds that commonly follow from it.
    """

    id: str
    title: str
    direct: int
    checks: tuple[str, ...]
    words: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    reasons: str = ""

    def fits(self, finding: Finding) -> bool:
        """Whether a finding speaks for it."""
        return any(fnmatchcase(finding.check, each) for each in self.checks)

    def told_by(self, reason: str) -> bool:
        """Whether the words of a look that was turned away say it outright."""
        return bool(self.reasons) and re.search(self.reasons, reason) is not None


_EVERYTHING = ("service", "port", "http", "log", "slow_http", "interface")
_SLOW = ("慢", "卡", "缓", "转圈", "无响应", "超时", "slow", "hang", "timeout")

KINDS = (
    Kind(
        "disk", "磁盘空间耗尽", 90,
        ("linux.disk.usage", "linux.disk.inodes", "windows.disk.usage", "sqlserver.files.volume", "sqlserver.log.used",
         "oracle.tablespace.used", "oracle.fra", "oracle.temp", "oracle.undo"),
        ("保存不了", "无法保存", "保存失败", "空间", "磁盘", "写", "disk", "space"),
        (*_EVERYTHING, "replication", "storage"),
    ),
    Kind(
        "storage", "文件系统或存储故障", 92, ("linux.disk.readonly", "linux.disk.network", "linux.disk.raid"),
        ("保存", "磁盘", "存储", "只读"), (*_EVERYTHING, "replication", "load"),
    ),
    Kind(
        "memory", "内存耗尽", 84,
        ("linux.memory.available", "incident.linux.oom", "windows.memory.available"),
        (*_SLOW, "内存", "退出", "崩溃", "memory"), (*_EVERYTHING, "load", "swap"),
    ),
    Kind(
        "connections", "数据库连接数用尽", 86,
        ("mysql.connections.used", "postgresql.connections.used", "oracle.sessions.used", "sqlserver.workers",
         "sqlserver.connections", "mysql.connections.account"),
        ("连接", "登录", "登不上", "打不开", "connection"), ("log", "http", "slow_http", "interface", "port"),
        r"连接数已满|[Tt]oo many (?:connections|clients)|connection slots|ORA-(?:00018|00020|12516|12520)",
    ),
    Kind(
        "blocking", "阻塞的事务", 88,
        ("incident.mysql.blocking*", "incident.postgresql.blocking", "oracle.sessions.blocked", "sqlserver.blocking",
         "mysql.locks.metadata"),
        (*_SLOW, "保存", "提交", "锁", "lock"), ("transaction", "running", "log", "slow_http", "http", "connections"),
    ),
    Kind(
        "service", "服务或进程停止", 82,
        ("linux.service.expected", "linux.process.expected", "linux.service.failed", "windows.service.*",
         "windows.process.declared", "linux.cluster.pacemaker", "windows.cluster.*", "sqlserver.databases.state"),
        ("打不开", "停", "无法访问", "进不去", "down"), ("port", "http", "log", "interface"),
    ),
    Kind(
        "running", "失控的语句", 78,
        ("incident.mysql.running", "incident.postgresql.running", "oracle.sessions.active"),
        (*_SLOW, "报表", "查询", "query"), ("load", "slow_http", "transaction", "crowd"),
    ),
    Kind(
        "replication", "主从复制中断或延迟", 72,
        ("mysql.replication*", "mariadb.replication", "postgresql.replication.*", "mariadb.galera",
         "mysql.group_replication", "sqlserver.ag.health"),
        ("数据不一致", "查不到", "同步", "延迟", "复制", "报表"), (),
    ),
    Kind(
        "certificate", "证书过期或将到期", 74,
        ("endpoint.tls.days", "linux.security.certificates", "windows.certificate.days"),
        ("证书", "不安全", "https", "握手", "certificate"), ("http",),
    ),
    Kind(
        "port", "端口拒绝连接", 66, ("endpoint.port.open", "linux.network.declared", "windows.network.declared"),
        ("打不开", "连不上", "无法连接", "拒绝", "refused"), ("http", "log", "interface"),
        # Not 拒绝连接: so we ourselves say of a host key that was revoked.
        r"连接被拒绝|[Cc]onnection refused|ORA-12541",
    ),
    Kind(
        "clock", "系统时间不准", 68, ("linux.time.laptop", "windows.time.laptop", "endpoint.ntp.*"),
        ("时间", "时钟", "过期", "clock", "time"), ("certificate",),
    ),
    Kind(
        "name", "域名解析失败", 76, ("endpoint.dns.answer",), ("域名", "解析", "dns"), ("http", "port"),
    ),
    Kind(
        "interface", "接口或队列不通", 64,
        ("endpoint.dicom.echo", "endpoint.mllp.kept", "endpoint.ldap.answer", "endpoint.*.greeting",
         "linux.folder.waiting"),
        ("接口", "积压", "传", "推送", "影像", "检验", "短信"), (),
    ),
    Kind(
        "http", "网页应答不符合约定", 58, ("endpoint.http.answer", "endpoint.http.json"),
        ("网页", "页面", "打不开"), (),
    ),
    Kind(
        "transaction", "长时间未提交的事务", 56,
        ("mysql.transactions.long", "postgresql.transactions.*", "oracle.transactions.*",
         "sqlserver.transactions.open"),
        (*_SLOW, "锁"), (),
    ),
    Kind(
        "limits", "内核资源用尽", 80, ("linux.kernel.*",), ("too many open files", "句柄"),
        (*_EVERYTHING, "connections"),
    ),
    Kind("crowd", "同时执行的语句过多", 60, ("mysql.connections.running",), _SLOW, ("load",)),
    Kind(
        "load", "系统负载过高", 48, ("incident.linux.load", "linux.process.blocked"), _SLOW, ("slow_http",),
    ),
    Kind("slow_http", "网页应答缓慢", 44, ("endpoint.http.time",), _SLOW, ()),
    Kind("swap", "正在使用交换分区", 40, ("linux.memory.swap",), _SLOW, ("slow_http",)),
    Kind(
        "log", "日志中大量错误", 42, ("incident.linux.log.*",), ("报错", "错误", "异常", "error"), (),
    ),
)  # fmt: skip
"""In no order that matters; the first that fits a finding takes it."""

OTHER = Kind("other", "其他异常", 30, ("*",))
"""What no kind fits: a workspace's own checks."""


def kind_of(finding: Finding) -> Kind:
    """The kind of cause a finding speaks for."""
    return next((kind for kind in KINDS if kind.fits(finding)), OTHER)


def told_outright(reason: str) -> Kind | None:
    """The kind that the words of a look that was turned away name."""
    return next((kind for kind in KINDS if kind.told_by(reason)), None)
