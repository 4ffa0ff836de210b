"""One collection as the command makes it, and what would have been seen later or with other figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from hmaint.advise.engines import book_of
from hmaint.advise.facts import Facts, collect
from hmaint.database.session import open_session
from hmaint.model.advice import Advised
from hmaint.model.inventory import Database, Scalar
from hmaint.model.look import Row


def facts_of(database: Database, password: str | None, workspace: Path = Path()) -> Facts:
    """Log in as the account that only looks, collect, and hang up."""
    session = open_session(database, password, workspace)
    try:
        known = session.facts
        flavour, version = str(known["flavour"]), str(known["version"])
        looks = collect(session.ask, book_of(database.engine).LOOKS, flavour, version)
    finally:
        session.close()
    uptime, now = known["uptime"], known["now"]
    assert isinstance(now, int)
    return Facts(
        "icu/main", database.engine, flavour, version, looks, uptime if isinstance(uptime, int) else None, now
    )


def seen_as(
    facts: Facts, look: str, change: Mapping[str, Scalar], where: Mapping[str, Scalar] | None = None
) -> Facts:
    """The same with other figures in the rows of one look that have those values."""

    def changed(row: Row) -> Row:
        fits = all(row[name] == value for name, value in (where or {}).items())
        return {**row, **change} if fits else row

    rows = replace(facts.looks[look], rows=tuple(changed(row) for row in facts.looks[look].rows))
    assert rows != facts.looks[look], (look, where)
    return replace(facts, looks={**facts.looks, look: rows}, memo={})


def told(advised: Advised) -> dict[str, list[str]]:
    """What each rule advised about, by the rule's id without its engine."""
    return {
        each.rule.split(".", 1)[1]: sorted(item.object for item in each.advice)
        for each in advised.judged
        if each.advice
    }
