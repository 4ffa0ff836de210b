"""The Oracle catalogue, which no server here can run: queries held against the reference, and run over fixtures."""

from __future__ import annotations

import pytest

from hmaint.database.catalogue.oracle import parts
from hmaint.model.playbook import Level
from tests.dialects.embedded import Tables
from tests.dialects.oracle import ORACLE
from tests.dialects.oracle.manners import slips
from tests.dialects.static import args_of, faults, licensed, query_faults, versions_of
from tests.dialects.trial import (
    assert_healthy_is_silent,
    assert_ill_is_told,
    assert_nothing_is_not_fine,
    case_of,
    steps_of,
    tries,
    try_on,
)

STEPS = steps_of("oracle")
TRIES = tries(ORACLE)
EVERY = pytest.mark.parametrize(("check", "version"), TRIES, ids=[f"{c}-{v}" for c, v in TRIES])


@pytest.mark.parametrize("check", STEPS)
def test_a_query_uses_only_what_is_documented_in_every_version_it_is_for(check: str) -> None:
    assert faults(ORACLE, STEPS[check]) == []
    assert list(slips(ORACLE, args_of(STEPS[check]).query)) == []


@pytest.mark.parametrize("schema", ["", "HIS"])
def test_the_database_dictionary_is_read_from_what_every_version_has(schema: str) -> None:
    for name, sql in parts(schema).items():
        assert query_faults(ORACLE, sql, ORACLE.documented.versions) == [], name
        assert licensed(ORACLE, sql) == []
        assert list(slips(ORACLE, sql)) == [], name


@EVERY
def test_the_healthy_twin_is_looked_at_and_silent(check: str, version: str) -> None:
    assert_healthy_is_silent(ORACLE, check, version)


@EVERY
def test_the_planted_fault_is_told(check: str, version: str) -> None:
    assert_ill_is_told(ORACLE, check, version)


@EVERY
def test_views_without_a_row_are_no_good_news(check: str, version: str) -> None:
    assert_nothing_is_not_fine(ORACLE, check, version)


@pytest.mark.parametrize("version", ORACLE.documented.versions)
def test_every_version_is_looked_at_for_the_same_things(version: str) -> None:
    """A check with a twin for other versions counts once; what is newer than a version is what it cannot have."""
    here = {
        check.split("_11")[0].split("_old")[0]
        for check, step in STEPS.items()
        if version in versions_of(ORACLE, step)
    }
    everywhere = {check.split("_11")[0].split("_old")[0] for check in STEPS}
    newer = {
        "oracle.pdbs",
        "oracle.pdbs.violations",
        "oracle.indexes.unused",
        "oracle.accounts.old_verifiers",
    }
    assert everywhere - here <= newer | {"oracle.audit", "oracle.audit.unified"}


def test_every_check_says_what_it_is_for() -> None:
    for step in STEPS.values():
        assert step.privilege.startswith("SELECT_CATALOG_ROLE"), step.id
        assert step.says, step.id
        judged = type(step.judge).__name__ != "Keep"
        assert not judged or (step.advice and step.source), step.id
        assert {"monthly", "quarterly"} & set(step.tags), step.id
        assert "quarterly" in step.tags, step.id


NO_BACKUP: Tables = {
    "v$database": [{"name": "HIS"}],
    "v$rman_backup_job_details": [],
    "v$backup_datafile": [],
}


@pytest.mark.parametrize("check", ["oracle.backup.database", "oracle.backup.controlfile"])
@pytest.mark.parametrize(
    ("container", "level"),
    [("0", None), ("1", None), ("3", Level.UNKNOWN)],
    ids=["plain", "root", "pluggable"],
)
def test_a_pluggable_database_without_backups_on_record_is_not_examined(
    check: str, container: str, level: Level | None
) -> None:
    tables = {**NO_BACKUP, "userenv": [{"parameter": "CON_ID", "value": container}]}
    case = case_of(ORACLE, check)
    assert try_on(ORACLE, STEPS[check], "19.22", tables, case).level is (level or case.level)


@pytest.mark.parametrize(
    ("check", "tables", "level"),
    [
        (
            "oracle.standby.lag",
            {
                "v$database": [{"database_role": "PHYSICAL STANDBY"}],
                "v$dataguard_stats": [{"name": "apply lag", "value": None}],
            },
            Level.UNKNOWN,
        ),
        (
            "oracle.standby.lag",
            {
                "v$database": [{"database_role": "PRIMARY"}],
                "v$dataguard_stats": [{"name": "apply lag", "value": "+00 02:00:00"}],
            },
            Level.SKIPPED,
        ),
        ("oracle.standby.gap", {"v$database": [{"database_role": "PRIMARY"}]}, Level.SKIPPED),
        ("oracle.version.eol", {"v$instance": [{"version": "26.0.0.0.0"}]}, Level.UNKNOWN),
        ("oracle.fra", {"v$recovery_file_dest": [{"name": None, "space_limit": 0}]}, Level.SKIPPED),
        ("oracle.asm", {"v$asm_diskgroup_stat": [{"name": "D", "total_mb": 9, "free_mb": 0}]}, Level.SKIPPED),
        ("oracle.archive.rate", {"v$archived_log": []}, Level.SKIPPED),
        (
            "oracle.partitions.last",
            {
                "dba_part_tables": [
                    {"owner": "HIS", "table_name": "V", "partitioning_type": "RANGE", "partition_count": 1}
                ],
                "dba_tab_partitions": [{"table_owner": "HIS", "table_name": "V", "partition_position": 1}],
            },
            Level.UNKNOWN,
        ),
        (
            "oracle.indexes.unused",
            {
                "dba_indexes": [
                    {"owner": "HIS", "index_name": "I", "index_type": "NORMAL", "uniqueness": "NONUNIQUE"}
                ],
                "dba_objects": [
                    {
                        "owner": "HIS",
                        "object_name": "I",
                        "object_type": "INDEX",
                        "object_id": 1,
                        "created": "2020-01-01",
                    }
                ],
            },
            Level.UNKNOWN,
        ),
    ],
)
def test_what_cannot_be_told_is_not_told(check: str, tables: Tables, level: Level) -> None:
    assert try_on(ORACLE, STEPS[check], "19.22", tables, case_of(ORACLE, check)).level is level


@pytest.mark.parametrize(
    ("sql", "slip"),
    [
        ("select 1 as level from dual", "level is reserved"),
        ("select 1 as a_name_that_is_longer_than_thirty from dual", "too long"),
        ("select 1 as 一二三四五六七八九十一 from dual", "too long"),
        ("select a.x from (select 1 as x from dual) as a", "AS before a"),
        ("select d.dummy from dual as d", "AS in FROM"),
        ("select dummy = 'X' as x from dual", "a condition"),
        ("select count(*) as n from dual group by 1", "GROUP BY a number"),
        ("select dummy from dual limit 1", "Limit"),
        ("select dummy from dual fetch first 1 rows only", "Fetch"),
        ("select 1 as x", "without FROM"),
        ("select dummy from dual where dummy = :size", "size is reserved"),
    ],
)
def test_grammar_of_other_engines_is_objected_to(sql: str, slip: str) -> None:
    assert any(slip in each for each in slips(ORACLE, sql)), list(slips(ORACLE, sql))
