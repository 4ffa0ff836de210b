"""Articles of the knowledge base as people write them in a file: one, or a list of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from hmaint.load.fields import Entry, Line
from hmaint.load.schema import validate
from hmaint.load.yaml import read_yaml
from hmaint.model.article import Written


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _numbered(value: object) -> object:
    """Steps may be a list; a person reads them one a line."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "\n".join(f"{number}. {each}" for number, each in enumerate(value, 1))
    return value


_Words = Annotated[str, Field(max_length=20_000)]
_Steps = Annotated[_Words, BeforeValidator(_numbered)]
_Lines = Annotated[list[Line], BeforeValidator(_one_or_many)]


class _ArticleForm(Entry):
    title: Line
    system: _Words | None = None
    symptoms: _Words | None = None
    cause: _Words | None = None
    steps: _Steps | None = None
    links: _Lines | None = None
    tags: _Lines | None = None
    codes: _Lines | None = None
    site: Line | None = None


class _FileForm(Entry):
    articles: list[_ArticleForm] = Field(default_factory=list)


def read_articles(path: Path) -> tuple[Written, ...]:
    """Read a file with one article, or with a list of them under `articles`; BadFile with every fault."""
    document = read_yaml(path)
    if isinstance(document.value, dict) and "articles" in document.value:
        return tuple(_written(form) for form in validate(_FileForm, document).articles)
    return (_written(validate(_ArticleForm, document)),)


def _written(form: _ArticleForm) -> Written:
    lists = {name: getattr(form, name) for name in ("links", "tags", "codes")}
    return Written(
        form.title,
        form.system,
        form.symptoms,
        form.cause,
        form.steps,
        site=form.site,
        **{name: None if value is None else tuple(value) for name, value in lists.items()},
    )
