"""`hmaint contract calendar import|list|export`: the years of statutory working days."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli.listing import show_list
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.workdays import Imported


def register(contract: typer.Typer) -> None:
    """Hang the group on `hmaint contract`."""
    calendar = typer.Typer(
        help=_("Statutory working days: which years are announced, and taking in a new one."),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    calendar.command(
        "import",
        help=_("Take in a year's notice; it wins over the package, and what it moves is listed."),
        epilog=_("Example: hmaint contract calendar import 2027.yaml"),
    )(with_terminal(import_))
    calendar.command(
        "list", help=_("List the years that are known."), epilog=_("Example: hmaint contract calendar list")
    )(with_terminal(list_all))
    calendar.command(
        "export",
        help=_("Print a year as a file that another workspace can take in."),
        epilog=_("Example: hmaint contract calendar export 2026 > 2026.yaml"),
    )(with_terminal(export))
    contract.add_typer(calendar, name="calendar")


def import_(
    terminal: Terminal,
    file: Annotated[Path, typer.Argument(help=_("The year's file."), metavar="FILE")],
    recompute: Annotated[
        bool,
        typer.Option(
            "--recompute", help=_("Let a year that was announced before be counted anew for what is running.")
        ),
    ] = False,
) -> None:
    """Keep it in the workspace, and list what it moves."""
    from hmaint.app.workdays import import_year

    found = import_year(terminal.world(), file, recompute=recompute)
    if terminal.format == "json":
        terminal.out(json.dumps(_object(found), ensure_ascii=False, indent=2))
        return
    terminal.out(_said(found))
    if found.moved:
        columns = {"what": _("deadline"), "before": _("was"), "after": _("now")}
        moved = [{"what": each.what, "before": each.before, "after": each.after} for each in found.moved]
        show_list(terminal, "", "moved", columns, moved)
    for why in found.untold:
        terminal.err(_("some deadlines could not be compared: {reason}").format(reason=why))


def list_all(terminal: Terminal) -> None:
    """The years, and where each comes from."""
    from hmaint.app.workdays import covered
    from hmaint.duty.statutory import PACKAGED

    world = terminal.world_or_none()
    columns = {
        "year": _("year"), "from": _("where"), "imported_at": _("imported"), "holds_for": _("holds for"),
        "off": _("weekdays off"), "work": _("weekend days worked"),
    }  # fmt: skip
    words = {
        "from": {"imported": _("imported"), "package": _("package")},
        "holds_for": {"everything": _("everything"), "what_begins_later": _("what begins later")},
    }
    years = covered(world.days if world else PACKAGED)
    show_list(terminal, "hmaint.calendar-list/1", "years", columns, years, words)


def export(
    terminal: Terminal,
    year: Annotated[int, typer.Argument(help=_("The year."), metavar="YEAR", min=2004, max=2100)],
) -> None:
    """The file, to stdout."""
    from hmaint.app.workdays import exported
    from hmaint.duty.statutory import PACKAGED

    world = terminal.world_or_none()
    terminal.out(exported(world.days if world else PACKAGED, year))


def _said(found: Imported) -> str:
    year = found.year.year
    if found.same:
        path = f"{found.path.parent.name}/{found.path.name}"
        return _("this very notice of {year} is taken in already ({path})").format(year=year, path=path)
    if found.year.for_all:
        words = _("{year} is taken in ({path}); {n} deadlines move")
    else:
        words = _(
            "{year} was announced here before: what is running keeps its calendar, what begins from now on goes by "
            "the new one ({path}); --recompute counts everything anew; {n} deadlines move"
        )
    return words.format(year=year, path=f"{found.path.parent.name}/{found.path.name}", n=len(found.moved))


def _object(found: Imported) -> dict[str, object]:
    return {
        "schema": "hmaint.calendar-import/1",
        "year": found.year.year,
        "path": f"{found.path.parent.name}/{found.path.name}",
        "replaced": found.replaced,
        "holds_for": "everything" if found.year.for_all else "what_begins_later",
        "moved": [
            {"what": each.what, "before": f"{each.before}", "after": f"{each.after}"} for each in found.moved
        ],
        "not_compared": list(found.untold),
    }
