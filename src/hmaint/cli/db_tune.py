"""`hmaint db-tune`: find what is slow, prove it, put it right, show the difference."""

from __future__ import annotations

from typing import Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.completion import site_names
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _


def register(app: typer.Typer) -> None:
    """Hang the command on the tree."""
    app.command(
        "db-tune",
        help=about("db-tune"),
        epilog=_(
            "Examples: hmaint db-tune --site icu · hmaint db-tune --site icu --database icu-main --format json"
            " · hmaint db-tune --site icu --apply T-3f9a0c12 --window 22:00-23:30 --report"
            " · hmaint db-tune --site icu --apply-safe --yes --reason 信息科李主任书面同意"
            " · hmaint db-tune --site icu --undo latest"
            " · hmaint db-tune --site icu --slow-log icu-db-1:/var/log/mysql/slow.log"
        ),
    )(with_terminal(db_tune))


def db_tune(
    terminal: Terminal,
    site: Annotated[
        str,
        typer.Option(
            "--site",
            "-s",
            help=_("The site whose databases are looked at."),
            metavar="SITE",
            autocompletion=site_names,
        ),
    ],
    database: Annotated[
        str, typer.Option("--database", "-d", help=_("Only this database."), metavar="NAME")
    ] = "",
    apply: Annotated[
        list[str] | None,
        typer.Option("--apply", help=_("Apply this advice; may be repeated."), metavar="ID"),
    ] = None,
    apply_safe: Annotated[
        bool,
        typer.Option(
            "--apply-safe",
            help=_("Apply all that is online, can be taken back and changes no data or meaning."),
        ),
    ] = False,
    undo: Annotated[
        str,
        typer.Option("--undo", help=_("Take back what a run applied; or `latest`."), metavar="RUN"),
    ] = "",
    window: Annotated[
        str,
        typer.Option(
            "--window",
            help=_("The hours agreed for this; else the variable maintenance_window of the site."),
            metavar="HH:MM-HH:MM",
        ),
    ] = "",
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept",
            help=_("Answer for what is missing or could not be seen: backup, disk or sight; goes on record."),
            metavar="GATE",
        ),
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", help=_("Why, and who in the hospital agreed."), metavar="TEXT")
    ] = "",
    by: Annotated[
        str,
        typer.Option("--by", help=_("Who in the hospital agreed; else the reason says it."), metavar="NAME"),
    ] = "",
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help=_("Confirm without a question; wants --reason."))
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help=_("After applying, also write the Word record (性能调优记录)."))
    ] = False,
    slow_log: Annotated[
        list[str] | None,
        typer.Option(
            "--slow-log",
            help=_(
                "Read this slow log instead, a file of this machine or of a host; may be repeated, may be a glob."
            ),
            metavar="[HOST:]FILE",
        ),
    ] = None,
) -> int:
    """Look and answer 0, 1, 2 or 3; act and answer 0 done, 1 put back, 2 a person is needed."""
    from hmaint.app.db_tune import Request

    ids = tuple(apply or ())
    acting = [bool(ids), apply_safe, bool(undo)]
    if sum(acting) > 1:
        raise WrongUsage(_("say one of --apply, --apply-safe and --undo"))
    if slow_log:
        others = any((*acting, database, report, yes, window, accept, reason, by))
        return _slow_logs(terminal, site, slow_log, alone=not others)
    if not any(acting):
        if report or yes or window or accept or reason or by:
            raise WrongUsage(
                _(
                    "--report, --yes, --window, --accept, --reason and --by go with --apply, --apply-safe or --undo"
                )
            )
        return _look(terminal, Request(site, database))
    from hmaint.cli.db_tune_apply import Leave, apply_advice, take_back

    leave = Leave(window, frozenset(_gates(accept or [])), reason.strip(), by.strip(), yes, report)
    if undo:
        if database or accept:
            raise WrongUsage(_("--database and --accept do not go with --undo: a run is taken back whole"))
        return take_back(terminal, site, undo, leave)
    return apply_advice(terminal, Request(site, database), ids, leave)


def _slow_logs(terminal: Terminal, site: str, places: list[str], *, alone: bool) -> int:
    if not alone:
        raise WrongUsage(_("--slow-log only looks at logs: of the other options it goes with --site alone"))
    from hmaint.cli.db_tune_slow_log import slow_logs

    return slow_logs(terminal, site, places)


def _gates(accept: list[str]) -> list[str]:
    from hmaint.app.db_tune_gates import ACCEPTABLE

    for gate in accept:
        if gate not in ACCEPTABLE:
            words = _("--accept takes {known}, not {gate}")
            raise WrongUsage(words.format(known=", ".join(ACCEPTABLE), gate=gate))
    return accept


def _look(terminal: Terminal, request: object) -> int:
    from hmaint.app.db_tune import Request, look
    from hmaint.cli.format.tune import show_advice
    from hmaint.cli.inspect import exit_status
    from hmaint.cli.progress_tune import watching

    assert isinstance(request, Request)  # noqa: S101 - made above; imported late
    world = terminal.world()
    with watching(terminal) as hear:
        told = look(world, request, hear)
    show_advice(terminal, told)
    return exit_status([told.run.level])
