"""`hmaint doctor`: is this laptop itself fit for the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli.app import about
from hmaint.cli.completion import site_names
from hmaint.cli.inspect import exit_status
from hmaint.cli.listing import show_list
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.cli.words import level_word
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.doctor_answer import Answer


def register(app: typer.Typer) -> None:
    """Hang the command on the tree."""
    app.command(
        "doctor",
        help=about("doctor"),
        epilog=_("Examples: hmaint doctor · hmaint doctor --send-test --site icu"),
    )(with_terminal(doctor))


def doctor(
    terminal: Terminal,
    send_test: Annotated[
        bool, typer.Option("--send-test", help=_("Send a notice on trial through every channel instead."))
    ] = False,
    site: Annotated[
        str,
        typer.Option(
            "--site",
            "-s",
            help=_("With --send-test: the channels of this site."),
            metavar="SITE",
            autocompletion=site_names,
        ),
    ] = "",
) -> int:
    """One line a question, and the worst answer as the status."""
    from hmaint.app.doctor import examine

    if site and not send_test:
        raise WrongUsage(_("--site goes with --send-test"))
    answers = _tested(terminal, site) if send_test else examine(terminal.workspace, terminal.inventory)
    shown = [answer for answer in answers if not (terminal.quiet and answer.level == "ok")]
    columns = {"level": _("result"), "what": _("what"), "said": _("what was seen"), "advice": _("advice")}
    words = {
        "level": {name: level_word(name) for name in ("ok", "warning", "critical", "unknown", "skipped")}
    }
    objects: list[dict[str, object]] = [
        {"level": a.level, "what": a.what, "said": a.said, "advice": a.advice} for a in shown
    ]
    show_list(terminal, "hmaint.doctor/1", "answers", columns, objects, words)
    return exit_status([answer.level for answer in answers])


def _tested(terminal: Terminal, site: str) -> list[Answer]:
    from hmaint.app.doctor_notify import send_test

    world = terminal.world()
    if site:
        world.site(site)
    return send_test(world, site)
