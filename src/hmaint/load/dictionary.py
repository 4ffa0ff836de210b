"""What people write of tables and columns: a YAML file a database, read, and completed without losing a word."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from hmaint.load.fields import Entry
from hmaint.load.schema import validate
from hmaint.load.yaml import Document, read_yaml
from hmaint.model.dictionary import Meaning, Meanings


def _nothing_is_text(value: object) -> object:
    return "" if value is None else value


_Words = Annotated[str, Field(max_length=2000), BeforeValidator(_nothing_is_text)]
_Columns = Annotated[dict[str, _Words], BeforeValidator(lambda value: {} if value is None else value)]


class _TableForm(Entry):
    meaning: _Words = ""
    columns: _Columns = Field(default_factory=dict)


_Tables = Annotated[dict[str, _TableForm], BeforeValidator(lambda value: {} if value is None else value)]


class _FileForm(Entry):
    tables: _Tables = Field(default_factory=dict)


def read_meanings(path: Path) -> Meanings:
    """Read the file of one database; no file is nothing said. BadFile with every fault."""
    return meanings_of(read_yaml(path)) if path.exists() else {}


def meanings_of(document: Document) -> Meanings:
    """Take what a document says; BadFile with every fault at its place."""
    form = validate(_FileForm, document)
    return {
        name: Meaning(table.meaning.strip(), {c: words.strip() for c, words in table.columns.items()})
        for name, table in form.tables.items()
    }
