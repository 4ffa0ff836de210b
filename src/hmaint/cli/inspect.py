"""`hmaint inspect`: look at a site without changing anything, and tell how it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hmaint.cli.app import about
from hmaint.cli.completion import site_names
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import ExitStatus, WrongUsage
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.baseline import Learned


def register(app: typer.Typer) -> None:
    """Hang the command on the tree."""
    app.command(
        "inspect",
        help=about("inspect"),
        epilog=_(
            "Examples: hmaint inspect --site icu · hmaint inspect --site icu -p inspect/quarterly --report"
            " · hmaint inspect --all --quiet --format nagios · hmaint inspect --site icu --learn"
        ),
    )(with_terminal(inspect))


def inspect(
    terminal: Terminal,
    site: Annotated[
        str | None,
        typer.Option(
            "--site",
            "-s",
            help=_("The site to inspect."),
            metavar="SITE",
            autocompletion=site_names,
        ),
    ] = None,
    all_sites: Annotated[bool, typer.Option("--all", help=_("Every site of the inventory."))] = False,
    playbook: Annotated[
        str, typer.Option("--playbook", "-p", help=_("The playbook; a name or a file."), metavar="NAME")
    ] = "inspect/monthly",
    limit: Annotated[
        str, typer.Option("--limit", help=_("Only targets whose name matches."), metavar="GLOB")
    ] = "",
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", help=_("Only steps with this tag; may be repeated."), metavar="TAG"),
    ] = None,
    report: Annotated[
        bool, typer.Option("--report", help=_("Also write the Word sheet (日常系统巡检记录)."))
    ] = False,
    learn: Annotated[
        bool,
        typer.Option(
            "--learn", help=_("Also write what is there now into baselines/SITE.yaml, as what is right.")
        ),
    ] = False,
    workers: Annotated[
        int, typer.Option("--workers", help=_("Targets visited at once."), min=1, max=256, metavar="N")
    ] = 16,
) -> int:
    """Run one inspection a site and answer the worst of them."""
    if all_sites == (site is not None):
        raise WrongUsage(_("say either --site SITE or --all"))
    from hmaint.app.baseline import Lesson
    from hmaint.app.inspect import Request
    from hmaint.app.inspect import inspect as inspect_site
    from hmaint.cli.format.show import show_runs
    from hmaint.cli.progress import watching

    world = terminal.world()
    names = list(world.inventory.sites) if site is None else [site]
    runs = []
    for name in names:
        request = Request(name, playbook, limit, tuple(tag or ()), report, workers)
        lesson = Lesson()
        with watching(terminal) as hear:
            runs.append(inspect_site(world, request, _both(hear, lesson.hear) if learn else hear))
        if learn:
            _tell_learned(terminal, lesson.write(world, world.site(name)), world.workspace.root)
    show_runs(terminal, runs, several=all_sites)
    if world.run_records.rescue is not None:
        text = _(
            "the records could not be written; the run is kept in {file} and comes in with the next command"
        )
        terminal.err(text.format(file=world.run_records.rescue.name))
    return exit_status([run.level for run in runs])


def _both(one: Callable[[Any], None], other: Callable[[Any], None]) -> Callable[[Any], None]:
    def hear(event: object) -> None:
        one(event)
        other(event)

    return hear


def _tell_learned(terminal: Terminal, learned: Learned, root: Path) -> None:
    from hmaint.kit.text import harmless

    words = _("{file}: {rows} entries learned, {added} new, {removed} gone; review it before you keep it")
    file = learned.path.relative_to(root).as_posix()
    terminal.err(words.format(file=file, rows=learned.rows, added=learned.added, removed=learned.removed))
    words = _("not learned: {target} {title}: {reason}")
    for each in learned.unlearned:
        terminal.err(harmless(words.format(target=each.target, title=each.title, reason=each.reason)))


def exit_status(levels: list[str]) -> ExitStatus:
    """The Nagios status of the worst level: critical > unknown > warning > ok."""
    for level, status in (
        ("critical", ExitStatus.CRITICAL),
        ("unknown", ExitStatus.UNKNOWN),
        ("warning", ExitStatus.WARNING),
        ("ok", ExitStatus.OK),
    ):
        if level in levels:
            return status
    # Nothing at all was looked at: that is not a good answer.
    return ExitStatus.UNKNOWN
