"""Who works for a hospital without a signed pledge of secrecy; told at the start of every command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hmaint.app.matter_list import standing_matters
from hmaint.app.world import World
from hmaint.duty.pledge import Stage, has_signed, stage_of
from hmaint.errors import Failure
from hmaint.kit.i18n import _, series
from hmaint.model.contract import PERSONAL_PLEDGE
from hmaint.model.ledgers.pledge import PLEDGE

FOLDER = "contracts"


def warn_of_pledge(world: World) -> Iterator[str]:
    """One line where the operator has no signed pledge for a site whose contract demands one of each person.

    Never raises: a reminder costs nobody a command.
    """
    try:
        lacking = unsigned_sites(world, world.operator)
    except Failure:
        return
    if lacking:
        words = _("{person} has signed no pledge of secrecy for {sites}, which the contract demands: {cure}")
        yield words.format(
            person=world.operator,
            sites=series(lacking),
            cure="hmaint contract nda add · hmaint contract nda sign",
        )


def unsigned_sites(world: World, person: str) -> list[str]:
    """The sites whose contract demands a personal pledge that this person has not signed."""
    root = world.workspace.root
    sites = {name: site.contract for name, site in world.inventory.sites.items() if site.contract}
    mention = {name for name in dict.fromkeys(sites.values()) if _mentions(root / FOLDER / f"{name}.yaml")}
    asked = [site for site, contract in sites.items() if contract in mention]
    if not asked:
        return []
    pledges = standing_matters(world, PLEDGE)
    unsigned = [
        site for site in asked if not has_signed(person, [each for each in pledges if each.site == site])
    ]
    demanding = {name for name in {sites[site] for site in unsigned} if _demands(world, name)}
    return [site for site in unsigned if sites[site] in demanding]


def unsigned_people(world: World, site: str) -> list[tuple[str, str]]:
    """Who is registered for a site and has not signed: name and number of the record."""
    found = standing_matters(world, PLEDGE, site)
    return [(each.text("person"), each.id) for each in found if stage_of(each) is Stage.UNSIGNED]


def _mentions(profile: Path) -> bool:
    # Reading a profile takes longer than many a command: only who has not signed waits for it.
    try:
        return PERSONAL_PLEDGE.encode() in profile.read_bytes()
    except OSError:
        return False


def _demands(world: World, name: str) -> bool:
    from hmaint.app.contract import named_contract  # noqa: PLC0415 - see above

    contract = named_contract(world, name)
    return contract is not None and contract.personal_pledge() is not None
