"""Advice for engines that cannot run here: looks held against the reference, rules tried over rows of the views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import yaml

from hmaint.advise.engines import advise, book_of
from hmaint.advise.facts import Facts, Look, collect
from hmaint.model.advice import Act, Advised
from hmaint.model.look import Rows, Seen
from tests.advise.collected import seen_as, told
from tests.dialects.embedded import Fixture, Tables
from tests.dialects.engine import Engine
from tests.dialects.oracle import ORACLE
from tests.dialects.oracle.manners import slips
from tests.dialects.sqlserver import SQLSERVER
from tests.dialects.static import licensed, query_faults

ENGINES = (ORACLE, SQLSERVER)
LOOKS = [(engine, look) for engine in ENGINES for look in book_of(engine.name).LOOKS]
EDGES = [(engine, engine.documented.versions[at]) for engine in ENGINES for at in (0, -1)]


def said(engine: Engine) -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load((engine.folder / "advice.yaml").read_text(encoding="utf-8"))
    return found


def tables(engine: Engine, state: str) -> Tables:
    """The fixture's rows; what is there in numbers only is told as `VIEW_many`."""
    whole = said(engine)
    given: dict[str, Sequence[Mapping[str, object]]] = dict(whole["healthy"])
    more = {} if state == "healthy" else dict(whole["ill"])
    many = {name.removesuffix("_many"): more.pop(name) for name in list(more) if name.endswith("_many")}
    given |= more
    for view, count in many.items():
        given[view] = [*given.get(view, ()), *(MANY[view](number) for number in range(count))]
    return given


MANY = {
    "v$log_history": lambda n: {"thread#": 1, "first_time": f"2026-11-20 09:{n:02}:00"},
    "v$sqlarea": lambda n: {
        "sql_id": f"lit{n}",
        "parsing_schema_name": "HIS",
        "executions": 1,
        "elapsed_time": 10,
        "buffer_gets": 10,
        "disk_reads": 0,
        "version_count": 1,
        "force_matching_signature": 77,
    },
}


def seen(engine: Engine, version: str, state: str, days: float = 60) -> Facts:
    session = Fixture(engine, version, tables(engine, state))
    looks = collect(session.ask, book_of(engine.name).LOOKS, engine.name, version)
    return Facts("icu/main", engine.name, engine.name, version, looks, round(days * 86_400), 1_795_000_000)


def unexamined(advised: Advised) -> dict[str, str]:
    return {each.rule: each.unexamined for each in advised.judged if each.unexamined}


@pytest.mark.parametrize(
    ("engine", "look"), LOOKS, ids=[f"{engine.name}-{look.name}" for engine, look in LOOKS]
)
def test_a_look_uses_only_what_is_documented_in_every_version_it_is_for(engine: Engine, look: Look) -> None:
    versions = [version for version in engine.documented.versions if look.fits(engine.name, version)]
    assert versions
    assert query_faults(engine, look.query.sql, versions) == []
    assert licensed(engine, look.query.sql) == []
    assert engine is SQLSERVER or list(slips(engine, look.query.sql)) == []


@pytest.mark.parametrize(("engine", "version"), EDGES, ids=[f"{e.name}-{v}" for e, v in EDGES])
def test_the_planted_defects_are_told_and_nothing_of_the_healthy_twin(engine: Engine, version: str) -> None:
    well = advise(seen(engine, version, "healthy"))
    assert (told(well), unexamined(well)) == ({}, {})
    ill = advise(seen(engine, version, "ill"))
    gone = {each.rule.split(".", 1)[1] for each in ill.judged if each.skipped}
    assert told(ill) == {rule: things for rule, things in said(engine)["told"].items() if rule not in gone}
    assert set(unexamined(ill)) == set(said(engine).get("unexamined", ()))


@pytest.mark.parametrize("engine", ENGINES, ids=[engine.name for engine in ENGINES])
def test_what_cannot_be_seen_is_not_judged_and_nothing_is_applied_by_itself(engine: Engine) -> None:
    version = engine.documented.versions[-1]
    facts = seen(engine, version, "ill")
    for item in advise(facts).advice:
        assert item.fix is None or (item.fix.act is Act.MANUAL and not item.fix.safe), item
    denied = {name: Rows(Seen.DENIED, reason="权限不足") for name in facts.looks}
    blind = advise(Facts("icu/main", engine.name, engine.name, version, denied))
    assert told(blind) == {}
    assert len(unexamined(blind)) == len([each for each in blind.judged if not each.skipped])


def test_counters_that_went_with_the_database_are_not_taken_for_nobody_reading() -> None:
    facts = seen(SQLSERVER, "16.0.1000", "ill")
    assert "自动关闭" in unexamined(advise(facts))["sqlserver.index.unused"]
    kept = seen_as(facts, "database", {"auto_close": 0})
    assert told(advise(kept))["index.unused"] == ["dbo.stay.stay_code"]
    restored = seen_as(kept, "database", {"minutes": 3 * 1440})
    assert "恢复只有 3.0 天" in unexamined(advise(restored))["sqlserver.index.unused"]


@pytest.mark.parametrize(
    ("change", "why"), [({"tracked": 20}, "90 天"), ({"fresh": 30}, "近来"), ({"tracked": None}, "近来")]
)
def test_use_that_was_not_counted_for_long_is_no_use_seen(change: Mapping[str, int | None], why: str) -> None:
    facts = seen(ORACLE, "19.22", "ill")
    assert told(advise(facts))["index.unused"] == ["HIS.BIG.BIG_DEEP"]
    assert why in unexamined(advise(seen_as(facts, "usage", change)))["oracle.index.unused"]


def test_an_index_is_not_hidden_for_one_that_cannot_be_used() -> None:
    facts = seen(ORACLE, "19.22", "ill")
    assert told(advise(facts))["index.prefix"] == ["HIS.BIG.BIG_AT"]
    for change in ({"status": "UNUSABLE"}, {"partitioned": "YES"}):
        other = seen_as(facts, "indexes", change, {"index_name": "BIG_AT_ID"})
        assert "index.prefix" not in told(advise(other))


def test_statistics_go_back_to_what_they_were_as_they_were_seen() -> None:
    [item] = [each for each in advise(seen(ORACLE, "19.22", "ill")).advice if "RESTORE" in str(each.fix)]
    assert item.fix is not None
    assert "TIMESTAMP '2026-11-18 11:06:40 +00:00'" in item.fix.undo[0]


def test_an_option_that_is_hidden_is_shown_before_it_is_set() -> None:
    for item in advise(seen(SQLSERVER, "16.0.1000", "ill")).advice:
        said_so = (
            [each for each in (*item.fix.statements, *item.fix.undo) if "sp_configure" in each]
            if item.fix
            else []
        )
        assert not said_so or sum("show advanced options" in each for each in said_so) == 2


def test_a_recycle_bin_is_told_of_when_it_slows_down_what_asks_for_room() -> None:
    facts = seen(ORACLE, "19.22", "healthy")
    assert told(advise(seen_as(facts, "bin", {"things": 20_000}))) == {
        "storage.recyclebin": ["HIS recyclebin"]
    }


def test_names_are_quoted_as_each_engine_wants_them() -> None:
    items = advise(seen(SQLSERVER, "16.0.1000", "ill")).advice
    [index] = [item for item in items if item.rule == "sqlserver.index.prefix"]
    assert index.fix is not None
    assert index.fix.statements == ("ALTER INDEX [stay]]at] ON [dbo].[stay] DISABLE",)
