"""What a site's baseline file says should be there: rows by target and step, learned by a run or written by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hmaint.errors import BadFile, Fault
from hmaint.kit.frozen import dataclass
from hmaint.kit.hint import meant
from hmaint.kit.i18n import _, series
from hmaint.load.atomic import replace_file
from hmaint.load.scalars import plain
from hmaint.model.inventory import Scalar
from hmaint.model.look import Row

if TYPE_CHECKING:
    from hmaint.load.yaml import Document

FOLDER = "baselines"
Rows = tuple[Row, ...]
Entries = Mapping[str, Mapping[str, Rows]]
"""Rows by target and step id."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A baseline as it was read, with the places of its entries; empty where there is no file."""

    entries: Entries
    document: Document | None = None


def path_of(root: Path, site: str) -> Path:
    """Where the baseline of a site lies."""
    return root / FOLDER / f"{site}.yaml"


def load_baseline(root: Path, site: str) -> Baseline:
    """Read a site's baseline; BadFile with every fault at its place."""
    path = path_of(root, site)
    if not path.is_file():
        return Baseline({})
    from hmaint.load.baseline_read import read_baseline  # noqa: PLC0415 - only a site with a baseline needs the forms

    return Baseline(*read_baseline(path))


def hold(baseline: Baseline, targets: Iterable[str], keys: Mapping[str, tuple[str, ...]]) -> None:
    """Raise BadFile where an entry could never be compared: a target nobody has, a row without a column of its key.

    `keys` are the columns by which the rows of each step in question are known; steps of other playbooks may stand.
    """
    if baseline.document is None:
        return
    known, document, faults = list(targets), baseline.document, list[Fault]()
    for target, steps in baseline.entries.items():
        if target not in known:
            words = _("no target {name} in the site").format(name=target) + meant(target, known)
            faults.append(Fault(document.key_place(("targets", target)), words))
            continue
        for step in steps.keys() & keys.keys():
            faults += _lacking(document, ("targets", target, step), steps[step], keys[step])
    if faults:
        raise BadFile(sorted(faults, key=lambda fault: (fault.place.line, fault.place.column)))


def _lacking(document: Document, at: tuple[str, ...], rows: Rows, key: tuple[str, ...]) -> list[Fault]:
    words = _("a row wants {names} here; it has: {found}")
    return [
        Fault(document.place((*at, number)), words.format(names=series(key), found=series(row)))
        for number, row in enumerate(rows)
        if not set(key) <= set(row)
    ]


def save_baseline(root: Path, site: str, entries: Entries) -> Path:
    """Write a site's baseline whole or not at all, sorted, a row a line, so that a change is a line of a diff."""
    path = path_of(root, site)
    path.parent.mkdir(exist_ok=True)
    replace_file(path, "".join(f"{line}\n" for line in _lines(site, entries)).encode())
    return path


def _lines(site: str, entries: Entries) -> Iterable[str]:
    yield f"# 站点 {site} 的基线：hmaint inspect --site {site} --learn 按当时的现状写入，可手工修改；提交前请审阅。"
    yield "version: 1"
    yield "targets:" if entries else "targets: {}"
    for target in sorted(entries):
        yield f"  {_word(target)}:" if entries[target] else f"  {_word(target)}: {{}}"
        for step in sorted(entries[target]):
            rows = entries[target][step]
            yield f"    {_word(step)}:" if rows else f"    {_word(step)}: []"
            in_order = sorted(rows, key=lambda row: [str(value) for value in row.values()])
            yield from dict.fromkeys(f"      - {_row(row)}" for row in in_order)


def _row(row: Row) -> str:
    return "{" + ", ".join(f"{_word(name)}: {_word(value)}" for name, value in row.items()) + "}"


_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-")


def _word(value: Scalar) -> str:
    """A value as our own YAML reads it back: text bare only where nothing else could be meant."""
    if isinstance(value, str):
        bare = value and value[0] not in "-." and set(value) <= _BARE and isinstance(_read(value), str)
        return value if bare else _quoted(value)
    return json.dumps(value)


def _read(text: str) -> object:
    try:
        return plain(text)
    except ValueError:
        return None


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    # JSON spells what lies beyond 16 bits as two escapes, which YAML does not know.
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in quoted)
