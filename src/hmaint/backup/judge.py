"""A backup judged layer by layer, cheapest first; a layer that gives nothing to stand on ends it."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.backup.age import age
from hmaint.backup.asked import asked
from hmaint.backup.case import Case
from hmaint.backup.catalogued import catalogued
from hmaint.backup.chain import chain, stray
from hmaint.backup.container import container
from hmaint.backup.copies import copies
from hmaint.backup.dump import dump
from hmaint.backup.expdp import expdp
from hmaint.backup.folder import folder
from hmaint.backup.found import clock, contact, found, size, space
from hmaint.backup.sqlite import sqlite
from hmaint.backup.verdict import Verdict, unlooked


def judge(case: Case) -> tuple[Verdict, ...]:
    """Everything that can be said of a backup from what its holders told."""
    return tuple(_judged(case))


def _judged(case: Case) -> Iterator[Verdict]:
    yield from catalogued(case)
    if case.catalogued:
        yield unlooked("container.complete", "备份文件本身未读取，只看了数据库的备份记录")
        yield from asked(case, ())
        return
    away = contact(case.main)
    if away is not None:
        yield away
    else:
        yield from _own(case)
    yield from copies(case)


def _own(case: Case) -> Iterator[Verdict]:
    yield from found(case)
    yield from clock(case)
    if case.main.word("found") != "yes":
        return
    for layer in (age, size, space):
        yield from layer(case)
    if not case.main.number("size"):
        return
    made: list[Verdict] = []
    for layer in (container, dump, folder, expdp, sqlite, chain, stray):
        made += layer(case)
    yield from made
    yield from asked(case, made)
