"""A dictionary file completed in place: gaps are put in as empty words, and everything written stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hmaint.errors import Refused
from hmaint.kit.i18n import _
from hmaint.load.compose import At
from hmaint.load.dictionary import meanings_of
from hmaint.load.paths import inside
from hmaint.load.yaml import Document, parse_yaml

HEAD = """\
# 数据库 {database} 的表和字段含义（由 hmaint schema-doc --complete 生成，供人填写）。
# 在引号里写上含义即可；留空的仍算缺少说明。这里写的优先于数据库自己的注释，重新生成文档时不会丢失。
tables:
"""
_PLAIN = re.compile(r"[^\W\d][\w.$]*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


@dataclass(frozen=True, slots=True)
class Missing:
    """What a table lacks: its own meaning, and columns with a remark on each."""

    itself: bool
    columns: Mapping[str, str]


Wanted = Mapping[str, Missing]


def completed(text: str, name: str, database: str, wanted: Wanted) -> str:
    """The file with a place for everything wanted that it does not name yet.

    Raises BadFile when the file is wrong, Refused when its layout leaves no safe place to write into.
    """
    if not text.strip():
        text = HEAD.format(database=database)
    document = parse_yaml(text, name)
    before = meanings_of(document)
    inserts = sorted(_inserts(text, document, wanted), reverse=True)
    for at, words in inserts:
        text = text[:at] + words + text[at:]
    after = meanings_of(parse_yaml(text, name))
    kept = all(
        table in after
        and after[table].table == meaning.table
        and meaning.columns.items() <= after[table].columns.items()
        for table, meaning in before.items()
    )
    if not kept or any(table not in after for table in wanted):
        words = _("{file} cannot be completed without touching what is written; lay it out as one line a key")
        raise Refused(words.format(file=name))
    return text


def _inserts(text: str, document: Document, wanted: Wanted) -> Iterator[tuple[int, str]]:
    """Places in the text with what belongs there."""
    tables = inside(document.value, ("tables",))
    known = tables if isinstance(tables, dict) else {}
    new = {table: missing for table, missing in wanted.items() if table not in known}
    for table, missing in wanted.items():
        if table in known:
            yield from _into_table(text, document, ("tables", table), missing)
    if not new:
        return
    if _is_flow(text, document, ("tables",)):
        yield (
            _offset(text, document, ("tables",)) + 1,
            "".join(
                f"{_key(table)}: {_flow(missing)}{', ' if known or number < len(new) else ''}"
                for number, (table, missing) in enumerate(new.items(), start=1)
            ),
        )
        return
    indent = _column(document, ("tables", next(iter(known)))) if known else 2
    start = "" if text.endswith("\n") else "\n"
    yield len(text), start + "".join(_block(table, missing, indent) for table, missing in new.items())


def _into_table(text: str, document: Document, at: At, missing: Missing) -> Iterator[tuple[int, str]]:
    entry = inside(document.value, at)
    known = entry if isinstance(entry, dict) else {}
    columns = known.get("columns")
    there = columns if isinstance(columns, dict) else {}
    words = {name: remark for name, remark in missing.columns.items() if name not in there}
    wants_itself = missing.itself and "meaning" not in known
    if columns:
        yield from _into_mapping(text, document, (*at, "columns"), words)
        words = {}
    parts = {"meaning": '""'} if wants_itself else {}
    if words and "columns" in known:
        yield from _into_empty(text, document, (*at, "columns"), words)
    elif words:
        parts["columns"] = "{" + ", ".join(f'{_key(name)}: ""' for name in words) + "}"
    if parts and known:
        yield from _raw_into_mapping(text, document, at, parts)
    elif parts:
        yield from _after_key(text, document, at, {name: (value, "") for name, value in parts.items()})


def _into_mapping(
    text: str, document: Document, at: At, words: Mapping[str, str]
) -> Iterator[tuple[int, str]]:
    if not words:
        return
    flow = _is_flow(text, document, at)
    start = _offset(text, document, at)
    if flow:
        yield start + 1, "".join(f'{_key(name)}: "", ' for name in words)
        return
    indent = " " * (document.place(at).column - 1)
    yield start, "".join(f"{_line(name, remark)}\n{indent}" for name, remark in words.items())


def _raw_into_mapping(
    text: str, document: Document, at: At, parts: Mapping[str, str]
) -> Iterator[tuple[int, str]]:
    start = _offset(text, document, at)
    if _is_flow(text, document, at):
        yield start + 1, "".join(f"{name}: {value}, " for name, value in parts.items())
        return
    indent = " " * (document.place(at).column - 1)
    yield start, "".join(f"{name}: {value}\n{indent}" for name, value in parts.items())


def _into_empty(text: str, document: Document, at: At, words: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    if _is_flow(text, document, at):
        inner = ", ".join(f'{_key(name)}: ""' for name in words)
        yield _offset(text, document, at) + 1, inner
    else:
        yield from _after_key(
            text, document, at, {_key(name): ('""', remark) for name, remark in words.items()}
        )


def _after_key(
    text: str, document: Document, at: At, lines: Mapping[str, tuple[str, str]]
) -> Iterator[tuple[int, str]]:
    """Below a key that has no value, on lines of their own."""
    place = document.key_place(at)
    end = text.find("\n", _at(text, place.line, place.column))
    indent = " " * (place.column + 1)
    told = "".join(
        f"\n{indent}{name}: {value}{f'  # {remark}' if remark else ''}"
        for name, (value, remark) in lines.items()
    )
    yield (len(text) if end < 0 else end), told


def _is_flow(text: str, document: Document, at: At) -> bool:
    return inside(document.value, at) is not None and text[_offset(text, document, at)] == "{"


def _offset(text: str, document: Document, at: At) -> int:
    place = document.place(at)
    return _at(text, place.line, place.column)


def _at(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(each) + 1 for each in lines[: line - 1]) + column - 1


def _column(document: Document, at: At) -> int:
    return document.key_place(at).column - 1


def _block(table: str, missing: Missing, indent: int) -> str:
    outer, inner, inmost = (" " * (indent + step) for step in (0, 2, 4))
    lines = [f"{outer}{_key(table)}:"]
    if missing.itself:
        lines.append(f'{inner}meaning: ""')
    if missing.columns:
        lines.append(f"{inner}columns:")
        lines += [f"{inmost}{_line(name, remark)}" for name, remark in missing.columns.items()]
    return "".join(f"{line}\n" for line in lines)


def _flow(missing: Missing) -> str:
    columns = ", ".join(f'{_key(name)}: ""' for name in missing.columns)
    parts = (['meaning: ""'] if missing.itself else []) + ([f"columns: {{{columns}}}"] if columns else [])
    return "{" + ", ".join(parts) + "}"


def _line(name: str, remark: str) -> str:
    return f'{_key(name)}: ""' + (f"  # {remark}" if remark else "")


def _key(name: str) -> str:
    plain = _PLAIN.fullmatch(name) and name.lower() not in _WORDS
    return name if plain else json.dumps(name, ensure_ascii=False)
