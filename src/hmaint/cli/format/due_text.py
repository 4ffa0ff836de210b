"""What is due as a plain list: for mails, tickets and spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence

from hmaint.app.morning import Morning
from hmaint.cli.format.due_words import day_words, distance, due_state_word, occasion
from hmaint.cli.listing import show_list
from hmaint.cli.terminal import Terminal
from hmaint.duty.owed import Owed, level_of
from hmaint.kit.i18n import _
from hmaint.model.duty import Due, State

_SHOWN = (State.OVERDUE, State.DUE, State.UPCOMING, State.CANNOT_TELL)


def show_rows(terminal: Terminal, morning: Morning, rows: Sequence[tuple[Owed, Due]]) -> None:
    """Print one line for each thing that is to be done by the day looked ahead to, the most urgent first."""
    dues = morning.dues
    columns = {
        "site": _("site"), "state": _("state"), "by": _("due by"), "far": "", "title": _("what"), "period": _("period"),
        "clause": _("clause"),
    }  # fmt: skip
    shown = [(owed, due) for owed, due in rows if due.state in _SHOWN and _near(due, morning)]
    order = {state: place for place, state in enumerate(_SHOWN)}
    shown.sort(
        key=lambda row: (order[row[1].state] > 0, f"{row[1].remind or '9999'}", row[0].site, row[1].clause)
    )
    objects = [
        {
            "site": owed.site,
            "state": due_state_word(due.state),
            "by": day_words(due),
            "far": distance(due, dues.today),
            "title": due.title,
            "period": occasion(due),
            "clause": due.clause,
            "level": str(level_of(due, dues.today)),
        }
        for owed, due in shown
        if not terminal.quiet or level_of(due, dues.today) != "ok"
    ]
    show_list(terminal, "hmaint.due/1", "dues", columns, objects)
    for incident in morning.incidents:
        terminal.out(
            f"{incident.incident.id} {incident.incident.site} {incident.level_said} {incident.incident.what}"
        )
    for line in (*morning.nights, *(f"{each.site}: {each.why}" for each in dues.without if each.wrong)):
        terminal.out(line)


def _near(due: Due, morning: Morning) -> bool:
    return due.remind is None or due.remind <= morning.dues.until
