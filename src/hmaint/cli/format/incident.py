"""An incident for programs and for people: the object `hmaint.incident/1`, and the page that `show` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from hmaint.cli.format.incident_clocks import clock_lines, report_line, standing_line
from hmaint.cli.format.machine import stamp
from hmaint.cli.incident_words import span, word
from hmaint.cli.terminal import Terminal
from hmaint.duty.incident import flags
from hmaint.duty.incident_report import ReportDuty
from hmaint.duty.incident_view import View
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless
from hmaint.model.entry import Entry
from hmaint.model.incident import Incident
from hmaint.model.timer import Timer

SCHEMA = "hmaint.incident/1"


def incident_object(seen: View) -> dict[str, object]:
    """The object `hmaint.incident/1`; `level` is the gravest class where the contract has no levels."""
    incident = seen.incident
    facts = incident.facts
    return {
        "schema": SCHEMA,
        "id": incident.id,
        "site": incident.site,
        "what": incident.what,
        "level": seen.level_said or None,
        "classes": list(seen.classes),
        "confirmed": seen.confirmed,
        "proposal": _proposal(seen),
        "state": str(incident.state),
        "urgency": str(seen.urgency),
        "reported_at": stamp(incident.reported),
        "occurred_at": stamp(incident.occurred),
        "reporter": incident.reporter,
        "channel": incident.channel,
        "facts": {name: getattr(facts, name) for name in facts.__dataclass_fields__},
        "events": [_event(incident, each) for each in incident.history],
        "clocks": [clock_object(each, seen.now) for each in seen.timers],
        "waits": [
            {"from": stamp(w.since), "until": stamp(w.until), "why": w.why, "consent": w.consent or None}
            for w in incident.waits
        ],
        "links": list(incident.links),
        "report_due": stamp(seen.report.due) if seen.report else None,
        "report": {"issued": seen.reported or None, "duties": [_duty(each) for each in seen.duties]},
        "ambiguities": [{"id": q.id, "question": q.question, "proposal": q.proposal} for q in seen.questions],
        "contract": {
            "name": seen.contract.name if seen.contract else None,
            "sha256": seen.contract.sha256 if seen.contract else None,
            "fault": seen.fault or None,
        },
    }


def clock_object(timer: Timer, now: datetime) -> dict[str, object]:
    """One clock; `due` is null where the contract has no figure, and nothing is judged then."""
    return {
        "id": timer.id,
        "of": timer.of,
        "title": timer.title,
        "from": stamp(timer.start),
        "due": stamp(timer.due),
        "met_at": stamp(timer.met_at),
        "met_by": timer.met_by,
        "state": str(timer.state),
        "limit": str(timer.limit) if timer.limit else None,
        "counts": timer.counts,
        "judged": timer.judged,
        "elapsed_s": int(timer.elapsed(now).total_seconds()),
        "paused_s": int(timer.paused.total_seconds()),
        "provisional": timer.provisional,
        "earliest": stamp(timer.earliest),
        "condition": timer.condition or None,
        "readings": [
            {"title": r.title, "from": stamp(r.start), "due": stamp(r.due), "state": str(r.state)}
            for r in timer.readings
        ],
        "ambiguities": list(timer.open),
    }


def _proposal(seen: View) -> dict[str, object] | None:
    if seen.proposal is None:
        return None
    made = seen.proposal
    return {"level": made.level or None, "classes": list(made.classes), "reasons": list(made.reasons)}


def _event(incident: Incident, entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "event": entry.event,
        "at": stamp(entry.at),
        "recorded_at": stamp(entry.recorded_at),
        "operator": entry.operator,
        "flags": list(flags(incident, entry)),
        "corrects": entry.corrects or None,
        "body": dict(entry.body),
    }


def _duty(duty: ReportDuty) -> dict[str, object]:
    return {
        "clause": duty.clause,
        "wanted": duty.wanted,
        "when": duty.why or None,
        "from": stamp(duty.since),
        "limit": str(duty.limit) if duty.limit else None,
        "due": stamp(duty.due.due) if duty.due else None,
        "provisional": bool(duty.due and duty.due.provisional),
        "earliest": stamp(duty.due.earliest) if duty.due else None,
        "proposed_due": stamp(duty.proposed.due) if duty.proposed else None,
        "question": duty.question or None,
    }


def show_incident(terminal: Terminal, seen: View) -> None:
    """Print all that is known of an incident."""
    if terminal.format == "json":
        terminal.out(json.dumps(incident_object(seen), ensure_ascii=False, indent=2))
        return
    for line in (
        *_head(seen),
        "",
        *clock_lines(seen),
        *_waits(seen),
        "",
        *_timeline(seen),
        *_open(seen),
    ):
        terminal.out(line or "\n")


def show_brief(terminal: Terminal, seen: View) -> None:
    """Print what a person wants to see after having told something: where it stands, and what runs."""
    if terminal.format == "json":
        terminal.out(json.dumps(incident_object(seen), ensure_ascii=False, indent=2))
        return
    terminal.out(standing_line(seen))
    for line in clock_lines(seen):
        terminal.out(line)


def _head(seen: View) -> Iterator[str]:
    incident = seen.incident
    yield standing_line(seen)
    yield harmless(incident.what)
    told = (incident.reporter, incident.channel)
    said = _("reported {at}").format(at=f"{incident.reported:%Y-%m-%d %H:%M}")
    yield "  ".join((said, *(harmless(each) for each in told if each)))
    if incident.occurred:
        yield _("began {at}").format(at=f"{incident.occurred:%Y-%m-%d %H:%M}")
    for reason in seen.proposal.reasons if seen.proposal and not seen.confirmed else ():
        yield _("proposed: {reason}").format(reason=harmless(reason))
    for name, text in incident.texts.items():
        yield f"{_label(name)}  {harmless(text)}"
    if incident.links:
        yield _("came before: {ids}").format(ids=", ".join(incident.links))


def _label(name: str) -> str:
    return {
        "cause": _("cause"),
        "root_cause": _("root cause"),
        "solution": _("how solved"),
        "manifestation": _("manifestation"),
        "fallback": _("workaround in place"),
        "summary": _("summary"),
        "clinical": _("effect on treatment"),
        "event": _("what happened"),
        "late_reason": _("why it was late"),
    }.get(name, name)


def _waits(seen: View) -> Iterator[str]:
    for wait in seen.incident.waits:
        until = f"{wait.until:%H:%M}" if wait.until else "…"
        lasted = span((wait.until or seen.now) - wait.since)
        how = (
            _("subtracted, written consent on record") if wait.consent else _("shown beside, not subtracted")
        )
        yield _("waited {since}–{until} ({lasted}; {how}): {why}").format(
            since=f"{wait.since:%m-%d %H:%M}", until=until, lasted=lasted, how=how, why=harmless(wait.why)
        )


def _timeline(seen: View) -> Iterator[str]:
    incident = seen.incident
    for entry in sorted(incident.history, key=lambda each: (each.at, each.recorded_at, each.id)):
        who = harmless(str(entry.body.get("by") or entry.operator))
        odd = [word(flag) for flag in flags(incident, entry)]
        note = f"  [{', '.join(odd)}]" if odd else ""
        text = harmless(_text(entry)).replace("\n", " ")
        yield f"{entry.at:%m-%d %H:%M}  {entry.id[:8]}  {word(entry.event)}  {who}  {text}{note}".rstrip()


def _text(entry: Entry) -> str:
    body = entry.body
    names = ("text", "solution", "what", "to", "fallback", "cause", "reason")
    told = next((body[name] for name in names if body.get(name)), "")
    classed = [str(body.get("level") or ""), *_words(body.get("classes"))]
    said = [
        " ".join(filter(None, classed)),
        ", ".join(_words(told)) or str(told or ""),
        str(body.get("result") or ""),
    ]
    return " · ".join(part for part in said if part)


def _words(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else []


def _open(seen: View) -> Iterator[str]:
    line = report_line(seen)
    if line or seen.questions or seen.fault:
        yield ""
    if line:
        yield line
    if seen.fault:
        yield _("clocks cannot be told: {fault}").format(fault=harmless(seen.fault))
    vague = [each for each in seen.questions if not each.about]
    for question in seen.questions:
        if question not in vague:
            words = _("open question {id}: {question} (read as: {proposal})")
            asked, read = harmless(question.question), harmless(question.proposal)
            yield words.format(id=question.id, question=asked, proposal=read)
    if vague:
        words = _("open questions of the contract, which may bear on this: {ids}")
        yield words.format(ids=", ".join(each.id for each in vague))
