"""What is asked of a restored database, and of its original for comparison; what it means is told by `drill`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hmaint.database.guard import refusal
from hmaint.drill import answers, catalogue, judging
from hmaint.drill.judging import Verdict
from hmaint.drill.text import is_text, scan
from hmaint.errors import CouldNotLook
from hmaint.kit.i18n import for_a_record
from hmaint.kit.text import one_line
from hmaint.model.drill import Question
from hmaint.model.inventory import Backup
from hmaint.model.look import Query, Rows, Seen
from hmaint.model.playbook import Level

_CHUNK = 60
"""Tables whose rows are counted in one statement: it must fit on a command line."""
Answer = list[list[str]] | CouldNotLook


class Throwaway(Protocol):
    """A database that may be asked anything."""

    def ask(self, statements: Sequence[str]) -> list[Answer]: ...
    def use(self, database: str) -> None: ...


class Original(Protocol):
    """The read-only session of the original."""

    def ask(self, query: Query) -> Rows: ...


@dataclass(frozen=True, slots=True)
class Restored:
    """What the catalogue of the restored database told."""

    database: str
    tables: tuple[str, ...]
    counts: Mapping[str, int]
    objects: Mapping[str, int]
    columns: Mapping[str, tuple[tuple[str, str], ...]]
    keys: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...]
    unseen: tuple[str, ...] = ()
    """In Chinese, what the catalogue would not tell."""


@dataclass(frozen=True, slots=True)
class There:
    """What the original told of itself; None for what was not asked or not answered, with the reason."""

    tables: tuple[str, ...] | None = None
    objects: Mapping[str, int] | None = None
    counts: Mapping[str, int] | None = None
    contents: Mapping[str, str] | None = None
    reason: str = ""


def catalogue_of(server: Throwaway, engine: str, database: str) -> Restored:
    """Ask the restored database what it has."""
    database = _where(server, engine, database)
    words = ("tables", "objects", "columns", "keys")
    found = server.ask([getattr(catalogue, word)(engine, database) for word in words])
    unseen = tuple(
        f"{w}：{f.reason}" for w, f in zip(words, found, strict=True) if isinstance(f, CouldNotLook)
    )
    tables, objects, columns, keys = ([] if isinstance(each, CouldNotLook) else each for each in found)
    names = tuple(row[0] for row in tables)
    return Restored(
        database,
        names,
        _counts(server, engine, names),
        {row[0]: int(row[1]) for row in objects},
        _columns(columns),
        _keys(keys),
        unseen,
    )


def _where(server: Throwaway, engine: str, database: str) -> str:
    """The database a dump went into: one made with CREATE DATABASE and USE has a name of its own."""
    if engine != "mysql":
        return database
    (found,) = server.ask([catalogue.SCHEMAS])
    schemas = {} if isinstance(found, CouldNotLook) else {row[0]: int(row[1]) for row in found}
    if not schemas.get(database) and schemas:
        database = next(iter(schemas))
        server.use(database)
    return database


def _counts(server: Throwaway, engine: str, names: Sequence[str]) -> dict[str, int]:
    chunks = [names[at : at + _CHUNK] for at in range(0, len(names), _CHUNK)]
    counted: dict[str, int] = {}
    for answer in server.ask([catalogue.counts(engine, chunk) for chunk in chunks]):
        if not isinstance(answer, CouldNotLook):
            counted |= {row[0]: int(row[1]) for row in answer}
    return counted


def _columns(rows: Sequence[Sequence[str]]) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for table, name, kind, *_more in rows:
        found[table] = (*found.get(table, ()), (name, kind))
    return found


def _keys(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...]:
    found: dict[tuple[str, str, str], tuple[tuple[str, str], ...]] = {}
    for key, table, column, parent, theirs in rows:
        place = (key, table, parent)
        found[place] = (*found.get(place, ()), (column, theirs))
    return tuple((*place, pairs) for place, pairs in found.items())


def verdicts_of(  # noqa: PLR0913, PLR0917 - a restored database, and all it is held against
    server: Throwaway, engine: str, backup: Backup, have: Restored, there: There, wanted: str
) -> Iterator[Verdict]:
    """Judge all that was restored, asking further where need be; `wanted` is the name the database must have."""
    drill = backup.drill
    assert drill is not None  # noqa: S101 - whoever drills has one
    if have.unseen:
        yield Verdict("catalogue", "恢复出的库可查询", Level.UNKNOWN, f"未能查询：{'；'.join(have.unseen)}")
    if engine == "mysql" and wanted and have.database.lower() != wanted.lower():
        words = f"转储恢复到了数据库 {have.database}，应为 {wanted}"
        yield Verdict("identity", "库名", Level.CRITICAL, words, "核实该备份取自哪个库")
    yield judging.of_tables(have.tables, backup.tables, there.tables)
    if have.tables:
        yield judging.of_rows(have.tables, have.counts, backup.tables, there.counts, drill.tolerance)
    yield judging.of_objects(have.objects, backup.objects, there.objects)
    yield judging.of_orphans(_orphans(server, engine, have))
    yield _text(server, engine, have)
    for check, title, questions in (
        ("chinese", "中文样本", drill.chinese),
        ("business", "业务检查", drill.questions),
    ):
        verdict = answers.of_questions(check, title, _questions(server, engine, questions))
        if verdict is not None:
            yield verdict
    content = answers.of_content(dict(_contents(server, engine, backup, have, there)))
    if content is not None:
        yield content


def _orphans(server: Throwaway, engine: str, have: Restored) -> dict[str, int | None]:
    found = server.ask([catalogue.orphans(engine, t, parent, pairs) for _k, t, parent, pairs in have.keys])
    return {
        f"{table}.{key}": None if isinstance(answer, CouldNotLook) or not answer else int(answer[0][0])
        for (key, table, _p, _c), answer in zip(have.keys, found, strict=True)
    }


def _text(server: Throwaway, engine: str, have: Restored) -> Verdict:
    texts = {
        table: [name for name, kind in columns if is_text(engine, kind)]
        for table, columns in have.columns.items()
        if table in have.tables
    }
    asked = [table for table, names in texts.items() if names]
    found = server.ask([scan(engine, table, texts[table]) for table in asked])
    seen: dict[str, tuple[int, int, int]] = {}
    unseen = []
    for table, answer in zip(asked, found, strict=True):
        if isinstance(answer, CouldNotLook) or not answer:
            unseen.append(table)
        else:
            n, q, m = (int(float(cell or 0)) for cell in answer[0][:3])
            seen[table] = (n, q, m)
    return answers.of_text(seen, unseen)


def _questions(
    server: Throwaway, engine: str, questions: Sequence[Question]
) -> list[tuple[Question, str | None, str]]:
    refused: dict[int, str] = {}
    for number, question in enumerate(questions):
        with for_a_record():
            why = refusal(question.sql, engine)
        if why is not None:
            refused[number] = f"拒绝执行：{why}"
    fit = [question for number, question in enumerate(questions) if number not in refused]
    answers = iter(server.ask([question.sql for question in fit]))
    told: list[tuple[Question, str | None, str]] = []
    for number, question in enumerate(questions):
        if number in refused:
            told.append((question, None, refused[number]))
            continue
        answer = next(answers)
        if isinstance(answer, CouldNotLook):
            told.append((question, None, answer.reason))
        else:
            told.append((question, answer[0][0] if answer and answer[0] else "", ""))
    return told


def newest(server: Throwaway, engine: str, sql: str) -> tuple[str, str]:
    """Ask for the newest moment in the data: (the moment as it is written, why it is not known)."""
    ((_question, value, reason),) = _questions(server, engine, [Question("", sql)])
    return (value or "", reason or ("" if value else "没有结果"))


def _contents(
    server: Throwaway, engine: str, backup: Backup, have: Restored, there: There
) -> Iterator[tuple[str, tuple[str, str, str]]]:
    assert backup.drill is not None  # noqa: S101 - as above
    for each in backup.drill.content:
        theirs = (there.contents or {}).get(each.table, "")
        if engine == "sqlite":
            yield each.table, ("", theirs, "SQLite 演练不支持内容比对")
            continue
        columns = have.columns.get(each.table, ())
        if not columns:
            yield each.table, ("", theirs, "没有恢复出这张表")
            continue
        (answer,) = server.ask([catalogue.fingerprint(engine, each.table, each.where, columns)])
        if isinstance(answer, CouldNotLook):
            yield each.table, ("", theirs, answer.reason)
        else:
            yield (
                each.table,
                ("/".join(answer[0]), theirs, "" if theirs else there.reason or "源库没有给出校验"),
            )


def ask_original(source: Original, engine: str, backup: Backup, database: str, have: Restored) -> There:
    """Ask the original, read-only, for as much as the inventory allows."""
    drill = backup.drill
    assert drill is not None  # noqa: S101 - as above
    if drill.source == "none" and not drill.content:
        return There(reason="按清单设置未与源库比对")
    tables = _column(source.ask(Query(catalogue.tables(engine, database), rows=20_000)), "name")
    if tables is None:
        return There(reason="源库没有给出表的清单")
    objects = source.ask(Query(catalogue.objects(engine, database)))
    counted = (
        _source_counts(source, engine, [t for t in tables if t in have.tables])
        if drill.source == "rows"
        else None
    )
    contents = dict(_source_contents(source, engine, backup, have))
    if drill.source == "none":
        return There(contents=contents)
    kinds = _pairs(objects, "kind", "n")
    return There(tuple(tables), kinds, counted, contents)


def _source_counts(source: Original, engine: str, names: Sequence[str]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for name in names:
        counted |= _pairs(source.ask(Query(catalogue.counts(engine, [name]))), "t", "n") or {}
    return counted


def _source_contents(
    source: Original, engine: str, backup: Backup, have: Restored
) -> Iterator[tuple[str, str]]:
    assert backup.drill is not None  # noqa: S101 - as above
    for each in backup.drill.content:
        columns = have.columns.get(each.table, ())
        if columns and engine != "sqlite":
            answer = source.ask(Query(catalogue.fingerprint(engine, each.table, each.where, columns)))
            if answer.seen is Seen.OBSERVED and answer.rows:
                row = {key.lower(): value for key, value in answer.rows[0].items()}
                yield each.table, f"{_whole(row['n'])}/{_whole(row['f'])}"


def _whole(value: object) -> str:
    return re.sub(r"\.0+$", "", str(value))


def _column(rows: Rows, name: str) -> list[str] | None:
    if rows.seen is not Seen.OBSERVED or rows.cut:
        return None
    return [one_line(str({k.lower(): v for k, v in row.items()}[name])) for row in rows.rows]


def _pairs(rows: Rows, key: str, value: str) -> dict[str, int] | None:
    if rows.seen is not Seen.OBSERVED:
        return None
    plain = [{k.lower(): v for k, v in row.items()} for row in rows.rows]
    return {str(row[key]): int(str(row[value])) for row in plain}
