"""`hmaint doctor`: is this laptop itself fit for the work."""

from __future__ import annotations

import typer

from hmaint.cli.inspect import exit_status
from hmaint.cli.listing import show_list
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.cli.words import level_word
from hmaint.kit.i18n import _


def register(app: typer.Typer) -> None:
    """Hang the command on the tree."""
    app.command("doctor", help=_("Check this laptop's own set-up."))(with_terminal(doctor))


def doctor(terminal: Terminal) -> int:
    """One line a question, and the worst answer as the status."""
    from hmaint.app.doctor import examine

    answers = examine(terminal.workspace, terminal.inventory)
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
