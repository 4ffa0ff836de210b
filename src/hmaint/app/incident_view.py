"""Incidents seen under their contracts: one of them, or all that still want something done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from hmaint.app.world import World
from hmaint.duty.incident import by_matter
from hmaint.duty.incident_report import FORM
from hmaint.duty.incident_view import View, by_urgency, view
from hmaint.errors import BadFile
from hmaint.kit.i18n import _
from hmaint.model.contract import Contract
from hmaint.model.document import Document
from hmaint.model.incident import KIND, Event, Incident, State
from hmaint.store.failures import RecordsFailure

_LOOK_BACK = timedelta(days=120)
"""How long a closed incident is asked for its report: reports are due in days, handed in by the quarter."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The contract of a site, or why there is none to go by."""

    contract: Contract | None
    fault: str = ""


def terms_of(world: World, site: str) -> Terms:
    """Read a site's contract; one that is wrong or missing costs the clocks, and never the incident."""
    from hmaint.app.contract import contract_of  # noqa: PLC0415 - profiles take a while to read
    from hmaint.load.contract import load_contract  # noqa: PLC0415 - as above

    there = world.inventory.sites.get(site)
    name = there.contract if there else ""
    try:
        try:
            found = contract_of(world, site)
        except RecordsFailure:  # what was confirmed cannot be read just now; every question counts as open
            found = load_contract(world.workspace.root, name)
    except BadFile as bad:
        return Terms(None, str(bad))
    missing = bool(name) and found is None
    return Terms(found, _("contracts/{name}.yaml is not there").format(name=name) if missing else "")


def see(world: World, incident: Incident) -> View:
    """See one incident as it stands now."""
    return _seen(world, [incident])[0]


def board(world: World, site: str = "") -> list[View]:
    """Every incident that is not over, and those lately closed whose report is still owed; the worst first."""
    entries = world.records.entries
    open_ones = by_matter(entries.unfinished(KIND, Event.CLOSED, Event.REOPENED))
    since = world.clock.now() - _LOOK_BACK
    closed = {each.matter for each in entries.listed(kinds=[KIND], events=[Event.CLOSED], since=since)}
    lately = by_matter(entries.listed(matters=closed)) if closed else []
    known = {each.id: each for each in (*lately, *open_ones) if not site or each.site == site}
    seen = _seen(world, known.values())
    return by_urgency([each for each in seen if not each.incident.over or _owes(each)])


def every(world: World, site: str = "") -> list[View]:
    """Every incident on record, by the time of its report."""
    found = by_matter(world.records.entries.listed(kinds=[KIND]))
    return _seen(world, [each for each in found if not site or each.site == site])


def _owes(seen: View) -> bool:
    wanted = any(each.wanted for each in seen.duties)
    return wanted and not seen.reported and seen.incident.state is not State.WITHDRAWN


def _seen(world: World, incidents: Iterable[Incident]) -> list[View]:
    found = list(incidents)
    terms = {site: terms_of(world, site) for site in {each.site for each in found}}
    issued = _issued(world) if found else {}
    return [
        view(
            each,
            terms[each.site].contract,
            world.clock.now(),
            world.days,
            fault=terms[each.site].fault,
            reported=_answer(each, issued.get(each.id)),
        )
        for each in found
    ]


def _issued(world: World) -> dict[str, Document]:
    """The newest report of each incident, by the incident's number."""
    papers = world.records.documents.listed(None, FORM)
    return {source: paper for paper in reversed(papers) for source in paper.sources}


def _answer(incident: Incident, paper: Document | None) -> str:
    """The number of the report that is owed; one made before the end, or before it was opened anew, is none yet."""
    ends = [incident.marks[each] for each in (Event.RESOLVED, Event.CLOSED) if each in incident.marks]
    return paper.number if paper and ends and paper.issued_at >= min(ends) else ""


def see_alone(world: World, incident: Incident) -> View:
    """See an incident without asking the records, which may just have refused: its report is not looked for."""
    found = terms_of(world, incident.site)
    return view(incident, found.contract, world.clock.now(), world.days, fault=found.fault)
