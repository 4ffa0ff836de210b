"""The documents of the knowledge base: the digest of a period, and the volume that is handed over."""

from __future__ import annotations

from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.model.article import KIND, articles
from hmaint.model.entry import Entry
from hmaint.model.period import Period, read_period

DIGEST, VOLUME = "knowledge-digest", "knowledge-base"


def digest_of(world: World, site: str, period: str) -> Told:
    """Tell what became of a site's articles in a period, the current quarter where none is named.

    Raises WrongUsage for a period that is none, that has not begun, or where there is no article yet.
    """
    from hmaint.report.knowledge import knowledge_digest, known  # noqa: PLC0415 - only who makes a document needs it

    span = _span(world, period)
    every = known(_entries(world, site), span)
    if not every:
        raise WrongUsage(
            _("no article about site {site} until {day} is kept here").format(site=site, day=span.last)
        )
    made = (world.operator, world.clock.now())
    data = knowledge_digest(every, world.inventory, site, span, made)
    return Told(data, (span.name,), span.first)


def _span(world: World, period: str) -> Period:
    today = world.clock.now().date()
    span = read_period(period or f"{today.year}Q{(today.month + 2) // 3}")
    if span is None:
        raise WrongUsage(_("{text} is no period: write 2026Q4, 2026-11 or 2026").format(text=period))
    if span.first > today:
        raise WrongUsage(_("{period} has not begun yet").format(period=span.name))
    return span


def volume_of(world: World, site: str) -> Told:
    """Tell every article in use about a site, or about any; WrongUsage where there is none."""
    from hmaint.report.knowledge import knowledge_volume  # noqa: PLC0415 - only who makes a document needs it

    held = [each for each in articles(_entries(world, site)) if not each.retired]
    if not held:
        raise WrongUsage(_("no article about site {site} is kept here").format(site=site))
    now = world.clock.now()
    data = knowledge_volume(held, world.inventory, site, world.operator, now)
    return Told(data, (f"kb/{site}",), now.date())


def _entries(world: World, site: str) -> list[Entry]:
    """What is kept of articles about a site, and of those about none."""
    world.site(site)
    return [each for each in world.records.entries.listed(kinds=[KIND]) if each.site in (site, "")]
