"""Runs of upgrades that came to their end, put on record once: registers, duties and availability are told from it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from hmaint.app.entry import add, begin, draft
from hmaint.app.upgrade_approval import KIND, PREFIX, papers_of
from hmaint.app.upgrade_desk import Desk, desks
from hmaint.app.world import World
from hmaint.engine.upgrade_ran import ran_of
from hmaint.errors import BadFile, WrongUsage
from hmaint.kit.i18n import _
from hmaint.model.entry import Entry, standing
from hmaint.model.upgrade_ran import Ran

if TYPE_CHECKING:  # the Word libraries take a quarter of a second that most commands need not pay
    from hmaint.report.upgrade_log import Ended

ENDED = "ended"


def ran_at(desk: Desk) -> Ran:
    """Tell a run by its journal and the plan it was begun with. WrongUsage where it never began."""
    try:
        document = json.loads(desk.document.read_bytes())
    except (OSError, ValueError):
        document = {}
    try:
        return ran_of(desk.run, desk.story().lines, document if isinstance(document, dict) else {})
    except ValueError:
        words = _("run {run} never began: there is nothing to tell of it")
        raise WrongUsage(words.format(run=desk.run)) from None


def keep_ended(world: World, desk: Desk) -> Entry | None:
    """Put a run's end on record, once; None where it has not ended or is on record already.

    Data that was put right and later put back has two ends.
    """
    ran = ran_at(desk)
    if ran.ended is None:
        return None
    papers = papers_of(world, ran.site, ran.plan)
    told = [each.body for each in papers.entries if each.event == ENDED]
    if any((each.get("run"), each.get("state")) == (ran.run, ran.state) for each in told):
        return None
    at = min(ran.ended, world.clock.now())
    entry = draft(world, kind=KIND, event=ENDED, site=ran.site, body=_body(ran), at=at, matter=papers.matter)
    if not papers.matter:
        return begin(world, entry, PREFIX)
    add(world, entry)
    return entry


def keep_all_ended(world: World) -> None:
    """Put on record what was not: a run may have been killed between its end and its record."""
    for desk in desks(world):
        try:
            keep_ended(world, desk)
        except (WrongUsage, BadFile):
            continue  # a folder without a beginning, or a journal somebody changed: `upgrade status` tells


def _body(ran: Ran) -> dict[str, object]:
    modules = ran.written.get("modules")
    return {
        "run": ran.run,
        "plan": ran.plan,
        "sort": ran.kind,
        "title": ran.title,
        "from": ran.before,
        "to": ran.after,
        "content": str(ran.written.get("content", "")),
        "modules": "、".join(str(each) for each in modules) if isinstance(modules, list) else "",
        "impact": str(ran.written.get("impact", "")),
        "state": ran.state,
        "left": "、".join(ran.left),
        "digest": ran.digest,
        "begun": ran.begun.isoformat(),
        "ended": ran.ended.isoformat() if ran.ended else "",
        "outage": [each.isoformat() for each in ran.outage] if ran.outage else [],
        "window_end": ran.window[1].isoformat(),
    }


def ended_runs(world: World, site: str | None = None) -> Sequence[Ended]:
    """Every run on record that came to its end, by its beginning."""
    if not world.has_records:
        return ()
    entries = standing(world.records.entries.listed(kinds=[KIND], site=site))
    found = sorted((_ended(each) for each in entries if each.event == ENDED), key=lambda each: each.ended)
    last = {each.run: each for each in found}
    return sorted(last.values(), key=lambda each: (each.begun, each.run))


def unended_runs(world: World, site: str | None = None) -> Sequence[Ended]:
    """Every run of this laptop that was begun and has not ended, as far as it came, by its beginning."""
    found: list[Ended] = []
    for desk in desks(world):
        try:
            ran = ran_at(desk)
        except (WrongUsage, BadFile):
            continue  # as in keep_all_ended
        if ran.ended is None and site in (None, ran.site):
            matter = papers_of(world, ran.site, ran.plan).matter
            found.append(_of_body(_body(ran), matter, ran.site, ran.changed, ran.operator))
    return sorted(found, key=lambda each: (each.begun, each.run))


def _ended(entry: Entry) -> Ended:
    return _of_body(entry.body, entry.matter, entry.site, entry.at, entry.operator)


def _of_body(told: Mapping[str, object], matter: str, site: str, at: datetime, operator: str) -> Ended:
    from hmaint.report.upgrade_log import Ended  # noqa: PLC0415 - see above

    texts = {
        name: str(told.get(name, ""))
        for name in ("run", "title", "content", "modules", "impact", "state", "left")
    }
    outage = told.get("outage")
    down = [_moment(each, at) for each in outage] if isinstance(outage, list) else []
    return Ended(
        **texts,
        matter=matter,
        site=site,
        kind=str(told.get("sort", "upgrade")),
        before=str(told.get("from", "")),
        after=str(told.get("to", "")),
        begun=_moment(told.get("begun"), at),
        ended=_moment(told.get("ended"), at),
        outage=(down[0], down[1]) if len(down) == 2 else None,  # noqa: PLR2004 - from and to
        window_end=_moment(told.get("window_end"), at),
        operator=operator,
    )


def _moment(value: object, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) and value else otherwise
