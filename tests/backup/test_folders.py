"""Backups that are folders, as real tools write them, and what each of their faults is told as."""
# ruff: noqa: E501 - words as the tools write them

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL
from tests.services.process import program

from .hospital import Hospital
from .verifying import Ward

TABLES = {"patient": {"min_rows": 300, "max_rows": 300}, "exam": {"min_rows": 4000}}
NAMES = {"patient": {}, "exam": {}}


def run(*words: str, **environ: str) -> None:
    done = subprocess.run(words, env={**os.environ, **environ}, check=False, capture_output=True)  # noqa: S603 - a tool under test
    assert done.returncode == 0, done.stderr.decode()


def test_pg_basebackup_by_its_manifest(
    postgresql: PostgreSQL, tj_pg: Hospital, tmp_path: Path, ward: Ward
) -> None:
    del tj_pg
    folder = tmp_path / "base"
    tool = program("pg_basebackup", "postgresql")
    login = ["-h", postgresql.address, "-p", str(postgresql.port), "-U", "postgres"]
    run(tool, *login, "-D", str(folder), "-c", "fast", PGPASSWORD=str(postgresql.password))
    good = ward.verify(folder)
    assert good.bad == {}
    assert good.level("manifest.differs") == "ok"
    page = max((folder / "base").rglob("[0-9]*"), key=lambda p: p.stat().st_size if p.is_file() else 0)
    whole = page.read_bytes()
    page.write_bytes(whole[:-8192] + bytes(8192))
    assert "manifest.differs" in ward.verify(folder).bad
    page.unlink()
    assert "manifest.differs" in ward.verify(folder).bad
    page.write_bytes(whole)
    control = folder / "global" / "pg_control"
    control.rename(tmp_path / "control")
    assert "structure.incomplete" in ward.verify(folder).bad


def test_pg_basebackup_as_archives(postgresql: PostgreSQL, tmp_path: Path, ward: Ward) -> None:
    folder = tmp_path / "tars"
    login = ["-h", postgresql.address, "-p", str(postgresql.port), "-U", "postgres"]
    tool = program("pg_basebackup", "postgresql")
    run(tool, *login, "-D", str(folder), "-Ft", "-z", "-c", "fast", PGPASSWORD=str(postgresql.password))
    assert ward.verify(folder).bad == {}
    base = folder / "base.tar.gz"
    base.write_bytes(base.read_bytes()[:-9000])
    assert "container.truncated" in ward.verify(folder).bad


