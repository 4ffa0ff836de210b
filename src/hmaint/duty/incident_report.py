"""Whether a contract wants a report about an incident, and by when: told from its events, never kept."""

from __future__ import annotations

from datetime import datetime

from hmaint.duty.clock import Deadline, deadline
from hmaint.duty.incident_criteria import fits, words
from hmaint.duty.incident_level import in_force
from hmaint.duty.papers import FORMS
from hmaint.duty.reading import open_questions
from hmaint.duty.statutory import PACKAGED, StatutoryDays
from hmaint.kit.frozen import dataclass
from hmaint.model.contract import Contract, Triggered
from hmaint.model.incident import Event, Incident, State
from hmaint.model.limit import Limit

FORM = "incident-report"
_EVENTS = {"incident.resolved": Event.RESOLVED, "incident.closed": Event.CLOSED}


@dataclass(frozen=True, slots=True)
class ReportDuty:
    """One clause that asks for a report about an incident."""

    clause: str
    wanted: bool | None
    """None: what is known of the incident does not tell."""
    why: str
    """The clause's condition, in its words."""
    since: datetime | None
    """When what it hangs on happened; None while it has not."""
    limit: Limit | None
    due: Deadline | None
    """None while nothing runs, or where the contract has no figure."""
    proposed: Deadline | None = None
    """What an open question's reading would make of a clause without a figure."""
    question: str = ""


def report_duties(
    incident: Incident, contract: Contract, days: StatutoryDays = PACKAGED
) -> tuple[ReportDuty, ...]:
    """Every clause that may want a report about an incident; those with a date first, the earliest of them leading."""
    if incident.state is State.WITHDRAWN:
        return ()
    level, _classes = in_force(incident, contract.incident) if contract.incident else ("", ())
    asked = [each for each in contract.triggered if each.on in _EVENTS and _wants_report(each)]
    found = [_duty(each, incident, contract, level, days) for each in asked]
    return tuple(sorted(found, key=lambda each: each.due.due.timestamp() if each.due else float("inf")))


def report_due(duties: tuple[ReportDuty, ...]) -> Deadline | None:
    """The earliest date a report is due, of those clauses that want one; None where none does, or none has a date."""
    return next((each.due for each in duties if each.wanted and each.due), None)


def _wants_report(clause: Triggered) -> bool:
    return any(FORMS.get(document) == FORM for document in clause.deliver)


def _duty(
    clause: Triggered, incident: Incident, contract: Contract, level: str, days: StatutoryDays
) -> ReportDuty:
    since = incident.marks.get(_EVENTS[clause.on])
    wanted = True if clause.when is None else fits(clause.when, incident.facts, level)
    calendar = contract.calendar(clause.calendar)
    due = deadline(clause.within, since, calendar, days) if since else None
    question, limit = _proposal(clause, contract)
    return ReportDuty(
        clause.id, wanted, words(clause.when) if clause.when else "", since, clause.within, due,
        deadline(limit, since, calendar, days) if since and due is None else None, question,
    )  # fmt: skip


def _proposal(clause: Triggered, contract: Contract) -> tuple[str, Limit | None]:
    """The first figure that an open question puts in place of none."""
    for question in open_questions(contract):
        for reading in question.readings:
            limit = reading.changes.get(clause.id, {}).get("within") or reading.changes.get(
                clause.id, {}
            ).get("limit")
            if isinstance(limit, Limit):
                return question.id, limit
    return "", None
