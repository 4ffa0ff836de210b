"""The words of contracts in the language in force: lengths of time, events, acts, periods."""

from __future__ import annotations

from datetime import timedelta

from hmaint.kit.i18n import N_, _
from hmaint.model.limit import Calendar, Limit
from hmaint.model.predicate import Among, Compare, Either, Every, Fact, Predicate

_TERMS = {
    "reported": N_("reported"), "formally_reported": N_("formally reported"), "notified": N_("notified"),
    "request_received": N_("request received"), "occurred": N_("occurred"),
    "occurred_or_notified": N_("occurred or notified"), "notice_by_hospital": N_("notice by the hospital"),
    "remote_failed": N_("remote help failed"), "responded": N_("responded"), "arrived": N_("at the site"),
    "restored": N_("restored"), "restored_or_fallback": N_("restored or fallback"), "resolved": N_("solved"),
    "fixed": N_("fixed"), "accepted": N_("accepted"), "confirmed": N_("confirmed in writing"),
    "accepted_and_written_confirmed": N_("accepted and confirmed in writing"),
    "raised": N_("raised"), "assessed": N_("assessed"), "started": N_("begun"),
    "started_with_workaround": N_("started, workaround at hand"), "patch_or_plan": N_("patch or plan"),
    "analysis_and_plan": N_("analysis and plan"), "delivered": N_("handed in"), "deployed": N_("in operation"),
    "onsite_debug": N_("debugged on site"), "seen": N_("first seen"),
    "incident.resolved": N_("incident resolved"), "incident.closed": N_("incident closed"),
    "incident.overdue": N_("incident overdue"), "inspection.finished": N_("inspection finished"),
    "onsite_inspection.finished": N_("inspection on site finished"), "service.started": N_("service started"),
    "contract.signed": N_("contract signed"), "contract.end": N_("contract ends"),
    "security_event": N_("security event"), "security_assessment_received": N_("security assessment received"),
    "upgrade.done": N_("upgrade done"), "maintenance.done": N_("maintenance done"),
    "training.done": N_("training done"), "customization.done": N_("change delivered"),
    "staff_changed": N_("staff changed"), "quarterly_meeting.before": N_("before the quarterly meeting"),
    "onsite_needed": N_("if needed on site"), "remote_or_phone_failed": N_("if remote help failed"),
    "emergency_response": N_("emergency response"), "training": N_("training"), "rectify": N_("rectified"),
    "report_to_hospital": N_("reported to the hospital"),
    "signed": N_("signing"), "service_start": N_("begin of service"),
    "auto": N_("by hmaint"), "record": N_("by hand, recorded"), "document": N_("document"),
    "outside": N_("outside software"),
    "at_most": N_("at most"), "at_least": N_("at least"),
    "remote": N_("remote"), "onsite": N_("on site"), "any": N_("remote or on site"),
    "free": N_("free"), "month": N_("month"), "quarter": N_("quarter"), "half_year": N_("half-year"),
    "year": N_("year"), "contract": N_("term"), "day": N_("day"), "week": N_("week"), "request": N_("each request"),
    "service_fee": N_("service fee"), "annual_fee": N_("annual fee"), "cycle_fee": N_("fee of the cycle"),
    "nda_company": N_("pledge of the company"), "nda_personal": N_("pledge of each person"),
    "same_issue_warnings": N_("warnings of the same issue"), "warnings": N_("warnings"),
    "severe_consequence_or_loss": N_("severe consequence or loss"),
    "severe_consequence_or_major_loss": N_("severe consequence or major loss"),
    "level": N_("level"), "scope": N_("scope"),
    "each_person": N_("each person"), "before_work": N_("before work begins"),
    "confidentiality": N_("confidentiality"), "terminate": N_("end the contract"),
    "application": N_("written application"), "written_approval": N_("written approval"),
    "agreed_window": N_("agreed time window"), "supervisor_present": N_("supervisor present"),
    "continuous_run": N_("continuous until stable"), "test": N_("test"),
    "risk_assessment": N_("risk assessment"), "backup": N_("backup"), "rollback_plan": N_("rollback plan"),
    "notify_lead": N_("lead told beforehand"), "release_notes": N_("release notes"),
    "test_report": N_("test report"), "hospital_confirm": N_("hospital confirms"),
    "no_impact": N_("operation not affected"), "on_request": N_("on request"),
}  # fmt: skip
_UNITS = {"day": N_("{n} days"), "workday": N_("{n} working days"), "month": N_("{n} months")}
_DAY, _HOUR, _MINUTE = 86400, 3600, 60


def event_word(name: str) -> str:
    """How a term of the schema is called; one that is not known stands as it is written."""
    return _(_TERMS[name]) if name in _TERMS else name.replace("_", " ")


def limit_word(limit: Limit | None) -> str:
    """How long, in words; what the text has no figure for is said to have none."""
    if limit is None:
        return _("no figure")
    if limit.unit == "agreed":
        return _("as agreed")
    if limit.unit == "second":
        return _time(limit.count)
    return _(_UNITS[limit.unit]).format(n=limit.count)


def calendar_word(calendar: Calendar) -> str:
    """When a clock runs."""
    if calendar.kind == "continuous":
        return _("day and night")
    days = _("working days") if calendar.days == "cn-statutory" else _("every day")
    if calendar.kind == "cn-statutory":
        return days
    hours = ", ".join(map(str, calendar.windows))
    if not hours and calendar.seconds_per_day:
        hours = _("{n} h a day, which is not told").format(n=calendar.seconds_per_day // _HOUR)
    told = hours or _("hours not told")
    return f"{days} {told}"


def predicate_words(predicate: Predicate | None) -> str:
    """A condition as a person reads it."""
    match predicate:
        case None:
            return ""
        case Fact(name):
            return event_word(name)
        case Compare():
            return _comparison(predicate)
        case Among(field, values):
            return f"{event_word(field)}: {' / '.join(values)}"
        case Every(parts):
            return _(" and ").join(map(predicate_words, parts))
        case Either(parts):
            return _(" or ").join(map(predicate_words, parts))


def _comparison(asked: Compare) -> str:
    value = asked.value
    said = _time(int(value.total_seconds())) if isinstance(value, timedelta) else str(value)
    return f"{event_word(asked.field)} {asked.operator} {said} {asked.unit}".strip()


def _time(seconds: int) -> str:
    if not seconds:
        return _("at once")
    if seconds % _HOUR == 0:
        return _("{n} h").format(n=seconds // _HOUR)
    return _("{n} min").format(n=seconds // _MINUTE) if seconds % _MINUTE == 0 else f"{seconds} s"
