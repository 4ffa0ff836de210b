"""故障分析报告 of an incident: what people write for it is put on record first, then the document is told from that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from hmaint.app.incident import Kept, Saying, find, tell
from hmaint.app.incident_view import see
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.duty.incident import by_matter
from hmaint.duty.incident_report import FORM
from hmaint.duty.recurrence import repeats
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.model.incident import KIND, Event, Incident, State
from hmaint.model.incident_words import EVENTS, called

if TYPE_CHECKING:
    from hmaint.report.incident_report import Exhibit

__all__ = ["FORM", "analyse", "told_of"]


def analyse(world: World, number: str, texts: Mapping[str, object]) -> Kept:
    """Put on record what people say of cause, effect and prevention."""
    return tell(world, number, Event.ANALYSED, Saying(texts))


def told_of(world: World, site: str, number: str = "") -> Told:
    """Tell an incident of a site, the newest one where none is named. WrongUsage for one that is none of the site's."""
    from hmaint.report.incident_report import incident_report  # noqa: PLC0415 - goes with the Word libraries

    incident = find(world, number or _newest(world, site))
    if incident.site != site:
        words = _("{number} is of site {other}, not of {site}")
        raise WrongUsage(words.format(number=incident.id, other=incident.site, site=site))
    if incident.state is State.WITHDRAWN:
        raise WrongUsage(_("{number} was withdrawn: open a new one").format(number=incident.id))
    data = incident_report(
        see(world, incident), list(_exhibits(incident)), _earlier(world, incident), world.inventory
    )
    day = incident.marks.get(Event.RESOLVED, incident.reported).astimezone(CHINA).date()
    return Told(data, (incident.id,), day)


def _newest(world: World, site: str) -> str:
    opened = world.records.entries.listed(kinds=[KIND], site=site, events=[Event.OPENED])
    if not opened:
        raise WrongUsage(_("no incident of site {site} is kept here").format(site=site))
    return max(opened, key=lambda each: (each.at, each.recorded_at)).matter


def _earlier(world: World, incident: Incident) -> Sequence[Incident]:
    """The incidents of the same trouble that came before, by links and causes."""
    known = by_matter(world.records.entries.listed(kinds=[KIND], site=incident.site))
    group = next((each for each in repeats(known) if incident.id in {one.id for one in each}), ())
    return [each for each in group if each.reported < incident.reported and each.id != incident.id]


def _exhibits(incident: Incident) -> Iterator[Exhibit]:
    from hmaint.report.incident_report import Exhibit  # noqa: PLC0415 - goes with the Word libraries

    for entry in incident.events:
        for piece in _pieces(entry.body.get("evidence")):
            where = f"{called(EVENTS, entry.event)} {entry.at.astimezone(CHINA):%Y-%m-%d %H:%M}"
            yield Exhibit(str(piece.get("name", "")), where, str(piece.get("sha256", "")))
        run = entry.body.get("run")
        if entry.event == Event.DIAGNOSED and run:
            yield Exhibit("诊断记录", f"记录 {run}", str(entry.body.get("sha256") or ""))


def _pieces(value: object) -> list[Mapping[str, object]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list | tuple) else []
