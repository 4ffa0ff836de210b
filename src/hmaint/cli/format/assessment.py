"""An assessment for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from hmaint.cli.incident_words import span
from hmaint.cli.listing import show_list
from hmaint.cli.terminal import Terminal
from hmaint.duty.assessment import Indicator, Record, Topic
from hmaint.kit.i18n import N_, _
from hmaint.kit.text import one_line

if TYPE_CHECKING:
    from hmaint.app.assessment import Assessed
    from hmaint.duty.deduction import Charge

_TITLES = {
    Topic.RESPONSE: N_("response in time"),
    Topic.ONSITE: N_("on site in time"),
    Topic.SOLUTION: N_("incidents solved"),
    Topic.INSPECTION: N_("inspections"),
    Topic.TRAINING: N_("trainings with effect checked"),
    Topic.CHANGES: N_("changes in time"),
    Topic.DUTIES: N_("other duties in time"),
}
_WIDTH = 60


def show_assessed(terminal: Terminal, found: Assessed, *, records: bool) -> None:
    """Print it: as JSON whole, for people a row an indicator and a row a rule."""
    if terminal.format == "json":
        terminal.out(json.dumps(_object(found), ensure_ascii=False, indent=2))
        return
    terminal.err(_headline(found))
    heads = {
        "indicator": _("indicator"), "share": _("share"), "met": _("met"), "missed": _("missed"),
        "open": _("running"), "unjudged": _("not judged"),
    }  # fmt: skip
    if records:
        heads["records"] = _("records")
    show_list(terminal, "hmaint.assessment/1", "indicators", heads, [_row(each) for each in found.indicators])
    for line in _lines(found):
        terminal.out(line)
    if found.reckoning is not None and found.reckoning.charges:
        heads = {
            "rule": _("rule"), "issue": _("problem"), "rate": _("rate"), "annual": _("by the year's fee"),
            "cycle": _("by the cycle's fee"), "counts": _("in the sum"),
        }  # fmt: skip
        charges = [_charge(each) for each in found.reckoning.charges]
        show_list(terminal, "hmaint.assessment/1", "charges", heads, charges)
    for question in found.questions:
        terminal.err(
            _("open: {id} {question}").format(id=question.id, question=one_line(question.question, 200))
        )


def _headline(found: Assessed) -> str:
    days = f"{found.span.first} – {found.span.last}"
    words = _("{site}, contract {contract}, {days}")
    said = words.format(site=found.site, contract=found.contract.name, days=days)
    return said + (_(" (not over yet)") if found.going_on else "")


def _row(each: Indicator) -> dict[str, object]:
    share = "-" if each.share is None else f"{each.share}%"
    missed = ("missed", each.missed), ("unjudged", each.unjudged), ("open", each.open), ("met", each.met)
    told = [
        _record(one) for name, records in missed for one in records if name in ("missed", "unjudged", "open")
    ]
    told += [one.id for one in each.met]
    return {
        "indicator": _(_TITLES[each.topic]),
        "share": share if each.known else _("no records"),
        "met": len(each.met), "missed": len(each.missed), "open": len(each.open), "unjudged": len(each.unjudged),
        "records": told,
        "level": "warning" if each.missed else "unknown" if each.unjudged and not each.met else "ok",
    }  # fmt: skip


def _record(one: Record) -> str:
    late = _("{time} late").format(time=span(one.late)) if one.late else ""
    return " ".join(filter(None, (one.id, one_line(one.note, _WIDTH), late)))


def _lines(found: Assessed) -> Iterator[str]:
    down = found.standstill
    if down is not None:
        words = _(
            "down {without} without planned windows, {whole} with them, of {allowed} allowed from {first} to {last}"
        )
        yield words.format(
            without=span(down.found.unplanned), whole=span(down.found.total), allowed=span(down.allowed),
            first=down.span.first, last=down.span.last,
        )  # fmt: skip
        if down.untold:
            words = _(
                "{n} incidents do not say whether the business stood still and are not in it: {ids}; tell it with"
                " hmaint incident reclassify ID --interruption full|key|minor|slow|none"
            )
            yield words.format(n=len(down.untold), ids=", ".join(down.untold[:6]))
    sums = found.reckoning
    if sums is None:
        return
    words = _("deductions: {annual} by the year's fee, {cycle} by the cycle's; {n} problems not verified")
    totals = [_yuan(each) for each in sums.totals]
    yield words.format(annual=totals[0], cycle=totals[1], n=len(sums.unverified))


def _yuan(amount: Decimal | None) -> str:
    return _("cannot be told") if amount is None else f"{amount:,.2f}"


def _charge(each: Charge) -> dict[str, object]:
    rate = "-" if each.rule.rate is None else f"{(each.rule.rate * 100).normalize():f}%"
    counts = _("yes") if each.counts and each.only != "cycle" else _("no")
    return {
        "rule": each.rule.id, "issue": f"{each.issue.id} {one_line(each.issue.what, _WIDTH)}", "rate": rate,
        "annual": _yuan(each.amounts[0]), "cycle": _yuan(each.amounts[1]), "counts": counts,
    }  # fmt: skip


def _object(found: Assessed) -> dict[str, object]:
    down, sums = found.standstill, found.reckoning
    return {
        "schema": "hmaint.assessment/1",
        "site": found.site,
        "contract": found.contract.name,
        "period": {"name": found.span.name, "first": str(found.span.first), "last": str(found.span.last)},
        "over": not found.going_on,
        "indicators": [_indicator(each) for each in found.indicators],
        "downtime": None
        if down is None
        else {
            "first": str(down.span.first), "last": str(down.span.last),
            "unplanned_s": down.found.unplanned.total_seconds(), "total_s": down.found.total.total_seconds(),
            "allowed_s": down.allowed.total_seconds(),
            "within_unplanned": down.within[0], "within_total": down.within[1],
            "sources": [each.source for each in down.found.stretches], "untold": list(down.untold),
        },
        "deductions": None
        if sums is None
        else {
            "annual_fee": _text(sums.fees.annual), "cycle_fee": _text(sums.fees.cycle),
            "totals": {"annual": _text(sums.totals[0]), "cycle": _text(sums.totals[1])},
            "charges": [
                {
                    "rule": each.rule.id, "issue": each.issue.id, "day": str(each.day), "warnings": each.warnings,
                    "rate": _text(each.rule.rate), "annual": _text(each.amounts[0]), "cycle": _text(each.amounts[1]),
                    "counts": each.counts, "only": each.only or None,
                }
                for each in sums.charges
            ],
            "unverified": [each.id for each in sums.unverified],
        },
        "ambiguities": [each.id for each in found.questions],
    }  # fmt: skip


def _indicator(each: Indicator) -> dict[str, object]:
    kinds = ("met", "missed", "open", "unjudged")
    lists = {
        name: [
            {"id": one.id, "late_s": one.late.total_seconds() if one.late else None, "note": one.note}
            for one in getattr(each, name)
        ]
        for name in kinds
    }
    share = None if each.share is None else float(each.share)
    more = {"repeated": list(each.repeated), "partial": list(each.partial)}
    return {"id": str(each.topic), "share_pct": share, **lists, **more}


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
