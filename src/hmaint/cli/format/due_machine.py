"""What is due, for programs: JSON, Nagios, Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from hmaint.app.due import Dues
from hmaint.app.morning import Morning
from hmaint.cli.format.due_words import distance, occasion
from hmaint.cli.format.machine import labels, stamp
from hmaint.duty.owed import Owed, level_of
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.duty import Deed, Due, State
from hmaint.model.playbook import Level

SCHEMA = "hmaint.due/1"


def due_object(due: Due, today: date) -> dict[str, object]:
    """One thing that is owed."""
    event = due.event
    return {
        "clause": due.clause,
        "title": due.title,
        "kind": due.kind,
        "per": due.per,
        "period": None if due.span is None else due.span.name,
        "from": None if due.span is None else _text(due.span.first),
        "event": None
        if event is None
        else {"name": event.name, "at": stamp(event.at), "record": event.record},
        "due": _text(due.day),
        "provisional": due.provisional,
        "earliest": _text(due.earliest),
        "state": str(due.state),
        "level": str(level_of(due, today)),
        "late_days": due.late,
        "wanted": due.wanted,
        "met_by": [deed_object(deed) for deed in due.met_by],
        "papers": list(due.papers),
        "lacking": list(due.lacking),
        "not_examined": list(due.partial),
        "assumed_period": due.assumed,
        "remarks": list(due.remarks),
    }


def deed_object(deed: Deed) -> dict[str, object]:
    """One record that counts for something, with its four days."""
    return {
        "record": deed.record,
        "title": deed.title,
        "performed": _text(deed.performed),
        "recorded": _text(deed.recorded),
        "submitted": _text(deed.submitted),
        "signed": _text(deed.signed),
    }


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def owed_object(owed: Owed, dues: Sequence[Due], today: date, level: Level) -> dict[str, object]:
    """One contract at one site."""
    return {
        "site": owed.site,
        "contract": owed.contract.name,
        "sha256": owed.contract.sha256,
        "level": str(level),
        "ended": owed.ended,
        "dues": [due_object(due, today) for due in dues],
        "quotas": [
            {
                "clause": each.quota.id,
                "what": each.quota.what,
                "limit": str(each.quota.limit),
                "unit": each.quota.unit,
                "direction": each.quota.direction,
                "used": str(each.used),
                "period": None if each.span is None else each.span.name,
                "standing": str(each.standing),
                "records": list(each.records),
            }
            for each in owed.balances
        ],
        "without_period": [
            {
                "clause": each.obligation.id,
                "title": each.obligation.title,
                "last": None if each.last is None else deed_object(each.last),
            }
            for each in owed.loose
        ],
        "ambiguities": [
            {"id": each.id, "text": each.question, "proposal": each.proposal}
            for each in owed.contract.ambiguities
        ],
    }


def nagios(morning: Morning, shown: Sequence[tuple[Owed, Due]]) -> str:
    """One status line with figures."""
    dues, level = morning.dues, morning.level
    word = {"skipped": "UNKNOWN"}.get(level, level.upper())
    counts = _counts(dues)
    parts = [
        _("{count} overdue").format(count=counts["overdue"]),
        _("{count} due within a week").format(count=counts["soon"]),
        _("{count} cannot be told").format(count=counts["cannot_tell"]),
    ]
    bad = [(owed, due) for owed, due in shown if level_of(due, dues.today) in (Level.CRITICAL, Level.WARNING)]
    bad.sort(key=lambda each: each[1].state is not State.OVERDUE)
    first = ""
    if bad:
        owed, due = bad[0]
        first = f"; {owed.site} {one_line(due.title, 60)} {occasion(due)} {distance(due, dues.today)}"
    parts += [f"{each.site}: {each.why}" for each in dues.without if each.wrong]
    figures = " ".join(f"'{name}'={count};;;0;" for name, count in counts.items())
    return f"HMAINT {word} - {', '.join(parts)}{first}".replace("|", "/") + f" | {figures}"


def _counts(dues: Dues) -> dict[str, int]:
    every = [due for owed in dues.owed for due in owed.dues]
    levels = Counter(
        "soon" if due.state is State.DUE and level_of(due, dues.today) is Level.WARNING else str(due.state)
        for due in every
    )
    return {name: levels[name] for name in ("overdue", "soon", "due", "upcoming", "met", "cannot_tell")}


def prometheus(morning: Morning) -> str:
    """The text exposition format, for the node exporter's textfile folder."""
    dues = morning.dues
    lines = [
        "# HELP hmaint_due_items What contracts make due, by how it stands.",
        "# TYPE hmaint_due_items gauge",
    ]
    for owed in dues.owed:
        counts = Counter(str(due.state) for due in owed.dues)
        lines += [
            f"hmaint_due_items{labels(site=owed.site, contract=owed.contract.name, state=str(state))} {counts[state]}"
            for state in State
        ]
    lines += [
        "# HELP hmaint_due_overdue_days How many days the longest overdue item of a clause is over.",
        "# TYPE hmaint_due_overdue_days gauge",
        *_overdue(dues),
    ]
    return "\n".join(lines)


def _overdue(dues: Dues) -> Iterator[str]:
    longest: dict[tuple[str, str], int] = {}
    for owed in dues.owed:
        for due in owed.dues:
            if due.state is State.OVERDUE:
                key = owed.site, due.clause
                longest[key] = max(longest.get(key, 0), due.late)
    for (site, clause), days in longest.items():
        yield f"hmaint_due_overdue_days{labels(site=site, clause=clause)} {days}"
