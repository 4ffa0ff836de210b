"""The tags in a template as a person sees them in Word, and which stand where they cannot work."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from hmaint.kit.i18n import _
from hmaint.report.paragraphs import Paragraph, paragraphs

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_MARK = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_STATEMENT = re.compile(r"\{%(?P<scope>tr|tc|p|r)?(?P<space>\s*)(?P<word>[a-z]*)")
_WORDS = frozenset({"for", "endfor", "if", "elif", "else", "endif"})
_CELL_WORDS = frozenset({"vm", "hm", "colspan", "cellbg"})
_RAW = re.compile(r"\{\{(tr|tc|p|r)\s")
_FIELDS = frozenset(
    {
        "PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION", "DATE", "TIME", "TITLE", "AUTHOR", "SUBJECT", "SEQ",
        "REF", "PAGEREF", "TOC", "STYLEREF", "HYPERLINK", "FORMTEXT", "FORMCHECKBOX", "SYMBOL",
    }
)  # fmt: skip
"""These only count or name things; others fetch files or start programs (DDEAUTO, INCLUDETEXT, LINK)."""
_SHOWN = 60


def tag_faults(root: Element) -> list[str]:
    """Tags of one part that are split, misplaced or of a forbidden kind; one line each."""
    found = list(paragraphs(root))
    faults = [fault for paragraph in found for fault in _paragraph_faults(paragraph)]
    return list(dict.fromkeys([*faults, *_row_faults(found)]))


def has_tags(root: Element) -> bool:
    """Whether any paragraph of a part holds a tag."""
    return any(_MARK.search(paragraph.text) for paragraph in paragraphs(root))


def marks_in(xml: str) -> list[str]:
    """List the opening and closing marks of tags that are still there."""
    return _MARK.findall(xml)


def _paragraph_faults(paragraph: Paragraph) -> Iterator[str]:
    rest = _TAG.sub("", paragraph.text)
    if _MARK.search(rest):
        words = _("a tag is split over paragraphs or cells, or not closed: {tag}")
        yield words.format(tag=rest.strip()[:_SHOWN])
    tags = _TAG.findall(paragraph.text)
    if tags and paragraph.controlled:
        yield _("a tag inside a content control loses its row: {tag}").format(tag=tags[0])
    for tag in tags:
        yield from _tag_faults(tag, in_row=paragraph.row > 0)
    for instruction in paragraph.instructions:
        yield from _field_faults(instruction)


def _tag_faults(tag: str, *, in_row: bool) -> Iterator[str]:
    if tag[2] in "-+" or tag[-3] in "-+":
        yield _("no - or + inside a tag, it breaks the file: {tag}").format(tag=tag)
    elif _RAW.match(tag):
        yield _("raw insertion is not allowed: {tag}").format(tag=tag)
    elif tag.startswith("{%"):
        yield from _statement_faults(tag, in_row=in_row)


def _statement_faults(tag: str, *, in_row: bool) -> Iterator[str]:
    match = _STATEMENT.match(tag)
    scope, space, word = match.group("scope", "space", "word") if match else (None, "", "")
    if scope and not space:
        yield _("a blank is missing behind {mark}: {tag}").format(mark=f"{{%{scope}", tag=tag)
    elif word not in _WORDS and (scope or word not in _CELL_WORDS):
        yield _("statement not allowed: {tag}").format(tag=tag)
    elif scope in ("tr", "tc") and not in_row:
        yield _("{mark} stands only inside a table: {tag}").format(mark=f"{{%{scope}", tag=tag)


def _row_faults(found: list[Paragraph]) -> Iterator[str]:
    rows: dict[int, list[str]] = defaultdict(list)
    for paragraph in found:
        rows[paragraph.row] += [tag for tag in _TAG.findall(paragraph.text) if tag.startswith("{%tr ")]
    for row, tags in rows.items():
        if row and len(tags) > 1:
            words = _("one table row holds only one {mark} tag: {tags}")
            yield words.format(mark="{%tr", tags=" ".join(tags))


def _field_faults(instruction: str) -> Iterator[str]:
    word = instruction.split(maxsplit=1)[0].upper()
    if word not in _FIELDS:
        yield _("field not allowed: {name}").format(name=word)
    if _MARK.search(instruction):
        yield _("a tag must not stand inside a field code: {code}").format(code=instruction[:_SHOWN])
