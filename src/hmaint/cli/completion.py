"""What a shell may offer behind a Tab; silent where there is no workspace, and nothing is ever made by asking."""

from __future__ import annotations

from collections.abc import Callable

_MOST = 50
_WORDS = ("latest", "previous")


def site_names(incomplete: str) -> list[str]:
    """Sites of the inventory."""
    from hmaint.app.world import make_world
    from hmaint.errors import Failure

    try:
        return [name for name in make_world(None, None).inventory.sites if name.startswith(incomplete)]
    except Failure:
        return []


def form_names(incomplete: str) -> list[str]:
    """Forms, shipped and a workspace's own."""
    from hmaint.app.root import workspace_root
    from hmaint.errors import Failure
    from hmaint.report.form import form_ids

    try:
        return [name for name in form_ids(workspace_root(None, None)) if name.startswith(incomplete)]
    except Failure:
        return []


def contract_names(incomplete: str) -> list[str]:
    """Contracts, own and examples."""
    from hmaint.app.root import workspace_root
    from hmaint.errors import Failure
    from hmaint.load.contract import list_contracts

    try:
        return [name for name in list_contracts(workspace_root(None, None)) if name.startswith(incomplete)]
    except Failure:
        return []


def run_names(incomplete: str) -> list[str]:
    """The newest runs, and the words that stand for one."""
    return [name for name in (*_WORDS, *_runs()) if name.startswith(incomplete)]


def _runs() -> list[str]:
    from hmaint.app.world import make_world
    from hmaint.errors import Failure

    try:
        world = make_world(None, None)
        # Opening records makes them where there are none.
        if not world.has_records:
            return []
        return [run.id for run in world.records.runs(limit=_MOST)]
    except Failure:
        return []


def plan_names(incomplete: str) -> list[str]:
    """Plans of the workspace, by their names."""
    from hmaint.app.upgrade_plan import listed
    from hmaint.app.world import make_world
    from hmaint.errors import Failure

    try:
        return [name for name in listed(make_world(None, None).workspace) if name.startswith(incomplete)]
    except Failure:
        return []


def matter_names(kind: str) -> Callable[[str], list[str]]:
    """The newest records of a kind, by their numbers."""

    def names(incomplete: str) -> list[str]:
        from hmaint.app.world import make_world
        from hmaint.errors import Failure

        try:
            world = make_world(None, None)
            if not world.has_records:
                return []
            known = ("latest", *world.records.entries.numbers(kind, _MOST))
        except Failure:
            return []
        return [name for name in known if name.startswith(incomplete)]

    return names


def contract_words(sort: str) -> Callable[[str], list[str]]:
    """Ids of the workspace's contracts: grades, quotas, or any clause that can be met."""

    def words(incomplete: str) -> list[str]:
        from hmaint.app.contract import named_contract
        from hmaint.app.matter_rules import clauses_of
        from hmaint.app.world import make_world
        from hmaint.errors import Failure

        try:
            world = make_world(None, None)
            names = dict.fromkeys(site.contract for site in world.inventory.sites.values() if site.contract)
            contracts = [found for name in names if (found := named_contract(world, name))]
        except Failure:
            return []
        known: list[str] = []
        for each in contracts:
            grades = each.requirements.grades if each.requirements else ()
            told = {"grade": [one.id for one in grades], "quota": [one.id for one in each.quotas]}
            known += told.get(sort) or (clauses_of(each) if sort == "clause" else [])
        return [name for name in dict.fromkeys(known) if name.startswith(incomplete)]

    return words
