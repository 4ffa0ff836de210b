"""Words that mean one thing to somebody who searches: the shipped ones, and a workspace's own `synonyms.yaml`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from hmaint.kit.terms import fold
from hmaint.load.fields import Entry, Line
from hmaint.load.schema import validate
from hmaint.load.yaml import read_yaml

FILE = "synonyms.yaml"
_SHIPPED = Path(__file__).with_name(FILE)


class _Form(Entry):
    groups: list[list[Line]] = Field(default_factory=list)


def load_synonyms(root: Path | None) -> dict[str, frozenset[str]]:
    """Give every word, folded, with all that stand in a group with it.

    BadFile where a workspace's own file is wrong.
    """
    groups = _read(_SHIPPED)
    own = None if root is None else root / FILE
    if own is not None and own.is_file():
        groups += _read(own)
    found: dict[str, frozenset[str]] = {}
    for group in groups:
        words = frozenset(fold(word) for word in group)
        for word in words:
            found[word] = found.get(word, frozenset()) | words
    return found


def _read(path: Path) -> list[list[str]]:
    return [list(group) for group in validate(_Form, read_yaml(path)).groups]
