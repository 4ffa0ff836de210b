"""The foot of the morning's page: counts under quotas, what was done in part, sites nothing can be told of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console

from hmaint.app.morning import Morning
from hmaint.cli.format.due_words import occasion
from hmaint.cli.words import STYLES
from hmaint.duty.owed import Owed, level_of
from hmaint.duty.quotas import Balance, Standing
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.duty import Due, State
from hmaint.model.playbook import Level

Row = tuple[Owed, Due]
_NAMED = 6
_BAD = (Standing.EXCEEDED, Standing.SHORT)
Line = tuple[str, str]
"""What is said, and how grave it is."""


def show_rest(console: Console, morning: Morning, rows: Sequence[Row], *, quiet: bool) -> None:
    """Print the foot; a quiet one says only what is not well."""
    lines = [*_partial(rows, morning), *_quotas(morning), *_terms(morning), *_without(morning)]
    shown = [line for line in lines if line[1] or not quiet]
    if shown or not quiet:
        console.print()
    for text, level in shown:
        console.print(text, style=STYLES.get(level))
    if not quiet:
        console.print(_counted(rows, morning))


def _partial(rows: Sequence[Row], morning: Morning) -> Iterator[Line]:
    words = _("{site} {title} {period}: done in part, not examined: {names}")
    for owed, due in rows:
        if due.state is State.MET and level_of(due, morning.dues.today) is Level.WARNING:
            names = ", ".join(due.partial[:_NAMED])
            title = one_line(due.title, 40)
            yield words.format(site=owed.site, title=title, period=occasion(due), names=names), "warning"


def _quotas(morning: Morning) -> Iterator[Line]:
    for owed in morning.dues.owed:
        for each in owed.balances:
            if each.used or each.standing in _BAD:
                yield _quota(owed, each), "warning" if each.standing in _BAD else ""


def _quota(owed: Owed, each: Balance) -> str:
    words = _("{site} {clause} {what}: {used} of {limit} {unit}")
    return words.format(
        site=owed.site,
        clause=each.quota.id,
        what=one_line(each.quota.what, 40),
        used=each.used,
        limit=each.quota.limit,
        unit=each.quota.unit,
    )


def _terms(morning: Morning) -> Iterator[Line]:
    words = _("{site}: the term of contract {name} is over; what was missed in it stays missed")
    for owed in morning.dues.owed:
        if owed.ended:
            yield words.format(site=owed.site, name=owed.contract.name), "warning"


def _without(morning: Morning) -> Iterator[Line]:
    for each in morning.dues.without:
        yield f"{each.site}: {each.why}", "unknown" if each.wrong else ""


def _counted(rows: Sequence[Row], morning: Morning) -> str:
    met = [due for _owed, due in rows if due.state is State.MET]
    waiting = [due.remind for _owed, due in rows if due.state in (State.DUE, State.UPCOMING)]
    later = sum(1 for day in waiting if day is not None and day > morning.dues.until)
    words = _(
        "{met} met ({late} late), {later} due after {day}, {loose} asked for without a period; more: --clause"
    )
    return words.format(
        met=len(met),
        late=sum(1 for due in met if due.late),
        later=later,
        day=morning.dues.until,
        loose=sum(len(owed.loose) for owed in morning.dues.owed),
    )
