"""Commands made from a ledger: one for each event, as every kind of record is told in the same way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hmaint.cli.matter import Verb, clause_argument, number_argument, option, shared_options, signed
from hmaint.cli.terminal import Terminal


def recording(verb: Verb) -> Callable[..., None]:
    """Make the command; `with_terminal` takes it as any other."""

    def command(terminal: Terminal, **given: Any) -> None:  # noqa: ANN401 - what Typer parsed
        from hmaint.cli.matter_work import record

        record(terminal, verb, given)

    own = [] if verb.opens else [number_argument(verb.ledger)]
    fields = [
        clause_argument(each) if verb.clause and each.name == "clause" else option(each)
        for each in verb.event.fields
    ]
    return signed(command, [*own, *fields, *verb.options, *shared_options(verb)])
