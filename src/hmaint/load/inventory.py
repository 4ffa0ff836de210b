"""An inventory file to a resolved Inventory: defaults handed down, jumps flattened, every fault at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hmaint.errors import BadFile, Fault
from hmaint.kit.i18n import _
from hmaint.load.inventory_entries import InventoryEntry
from hmaint.load.inventory_rules import plaintext, wrongs
from hmaint.load.resolve import resolved
from hmaint.load.schema import check, sort_faults
from hmaint.load.site_view import Wrong, mapping
from hmaint.load.yaml import Document, survey_yaml
from hmaint.model.inventory import Database, Device, Host, Inventory, Site

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
    for look in (_undeclared_copies, _same_addresses, _same_names):
        yield from (_("site {site}: {words}").format(site=site.name, words=words) for words in look(site))


def _undeclared_copies(site: Site) -> Iterator[str]:
    words = _(
        "the copy of backup {backup} lies on {host}, which hosts does not have; this copy is not compared"
    )
    for backup in site.backups:
        for copy in backup.copies:
            if site.host(copy.host) is None:
                yield words.format(backup=backup.name, host=copy.host)


def _same_addresses(site: Site) -> Iterator[str]:
    words = _("{one} and {other} have the same address and port ({address}:{port})")
    seen: dict[tuple[str, ...], str] = {}
    targets: list[Host | Database | Device] = [*site.hosts, *site.databases, *site.devices]
    for target in targets:
        if target.address:
            key = _identity(target)
            if key in seen:
                yield words.format(one=seen[key], other=target.name, address=target.address, port=target.port)
            seen.setdefault(key, target.name)


def _identity(target: Host | Database | Device) -> tuple[str, ...]:
    schema = (target.database, target.service, target.instance) if isinstance(target, Database) else ()
    return (target.kind, target.address.lower(), str(target.port), *schema)


def _same_names(site: Site) -> Iterator[str]:
    words = _("the names {one} and {other} can hardly be told apart in results")
    seen: dict[str, str] = {}
    for target in site.targets():
        if target.name.lower() in seen:
            yield words.format(one=seen[target.name.lower()], other=target.name)
        seen.setdefault(target.name.lower(), target.name)
