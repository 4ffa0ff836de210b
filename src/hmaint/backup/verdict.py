"""What was made of one thing about a backup: its check's name, how it stands, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hmaint.model.inventory import Scalar
from hmaint.model.playbook import Level

CATEGORY = "备份"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one thing stands; `what` is LAYER.WHAT, `subject` the copy, table or file where there are several.

    SKIPPED is what was not looked at, and `summary` then says so in words.
    """

    what: str
    level: Level
    summary: str
    subject: str = ""
    metrics: Mapping[str, Scalar] = field(default_factory=dict)


def fine(what: str, summary: str, subject: str = "") -> Verdict:
    """Looked at, and as it should be."""
    return Verdict(what, Level.OK, summary, subject)


def warn(what: str, summary: str, subject: str = "") -> Verdict:
    """Worth a look before it fails."""
    return Verdict(what, Level.WARNING, summary, subject)


def fail(what: str, summary: str, subject: str = "") -> Verdict:
    """Not fit to restore from, or not proven to be what it should be."""
    return Verdict(what, Level.CRITICAL, summary, subject)


def unknown(what: str, summary: str, subject: str = "") -> Verdict:
    """Could not be looked at."""
    return Verdict(what, Level.UNKNOWN, summary, subject)


def unlooked(what: str, summary: str, subject: str = "") -> Verdict:
    """Was not looked at, because nobody said what it should be or because looking cannot tell.

    With a subject it was looked at for the first time: there was nothing yet to compare it with.
    """
    return Verdict(what, Level.SKIPPED, summary, subject)


TITLES: Mapping[str, tuple[str, str]] = {
    "found.contact": ("备份所在主机可检查", "排除连接故障后重新核查；本次不能对该备份作出任何结论"),
    "found.host_key": ("备份所在主机的密钥", "核实主机是否被替换或冒充，核实前不要信任该处的备份"),
    "found.missing": ("备份文件存在", "检查备份任务是否执行、路径是否与清单一致，补做备份"),
    "found.unreadable": ("备份文件可读", "给核查账号读权限（或用 sudo），不要改动备份文件本身"),
    "found.special": ("备份是普通文件或文件夹", "路径指向设备等特殊文件，核实备份任务的输出位置"),
    "found.link": ("符号链接有效", "链接指向不存在的文件或成环，修正备份任务的链接步骤"),
    "found.writing": ("备份已写完", "备份任务结束后重新核查；若长时间如此，查备份进程是否卡住"),
    "clock.skew": ("备份主机时钟", "校准备份主机的时钟（NTP），否则备份时间不可信"),
    "age.expired": ("备份的新旧", "查备份任务为何没有产生新备份，补做备份"),
    "age.future": ("备份时间不在将来", "校准时钟并核实该文件的来历"),
    "age.undecidable": ("备份时间可判断", "时钟不可信，无法判断备份新旧：先校时，再补做备份"),
    "age.disagrees": (
        "各处时间一致",
        "文件名、文件时间与转储内记录的时间不一致，核实是否为旧文件改名或重新复制",
    ),
    "size.floor": ("备份大小下限", "查备份任务日志，备份很可能失败或不完整，补做备份"),
    "size.trend": ("备份大小趋势", "与以往相比变化很大，核实是否有表或数据没有备份"),
    "space.next": ("备份空间", "清理或扩容备份空间，否则下一次备份会失败"),
    "container.complete": ("备份可读到末尾", "文件损坏或不完整，不能用于恢复：补做备份，并查传输与磁盘"),
    "container.truncated": ("压缩包完整", "文件被截断，不能用于恢复：补做备份，并查磁盘空间与传输"),
    "container.corrupt": ("压缩包校验", "文件损坏，不能用于恢复：补做备份，并查磁盘"),
    "container.trailing": ("文件末尾没有多余内容", "核实备份或传输工具为何在末尾追加内容"),
    "container.bomb": ("解压后大小合理", "解压后异常庞大，核实内容；必要时在清单写 max_size"),
    "container.key": ("备份内容可打开", "在清单的 password 写明密钥，或在有密钥处人工验证"),
    "container.tool": ("主机有所需工具", "在备份所在主机安装该工具，或人工验证"),
    "structure.known": ("备份格式可识别", "在清单写明 kind，或人工验证"),
    "structure.incomplete": ("转储已写完", "转储中途停止，不能用于恢复：查导出任务与数据库日志，补做备份"),
    "structure.error_text": (
        "转储中没有报错文字",
        "导出工具的报错混入转储，恢复会中断：修正备份脚本（不要用 2>&1），补做备份",
    ),
    "structure.empty": ("转储含有数据", "只有表结构没有数据：修正备份脚本（--no-data），补做备份"),
    "structure.parts": ("备份各部分齐全", "缺少的部分会使恢复失败，补做备份"),
    "tables.missing": ("必需的表齐全", "缺表的备份不能完整恢复：修正备份脚本，补做备份"),
    "tables.rows": ("表的行数合理", "行数不符，核实是否漏数据，补做备份"),
    "objects.missing": (
        "视图、触发器、存储过程等齐全",
        "缺少对象：导出时加 --routines --triggers --events，补做备份",
    ),
    "identity.database": ("是要备份的库", "库名不符，可能备错了库：核实备份脚本"),
    "identity.hospital": ("是本院的数据", "可能串院：立即停用该备份并核实来历"),
    "charset.garbled": ("汉字没有变成乱码", "字符集错误会使汉字永久丢失：按 utf8mb4 重新导出"),
    "content.differs": (
        "不再变化的数据未变",
        "历史数据与已知值不同：与上一份好备份比对，查数据是否被改动或损坏",
    ),
    "chain.gap": ("日志连续", "缺少日志，只能恢复到缺口之前：立即做一次全量备份"),
    "chain.anchor": (
        "日志与全量备份衔接",
        "全量备份之后的日志不全，不能恢复到指定时间点：立即做一次全量备份",
    ),
    "chain.base": ("所依赖的全量备份在", "差异或增量备份没有全量备份就不能恢复：立即做一次全量备份"),
    "chain.volume": ("分卷齐全", "缺卷不能恢复：补传或补做备份"),
    "chain.age": ("日志的新旧", "日志没有继续归档，查归档任务"),
    "copy.missing": ("异地副本存在", "查传输任务，补传当晚的备份"),
    "copy.differs": ("异地副本与本地一致", "副本不完整或损坏，重新传输并在两端核对 SHA-256"),
    "copy.unreachable": ("异地副本可检查", "排除连接故障后重新核查；本次不能对该副本作出结论"),
    "copy.host_key": ("异地主机的密钥", "核实主机是否被替换或冒充，核实前不要信任该处的副本"),
    "manifest.differs": ("备份清单核对", "文件与清单不符，不能用于恢复：补做备份"),
    "catalogue.backup": ("数据库自身的备份记录", "查备份任务，补做备份"),
    "catalogue.requires": ("恢复所需的各部分都已备份", "缺少的部分会使恢复失败，补做备份"),
    "catalogue.verify": ("数据库自身的备份校验", "备份不可用：补做备份，并查存储"),
    "catalogue.verifyonly": ("备份文件的校验", "在数据库服务器上按所列语句校验，并登记结果"),
    "repository.check": ("备份仓库自检", "仓库损坏，按工具文档修复，并补做备份"),
    "drill.done": ("恢复演练", "按季度用 hmaint backup-verify --restore 做恢复演练"),
}
"""What each check is called, and what to do where it fails."""
