"""Rows of configuration of two runs side by side: ports, accounts, cron jobs, parameters, versions. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from hmaint.kit.text import one_line
from hmaint.model.difference import Alteration, Kept
from hmaint.model.look import Identity, Observation, Row
from hmaint.model.run import TargetResult

_FACTS = {
    "os": "操作系统", "distribution": "发行版", "release": "系统版本", "kernel": "内核版本", "hostname": "主机名",
    "init": "初始化系统", "cpus": "CPU 数", "flavour": "数据库类型", "version": "版本",
}  # fmt: skip
"""What a visit tells of a target that stays until somebody changes it."""
FACTS = "target.facts"
_DIGEST = re.compile(r"[0-9a-f]{16,}")
_SHORT = 12
_Key = tuple[object, ...]


def alterations(before: Kept, after: Kept) -> tuple[Alteration, ...]:
    """What is set up otherwise in the second record, of what both runs read wholly."""
    was = {target.name: target for target in before.run.targets}
    titles = {check.id: check.title for check in after.run.checks}
    found: list[Alteration] = []
    for target in after.run.targets:
        if target.name in was:
            found += _facts(was[target.name], target)
            found += _of_target(target.name, before, after, titles)
    return tuple(found)


def _facts(old: TargetResult, new: TargetResult) -> Iterator[Alteration]:
    for name, title in _FACTS.items():
        was, now = old.facts.get(name), new.facts.get(name)
        if was is not None and now is not None and was != now:
            yield Alteration("altered", new.name, FACTS, title, "", str(was), str(now))


def _of_target(target: str, before: Kept, after: Kept, titles: Mapping[str, str]) -> Iterator[Alteration]:
    was = {look.step: look for look in before.observations.get(target, ())}
    for look in after.observations.get(target, ()):
        old = was.get(look.step)
        if (
            old is None
            or old.identity is None
            or look.identity is None
            or old.identity.key != look.identity.key
        ):
            continue
        yield from _of_step(titles.get(look.step, look.step), old, look)


def _of_step(title: str, old: Observation, new: Observation) -> Iterator[Alteration]:
    assert old.identity is not None  # noqa: S101 - the caller has seen to it
    assert new.identity is not None  # noqa: S101 - as above
    was, now = rows_by_key(old, old.identity), rows_by_key(new, new.identity)
    gone = {key: row for key, row in was.items() if key not in now}
    came = {key: row for key, row in now.items() if key not in was}
    twins = _twins(gone, came)
    for key, row in came.items():
        subject, words = _subject(row, new.identity), _words(row, new.identity)
        if key in twins:
            before = _words(gone[twins[key]], old.identity)
            yield Alteration("altered", new.target, new.step, title, subject, before, words)
        else:
            yield Alteration("added", new.target, new.step, title, subject, "", words)
    paired = set(twins.values())
    for key, row in gone.items():
        if key not in paired:
            words = _words(row, old.identity)
            yield Alteration("removed", new.target, new.step, title, _subject(row, old.identity), words, "")


def rows_by_key(look: Observation, identity: Identity) -> dict[_Key, Row]:
    """The rows that count, by the columns they are known by."""
    rows = look.table.rows if identity.kept is None else [look.table.rows[n] for n in identity.kept]
    return {tuple(row.get(name) for name in identity.key): row for row in rows}


def _twins(gone: Mapping[_Key, Row], came: Mapping[_Key, Row]) -> dict[_Key, _Key]:
    """Which row that came is which row that went: the one of the same name, where each name stands but once."""
    names: dict[object, tuple[list[_Key], list[_Key]]] = defaultdict(lambda: ([], []))
    for side, keys in enumerate((gone, came)):
        for key in keys:
            if len(key) > 1:
                names[key[0]][side].append(key)
    pairs = (pair for pair in names.values() if len(pair[0]) == len(pair[1]) == 1)
    return {new: old for (old,), (new,) in pairs}


def _subject(row: Row, identity: Identity) -> str:
    value = row.get(identity.subject) if identity.subject else None
    return "" if value is None else one_line(str(value), 200)


def _words(row: Row, identity: Identity) -> str:
    """A row for people: what names it, then what else it is known by; digests only so far as to tell them apart."""
    names = dict.fromkeys((*([identity.subject] if identity.subject else []), *identity.key))
    return one_line(" ".join(_shown(row[name]) for name in names if row.get(name) is not None), 300)


def _shown(value: object) -> str:
    text = str(value)
    return text[:_SHORT] if _DIGEST.fullmatch(text) else text
