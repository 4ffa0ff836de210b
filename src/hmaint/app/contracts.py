"""Which contracts there are, and whether their profiles are sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from hmaint.app.contract import answers, confirmations
from hmaint.app.world import World
from hmaint.duty.reading import open_questions, settle
from hmaint.duty.term import span_of
from hmaint.errors import BadFile, Fault, WrongUsage
from hmaint.kit.i18n import _
from hmaint.load.contract import is_example, list_contracts, open_contract, survey_contract
from hmaint.model.contract import Contract


def listed(world: World | None) -> list[dict[str, object]]:
    """Every contract by its name; one whose profile is wrong is listed with its first fault for a title."""
    confirmed = confirmations(world) if world else ()
    rows = []
    for name, path in sorted(list_contracts(world.workspace.root if world else None).items()):
        contract, wrong = _read(path)
        own = not is_example(path)
        if contract is not None and own:
            contract = settle(contract, answers(confirmed, name))
        rows.append(_row(name, contract, wrong, _sites(world, name) if own else [], own=own))
    return sorted(rows, key=lambda row: row["from"] != "workspace")


def checked(root: Path | None, names: Sequence[str]) -> list[Contract]:
    """Read the contracts named, or all of the workspace; BadFile with every fault of every one of them.

    Raises WrongUsage where there is nothing to check.
    """
    paths = [open_contract(name, root) for name in names]
    if not names:
        paths = [path for path in list_contracts(root).values() if not is_example(path)]
    if not paths:
        raise WrongUsage(
            _("the workspace has no contract; name an example, such as s3, or run hmaint init --contract s3")
        )
    found, faults = [], []
    for path in paths:
        contract, wrong = _survey(path)
        faults += wrong
        found += [contract] if contract else []
    if faults:
        raise BadFile(faults)
    return found


def _survey(path: Path) -> tuple[Contract | None, list[Fault]]:
    try:
        return survey_contract(path)
    except BadFile as bad:
        return None, list(bad.faults)


def _read(path: Path) -> tuple[Contract | None, str]:
    contract, faults = _survey(path)
    return contract, str(faults[0]) if faults else ""


def _sites(world: World | None, name: str) -> Iterator[str] | list[str]:
    if world is None:
        return []
    return [site.name for site in world.inventory.sites.values() if site.contract == name]


def _row(
    name: str, contract: Contract | None, wrong: str, sites: Iterator[str] | list[str], *, own: bool
) -> dict[str, object]:
    term = span_of(contract) if contract else None
    return {
        "name": name,
        "title": contract.title if contract else wrong,
        "from": "workspace" if own else "example",
        "sites": list(sites),
        "first": f"{term.first}" if term else None,
        "last": f"{term.last}" if term and term.last else None,
        "open": len(open_questions(contract)) if contract else None,
        "level": "ok" if contract else "critical",
    }
