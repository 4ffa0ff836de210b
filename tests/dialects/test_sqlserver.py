"""The SQL Server catalogue, which no server here can run: queries held against the reference, and run over fixtures."""

from __future__ import annotations

import re

import pytest
from sqlglot import exp

from hmaint.model.playbook import Level
from tests.checks.documented import statements
from tests.dialects.sqlserver import SQLSERVER
from tests.dialects.static import args_of, faults
from tests.dialects.trial import (
    assert_healthy_is_silent,
    assert_ill_is_told,
    assert_nothing_is_not_fine,
    case_of,
    steps_of,
    tried_at,
    tries,
    try_on,
)

STEPS = steps_of("sqlserver")
TRIES = tries(SQLSERVER)
EVERY = pytest.mark.parametrize(("check", "version"), TRIES, ids=[f"{c}-{v}" for c, v in TRIES])


@pytest.mark.parametrize("check", STEPS)
def test_a_query_uses_only_what_is_documented_in_every_version_it_is_for(check: str) -> None:
    assert faults(SQLSERVER, STEPS[check]) == []


@EVERY
def test_the_healthy_twin_is_looked_at_and_silent(check: str, version: str) -> None:
    assert_healthy_is_silent(SQLSERVER, check, version)


@EVERY
def test_the_planted_fault_is_told(check: str, version: str) -> None:
    assert_ill_is_told(SQLSERVER, check, version)


@EVERY
def test_views_without_a_row_are_no_good_news(check: str, version: str) -> None:
    assert_nothing_is_not_fine(SQLSERVER, check, version)


@pytest.mark.parametrize(
    "check", [check for check, step in STEPS.items() if "has_perms_by_name" in args_of(step).query]
)
def test_an_account_from_which_the_server_hides_things_finds_nothing_fine(check: str) -> None:
    """Catalogue views leave out what an account may not see, and say nothing."""
    case, step = case_of(SQLSERVER, check), STEPS[check]
    blind = {**case.healthy, "has_perms": []}
    seen = try_on(SQLSERVER, step, tried_at(SQLSERVER, step, case)[-1], blind, case)
    assert seen.level in (Level.UNKNOWN, Level.SKIPPED)


def test_no_query_reads_what_people_type_nor_their_tables() -> None:
    texts = r"sql_text|query_plan|input_buffer|sql_handle|plan_handle|query_store|dm_exec_cached|fn_dblog|\btext\b"
    for check, step in STEPS.items():
        assert not re.search(texts, args_of(step).query, re.IGNORECASE), check


def test_every_check_names_its_source_its_right_and_what_to_do() -> None:
    for check, step in STEPS.items():
        assert step.source, check
        assert step.privilege, check
        assert step.advice or type(step.judge).__name__ == "Keep", check


def test_the_accounts_page_grants_every_table_that_a_query_reads() -> None:
    granted = {
        f"msdb.{words.split(' ON ')[1].split(' TO ')[0]}".lower()
        for words in statements("sqlserver")
        if words.startswith("GRANT SELECT ON")
    }
    asked = {
        table
        for step in STEPS.values()
        for table in re.findall(r"msdb\.dbo\.\w+", args_of(step).query.lower())
    }
    assert granted == asked


# "Reserved Keywords (Transact-SQL)": a parser that knows many dialects lets them pass as names, SQL Server does not.
_RESERVED = frozenset(
    re.findall(
        r"\w+",
        "add all alter and any as asc authorization backup begin between break browse bulk by cascade case check "
        "checkpoint close clustered coalesce collate column commit compute constraint contains containstable "
        "continue convert create cross current current_date current_time current_timestamp current_user cursor "
        "database dbcc deallocate declare default delete deny desc disk distinct distributed double drop dump else "
        "end errlvl escape except exec execute exists exit external fetch file fillfactor for foreign freetext "
        "freetexttable from full function goto grant group having holdlock identity identity_insert identitycol if "
        "in index inner insert intersect into is join key kill left like lineno load merge national nocheck "
        "nonclustered not null nullif of off offsets on open opendatasource openquery openrowset openxml option or "
        "order outer over percent pivot plan precision primary print proc procedure public raiserror read readtext "
        "reconfigure references replication restore restrict return revert revoke right rollback rowcount "
        "rowguidcol rule save schema securityaudit select session_user set setuser shutdown some statistics "
        "system_user table tablesample textsize then to top tran transaction trigger truncate try_convert tsequal "
        "union unique unpivot update updatetext use user values varying view waitfor when where while with within "
        "writetext",
    )
)


@pytest.mark.parametrize("check", STEPS)
def test_no_column_or_table_is_called_by_a_reserved_word(check: str) -> None:
    tree = SQLSERVER.parse(args_of(STEPS[check]).query)
    names = {alias.alias for alias in tree.find_all(exp.Alias)} | {
        a.name for a in tree.find_all(exp.TableAlias)
    }
    assert not names & _RESERVED
