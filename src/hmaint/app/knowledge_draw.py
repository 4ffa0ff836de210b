"""An article drawn from an incident that is resolved: its words, ready to be written or completed."""

from __future__ import annotations

from hmaint.app.world import World
from hmaint.duty.incident import fold
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.article import Written
from hmaint.model.incident import KIND, Event, Incident

_TITLE = 60


def drawn(world: World, number: str) -> tuple[Written, str]:
    """The article an incident's records tell, and the incident's number.

    WrongUsage for an incident that is not there, or that nobody has resolved yet: what helped is not known.
    """
    incident = fold(world.records.entries.of(number, KIND))
    if incident is None or Event.RESOLVED not in incident.marks:
        words = _("incident {number} is not resolved: what helps is not known yet")
        raise WrongUsage(words.format(number=number if incident is None else incident.id))
    return _written(world, incident), incident.id


def _written(world: World, incident: Incident) -> Written:
    said = incident.texts
    site = world.inventory.sites.get(incident.site)
    return Written(
        one_line(incident.what, _TITLE),
        None if site is None else site.title,
        _together(incident.what, said.get("manifestation", "")),
        _together(said.get("cause", ""), said.get("root_cause", "")),
        _together(said.get("solution", ""), said.get("fallback", "")),
        site=incident.site if site is not None else None,
    )


def _together(*words: str) -> str:
    return "\n".join(dict.fromkeys(word for word in words if word))
