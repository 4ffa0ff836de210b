"""The groups of commands below `hmaint contract` that put things on record, as a table."""

from __future__ import annotations

from dataclasses import dataclass

from hmaint.kit.i18n import N_
from hmaint.model.ledger import Ledger
from hmaint.model.ledgers.drill import DRILL
from hmaint.model.ledgers.duty import COUNT, DOWNTIME, PERFORMED
from hmaint.model.ledgers.meeting import MEETING
from hmaint.model.ledgers.pledge import PLEDGE
from hmaint.model.ledgers.upkeep import PATCH, RESTART, VULNERABILITY
from hmaint.model.ledgers.warning import WARNING


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of record as a group of commands."""

    name: str
    ledger: Ledger
    help: str
    verbs: tuple[tuple[str, str, str, str], ...]
    """Command, event, help and example."""
    forms: tuple[str, ...] = ()
    clause: bool = False


GROUPS = (
    Group(
        "meeting",
        MEETING,
        N_("Meetings with the hospital: minutes, decisions and what became of them."),
        (
            (
                "add",
                "met",
                N_("Put a meeting on record: who met, topics, decisions."),
                N_(
                    "Example: hmaint contract meeting add --site tj --name 第四季度例会 --kind routine"
                    " --hospital-people 李老师 --vendor-people 张工 --decision '补查两项|维护单位|张工|2026-11-28'"
                ),
            ),
            (
                "follow",
                "followed",
                N_("Put down what became of decisions, by their numbers in the minutes."),
                N_("Example: hmaint contract meeting follow latest --decision '1|已完成，2026-11-27 复查'"),
            ),
        ),
        ("meeting-minutes",),
    ),
    Group(
        "patch",
        PATCH,
        N_("Security patches and antivirus."),
        (
            (
                "add",
                "patched",
                N_("Put down which patches were applied, the antivirus, and what was left out and why."),
                N_(
                    "Example: hmaint contract patch add --site tj --window '22:00 至 24:00' --approval 王科长"
                    " --backup 已做快照 --verification 巡检无新增异常"
                    " --patch 'db-1|openssl|1.1.1k-12|1.1.1k-14|22:18|否|成功'"
                ),
            ),
        ),
        ("patch-record",),
    ),
    Group(
        "vuln",
        VULNERABILITY,
        N_("Looks for vulnerabilities, what was reported and mended."),
        (
            (
                "add",
                "checked",
                N_(
                    "Put a look for vulnerabilities on record; --run takes the findings of an inspection along."
                ),
                N_(
                    "Example: hmaint contract vuln add --site tj --scope '主机 2 台' --basis inspect/security"
                    " --run latest --unexamined '床旁终端|全部|无法登录'"
                ),
            ),
            (
                "reported",
                "reported",
                N_("Put down whom it was reported to; --at is when."),
                N_("Example: hmaint contract vuln reported latest --to '王工，电话' --at '2026-11-20 20:33'"),
            ),
            (
                "fixed",
                "fixed",
                N_("Put down what was mended."),
                N_(
                    "Example: hmaint contract vuln fixed latest --finding 'app-1|CVE-2023-46589|已升级到 9.0.83'"
                ),
            ),
        ),
        ("vulnerability-record",),
    ),
    Group(
        "drill",
        DRILL,
        N_("Emergency drills."),
        (
            (
                "add",
                "drilled",
                N_("Put a drill on record: scenario, people, steps, results beside targets, problems."),
                N_("Example: hmaint contract drill add --from 演练.yaml"),
            ),
        ),
        ("drill-record",),
    ),
    Group(
        "nda",
        PLEDGE,
        N_("Who works for the hospital, and who has signed a pledge of secrecy."),
        (
            (
                "add",
                "registered",
                N_("Register somebody who works for the hospital."),
                N_(
                    "Example: hmaint contract nda add --site tj --person 张工 --role 运维工程师 --from-date 2026-03-01"
                ),
            ),
            (
                "sign",
                "signed",
                N_("Put down that the pledge was signed; keep the scan as evidence."),
                N_("Example: hmaint contract nda sign latest --at 2026-02-27 --evidence 承诺书.pdf"),
            ),
            (
                "leave",
                "left",
                N_("Put down that somebody works here no more; what they pledged still binds them."),
                N_("Example: hmaint contract nda leave latest --reason 调离项目 --at 2026-11-30"),
            ),
        ),
        ("confidentiality-pledge",),
    ),
    Group(
        "restart",
        RESTART,
        N_("Whether services or servers need regular restarts, and restarts that were done."),
        (
            (
                "add",
                "decided",
                N_("Put a decision about a restart on record, and the restart where there was one."),
                N_(
                    "Example: hmaint contract restart add --site tj --target 数据库 --decision not_needed"
                    " --reason '已连续运行 214 天，内存与连接数平稳'"
                ),
            ),
        ),
        ("tuning-record",),
    ),
    Group(
        "records",
        PERFORMED,
        N_("Duties met by hand: what `hmaint contract done` put down."),
        (),
    ),
    Group(
        "warning",
        WARNING,
        N_("Problems the hospital warned of: warnings, what verifying them showed, what was deducted."),
        (
            (
                "add",
                "warned",
                N_("Put the first warning about a problem on record."),
                N_(
                    "Example: hmaint contract warning add --site tj --class ordinary --issue 体检报告打印错位"
                    " --about I-20261121-001"
                ),
            ),
            (
                "again",
                "repeated",
                N_("Put a further warning about the same problem on record."),
                N_("Example: hmaint contract warning again latest --what '修复后第二次出现' --at 2026-11-20"),
            ),
            (
                "verify",
                "verified",
                N_("Put down what both sides found when they verified it; without it nothing is deducted."),
                N_(
                    "Example: hmaint contract warning verify latest --outcome true --consequence none"
                    " --by '李老师、张工'"
                ),
            ),
            (
                "deduct",
                "deducted",
                N_("Put down what was deducted, as both sides agreed."),
                N_(
                    "Example: hmaint contract warning deduct latest --rule D4-1 --amount 1200 --agreed-by 王科长"
                ),
            ),
        ),
    ),
    Group(
        "count",
        COUNT,
        N_("Counters of quotas, such as videos handed over."),
        (
            (
                "add",
                "counted",
                N_("Add to a counter, by the clause of the quota."),
                N_("Example: hmaint contract count add S3-4.1a --site or --add 12 --what '11 月手术视频'"),
            ),
        ),
        clause=True,
    ),
    Group(
        "downtime",
        DOWNTIME,
        N_("Times a system was down that no incident tells: windows agreed on, and others."),
        (
            (
                "add",
                "down",
                N_("Put down from when to when a system was down; --at is when it began."),
                N_(
                    "Example: hmaint contract downtime add --site tj --at '2026-11-14 22:00' --until '2026-11-14 22:40'"
                    " --planned --reason 更新补丁 --approval 王科长"
                ),
            ),
        ),
    ),
)
"""In the order of the help page."""
