"""`hmaint incident kill`: end a session that holds others up, after a person has seen it and said so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli import incident_options as o
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import Refused
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.kill import Aim, Ended

_WAITERS = 10


def register(incident: typer.Typer) -> None:
    """Hang the command on the tree."""
    incident.command(
        "kill",
        help=_(
            "End what a blocking session does, after showing it: its statement first, its connection only with"
            " --connection. Changes the database; needs kill_user in the inventory."
        ),
        epilog=_(
            "Examples: hmaint incident kill latest --session 4711@icu-main"
            " · hmaint incident kill I-20261125-001 --session 4711@icu-main --connection --trx 90125 --yes"
            " --reason 信息科李主任电话同意"
        ),
    )(with_terminal(kill))


def kill(
    terminal: Terminal,
    incident: o.Number,
    session: Annotated[
        str, typer.Option("--session", help=_("The session and its database."), metavar="NUMBER@DATABASE")
    ],
    connection: Annotated[
        bool,
        typer.Option(
            "--connection", help=_("End its connection where its statement alone frees nobody: rolls back.")
        ),
    ] = False,
    trx: Annotated[
        str,
        typer.Option(
            "--trx", help=_("Its transaction as diagnose named it; another one is refused."), metavar="ID"
        ),
    ] = "",
    reason: Annotated[
        str, typer.Option("--reason", help=_("Why, and who in the hospital agreed."), metavar="TEXT")
    ] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help=_("Confirm without a question; wants --reason and --trx."))
    ] = False,
) -> int:
    """Show, ask, act, and tell what came of it: 0 freed, 1 nothing could be done, 2 a person is needed."""
    from hmaint.app.kill import aiming

    world = terminal.world()
    if yes and not (reason.strip() and trx):
        raise Refused(_("--yes wants --reason and --trx: a script must name what it means"))
    if not yes and not terminal.may_ask():
        raise Refused(_("not confirmed: say --yes with --reason and --trx, or sit at a terminal"))
    with aiming(world, incident, session, transaction=trx, close=connection) as (aim, act):
        for line in _shown(aim):
            terminal.err(line)
        if not yes:
            reason = reason.strip() or typer.prompt(_("Reason, and who agreed"), err=True).strip()
            if not reason or not typer.confirm(_("End it now?"), err=True):
                raise Refused(_("not confirmed; nothing was touched"))
        ended = act(reason)
    return _told(terminal, ended)


def _shown(aim: Aim) -> list[str]:
    from hmaint.kit.text import one_line

    seen = aim.seen
    who = ", ".join(filter(None, (f"{seen.user}@{seen.client}", seen.program, seen.state)))
    lines = [
        _("session {session} on {database}: {who}").format(
            session=seen.session, database=aim.database.name, who=one_line(who)
        ),
        _("  transaction {trx}, open for {n} s").format(
            trx=seen.transaction, n="?" if seen.open_seconds is None else seen.open_seconds
        ),
        _("  statement: {statement}").format(statement=seen.statement or "-"),
    ]
    lines += [
        _("  holds up session {session} ({user}) for {n} s").format(session=name, user=one_line(user), n=n)
        for name, user, n in seen.waiting[:_WAITERS]
    ]
    if len(seen.waiting) > _WAITERS:
        lines.append(_("  and {n} more").format(n=len(seen.waiting) - _WAITERS))
    words = {
        "cancel": _("cancel its statement"),
        "close": _("end its connection; its transaction is rolled back"),
    }
    return [*lines, _("to be done: {means}").format(means=_(", then ").join(words[m] for m in aim.means))]


def _told(terminal: Terminal, ended: Ended) -> int:
    import json

    if terminal.format == "json":
        told = {
            "schema": "hmaint.kill/1",
            "incident": ended.aim.incident.id,
            "database": ended.aim.database.name,
            "session": ended.aim.seen.session,
            "transaction": ended.aim.seen.transaction,
            "sent": list(ended.sent),
            "freed": ended.freed,
            "failure": ended.failure or None,
            "entry": ended.entry or None,
        }
        terminal.out(json.dumps(told, ensure_ascii=False, indent=2))
    elif not ended.sent:
        terminal.out(_("nothing was done: {reason}").format(reason=ended.failure))
    elif ended.freed:
        terminal.out(_("done: {sent}; nobody waits for it any more").format(sent="; ".join(ended.sent)))
    else:
        words = _("sent: {sent}; it still holds the others up: a person is needed")
        terminal.out(words.format(sent="; ".join(ended.sent)))
        if "close" not in ended.aim.means:
            terminal.err(_("--connection would end its connection"))
    if ended.sent and ended.failure and terminal.format != "json":
        terminal.err(ended.failure)
    return 0 if ended.freed else 2 if ended.sent else 1
