"""`hmaint upgrade request` and `approve`: the application in writing, and the approval that binds to the very plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli.incident_options import ask
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.cli.upgrade_check import Plan
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.model.entry import Entry


def register(upgrade: typer.Typer) -> None:
    """Hang the commands on the tree."""
    upgrade.command(
        "request",
        help=_("Write the application for an upgrade (升级申请) from its plan, bound to the plan's digest."),
        epilog=_("Example: hmaint upgrade request icu-5.2.3"),
    )(with_terminal(request))
    upgrade.command(
        "approve",
        help=_(
            "Put the hospital's approval on record: by a name of the plan's list, in words, with what shows it. It"
            " holds for the plan as it is now; any change voids it."
        ),
        epilog=_(
            "Example: hmaint upgrade approve icu-5.2.3 --by 李主任 --text 同意按方案实施 --evidence 升级申请-签字.pdf"
        ),
    )(with_terminal(approve))


def request(
    terminal: Terminal,
    plan: Plan,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=_("Where to write the document."), metavar="FILE")
    ] = None,
) -> None:
    """Refused, with nothing written, where a target could not be looked at."""
    from hmaint.app.upgrade_request import request as request_plan

    asked = request_plan(terminal.world(), plan, output)
    if terminal.format == "json":
        told = {
            "schema": "hmaint.upgrade-request/1",
            "matter": asked.entry.matter,
            "plan": asked.rendered.plan.name,
            "digest": asked.rendered.digest,
            "document": asked.document.path,
        }
        terminal.out(json.dumps(told, ensure_ascii=False, indent=2))
        return
    terminal.out(asked.document.path)
    words = _(
        "{matter}: applied for with digest {digest}; have it signed, then: hmaint upgrade approve {plan}"
    )
    terminal.err(
        words.format(
            matter=asked.entry.matter, digest=asked.rendered.digest[:12], plan=asked.rendered.plan.name
        )
    )


def approve(
    terminal: Terminal,
    plan: Plan,
    by: Annotated[
        str | None, typer.Option("--by", help=_("Who approved: a name of the plan's list."), metavar="NAME")
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", help=_("What was approved, in words."), metavar="WORDS")
    ] = None,
    evidence: Annotated[
        list[Path] | None,
        typer.Option(
            "--evidence", help=_("A file that shows it; a copy is kept. May be repeated."), metavar="FILE"
        ),
    ] = None,
    at: Annotated[
        str,
        typer.Option(
            "--at", help=_("When it happened; now, unless told. A time alone is today's."), metavar="TIME"
        ),
    ] = "",
) -> None:
    """Refused for a name that is not on the list, an approval without words, or targets that cannot be seen."""
    from hmaint.app.incident import moment
    from hmaint.app.upgrade_approval import approve as approve_plan
    from hmaint.app.upgrade_plan import prepare

    world = terminal.world()
    prepared = prepare(world, plan)
    names = ", ".join(prepared.plan.approvers)
    who = ask(
        terminal, by, _("Who approved ({names})").format(names=names), needed=_("--by says who approved it")
    )
    said = ask(terminal, text, _("In words"), needed="") if text is None else text
    when = moment(world, at) if at else None
    entry = approve_plan(world, prepared, by=who, text=said, evidence=tuple(evidence or ()), at=when)
    _told(terminal, entry)


def _told(terminal: Terminal, entry: Entry) -> None:
    if terminal.format == "json":
        told = {
            "schema": "hmaint.upgrade-approval/1",
            "matter": entry.matter,
            "plan": entry.body["plan"],
            "digest": entry.body["digest"],
            "by": entry.body["by"],
            "at": entry.at.isoformat(timespec="seconds"),
        }
        terminal.out(json.dumps(told, ensure_ascii=False, indent=2))
        return
    words = _("{matter}: {plan} approved by {by} at {at}; it holds for digest {digest} alone")
    terminal.out(
        words.format(
            matter=entry.matter,
            plan=entry.body["plan"],
            by=entry.body["by"],
            at=f"{entry.at:%Y-%m-%d %H:%M}",
            digest=str(entry.body["digest"])[:12],
        )
    )
