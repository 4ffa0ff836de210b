"""The commands that every kind of record has: list, show, correct, withdraw, and its paper form."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from hmaint.cli.completion import site_names
from hmaint.cli.matter import number_of, option, parameter, signed, values_of
from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _, series
from hmaint.model.ledger import Ledger

_Site = Annotated[
    str | None,
    typer.Option("--site", "-s", help=_("Only this site."), metavar="SITE", autocompletion=site_names),
]
_Since = Annotated[
    str, typer.Option("--since", help=_("Only what happened from that day on."), metavar="DAY")
]
_Until = Annotated[str, typer.Option("--until", help=_("Only what happened up to that day."), metavar="DAY")]
_Every = Annotated[bool, typer.Option("--every", help=_("Withdrawn ones too."))]


_Open = Annotated[bool, typer.Option("--open", help=_("Only those of which something is still to be done."))]
_ENDING = ("training", "change", "pledge")
"""Kinds that go on until they are done."""


def register_standard(group: typer.Typer, ledger: Ledger, path: str, forms: Sequence[str] = ()) -> None:
    """Hang list, show, correct, withdraw and report on a group; `path` is what is typed to reach it."""
    example = f"{ledger.prefix}-20261121-001"
    group.command(
        "list",
        help=_("List what is on record, the newest first."),
        epilog=_("Example: hmaint {path} list --since 2026-10-01").format(path=path),
    )(with_terminal(_listing(ledger)))
    group.command(
        "show",
        help=_("Show one with its whole history: every entry, corrected and withdrawn ones too."),
        epilog=_("Example: hmaint {path} show {id}").format(path=path, id=example),
    )(with_terminal(_showing(ledger)))
    group.command(
        "correct",
        help=_("Put right what was told wrongly; the old words stay on record beside the new ones."),
        epilog=_("Example: hmaint {path} correct {id} --at 2026-11-20 --why 日期写错").format(
            path=path, id=example
        ),
    )(with_terminal(_correcting(ledger)))
    group.command(
        "withdraw",
        help=_(
            "Take one back, or one entry of it, with the reason; it stays on record and counts for nothing."
        ),
        epilog=_("Example: hmaint {path} withdraw {id} --reason 重复登记").format(path=path, id=example),
    )(with_terminal(_withdrawing(ledger)))
    if forms:
        group.command(
            "report",
            help=_("Write it on its paper form: {forms}.").format(forms=", ".join(forms)),
            epilog=_("Example: hmaint {path} report {id} --pdf").format(path=path, id=example),
        )(with_terminal(_reporting(ledger, forms)))


def _listing(ledger: Ledger) -> Callable[..., None]:
    def listing(
        terminal: Terminal, site: _Site = None, since: _Since = "", until: _Until = "", every: _Every = False
    ) -> None:
        from hmaint.cli.format.matter import Narrowed, show_matters

        show_matters(terminal, ledger, Narrowed(site, since, until, every))

    def listing_open(
        terminal: Terminal,
        site: _Site = None,
        since: _Since = "",
        until: _Until = "",
        every: _Every = False,
        open_: _Open = False,
    ) -> None:
        from hmaint.cli.format.matter import Narrowed, show_matters

        show_matters(terminal, ledger, Narrowed(site, since, until, every, open_))

    return listing_open if ledger.kind in _ENDING else listing


def _showing(ledger: Ledger) -> Callable[..., None]:
    def showing(terminal: Terminal, **given: Any) -> None:  # noqa: ANN401 - what Typer parsed
        from hmaint.app.matter_list import find
        from hmaint.cli.format.matter import show_matter

        world = terminal.world()
        show_matter(terminal, world, ledger, find(world, ledger, given["number"]))

    return signed(showing, [number_of(ledger)])


def _correcting(ledger: Ledger) -> Callable[..., None]:
    fields = ledger.fields
    flags = Counter(each.flag for each in fields.values())

    def correcting(terminal: Terminal, **given: Any) -> None:  # noqa: ANN401 - what Typer parsed
        from hmaint.app.corrections import Correction, correct
        from hmaint.app.matters import Wording
        from hmaint.cli.format.matter import show_matter

        world = terminal.world()
        values = values_of(list(fields.values()), given)
        wording = Wording(values, given["at"], tuple(given["evidence"] or ()))
        asked = Correction(wording, _reason(terminal, given["why_"], "--why"), given["entry_"])
        show_matter(terminal, world, ledger, correct(world, ledger, given["number"], asked))

    at = typer.Option("--at", help=_("When it really happened."), metavar="TIME")
    proof = typer.Option("--evidence", help=_("A further file that shows it."), metavar="FILE")
    return signed(
        correcting,
        [
            number_of(ledger),
            *(
                # Where two events use one option, a correction says the field.
                option(each, "" if flags[each.flag] == 1 else f"--{each.name.replace('_', '-')}")
                for each in fields.values()
            ),
            parameter("at", Annotated[str, at], ""),
            parameter("evidence", Annotated[list[Path] | None, proof], None),
            *_why("--why", *([] if "--reason" in flags else ["--reason"])),
        ],
    )


def _withdrawing(ledger: Ledger) -> Callable[..., None]:
    def withdrawing(terminal: Terminal, **given: Any) -> None:  # noqa: ANN401 - what Typer parsed
        from hmaint.app.corrections import withdraw
        from hmaint.cli.format.matter import show_matter

        world = terminal.world()
        reason = _reason(terminal, given["why_"], "--reason")
        taken = withdraw(world, ledger, given["number"], reason=reason, which=given["entry_"])
        show_matter(terminal, world, ledger, taken)

    return signed(withdrawing, [number_of(ledger), *_why("--reason", "--why")])


def _why(*flags: str) -> list[inspect.Parameter]:
    why = typer.Option(*flags, help=_("Why; it stays on record."), metavar="TEXT")
    entry = typer.Option(
        "--entry", help=_("Only this entry: the mark that `show` prints before it."), metavar="MARK"
    )
    return [parameter("why_", Annotated[str, why], ""), parameter("entry_", Annotated[str, entry], "")]


def _reason(terminal: Terminal, told: str, flag: str) -> str:
    """Why something is corrected or taken back; asked for at a terminal, demanded of a script."""
    reason = told.strip()
    if not reason and terminal.may_ask():
        from hmaint.cli.matter_ask import answer

        reason = answer(terminal, _("Reason"))
    if not reason:
        raise WrongUsage(_("still to be told: {names}").format(names=flag))
    return reason


def _reporting(ledger: Ledger, forms: Sequence[str]) -> Callable[..., None]:
    def reporting(terminal: Terminal, **given: Any) -> None:  # noqa: ANN401 - what Typer parsed
        from hmaint.cli.format.matter import show_papers

        form = given["form"]
        if form and form not in forms:
            raise WrongUsage(
                _("no form {name} here; there are: {known}").format(name=form, known=series(forms))
            )
        show_papers(terminal, ledger, given["number"], form, given["output"], pdf=given["pdf"])

    form = typer.Option(
        "--form",
        help=_("Which form, where there are several."),
        metavar="FORM",
        autocompletion=lambda incomplete: [each for each in forms if each.startswith(incomplete)],
    )
    output = typer.Option("--output", "-o", help=_("The file to write; never over another."), metavar="FILE")
    pdf = typer.Option("--pdf", help=_("Also as PDF, where LibreOffice is installed."))
    return signed(
        reporting,
        [
            number_of(ledger),
            *([parameter("form", Annotated[str, form], "")]),
            parameter("output", Annotated[Path | None, output], None),
            parameter("pdf", Annotated[bool, pdf], default=False),
        ],
    )
