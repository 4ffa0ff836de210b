"""What a vendor documents: views, columns and functions, each with the versions that have it, kept as data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from hmaint.expr.version import Version

_ENTRY = re.compile(r"(?P<name>[\w$#.]+)(?:>=(?P<since>[\d.]+))?(?:<(?P<until>[\d.]+))?")


@dataclass(frozen=True)
class Span:
    """From a version on, and before another; an empty one is open."""

    since: str = ""
    until: str = ""

    def has(self, version: str) -> bool:
        at = Version(version)
        return not (self.since and at < self.since) and not (self.until and not at < self.until)


@dataclass(frozen=True)
class Column:
    """A column of a view; `type` is one of the vendor's types named in the file."""

    type: str
    span: Span


@dataclass(frozen=True)
class View:
    """A view or table; `arguments` are its parameters, as columns, where it is a function that gives rows.

    `pack` names the option that must be bought before it may be read. `always` are rows every server has.
    """

    columns: Mapping[str, Column]
    span: Span = Span()
    pack: str = ""
    arguments: tuple[str, ...] = ()
    always: tuple[Mapping[str, object], ...] = ()

    def at(self, version: str) -> dict[str, str]:
        """Its columns at a version, with their types."""
        return {name: column.type for name, column in self.columns.items() if column.span.has(version)}


@dataclass(frozen=True)
class Documented:
    """One engine's documentation."""

    versions: tuple[str, ...]
    types: Mapping[str, str]
    """The vendor's type → the embedded engine's."""
    functions: Mapping[str, Span]
    views: Mapping[str, View]
    denied: tuple[str, ...] = field(default=())
    """Patterns of names that need an option, whether or not they are listed as views."""
    _known: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict, repr=False, compare=False)

    def at(self, version: str) -> dict[str, dict[str, str]]:
        """Every view of a version with its columns."""
        if version not in self._known:
            self._known[version] = {
                name: view.at(version) for name, view in self.views.items() if view.span.has(version)
            }
        return self._known[version]


def documented(folder: Path) -> Documented:
    """Read every `views*.yaml` of a folder; a view may stand in one of them only."""
    whole: dict[str, Any] = {"versions": [], "types": {}, "functions": "", "views": {}, "denied": []}
    for path in sorted(folder.glob("views*.yaml")):
        part = yaml.safe_load(path.read_text(encoding="utf-8"))
        twice = whole["views"].keys() & part.get("views", {}).keys()
        assert not twice, f"{path.name}: {twice}"
        whole["views"] |= part.pop("views", {})
        whole["functions"] += " " + part.pop("functions", "")
        whole |= part
    return Documented(
        tuple(whole["versions"]),
        whole["types"],
        dict(_entries(whole["functions"])),
        {name: _view(name, entry, whole["types"]) for name, entry in whole["views"].items()},
        tuple(whole["denied"]),
    )


def _view(name: str, entry: Mapping[str, Any], types: Mapping[str, str]) -> View:
    unknown = entry.keys() - {"columns", "since", "until", "pack", "arguments", "always"}
    assert not unknown, f"{name}: {unknown}"
    columns: dict[str, Column] = {}
    for kind, words in entry["columns"].items():
        assert kind in types, f"{name}: no type {kind}"
        for column, span in _entries(words):
            assert column not in columns, f"{name}: {column} twice"
            columns[column] = Column(kind, span)
    arguments = tuple(entry.get("arguments", "").split())
    assert set(arguments) <= columns.keys(), f"{name}: arguments must be columns"
    span = Span(str(entry.get("since", "")), str(entry.get("until", "")))
    return View(columns, span, entry.get("pack", ""), arguments, tuple(entry.get("always", ())))


def _entries(words: str) -> Iterator[tuple[str, Span]]:
    for word in words.split():
        found = _ENTRY.fullmatch(word)
        assert found, word
        yield found["name"].lower(), Span(found["since"] or "", found["until"] or "")
