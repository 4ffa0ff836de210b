"""One clause of a contract through its whole term: each time it was owed, and the records with their four days."""

from __future__ import annotations

from collections.abc import Sequence

from hmaint.app.due import Dues
from hmaint.cli.format.due_words import day_words, distance, due_state_word, how, occasion, per_word
from hmaint.cli.listing import show_list
from hmaint.cli.terminal import Terminal
from hmaint.duty.owed import Owed, level_of
from hmaint.kit.i18n import _
from hmaint.model.duty import Deed, Due, State

Row = tuple[Owed, Due]


def show_clause(terminal: Terminal, dues: Dues, rows: Sequence[Row]) -> None:
    """Print every time a clause was or will be owed, for people."""
    for owed, due in rows[:1]:
        terminal.out(f"{owed.contract.name} {due.clause} {due.title} ({per_word(due.per)})")
        if due.papers:
            terminal.out(_("shown by: {papers}").format(papers="、".join(due.papers)))
    several = len({owed.site for owed, _due in rows}) > 1
    columns = {
        **({"site": _("site")} if several else {}), "period": _("period"), "by": _("due by"), "state": _("state"),
        "number": _("record"), "days": _("done, on record, handed in, signed"), "remarks": _("remarks"),
    }  # fmt: skip
    objects = [_object(dues, owed, due) for owed, due in rows]
    show_list(terminal, "hmaint.due/1", "dues", columns, objects)


def _object(dues: Dues, owed: Owed, due: Due) -> dict[str, object]:
    missing = (
        [_("not on record: {papers}").format(papers="、".join(due.lacking))]
        if due.lacking and due.state is not State.UPCOMING
        else []
    )
    todo = [f"→ {how(due, owed.contract, owed.site)}"] if due.state in (State.DUE, State.OVERDUE) else []
    late = [distance(due, dues.today)] if due.late or due.state is State.DUE else []
    return {
        "site": owed.site,
        "period": occasion(due),
        "by": day_words(due),
        "state": due_state_word(due.state),
        "level": str(level_of(due, dues.today)),
        "number": [deed.record for deed in due.met_by],
        "days": [_days(deed) for deed in due.met_by],
        "remarks": [*late, *due.remarks, *missing, *todo],
    }


def _days(deed: Deed) -> str:
    """The four days, those after the first without the year where it is the same."""
    days = (deed.performed, deed.recorded, deed.submitted, deed.signed)
    year = deed.performed.year
    told = ["-" if day is None else f"{day:%m-%d}" if day.year == year else f"{day}" for day in days[1:]]
    return "  ".join([f"{deed.performed}", *told])
