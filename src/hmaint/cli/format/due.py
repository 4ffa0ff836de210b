"""What is due, for people: by when, in the order it wants doing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rich.console import Console

from hmaint.app.morning import Morning
from hmaint.cli.format.due_rest import show_rest
from hmaint.cli.format.due_words import day_words, distance, how, occasion, week_end, weekday_word
from hmaint.cli.format.grid import layout
from hmaint.cli.incident_words import clock_word, span, word
from hmaint.cli.words import STYLES
from hmaint.duty.incident_view import View
from hmaint.duty.owed import Owed
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.duty import Due, State

Row = tuple[Owed, Due]
_TITLE = 46
_EACH = 3
"""As many overdue papers of one clause stand each in its line; of more the oldest does, for all of them."""


@dataclass(frozen=True, slots=True)
class Section:
    """Some things that want doing by the same time."""

    title: str
    rows: tuple[Row, ...]
    style: str = ""


def sections(morning: Morning, rows: Sequence[Row]) -> Iterator[Section]:
    """Put what is due in order: overdue, today, this week, later, without a last day, and what cannot be told."""
    today = morning.dues.today
    week, month = week_end(today), morning.dues.until
    overdue = [row for row in rows if row[1].state is State.OVERDUE]
    open_ones = [row for row in rows if row[1].state in (State.DUE, State.UPCOMING)]
    dated = [row for row in open_ones if row[1].remind is not None]
    yield Section(_("Overdue"), tuple(overdue), "critical")
    yield Section(_("Today"), tuple(row for row in dated if _by(row) <= today), "warning")
    yield Section(
        _("This week, until {day}").format(day=f"{week:%m-%d}"),
        tuple(row for row in dated if today < _by(row) <= week), "warning",
    )  # fmt: skip
    after = max(week, today)
    yield Section(
        _("Then, until {day}").format(day=f"{month:%Y-%m-%d}"),
        tuple(row for row in dated if after < _by(row) <= month),
    )  # fmt: skip
    yield Section(_("Owed, and the contract sets no day"), tuple(_undated(open_ones)))
    yield Section(
        _("Cannot be told yet"), tuple(row for row in rows if row[1].state is State.CANNOT_TELL), "unknown"
    )


def _by(row: Row) -> date:
    return row[1].remind or date.max


def _undated(rows: Sequence[Row]) -> Iterator[Row]:
    return (row for row in rows if row[1].remind is None and row[1].state is State.DUE)


def show_morning(console: Console, morning: Morning, rows: Sequence[Row], *, quiet: bool) -> None:
    """Print the page."""
    today = morning.dues.today
    if not quiet:
        console.print(_("{day} {weekday}").format(day=today, weekday=weekday_word(today)), style="bold")
    if morning.incidents:
        _incidents(console, morning.incidents)
    if morning.nights:
        console.print()
        console.print(_("Nights without a backup check"), style=STYLES["warning"])
        for night in morning.nights:
            console.print(f"  {one_line(night, 200)}")
    several = len({owed.site for owed, _due in rows}) > 1
    for section in sections(morning, rows):
        if section.rows and not (quiet and not section.style):
            _section(console, section, morning, several=several)
    show_rest(console, morning, rows, quiet=quiet)


def _section(console: Console, section: Section, morning: Morning, *, several: bool) -> None:
    console.print()
    console.print(f"{section.title} ({len(section.rows)})", style=STYLES.get(section.style, "bold"))
    rows = [_cells(same, morning, several=several) for same in _folded(section)]
    console.out(layout(rows, console.width), highlight=False)


def _cells(same: Sequence[Row], morning: Morning, *, several: bool) -> list[str]:
    owed, due = same[0]
    return [*([owed.site] if several else []), _when(due, morning), _what(same), due.clause]


def _folded(section: Section) -> list[list[Row]]:
    """Put together what is one thing to a reader: a clause missed again and again, things unknown for one reason."""
    missed = Counter((owed.site, due.clause) for owed, due in section.rows if due.state is State.OVERDUE)
    found: dict[tuple[object, ...], list[Row]] = {}
    for place, (owed, due) in enumerate(section.rows):
        key: tuple[object, ...] = (place,)
        often = due.span is not None or missed[owed.site, due.clause] > _EACH
        if due.state is State.CANNOT_TELL:
            key = (owed.site, due.remarks)
        elif due.day is None or (due.state is State.OVERDUE and often):
            key = (owed.site, due.clause)
        found.setdefault(key, []).append((owed, due))
    return list(found.values())


def _when(due: Due, morning: Morning) -> str:
    today = morning.dues.today
    lines = [day_words(due, today.year)] if due.day else []
    if due.day is None and due.event is not None:
        lines.append(_("since {day}").format(day=f"{due.event.at:%Y-%m-%d}"))
    far = distance(due, today)
    return "\n".join([*lines, *([far] if far else [])]) or "-"


def _what(same: Sequence[Row]) -> str:
    owed, due = same[0]
    of = occasion(due)
    title = one_line(due.title, _TITLE)
    if len(same) > 1 and due.state is State.CANNOT_TELL:
        title = _("{title} and {count} more").format(title=title, count=len(same) - 1)
    elif len(same) > 1:
        of = _("{first} … {last}, {count} times").format(
            first=of, last=occasion(same[-1][1]), count=len(same)
        )
    lines = [title + (f" · {of}" if of else "")]
    lines += [one_line(remark, 160) for remark in due.remarks]
    if due.state is not State.CANNOT_TELL:
        lines.append(f"→ {how(due, owed.contract, owed.site)}")
    return "\n".join(lines)


def _incidents(console: Console, seen: Sequence[View]) -> None:
    from rich.table import Table

    console.print()
    console.print(
        _("Incidents ({count})").format(count=len(seen)), style=STYLES.get(str(seen[0].urgency), "bold")
    )
    grid = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column(width=2)
    for fold in (False, False, False, True):
        grid.add_column(no_wrap=not fold, overflow="fold")
    for each in seen:
        one = each.incident
        grid.add_row(
            "", one.id, f"{one.site} {each.level_said}".strip(), _clock(each), one_line(one.what, 60),
            style=STYLES.get(str(each.urgency)) if str(each.urgency) in ("critical", "warning") else None,
        )  # fmt: skip
    console.print(grid)


def _clock(seen: View) -> str:
    timer = seen.next
    left = None if timer is None else timer.left(seen.now)
    if timer is None or left is None:
        if seen.report is not None:
            return _("report by {day}").format(day=f"{seen.report.due:%m-%d %H:%M}")
        return word(str(seen.incident.state))
    words = _("{clock}: {time} over") if left < timedelta(0) else _("{clock}: {time} left")
    return words.format(clock=clock_word(timer.id), time=span(left))
