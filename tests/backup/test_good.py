"""Good backups in all the ways sites make them: none may raise an alarm."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from .hospital import Hospital
from .verifying import Ward

MYSQL = {
    "plain": ((), ()),
    "gzip": ((), ("gzip", "-1")),
    "gzip -9": ((), ("gzip", "-9")),
    "xz": ((), ("xz", "-1")),
    "zstd": ((), ("zstd", "-q")),
    "zstd -19": ((), ("zstd", "-q", "-19", "--long=27")),
    "bzip2": ((), ("bzip2",)),
    "lz4": ((), ("lz4", "-q")),
    "single-transaction": (("--single-transaction", "--quick"), ("gzip",)),
    "databases": (("--databases", "tj"), ("gzip",)),
    "complete-insert": (("--complete-insert",), ("gzip",)),
    "skip-extended-insert": (("--skip-extended-insert",), ("gzip",)),
    "skip-comments": (("--skip-comments",), ("gzip",)),
    "skip-dump-date": (("--skip-dump-date",), ("gzip",)),
    "skip-add-locks": (("--skip-add-locks", "--skip-lock-tables"), ("gzip",)),
    "skip-opt": (("--skip-opt",), ("gzip",)),
    "no-create-db": (("--no-create-db", "--add-drop-database"), ("gzip",)),
    "replace": (("--replace",), ("gzip",)),
    "insert-ignore": (("--insert-ignore",), ("gzip",)),
    "hex-blob": (("--hex-blob", "--tz-utc"), ("gzip",)),
    "order-by-primary": (("--order-by-primary",), ("gzip",)),
    "set-charset utf8mb4": (("--default-character-set=utf8mb4",), ("gzip",)),
    "skip-quote-names": (("--skip-quote-names",), ("gzip",)),
    "no-tablespaces": (("--no-tablespaces", "--disable-keys"), ("gzip",)),
}
POSTGRESQL = {
    "plain": ((), ()),
    "plain gzip": ((), ("gzip",)),
    "inserts": (("--inserts",), ("gzip",)),
    "column-inserts": (("--column-inserts", "--rows-per-insert=50"), ("gzip",)),
    "create": (("--create", "--clean", "--if-exists"), ("gzip",)),
    "no-owner": (("--no-owner", "--no-privileges"), ("xz", "-1")),
    "verbose": (("--verbose",), ("gzip",)),
    "custom": (("-Fc",), ()),
    "custom gzip": (("-Fc", "-Z0"), ("gzip",)),
    "tar": (("-Ft",), ()),
}
TABLES = {
    "patient": {"min_rows": 300, "max_rows": 300},
    "exam": {"min_rows": 4000, "max_rows": 4000},
    "dict_item": {},
}
WORDS = ["第一人民医院", "血常规"]


# By default one of each way to be packed and to be laid out; with -m matrix the others too.
_DEFAULT = {"plain", "xz", "zstd -19", "bzip2", "lz4", "single-transaction", "databases", "skip-comments"}
_DEFAULT |= {"skip-opt", "complete-insert", "inserts", "custom gzip", "tar", "create"}


def _cases(variants: Mapping[str, object]) -> list[Any]:
    return [pytest.param(name, marks=() if name in _DEFAULT else pytest.mark.matrix) for name in variants]


@pytest.mark.parametrize("name", _cases(MYSQL))
def test_a_good_dump_of_mariadb_raises_no_alarm(name: str, tj: Hospital, tmp_path: Path, ward: Ward) -> None:
    options, pack = MYSQL[name]
    path = tj.dump(tmp_path / "tj-20261125.dat", *options, pack=pack)
    seen = ward.verify(
        path,
        of="tj",
        tables=TABLES,
        objects={"views": 2, "triggers": 1, "routines": 2, "events": 1, "foreign_keys": 2},
        contains=WORDS,
    )
    assert seen.bad == {}
    assert seen.level("structure.incomplete") == "ok"
    assert seen.level("tables.rows") == "ok"
    assert seen.level("charset.garbled") == "ok"
    assert any("未做内容比对" in words for words in seen.unlooked)


@pytest.mark.parametrize("name", _cases(POSTGRESQL))
def test_a_good_dump_of_postgresql_raises_no_alarm(
    name: str, tj_pg: Hospital, tmp_path: Path, ward: Ward
) -> None:
    options, pack = POSTGRESQL[name]
    path = tj_pg.dump(tmp_path / "tj.dat", *options, pack=pack)
    seen = ward.verify(
        path,
        tables=TABLES,
        objects={"views": 1, "triggers": 1, "routines": 2, "foreign_keys": 2},
        contains=WORDS,
    )
    assert seen.bad == {}
    assert seen.level("structure.incomplete") == "ok"
    assert seen.level("tables.rows") == "ok"


def test_a_folder_of_pg_dump_is_read_to_its_end(tj_pg: Hospital, tmp_path: Path, ward: Ward) -> None:
    folder = tmp_path / "tj.dir"
    tj_pg.dump(tmp_path / "nothing", "-Fd", "-f", str(folder))
    assert ward.verify(folder, tables=TABLES, contains=WORDS).bad == {}
    data = max(folder.glob("*.dat.gz"), key=lambda p: p.stat().st_size)
    whole = data.read_bytes()
    data.write_bytes(whole[: len(whole) // 2])
    seen = ward.verify(folder, tables=TABLES, contains=WORDS)
    assert {"container.truncated", "container.corrupt"} & seen.bad.keys(), seen.bad


def test_archives_of_a_dump_and_of_application_files(dump: bytes, tmp_path: Path, ward: Ward) -> None:
    inside = tmp_path / "app"
    (inside / "WEB-INF").mkdir(parents=True)
    (inside / "WEB-INF" / "web.xml").write_text("<web-app/>")
    (inside / "tj.sql").write_bytes(dump)
    subprocess.run(["tar", "-czf", "app.tgz", "app"], cwd=tmp_path, check=True)  # noqa: S607 - on the path
    subprocess.run(["tar", "-cf", "app.tar", "app"], cwd=tmp_path, check=True)  # noqa: S607 - on the path
    subprocess.run(["zip", "-qr", "app.zip", "app"], cwd=tmp_path, check=True)  # noqa: S607 - on the path
    for name in ("app.tgz", "app.tar", "app.zip"):
        seen = Ward(tmp_path / f"for {name}").verify(
            tmp_path / name, of="tj", tables=TABLES, files=["WEB-INF/*.xml", "*.sql"]
        )
        assert seen.bad == {}, name
        assert seen.level("structure.parts") == "ok"
    seen = ward.verify(tmp_path / "app.tgz", files=["server.xml"])
    assert "structure.parts" in seen.bad
