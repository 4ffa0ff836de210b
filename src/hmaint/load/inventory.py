"""An inventory file to a resolved Inventory: defaults handed down, jumps flattened, every fault at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hmaint.errors import BadFile, Fault
from hmaint.load.inventory_entries import InventoryEntry
from hmaint.load.inventory_rules import plaintext, wrongs
from hmaint.load.resolve import resolved
from hmaint.load.schema import check, sort_faults
from hmaint.load.site_view import Wrong, mapping
from hmaint.load.yaml import Document, survey_yaml
from hmaint.model.inventory import Database, Host, Inventory, Site

_MOST = 200
"""More faults than this have one cause; nobody reads on."""


def load_inventory(path: Path) -> Inventory:
    """Read and resolve an inventory; BadFile with all its faults, in the order of the file.

    Secrets stay references; addresses, names and references between entries were checked, nothing contacted.
    """
    document, faults = survey_yaml(path)
    entry, found = check(InventoryEntry, document)
    faults = sort_faults([*faults, *found, *_objections(document)])
    if entry is None or faults:
        raise BadFile(faults[:_MOST])
    return resolved(entry, path)


def warnings(inventory: Inventory) -> list[str]:
    """List what is allowed in an inventory and yet looks like a slip, as sentences for people."""
    return [words for site in inventory.sites.values() for words in _odd(site)]


def _objections(document: Document) -> Iterator[Fault]:
    objections: list[Wrong] = list(wrongs(document.value))
    if mapping(document.value).get("allow_plaintext") is not True:
        objections += plaintext(document.value)
    for wrong in objections:
        place = document.key_place(wrong.at) if wrong.key else document.place(wrong.at)
        yield Fault(place, wrong.message)


def _odd(site: Site) -> Iterator[str]:
    here = f"站点 {site.name}："
    yield from (here + words for words in _undeclared_copies(site))
    yield from (here + words for words in _same_addresses(site))
    yield from (here + words for words in _same_names(site))


def _undeclared_copies(site: Site) -> Iterator[str]:
    for backup in site.backups:
        for copy in backup.copies:
            if site.host(copy.host) is None:
                yield f"备份 {backup.name} 的副本主机 {copy.host} 没有写在 hosts 里，这份副本不会被核对"


def _same_addresses(site: Site) -> Iterator[str]:
    seen: dict[tuple[str, ...], str] = {}
    targets: list[Host | Database] = [*site.hosts, *site.databases]
    for target in targets:
        if target.address:
            key = _identity(target)
            if key in seen:
                yield f"{seen[key]} 和 {target.name} 的地址与端口相同（{target.address}:{target.port}）"
            seen.setdefault(key, target.name)


def _identity(target: Host | Database) -> tuple[str, ...]:
    schema = (target.database, target.service) if isinstance(target, Database) else ()
    return (target.kind, target.address.lower(), str(target.port), *schema)


def _same_names(site: Site) -> Iterator[str]:
    seen: dict[str, str] = {}
    for target in site.targets():
        if target.name.lower() in seen:
            yield f"名字 {seen[target.name.lower()]} 和 {target.name} 分不清，结果里难以区分"
        seen.setdefault(target.name.lower(), target.name)
