"""The options by which incidents are told, shared by the commands that take them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli.completion import matter_names
from hmaint.cli.incident_words import read_word
from hmaint.cli.terminal import Terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.incident import Kept
    from hmaint.app.world import World

Number = Annotated[
    str,
    typer.Argument(
        help=_("The incident's number, its end, or latest."),
        metavar="INCIDENT",
        autocompletion=matter_names("incident"),
    ),
]
At = Annotated[
    str,
    typer.Option(
        "--at", help=_("When it happened; now, unless told. A time alone is today's."), metavar="TIME"
    ),
]
Text = Annotated[str, typer.Option("--text", help=_("What was done or said."), metavar="TEXT")]
By = Annotated[str, typer.Option("--by", help=_("Who did it; you, unless told."), metavar="NAME")]
Evidence = Annotated[
    list[Path] | None,
    typer.Option(
        "--evidence", help=_("A file that shows it; a copy is kept. May be repeated."), metavar="FILE"
    ),
]
Scope = Annotated[
    str, typer.Option("--scope", help=_("Whom it strikes: person, department, hospital."), metavar="SCOPE")
]
Type = Annotated[
    str,
    typer.Option(
        "--type",
        help=_("server, software, peripheral, device, line, misoperation, virus, intrusion."),
        metavar="TYPE",
    ),
]
Effect = Annotated[
    list[str] | None,
    typer.Option(
        "--effect",
        help=_("What it affects: safety, treatment, operation, experience, none; may be repeated."),
        metavar="EFFECT",
    ),
]
Interruption = Annotated[
    str,
    typer.Option(
        "--interruption",
        help=_("full: work stands still; key: a key function fails; minor, slow, none."),
        metavar="HOW",
    ),
]
Difficulty = Annotated[
    str, typer.Option("--difficulty", help=_("simple, ordinary, complex."), metavar="WORD")
]
Request = Annotated[
    str,
    typer.Option(
        "--request",
        help=_("What was asked for: fault, consult, training, upgrade, change, data, backup, disaster."),
        metavar="KIND",
    ),
]
Rooms = Annotated[
    int | None, typer.Option("--rooms", help=_("How many examination rooms are struck."), min=0, metavar="N")
]
Users = Annotated[
    int | None, typer.Option("--users", help=_("How many users are struck."), min=0, metavar="N")
]
Sudden = Annotated[bool | None, typer.Option("--sudden/--not-sudden", help=_("Whether it came suddenly."))]
Onsite = Annotated[
    bool | None,
    typer.Option("--onsite/--no-onsite", help=_("Whether somebody has to come; starts the on-site clock.")),
]
Criterion = Annotated[
    list[str] | None,
    typer.Option(
        "--criterion",
        help=_("A criterion of the contract, word for word, that is fulfilled; may be repeated."),
        metavar="TEXT",
    ),
]
NotCriterion = Annotated[
    list[str] | None,
    typer.Option("--not-criterion", help=_("Such a criterion that is not fulfilled."), metavar="TEXT"),
]
Level = Annotated[
    str, typer.Option("--level", help=_("The level a person gives it, such as P2."), metavar="LEVEL")
]
Class = Annotated[
    list[str] | None,
    typer.Option(
        "--class", help=_("A class of the contract it belongs to; may be repeated."), metavar="CLASS"
    ),
]
Accept = Annotated[
    bool, typer.Option("--accept-proposal", help=_("Confirm what the contract's own criteria propose."))
]

_WORDS = ("scope", "type", "interruption", "difficulty", "request")


def facts_of(world: World, site: str, given: dict[str, object]) -> dict[str, object]:
    """What is told of an incident, each word read; those of the contract's own dimensions are known too."""
    body = {name: value for name, value in given.items() if value not in (None, "", [])}
    own = _dimensions(world, site)
    for name in _WORDS:
        if name in body:
            body[name] = read_word(name, str(body[name]), own.get(name, ()))
    if effects := body.get("effects"):
        assert isinstance(effects, list)  # noqa: S101 - an option that may be repeated
        body["effects"] = [read_word("effects", each, own.get("severity", ())) for each in effects]
    return body


def _dimensions(world: World, site: str) -> dict[str, tuple[str, ...]]:
    from hmaint.app.incident_view import terms_of

    contract = terms_of(world, site).contract
    return dict(contract.incident.dimensions) if contract and contract.incident else {}


def check_classes(world: World, site: str, level: str, classes: Iterable[str]) -> None:
    """WrongUsage for a level or class that the site's contract does not know; anything goes without a contract."""
    from hmaint.app.incident_view import terms_of

    contract = terms_of(world, site).contract
    if contract is None or contract.incident is None:
        return
    known = {each.id: each.name for each in contract.incident.levels}
    _known(level, known, _("no level {name} in this contract; it has: {known}"))
    for each in classes:
        names = {kind.id: kind.name for kind in contract.incident.classes}
        _known(each, names, _("no class {name} in this contract; it has: {known}"))


def _known(name: str, known: dict[str, str], words: str) -> None:
    if name and name not in known:
        listed = ", ".join(f"{each} ({title})" for each, title in known.items()) or _("(none)")
        raise WrongUsage(words.format(name=name, known=listed))


def ask(terminal: Terminal, value: str | None, prompt: str, *, needed: str = "") -> str:
    """The value, or what a person types for it; WrongUsage with `needed` where there is nobody to ask."""
    if (value or "").strip():
        return str(value).strip()
    if terminal.may_ask():
        return str(
            typer.prompt(prompt, default="" if not needed else None, show_default=False, err=True)
        ).strip()
    if needed:
        raise WrongUsage(needed)
    return ""


def told(terminal: Terminal, world: World, kept: Kept, said: Callable[[str], str] | None = None) -> None:
    """Say what became of it: where the incident stands now, and plainly so where the records did not take the words."""
    if kept.rescued is not None:
        words = _(
            "the records could not be written; what you told is kept in {file} and comes in with the next command"
        )
        if kept.rescued.parent != world.workspace.private:
            words = _(
                "the records could not be written; what you told is kept in {file}: move it into {folder}"
            )
        terminal.err(words.format(file=kept.rescued, folder=world.workspace.private))
        if kept.failure:
            terminal.err(kept.failure)
    if said:
        terminal.err(said(kept.number))
    if kept.incident is None:
        terminal.out(kept.number)
        return
    from hmaint.app.incident_view import see_alone
    from hmaint.cli.format.incident import show_brief
    from hmaint.duty.incident import flags

    if "before_report" in flags(kept.incident, kept.entry):
        words = _(
            "{at} is before the report; if that is wrong: hmaint incident correct {number} {entry} --at TIME"
        )
        at = f"{kept.entry.at:%Y-%m-%d %H:%M}"
        terminal.err(words.format(at=at, number=kept.number, entry=kept.entry.id[:8]))
    show_brief(terminal, see_alone(world, kept.incident))
