"""Typer's own words in the language in force; Typer itself speaks English, whatever gettext says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from hmaint.kit.i18n import N_, _
from hmaint.kit.width import fold, pad, width

if TYPE_CHECKING:
    from typer._click.core import Command

_Formatter = typer.Context.formatter_class

# Help texts, and what stands in brackets behind them.
_PHRASES = (
    N_("Show this message and exit."),
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
    N_("[default: "),
    N_("required]"),
)
_HEADINGS = (N_("Options"), N_("Arguments"), N_("Commands"))
_PLACEHOLDERS = (N_("[OPTIONS]"), N_("COMMAND [ARGS]..."))

# What Typer says of a wrong command line, as patterns, and our words for it.
_COMPLAINTS = (
    (r"No such option: (?P<name>.+?) \(Possible options: (?P<names>.+)\)", N_("no option {name}; possible: {names}")),
    (r"No such option: (?P<name>.+)", N_("no option {name}")),
    (r"No such command '(?P<name>.+?)'\. Did you mean (?P<names>.+)\?", N_("no command {name}; did you mean {names}?")),
    (r"No such command '(?P<name>.+)'\.", N_("no command {name}")),
    (r"Missing command\.", N_("a command is missing")),
    (r"Missing option (?P<name>.+)\.", N_("option {name} is missing")),
    (r"Missing argument (?P<name>.+)\.", N_("argument {name} is missing")),
    (r"Option (?P<name>.+) requires an argument\.", N_("option {name} wants a value")),
    (r"Option (?P<name>.+) requires (?P<n>\d+) arguments\.", N_("option {name} wants {n} values")),
    (r"Option (?P<name>.+) does not take a value\.", N_("option {name} takes no value")),
    (r"Got unexpected extra argument\(s\) \((?P<names>.+)\)", N_("too many arguments: {names}")),
    (r"Invalid value for (?P<name>.+?): (?P<reason>.+)", N_("wrong value for {name}: {reason}")),
)  # fmt: skip
_REASONS = (
    (r".* is not a valid int(eger)?( range)?\.", N_("must be a whole number")),
    (r".* is not a valid float( range)?\.", N_("must be a number")),
    (r".* is not in the range (?P<low>\S+)<=x<=(?P<high>\S+)\.", N_("must be from {low} to {high}")),
    (r".* is not in the range x>=(?P<bound>\S+)\.", N_("must not be below {bound}")),
    (r".* is not in the range x<=(?P<bound>\S+)\.", N_("must not be above {bound}")),
)


def complaint(message: str) -> str:
    """Say a usage error of Typer's in the language in force; what is not known stays as Typer says it."""
    found = _matched(message, _COMPLAINTS)
    if found is None:
        return message
    words, values = found
    if "reason" in values:
        values["reason"] = reason(values["reason"])
    return words.format(**values)


def reason(message: str) -> str:
    """Say why a value is refused, in the language in force as far as that is known."""
    found = _matched(message, _REASONS)
    return message if found is None else found[0].format(**found[1])


def _matched(message: str, table: Sequence[tuple[str, str]]) -> tuple[str, dict[str, str]] | None:
    for pattern, words in table:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return _(words), match.groupdict()
    return None


class _Help(_Formatter):  # type: ignore[misc,valid-type] # Typer has no name of its own for this class
    """A help page with its stock phrases translated and its lines broken by the width of Chinese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        for placeholder in _PLACEHOLDERS:
            args = args.replace(placeholder, _(placeholder))
        super().write_usage(prog, args, _("Usage: ") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        words = _("{heading}:").format(heading=_(heading))
        self.write(f"{' ' * self.current_indent}{words}\n")

    def write_text(self, text: str) -> None:
        margin = " " * self.current_indent
        for line in fold(text, self.width - self.current_indent):
            self.write(f"{margin}{line}\n")

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        widest = max((width(first) for first, _text in rows if width(first) <= col_max), default=col_max)
        margin, second = " " * self.current_indent, self.current_indent + widest + col_spacing
        for first, text in rows:
            lines = fold(_translated(text), self.width - second)
            head = margin + pad(first, widest + col_spacing)
            if width(first) > widest:
                self.write(f"{margin}{first}\n")
                head = " " * second
            self.write(f"{head}{lines[0]}".rstrip() + "\n")
            for line in lines[1:]:
                self.write(f"{' ' * second}{line}\n")


def _translated(text: str) -> str:
    for phrase in _PHRASES:
        text = text.replace(phrase, _(phrase))
    return text


class _Context(typer.Context):
    formatter_class = _Help


def spoken(command: Command) -> Command:
    """Have a command and all below it write their help in the language in force."""
    command.context_class = _Context
    for below in getattr(command, "commands", {}).values():
        spoken(below)
    return command
