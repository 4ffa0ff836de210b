"""How the fields of a ledger are told on a command line: options, arguments, and what they say."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hmaint.cli.completion import contract_words, matter_names, site_names
from hmaint.cli.terminal import Terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _, series
from hmaint.model.ledger import Event, Field, Ledger

if TYPE_CHECKING:
    from hmaint.app.world import World

More = Callable[["World", str, Mapping[str, Any]], Mapping[str, object]]
"""Further values of an entry, from options that are no fields: of a matter's number, and what was given."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A command that puts an event on record."""

    ledger: Ledger
    event: Event
    options: tuple[inspect.Parameter, ...] = ()
    """Options that are no fields."""
    more: More | None = None
    """What those say."""
    then: str = ""
    """Commands that may come next, with {id} for the number."""
    clause: bool = False
    """Whether the clause is its first argument, not an option."""

    @property
    def opens(self) -> bool:
        """Whether it opens a matter."""
        return self.event.name == self.ledger.opening.name


def number_of(ledger: Ledger) -> inspect.Parameter:
    """The argument that names one matter."""
    return number_argument(ledger, default=inspect.Parameter.empty)


def option(field: Field, flag: str = "") -> inspect.Parameter:
    """A field as an option; whether it is missing is told later, when a person can still be asked."""
    help_, flag = _(field.help), flag or field.flag
    if field.sort == "flag":
        both = typer.Option(f"{flag}/--no-{flag.removeprefix('--')}", help=help_)
        return parameter(field.name, Annotated[bool | None, both], None)
    chosen = typer.Option(flag, help=help_, metavar=_metavar(field), autocompletion=_completion(field))
    if field.sort == "rows":
        return parameter(field.name, Annotated[list[str] | None, chosen], None)
    return parameter(field.name, Annotated[str | None, chosen], None)


def clause_argument(field: Field) -> inspect.Parameter:
    """The clause, where it is what a command is about."""
    argument = typer.Argument(help=_(field.help), metavar="CLAUSE", autocompletion=contract_words("clause"))
    return parameter("clause", Annotated[str | None, argument], None)


def parameter(name: str, annotation: object, default: object) -> inspect.Parameter:
    """A parameter of a command that is made here."""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def signed(command: Callable[..., None], parameters: Sequence[inspect.Parameter]) -> Callable[..., None]:
    """Tell whoever asks what parameters a made command takes."""
    first = inspect.Parameter("terminal", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Terminal)
    command.__signature__ = inspect.Signature([first, *parameters])  # type: ignore[attr-defined] # how inspect is told
    command.__annotations__ = {each.name: each.annotation for each in (first, *parameters)}
    return command


def values_of(fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, object]:
    """Read what was given; WrongUsage names the option that is wrong. An empty text stays: it takes a word away."""
    from hmaint.load.entry_values import read_value

    values: dict[str, object] = {}
    for each in fields:
        told = given.get(each.name)
        if told is None or told == []:
            continue
        try:
            values[each.name] = _read(each, told, read_value)
        except ValueError as wrong:
            raise WrongUsage(_("{option}: {wrong}").format(option=each.flag, wrong=wrong)) from None
    return values


def _read(field: Field, told: Any, read: Callable[[Field, str], object]) -> object:  # noqa: ANN401 - what Typer parsed
    if isinstance(told, bool):
        return told
    if isinstance(told, list):
        return [read(field, each) for each in told if each.strip()]
    return read(field, told) if told.strip() else ""


def number_argument(ledger: Ledger, default: object = None) -> inspect.Parameter:
    """The argument that names a matter; a file may name it instead."""
    names = matter_names(ledger.kind)
    argument = typer.Argument(
        help=_("Its number, a beginning or an end of it, or `latest`."), metavar="ID", autocompletion=names
    )
    shape = str if default is inspect.Parameter.empty else str | None
    return parameter("number", Annotated[shape, argument], default)


def shared_options(verb: Verb) -> list[inspect.Parameter]:
    """What every command that puts something on record takes."""
    site = typer.Option(
        "--site",
        "-s",
        help=_("The site; needed where there are several."),
        metavar="SITE",
        autocompletion=site_names,
    )
    at = typer.Option(
        "--at", help=_("When it happened: 2026-03-05 14:30, 2026年3月5日; now, unless told."), metavar="TIME"
    )
    proof = typer.Option(
        "--evidence",
        help=_("A scan, photograph or e-mail (.eml) that shows it; a copy is kept. May be repeated."),
        metavar="FILE",
    )
    many = typer.Option(
        "--from", help=_("Many at once from a YAML file, all of them or none."), metavar="FILE.yaml"
    )
    return [
        *([parameter("site", Annotated[str, site], "")] if verb.opens else []),
        parameter("at", Annotated[str, at], ""),
        parameter("evidence", Annotated[list[Path] | None, proof], None),
        parameter("from_", Annotated[Path | None, many], None),
    ]


def _metavar(field: Field) -> str:
    words = {"day": "DAY", "when": "TIME", "moment": "TIME", "number": "N"}
    if field.sort == "choice":
        return "|".join(field.choices)
    return "A|B|…" if field.sort == "rows" else words.get(field.sort, "TEXT")


def _completion(field: Field) -> Callable[[str], list[str]] | None:
    if field.name in ("grade", "quota", "clause"):
        return contract_words(field.name)
    if field.sort != "choice":
        return None
    return lambda incomplete: [code for code in field.choices if code.startswith(incomplete)]


def refuse_both(given: Mapping[str, Any], event: Event) -> None:
    """WrongUsage where a file and words of the same sort were given."""
    both = [each.flag for each in event.fields if given.get(each.name)]
    both += [f"--{name}" for name in ("at", "evidence") if given.get(name)]
    both += ["ID"] if given.get("number") else []
    if both:
        raise WrongUsage(_("--from brings everything: leave out {names}").format(names=series(both)))
