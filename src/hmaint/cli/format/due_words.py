"""The words of what is due: states, periods, days, and which command does it."""

from __future__ import annotations

from datetime import date, timedelta

from hmaint.duty.acts import ACTS, PAPER, needs, needs_of_papers
from hmaint.kit.i18n import _
from hmaint.model.contract import Contract
from hmaint.model.duty import Due, State

_WEEK = 7


def due_state_word(state: str) -> str:
    """How a state is called."""
    return {
        "met": _("met"),
        "due": _("due"),
        "overdue": _("overdue"),
        "upcoming": _("upcoming"),
        "cannot_tell": _("cannot tell"),
    }[state]


def weekday_word(day: date) -> str:
    """Monday to Sunday."""
    names = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return names[day.weekday()]


def per_word(per: str) -> str:
    """How often, in a word or two."""
    return {
        "day": _("daily"),
        "week": _("weekly"),
        "month": _("monthly"),
        "quarter": _("quarterly"),
        "half_year": _("half-yearly"),
        "year": _("yearly"),
        "contract": _("once in the term"),
        "continuous": _("continuously"),
        "event": _("after an event"),
        "": _("no period told"),
    }.get(per, per)


def occasion(due: Due) -> str:
    """Which one of its kind: the period, or the record it follows."""
    if due.event is not None:
        return due.event.record or f"{due.event.at:%Y-%m-%d}"
    if due.span is None or due.per == "contract":
        return ""
    return due.span.name.replace("/", " … ")


def day_words(due: Due, year: int = 0) -> str:
    """The last day, without its year where that is the one named, and whether it is certain."""
    if due.day is None:
        return _("no last day")
    day = f"{due.day:%m-%d}" if due.day.year == year else f"{due.day}"
    words = f"{day} {weekday_word(due.day)}"
    if due.provisional:
        earliest = f"{due.earliest:%m-%d}" if due.earliest else ""
        words += " " + _("(provisional, {day} at the earliest)").format(day=earliest)
    return words


def distance(due: Due, today: date) -> str:
    """How far away the last day is, or how long it is over."""
    if due.state is State.OVERDUE:
        return _("{days} days over").format(days=due.late)
    if due.state is State.MET:
        return _("met, {days} days late").format(days=due.late) if due.late else _("met")
    if due.remind is None:
        return ""
    days = (due.remind - today).days
    return _("today") if days == 0 else _("{days} days left").format(days=days)


def week_end(today: date) -> date:
    """The Sunday of the week."""
    return today + timedelta(days=_WEEK - 1 - today.weekday())


def how(due: Due, contract: Contract, site: str) -> str:
    """The command that does it; for a paper that makes it, or hands it in where it is made.

    What was to be done within a period that is over cannot be done in it any more: it is made up for, by its name.
    """
    papers = [deed for deed in due.met_by if any(act.startswith(PAPER) for act in deed.acts)]
    if papers and due.state is not State.MET and not papers[-1].submitted:
        return f"hmaint report submit {papers[-1].record}"
    for acts in _needs(due, contract):
        act = min(acts, key=lambda each: (each.startswith(PAPER), ("annual" in each) != _long(due), each))
        if act.startswith(PAPER):
            return _render(due, act.removeprefix(PAPER), site)
        if due.state is not State.OVERDUE or due.span is None:
            return f"{ACTS[act].command}{_more(due, contract, act)} --site {site}"
    over = due.state is State.OVERDUE and due.span is not None and due.per != "contract"
    period = f" --period {due.span.name}" if over and due.span else ""
    about = f" --about {due.event.record}" if due.event and due.event.record else ""
    return f"hmaint contract done {due.clause} --site {site}{period}{about}"


def _long(due: Due) -> bool:
    return due.per in ("year", "contract")


_BUNDLES = {
    "quarterly-index": ("hmaint report quarterly", "--quarter"),
    "annual-volume": ("hmaint report annual", "--year"),
}
"""Papers that come with a bundle, the command that makes it, and how it is told the period."""


def _render(due: Due, form: str, site: str) -> str:
    told = due.span is not None and due.per in ("month", "quarter", "year") and "/" not in due.span.name
    command, option = _BUNDLES.get(form, (f"hmaint report render {form}", "--period"))
    period = f" {option} {due.span.name}" if told and due.span else ""
    record = due.event.record if due.event else ""
    about = (" --run " if record.startswith("R-") else " --of ") + record if record else ""
    return f"{command} --site {site}{period}{about}"


def _more(due: Due, contract: Contract, act: str) -> str:
    mode = next((each.mode for each in contract.obligations if each.id == due.clause), "any")
    return " --playbook inspect/quarterly" if act == "inspection" and mode == "onsite" else ""


def _needs(due: Due, contract: Contract) -> tuple[frozenset[str], ...]:
    for obligation in contract.obligations:
        if obligation.id == due.clause:
            return needs(obligation)
    for duty in contract.triggered:
        if duty.id == due.clause:
            return needs_of_papers(duty.deliver)
    return ()
