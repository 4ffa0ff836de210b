"""MySQL and MariaDB: what is planted is found by the documented account, and nothing on the healthy twin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from hmaint.advise.engines import advise
from hmaint.advise.facts import Facts
from hmaint.advise.write import quoted
from hmaint.model.advice import Act, Advice, Advised
from hmaint.model.inventory import Database
from tests.advise import mysql_lab as lab
from tests.advise.collected import facts_of
from tests.checks.documented import PASSWORD, statements
from tests.services.fixtures import running
from tests.services.mariadb import MariaDB


@dataclass(frozen=True)
class Twins:
    """Both hospitals as they were seen, and the ill one itself."""

    name: str
    ill: Facts
    trouble: Facts
    """The ill one while its sessions quarrel: a change of a table that waits keeps lookers waiting too."""
    well: Facts
    server: MariaDB


@pytest.fixture(
    scope="module",
    params=["mariadb", *(pytest.param(each, marks=pytest.mark.matrix) for each in ("mysql56", "mysql9"))],
)
def twins(request: pytest.FixtureRequest) -> Iterator[Twins]:
    kind, pages = lab.KINDS[request.param]
    account = ["set sql_log_bin = 0", *(each for page in pages for each in statements(page))]
    with running(kind(lab.settings(kind, ill=False))) as server:
        lab.furnish_well(server)
        server.admin(*account)
        well = _seen(server)
    with running(kind(lab.settings(kind, ill=True))) as server:
        lab.furnish_ill(server)
        server.admin(*account)
        with lab.quarrels(server):
            trouble = _seen(server)
        yield Twins(request.param, _seen(server), trouble, well, server)


def _seen(server: MariaDB) -> Facts:
    database = Database("main", "his", "mysql", address=server.address, port=server.port, user="hmaint_ro")
    return replace(facts_of(database, PASSWORD), limits=lab.LIMITS)


def _rules(advised: Advised) -> set[str]:
    return {rule for item in advised.advice for rule in (item.rule, *item.also)}


def test_every_planted_defect_is_found(twins: Twins):
    planted = lab.planted(twins.name)
    assert len(planted) >= 45
    found = _rules(advise(twins.ill)) | _rules(advise(twins.trouble))
    assert planted - found == set()


def test_nothing_is_advised_on_the_healthy_twin(twins: Twins):
    advised = advise(twins.well)
    assert [(item.rule, item.summary) for item in advised.advice] == []
    unexamined = {each.rule for each in advised.judged if each.unexamined}
    hidden = {"mysql.job.scheduler", "mysql.job.overdue"} if twins.name == "mysql9" else set()
    assert unexamined == {"mysql.statement.regression"} | hidden


def test_every_look_was_answered(twins: Twins):
    for facts in (twins.ill, twins.well):
        assert {name: look.reason for name, look in facts.looks.items() if look.seen != "observed"} == {}


def test_an_item_is_told_once_and_whole(twins: Twins):
    for facts in (twins.ill, twins.trouble):
        _assert_whole(advise(facts).advice)


def _assert_whole(items: tuple[Advice, ...]) -> None:
    assert len({item.id for item in items}) == len(items)
    for item in items:
        assert all((item.summary, item.gain, item.cost, item.risk, item.evidence, item.checked)), item
        assert item.fix is None or item.fix.lock.kind
        assert item.fix is not None or item.advice, item
        assert (
            item.fix is None
            or not item.fix.safe
            or (item.fix.online and (item.fix.undo or item.fix.act in (Act.ANALYZE, Act.REBUILD)))
        )


def test_ids_stay_the_same_from_run_to_run(twins: Twins):
    again = replace(twins.ill, memo={})
    assert [item.id for item in advise(again).advice] == [item.id for item in advise(twins.ill).advice]


def test_no_literal_of_any_statement_is_kept(twins: Twins):
    advised = advise(twins.ill)
    told = repr((advised, advised.remembered))
    assert "C7" not in told
    assert "zz7" not in told


def test_young_counters_are_told_and_not_guessed_over(twins: Twins):
    young = replace(twins.ill, limits=replace(lab.LIMITS, usage_days=35, ratio_hours=24), memo={})
    judged = {each.rule: each for each in advise(young).judged}
    for rule in ("index.unused", "index.useless", "table.cold", "memory.pool", "threads.cache", "lock.time"):
        assert "不作判断" in judged[f"mysql.{rule}"].unexamined, rule
        assert judged[f"mysql.{rule}"].advice == ()
    assert any("计数器只累计了" in line for line in advise(young).cautions)


def test_an_unknown_uptime_is_told(twins: Twins):
    unknown = replace(twins.ill, uptime=None, memo={})
    judged = {each.rule: each.unexamined for each in advise(unknown).judged}
    assert "不知道计数器从何时开始累计" in judged["mysql.index.unused"]
    if twins.name != "mysql56":  # which does not count them
        assert "不知道计数器从何时开始累计" in judged["mysql.lock.deadlocks"]


def test_a_small_workload_is_told(twins: Twins):
    idle = replace(twins.ill, limits=replace(lab.LIMITS, questions=10_000_000), memo={})
    judged = {each.rule: each.unexamined for each in advise(idle).judged}
    assert "只统计到" in judged["mysql.index.missing"]
    assert "只执行了" in judged["mysql.memory.pool"]


def test_a_statement_that_became_slower_between_two_runs_is_found(twins: Twins):
    rows = advise(twins.ill).remembered
    assert rows is not None
    earlier = tuple(
        {**row, "calls": 0 if row["total_ms"] else 1, "total_ms": 0, "examined": 0} for row in rows["digests"]
    )
    slower = replace(twins.ill, before={"digests": earlier}, memo={})
    assert "mysql.statement.regression" in _rules(advise(slower))
    same = replace(twins.ill, before={"digests": rows["digests"]}, memo={})
    assert "mysql.statement.regression" not in _rules(advise(same))


def test_every_statement_and_its_undo_run_and_leave_the_structure_as_it_was(twins: Twins):
    before = _structure(twins.server)
    fixes = [
        item for item in advise(twins.ill).advice if item.fix is not None and item.fix.act is not Act.MANUAL
    ]
    assert len(fixes) >= 25
    for item in fixes:
        _apply(twins.server, item)
    assert _structure(twins.server) == before


def _apply(server: MariaDB, item: Advice) -> None:
    fix = item.fix
    assert fix is not None
    kept = server.admin(f"select @@global.{fix.object}") if fix.act is Act.SET else None
    server.admin("set sql_log_bin = 0", *fix.statements)
    if fix.undo:
        server.admin("set sql_log_bin = 0", *fix.undo)
    if fix.act is Act.SET:
        assert server.admin(f"select @@global.{fix.object}") == kept, item
    if item.rule == "mysql.index.foreign":  # what the server itself will not let go of again
        drop = f"alter table his.{fix.table} drop index {fix.object}"
        server.admin("set sql_log_bin = 0", "set foreign_key_checks = 0", drop)
    if item.rule == "mysql.table.partitions":
        server.admin("set sql_log_bin = 0", "alter table his.message drop partition pmax")


_MOVES = r" AUTO_INCREMENT=\d+| /\*!50100 TABLESPACE `innodb_system` \*/"


def _structure(server: MariaDB) -> dict[str, set[str]]:
    """The lines of each table, in no order: an index built anew stands last; what is not undone is left out."""
    found = {}
    for (name,) in server.admin("show tables in his"):
        text = server.admin(f"show create table {quoted('his', name)}")[0][1]
        found[name] = {re.sub(_MOVES, "", line).rstrip(",") for line in text.splitlines()}
    return found
