"""Drills of SQL Server and Oracle are held by hand; what came of them is asked of recorded catalogues."""

from __future__ import annotations

from pathlib import Path

from hmaint.app.kinds import KINDS
from hmaint.load.playbook import load_playbook
from hmaint.model.playbook import Level, Step
from tests.dialects.sqlserver import SQLSERVER
from tests.dialects.static import faults
from tests.dialects.trial import Case, try_on

RESTORED = {
    "destination_database_name": "icu_drill",
    "restore_type": "D",
    "restore_date": "2026-11-21 01:00:00",
}


def step(tmp_path: Path) -> Step:
    playbook = load_playbook("drill/sqlserver", workspace=tmp_path, kinds=KINDS)
    return next(each for each in playbook.steps if each.id == "drill.sqlserver.checkdb")


def judged(tmp_path: Path, restores: list[dict[str, object]], good: str) -> Level:
    tables = {
        "msdb.dbo.restorehistory": restores,
        "checkdb": [{"name": "icu_drill", "at": good}] if good else [],
    }
    case = Case(tables, tables, {}, Level.CRITICAL, (), 1, variables={"drill_days": 7})
    return try_on(SQLSERVER, step(tmp_path), "15.0.2000", tables, case).level


def test_only_a_checkdb_after_the_restore_proves_it(tmp_path: Path) -> None:
    """BF56: VERIFYONLY passed, the pages are damaged; CHECKDB after the restore did not end well."""
    assert judged(tmp_path, [RESTORED], "2026-11-21 02:00:00") is Level.OK
    assert judged(tmp_path, [RESTORED], "2026-11-20 02:00:00") is Level.CRITICAL
    assert judged(tmp_path, [RESTORED], "") is Level.CRITICAL
    old = {**RESTORED, "restore_date": "2026-10-01 01:00:00"}
    assert judged(tmp_path, [old], "2026-11-21 02:00:00") is Level.UNKNOWN
    assert judged(tmp_path, [], "") is Level.UNKNOWN


def test_the_query_uses_only_what_is_documented(tmp_path: Path) -> None:
    assert faults(SQLSERVER, step(tmp_path)) == []


def test_both_playbooks_hold_what_proves_a_restore(tmp_path: Path) -> None:
    for engine, wanted in {
        "sqlserver": {"drill.sqlserver.checkdb", "sqlserver.integrity.suspect_pages"},
        "oracle": {"oracle.datafiles.recover", "oracle.corruption"},
    }.items():
        playbook = load_playbook(f"drill/{engine}", workspace=tmp_path, kinds=KINDS)
        assert wanted <= {each.id for each in playbook.steps}
        assert len(playbook.steps) < 6
