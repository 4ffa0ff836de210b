"""`hmaint change`: BUGs and requirements from the request to debugging on site (附件3 客户化维护报告)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.completion import site_names
from hmaint.cli.matter import Verb
from hmaint.cli.matter_command import recording
from hmaint.cli.matter_standard import register_standard
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.kit.i18n import N_, _
from hmaint.model.ledgers.change import CHANGE


def register(app: typer.Typer) -> None:
    """Hang the commands on the tree."""
    group = typer.Typer(
        help=about("change"),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    for name, event, help_, example, then in _VERBS:
        verb = Verb(CHANGE, CHANGE.event(event), then=then)
        group.command(name, help=_(help_), epilog=_(example))(with_terminal(recording(verb)))
    group.command(
        "release",
        help=_(
            "Issue the notes and the test report of a version from a YAML file and the changes it brings."
        ),
        epilog=_("Example: hmaint change release 6.3.0.yaml"),
    )(with_terminal(release))
    register_standard(group, CHANGE, "change", ("customisation-report",))
    app.add_typer(group, name="change")


def release(
    terminal: Terminal,
    file: Annotated[Path, typer.Argument(help=_("What is to be said of the version."), metavar="FILE.yaml")],
    site: Annotated[
        str,
        typer.Option(
            "--site",
            "-s",
            help=_("The site, where the file names none."),
            metavar="SITE",
            autocompletion=site_names,
        ),
    ] = "",
) -> None:
    """The papers of a version."""
    from hmaint.app.release import issue_release
    from hmaint.cli.format.report import show_documents

    world = terminal.world()
    show_documents(terminal, world, issue_release(world, file, site))


_VERBS = (
    (
        "new",
        "asked",
        N_("Put down what somebody asks for or reports; --at is when they did (提出时间)."),
        N_(
            "Example: hmaint change new --site tj --kind 3 --requester 药房/王药师 --module 收费对账"
            " --details 按到检日期分批导出 --at '2026-11-16 10:20'"
        ),
        "hmaint change assess {id} · hmaint change confirm {id}",
    ),
    (
        "accept",
        "accepted",
        N_("Put down when it was formally accepted; clocks that run from there begin."),
        N_("Example: hmaint change accept latest --grade req_simple --at '2026-11-16 11:00'"),
        "hmaint change assess {id}",
    ),
    (
        "start",
        "started",
        N_("Put down when work began, and how they can work meanwhile."),
        N_("Example: hmaint change start latest --workaround '改用纸质登记，晚间补录'"),
        "hmaint change assess {id}",
    ),
    (
        "assess",
        "assessed",
        N_("Put down what was found, what it takes, and how it will be changed."),
        N_("Example: hmaint change assess latest --grade req_medium --analysis '不改表结构' --effort 2"),
        "hmaint change confirm {id}",
    ),
    (
        "plan",
        "planned",
        N_("Put down that a plan to mend it, or a patch, was handed in."),
        N_("Example: hmaint change plan latest --plan '补丁 6.2.5 已提交测试'"),
        "hmaint change confirm {id}",
    ),
    (
        "confirm",
        "confirmed",
        N_("Put down the hospital's confirmation; of an e-mail sender, date and id are kept."),
        N_("Example: hmaint change confirm latest --evidence 确认.eml"),
        "hmaint change promise {id} --day DAY",
    ),
    (
        "promise",
        "promised",
        N_("Promise the day of delivery and debugging on site; it is a deadline of ours from then on."),
        N_("Example: hmaint change promise latest --day 2026年12月8日"),
        "hmaint change report {id} · hmaint change done {id}",
    ),
    (
        "done",
        "delivered",
        N_("Put down that it was delivered."),
        N_("Example: hmaint change done latest --result '对账单按批次导出' --spent 1.5 --in-version 6.3.0"),
        "hmaint change debug {id} · hmaint change report {id}",
    ),
    (
        "debug",
        "debugged",
        N_("Put down that it was debugged on site."),
        N_("Example: hmaint change debug latest --text '药房三台终端逐一验证' --evidence 签字单.pdf"),
        "hmaint change report {id}",
    ),
    (
        "close",
        "closed",
        N_("Lay one to rest that will not be delivered, with the reason; clocks stop there."),
        N_(
            "Example: hmaint change close latest --reason '医院撤回需求，2026-11-20 邮件' --evidence 撤回.eml"
        ),
        "",
    ),
)
