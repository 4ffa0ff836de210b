"""`hmaint contract due`: what is due by when, what was missed, and which record met it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli.completion import site_names
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import ExitStatus, WrongUsage
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.morning import Morning
    from hmaint.app.world import World
    from hmaint.duty.owed import Owed
    from hmaint.model.duty import Due
    from hmaint.model.playbook import Level

    Row = tuple[Owed, Due]


def register(contract: typer.Typer) -> None:
    """Hang the command on `hmaint contract`."""
    contract.command(
        "due",
        help=_("Tell what is due, overdue and met by which record; without options the page to open first."),
        epilog=_(
            "Examples: hmaint contract due · hmaint contract due --site icu --until 2026-12-31"
            " · hmaint contract due --clause S3-1.1.1 · hmaint contract due --all --overdue --quiet"
            " · hmaint contract due --site icu --ics icu.ics · hmaint contract due --all --quiet --notify"
        ),
    )(with_terminal(due))


def due(
    terminal: Terminal,
    site: Annotated[
        list[str] | None,
        typer.Option(
            "--site",
            "-s",
            help=_("Only this site; may be repeated."),
            metavar="SITE",
            autocompletion=site_names,
        ),
    ] = None,
    all_sites: Annotated[
        bool, typer.Option("--all", help=_("Every site of the inventory: what is shown without --site, too."))
    ] = False,
    until: Annotated[
        str, typer.Option("--until", help=_("How far ahead to look; a month, unless told."), metavar="DATE")
    ] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help=_("Only what is overdue."))] = False,
    clause: Annotated[
        str,
        typer.Option(
            "--clause",
            help=_("One clause through its whole term, with every record and its days."),
            metavar="CLAUSE",
        ),
    ] = "",
    ics: Annotated[
        Path | None,
        typer.Option(
            "--ics", help=_("Also write a calendar file (iCalendar) of what is to come."), metavar="FILE"
        ),
    ] = None,
    tell: Annotated[
        bool,
        typer.Option(
            "--notify", help=_("Also tell the channels of the inventory, where something changed: for cron.")
        ),
    ] = False,
) -> int:
    """Show the morning's page, or a part of it, and answer the worst of it."""
    if all_sites and site:
        raise WrongUsage(_("say either --site SITE or --all"))
    world = terminal.world()
    today = world.clock.now().date()
    end = _until(until, today)
    from hmaint.app.morning import morning

    seen = morning(world, tuple(site or ()), _horizon(end, today, whole=bool(clause or ics)))
    rows = [(owed, one) for owed in seen.dues.owed for one in owed.dues]
    if clause:
        rows = _of_clause(rows, clause)
    shown = [row for row in rows if not overdue or row[1].state == "overdue"]
    if ics is not None:
        _write(world, terminal, seen, shown, ics)
    if tell:
        _tell(terminal, world, seen)
    return _show(terminal, seen, shown, clause=bool(clause))


def _tell(terminal: Terminal, world: World, seen: Morning) -> None:
    from hmaint.app.due_notify import notify_dues
    from hmaint.kit.text import harmless

    for site, delivery in notify_dues(world, seen):
        if delivery.failure:
            words = _("not told through {channel}: {reason}")
            said = words.format(channel=delivery.channel, reason=delivery.failure)
            terminal.err(harmless(f"hmaint: {site}: {said}"))


def _until(text: str, today: date) -> date | None:
    if not text:
        return None
    from hmaint.kit.when import read_day

    try:
        found = read_day(text, today)
    except ValueError as wrong:
        raise WrongUsage(str(wrong)) from None
    if found < today:
        words = _("{day} is past; --until looks ahead")
        raise WrongUsage(words.format(day=found))
    return found


def _horizon(end: date | None, today: date, *, whole: bool) -> date | None:
    """How far ahead to look: a calendar file or a clause reaches a year on, unless told otherwise."""
    return end or (date(today.year + 1, today.month, min(today.day, 28)) if whole else None)


def _of_clause(rows: list[Row], clause: str) -> list[Row]:
    found = [row for row in rows if row[1].clause == clause]
    if found:
        return found
    from hmaint.kit.hint import did_you_mean

    known = sorted({one.clause for _owed, one in rows})
    words = _("no clause {clause} is owed here").format(clause=clause)
    raise WrongUsage(words + did_you_mean(clause, known))


def _show(terminal: Terminal, seen: Morning, rows: list[Row], *, clause: bool) -> int:
    from hmaint.cli.inspect import exit_status

    level = seen.level
    match terminal.format:
        case "json":
            # Years of dues are megabytes, and indenting them took as long as reading the records does.
            terminal.out(json.dumps(_object(seen, rows, level), ensure_ascii=False, check_circular=False))
        case "nagios":
            from hmaint.cli.format import due_machine

            terminal.out(due_machine.nagios(seen, rows))
        case "prometheus":
            from hmaint.cli.format import due_machine

            terminal.out(due_machine.prometheus(seen))
        case "junit":
            raise WrongUsage(_("what is due has no format junit"))
        case _:
            _people(terminal, seen, rows, clause=clause)
    return ExitStatus(exit_status([str(level)]))


def _people(terminal: Terminal, seen: Morning, rows: list[Row], *, clause: bool) -> None:
    if clause:
        from hmaint.cli.format.due_clause import show_clause

        show_clause(terminal, seen.dues, rows)
    elif terminal.format == "table":
        from hmaint.cli.format.due import show_morning

        show_morning(terminal.console(), seen, rows, quiet=terminal.quiet)
    else:
        from hmaint.cli.format.due_text import show_rows

        show_rows(terminal, seen, rows)


def _object(seen: Morning, rows: list[Row], level: Level) -> dict[str, object]:
    from hmaint.cli.format.due_machine import SCHEMA, owed_object
    from hmaint.cli.format.machine import stamp
    from hmaint.duty.owed import levels

    dues = seen.dues
    shown: dict[str, list[Due]] = {owed.site: [] for owed in dues.owed}
    for owed, due in rows:
        shown[owed.site].append(due)
    return {
        "schema": SCHEMA,
        "today": f"{dues.today}",
        "until": f"{dues.until}",
        "level": str(level),
        "sites": [
            owed_object(owed, shown[owed.site], dues.today, levels(owed, dues.today)) for owed in dues.owed
        ],
        "without": [{"site": each.site, "why": each.why, "wrong": each.wrong} for each in dues.without],
        "incidents": [
            {
                "id": each.incident.id,
                "site": each.incident.site,
                "level": each.level_said,
                "state": str(each.incident.state),
                "urgency": str(each.urgency),
                "next_due": stamp(each.next.due) if each.next else None,
                "report_due": stamp(each.report.due) if each.report else None,
            }
            for each in seen.incidents
        ],
        "nights": list(seen.nights),
    }


def _write(world: World, terminal: Terminal, seen: Morning, rows: list[Row], path: Path) -> None:
    from hmaint.app.calendar_file import write_calendar

    count = write_calendar(world, seen.dues, rows, path)
    terminal.err(_("{file}: {count} entries").format(file=path.name, count=count))
