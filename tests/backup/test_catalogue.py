"""Oracle and SQL Server are judged by recorded answers of their catalogues; the questions pass the guard."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlglot

from hmaint.backup.case import Case
from hmaint.backup.catalogue import queries
from hmaint.backup.judge import judge
from hmaint.database.guard import refusal
from hmaint.model.inventory import Backup
from hmaint.model.look import Row, Rows, Seen

GOOD_ORACLE: dict[str, list[Row]] = {
    "jobs": [
        {
            "input_type": "ARCHIVELOG",
            "status": "COMPLETED",
            "started_hours": 2,
            "ended_hours": 1.9,
            "output_bytes": 1e9,
        },
        {
            "input_type": "DB FULL",
            "status": "COMPLETED",
            "started_hours": 9,
            "ended_hours": 8,
            "output_bytes": 9e10,
        },
    ],
    "files": [{"files": 12, "never": 0, "oldest_hours": 8}],
    "controlfile": [{"hours": 8}],
    "spfile": [{"hours": 8}],
    "archivelog": [{"log_mode": "ARCHIVELOG", "unsaved": 0}],
    "corrupt": [{"blocks": 0}],
    "pieces": [{"lost": 0}],
}
_SET: Row = {
    "minutes": 300,
    "backup_size": 5e9,
    "has_backup_checksums": True,
    "is_damaged": False,
    "place": "D:\\his.bak",
}
GOOD_SQLSERVER: dict[str, list[Row]] = {
    "sets": [
        {**_SET, "type": "L", "minutes": 20, "first_lsn": "300", "last_lsn": "400"},
        {**_SET, "type": "L", "minutes": 80, "first_lsn": "200", "last_lsn": "300"},
        {**_SET, "type": "I", "minutes": 200, "base_lsn": "100"},
        {**_SET, "type": "D", "checkpoint_lsn": "100"},
    ],
    "model": [{"model": "FULL"}],
    "suspect": [{"pages": 0}],
}


def judged(
    kind: str, rows: dict[str, list[Row]], seen: Seen = Seen.OBSERVED, **more: object
) -> dict[str, str]:
    """Every check that is not fine, by name and subject, at its level."""
    backup = Backup("full", "his", "/backup/x", of="his", kind=kind, **more)  # type: ignore[arg-type]  # as the inventory has it
    answers = {name: Rows(seen, tuple(each), reason="没有权限") for name, each in rows.items()}
    case = Case(backup, {}, {"": datetime.now(UTC)}, {}, "his", catalogue=answers)
    return {
        f"{v.what} {v.subject}".strip(): str(v.level) for v in judge(case) if v.level not in ("ok", "skipped")
    }


@pytest.mark.parametrize("kind", ["rman", "sqlserver"])
def test_the_questions_only_read_and_can_be_parsed(kind: str) -> None:
    engine = {"rman": "oracle", "sqlserver": "sqlserver"}[kind]
    dialect = {"rman": "oracle", "sqlserver": "tsql"}[kind]
    asked = queries(Backup("full", "his", "/x", kind=kind), "his")  # type: ignore[arg-type]  # one of the kinds
    assert asked
    for query in asked.values():
        assert refusal(query.sql, engine) is None
        sqlglot.parse_one(query.sql.replace(":name", "'x'"), dialect=dialect)


def test_a_healthy_oracle_and_each_of_its_faults() -> None:
    assert judged("rman", GOOD_ORACLE, requires=("archivelog", "controlfile", "spfile")) == {}
    faults: list[tuple[dict[str, list[Row]], str, str]] = [
        ({"jobs": []}, "catalogue.backup", "critical"),
        ({"jobs": [{**GOOD_ORACLE["jobs"][1], "ended_hours": 50}]}, "catalogue.backup", "critical"),
        (
            {"jobs": [{**GOOD_ORACLE["jobs"][1], "status": "FAILED"}, GOOD_ORACLE["jobs"][1]]},
            "catalogue.backup",
            "critical",
        ),
        (
            {"jobs": [{**GOOD_ORACLE["jobs"][1], "status": "COMPLETED WITH ERRORS"}]},
            "catalogue.backup",
            "critical",
        ),
        (
            {"jobs": [{**GOOD_ORACLE["jobs"][1], "status": "COMPLETED WITH WARNINGS"}]},
            "catalogue.backup",
            "warning",
        ),
        (
            {"files": [{"files": 12, "never": 1, "oldest_hours": 8}]},
            "catalogue.requires datafile",
            "critical",
        ),
        ({"controlfile": [{"hours": None}]}, "catalogue.requires controlfile", "critical"),
        ({"spfile": [{"hours": None}]}, "catalogue.requires spfile", "critical"),
        (
            {"archivelog": [{"log_mode": "ARCHIVELOG", "unsaved": 4}]},
            "catalogue.requires archivelog",
            "critical",
        ),
        (
            {"archivelog": [{"log_mode": "NOARCHIVELOG", "unsaved": 0}]},
            "catalogue.requires archivelog",
            "critical",
        ),
        ({"corrupt": [{"blocks": 3}]}, "catalogue.verify corrupt", "critical"),
        ({"pieces": [{"lost": 2}]}, "catalogue.verify pieces", "warning"),
    ]
    for change, check, level in faults:
        told = judged("rman", {**GOOD_ORACLE, **change}, requires=("archivelog", "controlfile", "spfile"))
        assert told == {check: level}, change


def test_a_healthy_sql_server_and_each_of_its_faults() -> None:
    assert judged("sqlserver", GOOD_SQLSERVER) == {}
    log, older, part, full = GOOD_SQLSERVER["sets"]
    faults: list[tuple[dict[str, list[Row]], str, str]] = [
        ({"sets": [log, older]}, "catalogue.backup", "critical"),
        ({"sets": [log, older, part, {**full, "minutes": 3000}]}, "catalogue.backup", "critical"),
        ({"sets": [log, older, part, {**full, "is_damaged": True}]}, "catalogue.backup", "critical"),
        (
            {"sets": [log, older, part, {**full, "has_backup_checksums": False}]},
            "catalogue.verify checksum",
            "warning",
        ),
        ({"sets": [log, older, {**part, "base_lsn": "99"}, full]}, "chain.base", "critical"),
        ({"sets": [log, {**older, "last_lsn": "290"}, part, full]}, "chain.gap", "critical"),
        ({"sets": [part, full]}, "chain.gap", "critical"),
        ({"suspect": [{"pages": 1}]}, "catalogue.verify suspect", "critical"),
    ]
    for change, check, level in faults:
        assert judged("sqlserver", {**GOOD_SQLSERVER, **change}) == {check: level}, change


@pytest.mark.parametrize(("kind", "rows"), [("rman", GOOD_ORACLE), ("sqlserver", GOOD_SQLSERVER)])
def test_a_catalogue_that_could_not_be_read_is_unknown_and_never_fine(
    kind: str, rows: dict[str, list[Row]]
) -> None:
    assert judged(kind, rows, Seen.DENIED) == {"catalogue.backup": "unknown"}
    assert judged(kind, {}) == {"catalogue.backup": "unknown"}
