"""schema-doc on real servers: quick, from the catalogue alone, true to what was made, and without losing a word."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest

from tests.end_to_end.desk import Desk, Done, Tagged, Written, words_of
from tests.schema.hospital import statements
from tests.services.fixtures import running
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL

PASSWORD = "schema-doc 的口令 3#"
WARDS = 30


@pytest.fixture(scope="module")
def watched() -> Iterator[tuple[MariaDB, PostgreSQL]]:
    """Servers that write down every statement they are sent, with 300 tables each."""
    with (
        running(MariaDB(["general-log=ON", "log-output=TABLE"])) as mariadb,
        running(PostgreSQL(["log_statement = all", "log_line_prefix = '%u|'"])) as postgresql,
    ):
        mariadb.admin(
            "create database icu character set utf8mb4",
            f"create user hmaint_ro@'127.0.0.1' identified by '{PASSWORD}'",
            "grant references on *.* to hmaint_ro@'127.0.0.1'",
        )
        mariadb.admin(*statements("mysql", WARDS), database="icu")
        postgresql.admin(f"create role hmaint_ro login password '{PASSWORD}'", "create database icu")
        postgresql.admin(*statements("postgresql", WARDS), database="icu")
        postgresql.admin("select pg_stat_reset()", database="icu")
        yield mariadb, postgresql


def desk_of(folder: Path, **databases: Written) -> Desk:
    desk = Desk(folder / "desk", HMAINT_SECRET_RO=PASSWORD)
    desk.write_inventory({"icu": {"name": "重症监护系统", "databases": databases}})
    return desk


def entry(engine: str, server: MariaDB | PostgreSQL, name: str = "icu") -> Written:
    login = {"user": "hmaint_ro", "password": Tagged("!secret ro"), "name": name}
    return {"engine": engine, "address": server.address, "port": server.port, **login}


@pytest.fixture(scope="module")
def made(watched: tuple[MariaDB, PostgreSQL], tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Done]:
    mariadb, postgresql = watched
    desk = desk_of(
        tmp_path_factory.mktemp("made"),
        icu=entry("mysql", mariadb),
        his=entry("postgresql", postgresql),
    )
    return desk, desk.run("schema-doc", "--site", "icu", "--report", "--format", "json", limit=120)


def test_300_tables_of_two_servers_are_documented_by_four_statements_each(
    watched: tuple[MariaDB, PostgreSQL], made: tuple[Desk, Done]
) -> None:
    mariadb, postgresql = watched
    desk, done = made
    assert done.code == 0, done.err
    assert [one["counts"]["tables"] for one in done.object["databases"]] == [300, 300]
    asked = [text for text in heard(mariadb) if "information_schema" in text]
    assert len(asked) == 4, asked
    assert len([line for line in said(postgresql) if "schema_name" in line]) == 4
    trail = desk.run("audit", "list", "--format", "json").object["lines"]
    assert len([line for line in trail if "schema_name" in line["sent"]]) == 8


def heard(mariadb: MariaDB) -> list[str]:
    """Every statement the account sent, as the server wrote it down."""
    lines = mariadb.admin(
        "select convert(argument using utf8mb4) from mysql.general_log"
        " where user_host like '%hmaint_ro%' and command_type in ('Query', 'Prepare', 'Execute')"
    )
    return [text for (text,) in lines]


def said(postgresql: PostgreSQL) -> list[str]:
    """Every statement the account sent, each on one line."""
    parts = postgresql.log.read_text("utf-8").split("\nhmaint_ro|")[1:]
    return [" ".join(part.partition("\npostgres|")[0].split()) for part in parts]


def test_catalogues_alone_are_touched_and_the_account_could_read_nothing_else(
    watched: tuple[MariaDB, PostgreSQL], made: tuple[Desk, Done]
) -> None:
    mariadb, postgresql = watched
    assert made[1].code == 0
    assert not [text for text in (*heard(mariadb), *said(postgresql)) if "w01_" in text]
    with pytest.raises(pymysql.Error, match="denied"):
        mariadb.connect("hmaint_ro", PASSWORD, "icu").cursor().execute("select * from w01_patient")
    (touched, tables, readable) = postgresql.admin(
        "select sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)), count(*),"
        " count(*) filter (where has_table_privilege('hmaint_ro', relid, 'select')) from pg_stat_user_tables",
        database="icu",
    )[0]
    assert (touched, tables, readable) == (0, 300, 0)


@pytest.mark.parametrize("number", [0, 1])
def test_what_was_made_is_what_is_told(made: tuple[Desk, Done], number: int) -> None:
    told = made[1].object["databases"][number]
    tables = {table["name"]: table for table in told["entries"]}
    visit = tables["w01_visit"]
    assert visit["meaning"] == "visit 的记录"
    columns = {column["name"]: column for column in visit["columns"]}
    assert columns["status"]["meaning"] == "状态：0 新建，1 完成，9 作废"
    assert (columns["code"]["type"], columns["code"]["nullable"]) == ("varchar(20)", False)
    assert columns["status"]["default"] == "0"
    (key,) = [index for index in visit["indexes"] if index["primary"]]
    assert key["columns"] == ["id"]
    (unique,) = [index for index in visit["indexes"] if index["unique"] and not index["primary"]]
    assert unique["columns"] == ["code", "status"]
    (relation,) = visit["relations"]
    assert (relation["to"], relation["to_columns"]) == ("w01_patient", ["id"])
    assert relation["on_delete"] == "CASCADE"
    assert told["counts"]["tables_without_meaning"] == 6 * WARDS
    assert told["counts"]["columns_without_meaning"] == 39 * WARDS
    gap = next(gap for gap in told["gaps"] if gap["table"] == "w01_drug")
    assert gap == {
        "table": "w01_drug",
        "itself": True,
        "columns": ["code", "name", "created", "status", "amount", "note"],
    }


def test_the_document_lists_tables_relations_both_ways_and_gaps(made: tuple[Desk, Done]) -> None:
    desk, done = made
    word, markdown = (desk.root / path for path in done.object["databases"][0]["reports"])
    text = words_of(word)
    for words in (
        "某某医院",
        "w01_patient",
        "visit 的记录",
        "（缺少说明）",
        "w01_orders（parent）",
        "第 1 版",
    ):
        assert words in text, words
    page = markdown.read_text("utf-8")
    assert "parent → w01\\_patient（id）" in page
    assert page.count("\n### 5.") == 300
    assert page.count('<a id="t') == 300


def ward(desk: Desk, *more: str, fresh: bool = False) -> None:
    """A small database in a file: one ward, and whatever is done to it."""
    path = desk.root / "ward.db"
    if fresh:
        path.unlink(missing_ok=True)
    with sqlite3.connect(path) as file:
        for statement in (*(statements("sqlite", 1) if fresh else ()), *more):
            file.execute(statement)
    file.close()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = desk_of(tmp_path, ward={"engine": "sqlite", "path": "ward.db"})
    ward(desk, fresh=True)
    return desk


def look(desk: Desk, *words: str) -> Written:
    done = desk.run("schema-doc", "--site", "icu", "--format", "json", *words)
    assert done.code == 0, done.err
    (database,) = done.object["databases"]
    return dict(database)


def test_the_next_edition_tells_what_changed_and_a_mere_look_makes_none(desk: Desk) -> None:
    assert look(desk)["compared_with"] is None
    assert look(desk, "--report")["edition"] == 1
    ward(
        desk,
        "create table vital (id integer primary key)",
        "drop table w01_tmp_import",
        "alter table w01_drug add column unit varchar(10) not null default '盒'",
        "drop index uk_w01_drug",
    )
    seen = look(desk)
    assert (seen["edition"], seen["compared_with"]) == (2, 1)
    told = {(c["how"], c["what"], c["table"], c["name"]) for c in seen["changes"]}
    assert told == {
        ("added", "表", "vital", ""),
        ("removed", "表", "w01_tmp_import", ""),
        ("added", "字段", "w01_drug", "unit"),
        ("removed", "索引", "w01_drug", "uk_w01_drug"),
    }
    assert look(desk)["edition"] == 2, "looking is no edition"
    assert look(desk, "--report")["edition"] == 2
    again = look(desk, "--report")
    assert (again["edition"], again["changes"], again["compared_with"]) == (2, [], 2)
    kept = sorted(path.name for path in (desk.root / "dictionary/icu/editions").iterdir())
    assert kept == ["ward-0001.json", "ward-0002.json"]


def test_meanings_people_write_survive_and_what_is_gone_is_named(desk: Desk) -> None:
    path = desk.root / "dictionary/icu/ward.yaml"
    assert look(desk, "--complete")["skeleton"] == "dictionary/icu/ward.yaml"
    text = path.read_text("utf-8")
    assert 'name: ""  # varchar(64)' in text
    mine = text.replace(
        '  w01_patient:\n    meaning: ""\n    columns:\n      id: ""',
        '  w01_patient:  # 我的批注\n    meaning: 患者\n    columns:\n      id: "患者主键"',
    ).replace("  w01_visit:", "  old_table:\n    meaning: 已经没有的表\n  w01_visit:")
    assert mine != text
    path.write_text(mine, "utf-8")
    ward(desk, "alter table w01_patient add column mood varchar(9)", "create table fresh (a int)")
    seen = look(desk, "--complete")
    assert seen["stale"] == ["old_table"]
    patient = next(table for table in seen["entries"] if table["name"] == "w01_patient")
    assert (patient["meaning"], patient["columns"][0]["meaning"]) == ("患者", "患者主键")
    after = path.read_text("utf-8")
    for words in ("# 我的批注", "meaning: 患者", '"患者主键"', "已经没有的表", "mood:", "fresh:"):
        assert words in after, words
    assert look(desk, "--complete")["skeleton"] is None, "nothing more to put in"
    assert path.read_text("utf-8") == after


def test_a_wrong_dictionary_file_is_refused_with_its_line_before_anything_is_asked(desk: Desk) -> None:
    path = desk.root / "dictionary/icu/ward.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("tables:\n  bed:\n    meening: 床位\n", "utf-8")
    done = desk.run("schema-doc", "--site", "icu")
    assert done.code == 78
    assert "ward.yaml:3:5" in done.err
    assert "meaning" in done.err


def test_a_database_that_cannot_be_read_gives_no_document_and_status_3(tmp_path: Path) -> None:
    desk = desk_of(
        tmp_path,
        gone={"engine": "sqlite", "path": "gone.db"},
        ward={"engine": "sqlite", "path": "ward.db"},
    )
    ward(desk, fresh=True)
    done = desk.run("schema-doc", "--site", "icu", "--report", "--format", "json")
    assert done.code == 3
    first, second = done.object["databases"]
    assert "gone.db" in first["error"]
    assert (second["error"], len(second["reports"])) == (None, 2)
    assert not (desk.root / "dictionary/icu/editions/gone-0001.json").exists()


def test_an_account_that_sees_no_table_is_not_an_empty_database(
    watched: tuple[MariaDB, PostgreSQL], tmp_path: Path
) -> None:
    mariadb, _postgresql = watched
    mariadb.admin(f"create user blind@'127.0.0.1' identified by '{PASSWORD}'")
    every_schema = {key: value for key, value in entry("mysql", mariadb).items() if key != "name"}
    desk = desk_of(tmp_path, icu={**every_schema, "user": "blind"})
    done = desk.run("schema-doc", "--site", "icu")
    assert done.code == 3
    assert "看不到任何表" in done.out


def test_secrets_in_comments_reach_no_document(watched: tuple[MariaDB, PostgreSQL], tmp_path: Path) -> None:
    mariadb, _postgresql = watched
    mariadb.admin(
        "create database spoken character set utf8mb4",
        "create table spoken.user (id int primary key comment '联系电话 13800138000', a int comment '密码：Hm-S3cret')",
    )
    desk = desk_of(tmp_path, icu=entry("mysql", mariadb, "spoken"))
    assert desk.run("schema-doc", "--site", "icu", "--report").code == 0
    for path, content in desk.bytes_kept():
        assert b"13800138000" not in content, path
        assert b"Hm-S3cret" not in content, path


def test_a_document_goes_where_it_is_told_and_over_nothing(desk: Desk) -> None:
    for name in ("ward.md", "ward.docx", "ward.json"):
        assert desk.run("schema-doc", "--site", "icu", "-o", name).code == 0
    assert desk.run("schema-doc", "--site", "icu", "-o", "ward.md").code == 0
    assert (desk.root / "ward-v2.md").read_text("utf-8").startswith("# 某某医院 数据库表结构文档")
    kept = json.loads((desk.root / "ward.json").read_text("utf-8"))
    assert (kept["schema"], kept["edition"]) == ("hmaint.dictionary-edition/1", 1)
    assert desk.run("schema-doc", "--site", "icu", "-o", "ward.pdf").code == 64
    assert desk.run("schema-doc", "--site", "icu", "--database", "wrad").code == 64
