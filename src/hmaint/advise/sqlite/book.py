"""The looks and the rules of SQLite files, in the order they are taken."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.advise.draft import Manner
from hmaint.advise.facts import Facts
from hmaint.advise.rules import Rule
from hmaint.advise.sqlite import structure
from hmaint.advise.sqlite.looks import LOOKS
from hmaint.model.look import Row

__all__ = ["LOOKS", "RULES", "cautions", "remember"]

_MANNER = Manner("sqlite")
RULES: tuple[Rule, ...] = tuple(_MANNER.rule(topic) for topic in structure.TOPICS)


def remember(facts: Facts) -> Mapping[str, tuple[Row, ...]]:  # noqa: ARG001 - all books are called alike
    """Nothing: a file counts nothing that could be compared."""
    return {}


def cautions(facts: Facts) -> tuple[str, ...]:
    """What limits the judgement of the whole file."""
    told = ["SQLite 不记录语句：只能从结构、视图和统计信息判断，应用里的语句看不到"]
    if not facts.was_seen("fill"):
        told.append("文件太大或没有 dbstat，没有逐页统计：与行数有关的规则未能判断")
    return tuple(told)
