"""Two runs by whatever name an operator gives them, and what they differ in."""

from __future__ import annotations

from hmaint.app.world import World
from hmaint.engine.compare import compare
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.model.difference import Difference, Kept
from hmaint.model.run import RunRecord

LATEST, PREVIOUS = "latest", "previous"
_FAR = 500
"""So many runs are looked through for the one before."""


def difference(
    world: World, before: str = PREVIOUS, after: str = LATEST, site: str | None = None
) -> Difference:
    """Compare two runs named by their number, a beginning of it, `latest` or `previous`.

    `latest` is that of the site where one is named; `previous` is the last one with the same playbook before the
    other. WrongUsage for runs of two sites, and where there is none such.
    """
    one, other = _named(world, before, after, site)
    if one.site != other.site:
        words = _("{one} is of site {first}, {other} of site {second}: only runs of one site can be compared")
        raise WrongUsage(words.format(one=one.id, first=one.site, other=other.id, second=other.site))
    site_now = world.inventory.sites.get(one.site)
    known = None if site_now is None else {target.name for target in site_now.targets()}
    return compare(kept(world, one), kept(world, other), known=known)


def kept(world: World, run: RunRecord) -> Kept:
    """A run with all that its steps saw."""
    return Kept(run, world.records.observed(run.id))


def _named(world: World, before: str, after: str, site: str | None) -> tuple[RunRecord, RunRecord]:
    if before == after == PREVIOUS:
        raise WrongUsage(_("previous to what? Name the other run, or say latest"))
    if after == PREVIOUS:
        first = _one(world, before, site)
        return first, _before(world, first)
    second = _one(world, after, site)
    return (_before(world, second) if before == PREVIOUS else _one(world, before, site)), second


def _one(world: World, name: str, site: str | None) -> RunRecord:
    if name == LATEST and site is not None:
        newest = world.records.runs(site=world.site(site).name, limit=1)
        if not newest:
            raise WrongUsage(_("no run of site {site} is kept here").format(site=site))
        name = newest[0].id
    return world.records.run(name).ordered()


def _before(world: World, run: RunRecord) -> RunRecord:
    earlier = (
        each
        for each in world.records.runs(site=run.site, limit=_FAR)
        if each.playbook == run.playbook and each.started_at < run.started_at and each.id != run.id
    )
    found = next(earlier, None)
    if found is None:
        words = _("there is no run of site {site} with {playbook} before {run}; name the run to compare with")
        raise WrongUsage(words.format(site=run.site, playbook=run.playbook, run=run.id))
    return world.records.run(found.id).ordered()