def test_tab_separated_files(tj: Hospital, mariadb: MariaDB, tmp_path: Path, ward: Ward) -> None:
    folder = mariadb.folder / "tab"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    tj.dump(tmp_path / "nothing", f"--tab={folder}", "--skip-routines", "--skip-events")
    entry = {"tables": TABLES}
    here = tmp_path / "tab"
    shutil.copytree(folder, here)
    assert ward.verify(here, **entry).bad == {}
    (here / "exam.txt").unlink()
    assert "structure.parts" in ward.verify(here, **entry).bad
    shutil.copy(folder / "exam.txt", here)
    text = (here / "exam.sql").read_text()
    (here / "exam.sql").write_text(text[: len(text) // 2])
    assert "structure.incomplete" in ward.verify(here, **entry).bad


def folder_of(root: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


XTRABACKUP = {
    "xtrabackup_checkpoints": b"backup_type = full-backuped\nfrom_lsn = 0\nto_lsn = 1626007\nlast_lsn = 1626016\n",
    "xtrabackup_info": time.strftime(
        "uuid = 5f\ntool_name = xtrabackup\nstart_time = 2026-11-25 02:00:00\nend_time = %Y-%m-%d %H:%M:%S\n"
    ).encode(),
    "ibdata1": bytes(16_384 * 4),
    "xtrabackup_logfile": bytes(2560),
    "tj/exam.ibd": bytes(16_384 * 6),
    "tj/patient.ibd": bytes(16_384 * 6),
}
"""As XtraBackup 8 writes them, in small."""


def test_xtrabackup_by_the_marks_it_leaves(tmp_path: Path, ward: Ward) -> None:
    folder = folder_of(tmp_path / "full", XTRABACKUP)
    entry = {"tables": NAMES, "max_age": "1000d"}
    assert ward.verify(folder, **entry).bad == {}
    (folder / "tj" / "exam.ibd").write_bytes(bytes(16_384 * 6 - 100))
    assert "container.truncated" in ward.verify(folder, **entry).bad
    (folder / "tj" / "exam.ibd").unlink()
    assert "tables.missing" in ward.verify(folder, **entry).bad
    # Copied to another folder, it looks new; the tool's own word says how old it is.
    (folder / "xtrabackup_info").write_bytes(b"tool_name = xtrabackup\nend_time = 2024-01-02 02:10:11\n")
    assert "age.expired" in ward.verify(folder, **{**entry, "max_age": "26h"}).bad
    (folder / "xtrabackup_info").write_bytes(b"tool_name = xtrabackup\nstart_time = 2026-11-25 02:00:00\n")
    assert "structure.incomplete" in ward.verify(folder, **entry).bad
    (folder / "ibdata1").unlink()
    assert "structure.parts" in ward.verify(folder, **entry).bad


EXPDP = """
Export: Release 19.0.0.0.0 - Production on Wed Nov 25 01:00:02 2026
Starting "SYS"."SYS_EXPORT_SCHEMA_01":  "/******** AS SYSDBA" schemas=HIS
. . exported "HIS"."EXAM"                                12.34 MB  260000 rows
. . exported "HIS"."PATIENT"                             1.301 MB    2000 rows
Master table "SYS"."SYS_EXPORT_SCHEMA_01" successfully loaded/unloaded
Dump file set for SYS.SYS_EXPORT_SCHEMA_01 is:
  /backup/his.dmp
"""
CHINESE = '. . 导出了 "HIS"."EXAM"                12.34 MB  260000 行\n. . 导出了 "HIS"."PATIENT"   1.301 MB    2000 行\n'


def test_data_pump_by_its_log(tmp_path: Path, ward: Ward) -> None:
    """By samples in the wording of Oracle 19c, English and Chinese; no Oracle can run here."""
    dump, log = tmp_path / "his.dmp", tmp_path / "his.log"
    dump.write_bytes(bytes(range(256)) * 400)
    entry = {"kind": "expdp", "log": str(log), "tables": {"HIS.EXAM": {"min_rows": 200_000}, "PATIENT": {}}}
    done = 'Job "SYS"."SYS_EXPORT_SCHEMA_01" successfully completed at Wed Nov 25 01:02:03 2026\n'
    log.write_text(EXPDP + done)
    assert ward.verify(dump, **entry).bad == {}
    for encoding in ("utf-8", "gb18030"):
        log.write_bytes(
            (
                CHINESE + '作业 "SYS"."SYS_EXPORT_SCHEMA_01" 已于 星期三 11月 25 01:02:03 2026 成功完成\n'
            ).encode(encoding)
        )
        assert ward.verify(dump, **entry).bad == {}
    log.write_text(
        EXPDP
        + "ORA-31693: Table data object failed\n"
        + done.replace("successfully completed", "completed with 1 error(s)")
    )
    assert "structure.error_text" in ward.verify(dump, **entry).bad
    log.write_text(
        EXPDP + 'ORA-39095: Dump file space has been exhausted\nJob "SYS"."X" stopped due to fatal error\n'
    )
    assert "structure.incomplete" in ward.verify(dump, **entry).bad
    log.write_text(EXPDP)
    assert "structure.incomplete" in ward.verify(dump, **entry).bad
    log.write_text(EXPDP.replace("PATIENT", "OTHER") + done)
    assert "tables.missing" in ward.verify(dump, **entry).bad
    log.unlink()
    assert ward.verify(dump, **entry).level("structure.incomplete") == "unknown"


def test_sqlite_files(tmp_path: Path, ward: Ward) -> None:
    path = tmp_path / "demo.db"
    with sqlite3.connect(path) as base:
        base.execute("create table exam (id integer primary key, said text)")
        base.executemany("insert into exam (said) values (?)", [(f"正常{n}" * 20,) for n in range(2000)])
    base.close()
    assert ward.verify(path).bad == {}
    whole = path.read_bytes()
    path.write_bytes(whole[:-8192])
    assert "container.truncated" in ward.verify(path).bad


def test_volumes(dump: bytes, tmp_path: Path, ward: Ward) -> None:
    whole = tmp_path / "whole.gz"
    import gzip  # noqa: PLC0415 - one test

    whole.write_bytes(gzip.compress(dump, 1))
    run("split", "-b", "30000", str(whole), str(tmp_path / "tj.sql.gz."))
    entry = {"split": True, "tables": TABLES}
    assert ward.verify(f"{tmp_path}/tj.sql.gz.*", **entry).bad == {}
    (tmp_path / "tj.sql.gz.ac").unlink()
    assert "chain.volume" in ward.verify(f"{tmp_path}/tj.sql.gz.*", **entry).bad


@pytest.mark.matrix
def test_mariabackup_for_real(mariadb: MariaDB, tj: Hospital, tmp_path: Path, ward: Ward) -> None:
    del tj
    folder = tmp_path / "full"
    tool = program("mariadb-backup", "mariadb-backup")
    login = [
        f"--socket={mariadb.socket}",
        "--user=root",
        f"--password={mariadb.password}",
        f"--datadir={mariadb.folder}/data",
    ]
    run(tool, "--backup", *login, f"--target-dir={folder}")
    assert ward.verify(folder, tables=NAMES).bad == {}
    part = tmp_path / "part"
    run(tool, "--backup", *login, f"--target-dir={part}", f"--incremental-basedir={folder}")
    whole = {"host": "laptop", "path": str(folder), "max_age": "8d"}
    world = ward.world({"whole": whole, "full": {"host": "laptop", "path": str(part), "base": "whole"}})
    from hmaint.app.backup_verify import Request, verify  # noqa: PLC0415 - one test

    levels = {c.id: c.level for c in verify(world, Request("tj", ("full",)), lambda _e: None).checks}
    assert levels["backup.chain.base"] == "ok"


@pytest.mark.matrix
def test_mydumper_for_real(mariadb: MariaDB, tj: Hospital, tmp_path: Path, ward: Ward) -> None:
    del tj
    folder = tmp_path / "tj"
    tool = program("mydumper", "mydumper")
    mariadb.admin(
        "create user dumper@localhost identified by 'plain'", "grant all on *.* to dumper@localhost"
    )
    login = ["-S", mariadb.socket, "-u", "dumper", "-p", "plain"]
    run(tool, *login, "-B", "tj", "-c", "-o", str(folder), LC_ALL="C.UTF-8")
    good = ward.verify(folder, tables=TABLES)
    assert good.bad == {}
    assert {good.level(what) for what in ("container.complete", "tables.missing", "tables.rows")} == {"ok"}
    meta = folder / "metadata"
    meta.write_text(meta.read_text().replace("Finished", "Fin"))
    assert "structure.incomplete" in ward.verify(folder, tables=TABLES).bad


@pytest.mark.matrix
def test_restic_and_borg_for_real(dump: bytes, tmp_path: Path, ward: Ward) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "tj.sql").write_bytes(dump)
    restic, borg = tmp_path / "restic", tmp_path / "borg"
    tool = program("restic", "restic")
    run(tool, "-r", str(restic), "init", RESTIC_PASSWORD="right")
    assert "repository.check" in ward.verify(restic, password="right").bad  # nothing in it yet
    old = ["--time", "2026-01-02 03:04:05"]
    run(tool, "-r", str(restic), "backup", *old, str(source), RESTIC_PASSWORD="right")
    assert "age.expired" in ward.verify(restic, password="right").bad
    run(tool, "-r", str(restic), "backup", str(source), RESTIC_PASSWORD="right")
    tool = program("borg", "borgbackup")
    environ = {"BORG_PASSPHRASE": "right", "BORG_BASE_DIR": str(tmp_path / "state")}
    run(tool, "init", "-e", "repokey", str(borg), **environ)
    assert "repository.check" in ward.verify(borg, password="right").bad  # nothing in it yet
    run(tool, "create", "--timestamp", "2026-01-02T03:04:05", f"{borg}::old", str(source), **environ)
    assert "age.expired" in ward.verify(borg, password="right").bad
    run(tool, "create", f"{borg}::one", str(source), **environ)
    for folder in (restic, borg):
        good = ward.verify(folder, password="right", vars={"backup_read_pct": 100})
        assert good.bad == {}, folder
        assert good.level("repository.check") == "ok"
        assert ward.verify(folder, password="wrong").level("container.key") == "unknown"
        pack = max((p for p in (folder / "data").rglob("*") if p.is_file()), key=lambda p: p.stat().st_size)
        pack.chmod(0o600)
        hurt = bytearray(pack.read_bytes())
        hurt[len(hurt) // 2] ^= 0xFF
        pack.write_bytes(bytes(hurt))
        bad = ward.verify(folder, password="right", vars={"backup_read_pct": 100}).bad
        assert "repository.check" in bad, folder
