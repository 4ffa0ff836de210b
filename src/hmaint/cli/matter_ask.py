"""Questions at a terminal for what a command line left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer

from hmaint.cli.terminal import Terminal
from hmaint.kit.i18n import _
from hmaint.model.ledger import Field

if TYPE_CHECKING:
    from hmaint.app.world import World

_YES, _NO = ("y", "yes", "是"), ("n", "no", "否")


def ask_for(terminal: Terminal, fields: Sequence[Field], told: Mapping[str, object]) -> dict[str, object]:
    """Ask for what must be told, and where that was needed also for what is usually told."""
    wanted = [each for each in fields if each.name not in told and (each.required or each.ask)]
    if told and not any(each.required for each in wanted):
        return {}
    answers = {each.name: _asked(terminal, each) for each in wanted}
    return {name: value for name, value in answers.items() if value is not None}


def ask_site(terminal: Terminal, world: World, named: str) -> str:
    """Ask which site is meant, where there are several and none was named."""
    sites = world.inventory.sites
    if named or len(sites) == 1 or not terminal.may_ask():
        return named
    for name, site in sites.items():
        terminal.err(f"  {name}  {site.title}")
    return answer(terminal, _("Site"))


def _asked(terminal: Terminal, field: Field) -> object:
    from hmaint.load.entry_values import read_value

    if field.sort == "flag":
        return _yes(terminal, field)
    if field.sort == "rows":
        return _rows(terminal, field)
    if field.choices:
        terminal.err("  ".join(" ".join((code, _(name))) for code, name in field.choices.items()))
    while True:
        told = _prompt(terminal, field)
        if not told and not field.required:
            return None
        try:
            return read_value(field, told)
        except ValueError as wrong:
            terminal.err(str(wrong))


def _yes(terminal: Terminal, field: Field) -> bool:
    words = _("{help} (y or n)").format(help=_(field.help).rstrip(".。"))
    while (told := answer(terminal, words).lower()) not in (*_YES, *_NO):
        terminal.err(_("say y or n"))
    return told in _YES


def _rows(terminal: Terminal, field: Field) -> object:
    from hmaint.load.entry_values import read_value

    rows: list[object] = []
    while told := _prompt(terminal, field):
        try:
            rows.append(read_value(field, told))
        except ValueError as wrong:
            terminal.err(str(wrong))
    return rows or None


def _prompt(terminal: Terminal, field: Field) -> str:
    several = field.sort == "rows"
    words = (
        _("{help} (empty: no more)") if several else "{help}" if field.required else _("{help} (empty: none)")
    )
    prompt = words.format(help=_(field.help).rstrip(".。"))
    return answer(terminal, prompt)


def answer(terminal: Terminal, prompt: str) -> str:
    """What a person types behind a question on stderr; nothing of it reaches stdout, which scripts read."""
    # Typer's own prompt leaves a blank on stdout.
    terminal.err(f"{prompt}: ", end="")
    try:
        return input().strip()
    except EOFError:
        raise typer.Abort from None
