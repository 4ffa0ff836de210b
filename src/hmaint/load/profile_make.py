"""From a profile's checked form to the contract it tells of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from hmaint.load.limits import read_limit
from hmaint.load.predicate import read_predicate
from hmaint.load.profile import ProfileForm
from hmaint.load.profile_alike import alike, each
from hmaint.load.profile_clauses import (
    AmbiguityForm,
    AvailabilityForm,
    CalendarForm,
    ChangeForm,
    DatesForm,
    ObligationForm,
    QuotaForm,
    TermForm,
    TriggeredForm,
)
from hmaint.load.profile_form import limit_of
from hmaint.load.profile_make_incident import backup_of, incidents_of, requirements_of, upgrade_of
from hmaint.load.profile_make_money import assessment_of, deductions_of, fees_of
from hmaint.model import contract as nouns
from hmaint.model.ambiguity import Ambiguity, Reading
from hmaint.model.limit import Calendar, Limit, Window

_MINUTE, _HOUR = 60, 3600


def contract_of(form: ProfileForm, name: str, sha256: str) -> nouns.Contract:
    """The contract a sound profile tells of; `name` is what inventories call it."""
    return nouns.Contract(
        name=name,
        id=form.id,
        title=form.title,
        sha256=sha256,
        hospital=alike(nouns.Party, form.parties.hospital),
        contractor=alike(nouns.Party, form.parties.contractor),
        term=_term(form.term),
        dates=_dates(form.dates),
        calendars={name: _calendar(name, one) for name, one in form.calendars.items()},
        channels=each(nouns.Channel, form.channels),
        service_hours=each(nouns.ServiceHours, form.service_hours),
        personnel=each(nouns.Personnel, form.personnel),
        availability=_availability(form.availability) if form.availability else None,
        incident=incidents_of(form.incident) if form.incident else None,
        triggered=tuple(_triggered(one) for one in form.triggered),
        obligations=tuple(_obligation(one) for one in form.obligations),
        on_demand=each(nouns.OnDemand, form.on_demand),
        duties=each(nouns.Standing, form.duties),
        quotas=tuple(_quota(one) for one in form.quotas),
        requirements=requirements_of(form.requirements) if form.requirements else None,
        upgrade=upgrade_of(form.upgrade) if form.upgrade else None,
        backup=backup_of(form.backup) if form.backup else None,
        assessment=assessment_of(form.assessment) if form.assessment else None,
        deductions=deductions_of(form.deductions),
        fees=fees_of(form.fees),
        security=each(nouns.SecurityTerm, form.security),
        documents={one.id: one for one in each(nouns.DocumentTerms, form.documents)},
        outside=each(nouns.Outside, form.outside),
        ambiguities=tuple(_ambiguity(one) for one in form.ambiguities),
        modules=tuple(form.scope_modules),
        confirmation=form.confirmation.by if form.confirmation else "",
        remote_access=tuple(form.remote_access.gates) if form.remote_access else (),
        rectification=_rectification(form),
    )


def _term(form: TermForm) -> nouns.Term:
    length = read_limit(form.length) if form.length else None
    start = form.start
    return alike(nouns.Term, form, length=length, anchor=start.anchor, offset_days=start.offset_days or 0)


def _dates(form: DatesForm) -> dict[str, date]:
    given = {"signed": form.signed, "service_start": form.service_start, "end": form.end}
    return {name: date.fromisoformat(day) for name, day in given.items() if day is not None}


def _calendar(name: str, form: CalendarForm) -> Calendar:
    return alike(
        Calendar,
        form,
        id=name,
        days=form.days or ("cn-statutory" if form.kind == "cn-statutory" else "everyday"),
        windows=tuple(window_of(text) for text in form.windows or ()),
        seconds_per_day=form.hours_per_day * _HOUR if form.hours_per_day else None,
    )


def window_of(text: str) -> Window:
    """Read `08:00-12:00`; the form has seen to it that it looks like that."""
    start, end = ((int(hour), int(minute)) for hour, minute in (part.split(":") for part in text.split("-")))
    return Window(start[0] * _HOUR + start[1] * _MINUTE, end[0] * _HOUR + end[1] * _MINUTE)


def _availability(form: AvailabilityForm) -> nouns.Availability:
    return alike(nouns.Availability, form, max_downtime=read_limit(form.max_downtime))


def _obligation(form: ObligationForm) -> nouns.Obligation:
    size = (form.size[0], form.size[1]) if form.size else None
    return alike(nouns.Obligation, form, size=size, per=form.per, report_to=form.report_to or form.to or "")


def _triggered(form: TriggeredForm) -> nouns.Triggered:
    deliver = [form.deliver] if isinstance(form.deliver, str) else form.deliver or []
    when = read_predicate(form.when) if form.when else None
    return alike(nouns.Triggered, form, within=limit_of(form.within), when=when, deliver=tuple(deliver))


def _quota(form: QuotaForm) -> nouns.Quota:
    return alike(nouns.Quota, form, limit=Decimal(form.limit))


def _ambiguity(form: AmbiguityForm) -> Ambiguity:
    readings = tuple(
        Reading(one.id, one.title, {at: _changes(change) for at, change in one.changes.items()})
        for one in form.readings
    )
    return alike(Ambiguity, form, question=form.text, about=frozenset(form.about), readings=readings)


def _changes(form: ChangeForm) -> dict[str, str | Limit | None]:
    return dict(_changed(form, form.model_fields_set))


def _changed(form: ChangeForm, given: Iterable[str]) -> Iterable[tuple[str, str | Limit | None]]:
    named = {"from_": "starts", "until": "ends"}
    for name in given:
        value = getattr(form, name)
        yield named.get(name, name), limit_of(value) if name in {"limit", "within"} else value


def _rectification(form: ProfileForm) -> dict[str, Limit]:
    given = form.rectification.model_dump() if form.rectification else {}
    return {level: read_limit(text) for level, text in given.items() if text is not None}
