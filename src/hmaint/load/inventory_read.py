"""The bytes of an inventory to the resolved Inventory: defaults handed down, jumps flattened, every fault at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hmaint.errors import BadFile, Fault
from hmaint.load.inventory_entries import InventoryEntry
from hmaint.load.inventory_rules import plaintext, wrongs
from hmaint.load.resolve import resolved
from hmaint.load.schema import check, sort_faults
from hmaint.load.site_view import Wrong, mapping
from hmaint.load.yaml import Document, survey_bytes
from hmaint.model.inventory import Inventory

_MOST = 200
"""More faults than this have one cause; nobody reads on."""


def read_inventory(data: bytes, path: Path) -> tuple[Inventory, bool]:
    """Read and resolve an inventory, and say whether no secret may be written out in it. BadFile with its faults."""
    document, faults = survey_bytes(data, path)
    entry, found = check(InventoryEntry, document)
    faults = sort_faults([*faults, *found, *_objections(document)])
    if entry is None or faults:
        raise BadFile(faults[:_MOST])
    return resolved(entry, path), not _plaintext_allowed(document)


def _objections(document: Document) -> Iterator[Fault]:
    objections: list[Wrong] = list(wrongs(document.value))
    if not _plaintext_allowed(document):
        objections += plaintext(document.value)
    for wrong in objections:
        place = document.key_place(wrong.at) if wrong.key else document.place(wrong.at)
        yield Fault(place, wrong.message)


def _plaintext_allowed(document: Document) -> bool:
    return mapping(document.value).get("allow_plaintext") is True
