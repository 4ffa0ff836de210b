"""Inventories: one YAML file, read once for as long as it stays the same; and what in one looks like a slip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hmaint.kit.i18n import _
from hmaint.load.cache import cached
from hmaint.load.decode import read_bytes
from hmaint.model.inventory import Database, Device, Host, Inventory, Site


def load_inventory(path: Path, root: Path | None = None) -> Inventory:
    """Read and resolve an inventory; BadFile with all its faults, in the order of the file.

    Secrets stay references; addresses, names and references between entries were checked, nothing contacted.
    `root` is the workspace that may keep what was made of it; without one nothing is looked up and nothing is kept.
    """
    data = read_bytes(path)
    if root is None:
        return _read(data, path)[0]
    return cached(root, Inventory, (str(path),), data, lambda: _read(data, path))


def _read(data: bytes, path: Path) -> tuple[Inventory, bool]:
    from hmaint.load.inventory_read import read_inventory  # noqa: PLC0415 - only what is not in the cache needs the forms

    return read_inventory(data, path)


def warnings(inventory: Inventory) -> list[str]:
    """List what is allowed in an inventory and yet looks like a slip, as sentences for people."""
    return [words for site in inventory.sites.values() for words in _odd(site)]


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
