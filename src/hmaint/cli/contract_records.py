"""What people put on record under a contract: meetings, upkeep, drills, pledges, duties, counters, downtime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hmaint.cli.completion import site_names
from hmaint.cli.matter import Verb, parameter
from hmaint.cli.matter_command import recording
from hmaint.cli.matter_standard import register_standard
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.kit.i18n import N_, _
from hmaint.model.ledger import Ledger
from hmaint.model.ledgers.drill import DRILL
from hmaint.model.ledgers.duty import COUNT, DOWNTIME, PERFORMED
from hmaint.model.ledgers.meeting import MEETING
from hmaint.model.ledgers.pledge import PLEDGE
from hmaint.model.ledgers.upkeep import PATCH, RESTART, VULNERABILITY
from hmaint.model.ledgers.warning import WARNING

if TYPE_CHECKING:
    from hmaint.app.world import World


@dataclass(frozen=True, slots=True)
class _Group:
    """One kind of record as a group of commands."""

    name: str
    ledger: Ledger
    help: str
    verbs: tuple[tuple[str, str, str, str], ...]
    """Command, event, help and example."""
    forms: tuple[str, ...] = ()
    clause: bool = False


def register(contract: typer.Typer) -> None:
    """Hang the groups below `contract`."""
    for each in _GROUPS:
        group = typer.Typer(help=_(each.help), no_args_is_help=True, rich_markup_mode=None)
        for name, event, help_, example in each.verbs:
            agenda_too = event == MEETING.opening.name and each.ledger is MEETING
            verb = Verb(
                each.ledger,
                each.ledger.event(event),
                (_AGENDA,) if agenda_too else (),
                _topics if agenda_too else None,
                _then(each),
                clause=each.clause,
            )
            group.command(name, help=_(help_), epilog=_(example))(with_terminal(recording(verb)))
        register_standard(group, each.ledger, f"contract {each.name}", each.forms)
        contract.add_typer(group, name=each.name)
    contract.command(
        "agenda",
        help=_("What the next meeting should talk about: everything the records of a site hold open."),
        epilog=_("Example: hmaint contract agenda --site tj"),
    )(with_terminal(agenda))
    done = Verb(PERFORMED, PERFORMED.opening, clause=True)
    contract.command(
        "done",
        help=_("Put down a duty met by hand, by its clause, and when; `hmaint contract records` shows them."),
        epilog=_(
            "Example: hmaint contract done S4-4a --site tj --what 安全教育一次 --at 2026-11-20 --evidence 签到.jpg"
        ),
    )(with_terminal(recording(done)))


def agenda(
    terminal: Terminal,
    site: Annotated[
        str,
        typer.Option(
            "--site",
            "-s",
            help=_("The site; needed where there are several."),
            metavar="SITE",
            autocompletion=site_names,
        ),
    ] = "",
) -> None:
    """Open items, as topics."""
    from hmaint.app.agenda import agenda as open_items
    from hmaint.app.matters import site_of
    from hmaint.cli.listing import show_list

    world = terminal.world()
    items = open_items(world, site_of(world, site))
    columns = {"topic": _("subject"), "detail": _("detail"), "record": _("record")}
    objects = [{"topic": each.topic, "detail": each.detail, "record": each.record} for each in items]
    show_list(terminal, "hmaint.agenda/1", "items", columns, objects)
    if not items and terminal.format != "json":
        terminal.err(_("the records hold nothing open"))


_AGENDA = parameter(
    "agenda_",
    Annotated[bool, typer.Option("--agenda", help=_("With everything the records hold open as topics."))],
    default=False,
)


def _topics(world: World, _number: str, given: Mapping[str, Any]) -> Mapping[str, object]:
    from hmaint.app.agenda import agenda as open_items
    from hmaint.app.matters import site_of
    from hmaint.load.entry_values import read_value

    if not given["agenda_"]:
        return {}
    field = MEETING.fields["topics"]
    told = [read_value(field, each) for each in given.get("topics") or ()]
    return {"topics": [*told, *(each.row for each in open_items(world, site_of(world, given["site"])))]}


def _then(group: _Group) -> str:
    return f"hmaint contract {group.name} report {{id}}" if group.forms else ""


_GROUPS = (
    _Group(
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
    _Group(
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
    _Group(
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
    _Group(
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
    _Group(
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
    _Group(
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
    _Group(
        "records",
        PERFORMED,
        N_("Duties met by hand: what `hmaint contract done` put down."),
        (),
    ),
    _Group(
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
    _Group(
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
    _Group(
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
