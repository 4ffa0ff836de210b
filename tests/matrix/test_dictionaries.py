"""Dictionaries and data checks on servers of other ages: MySQL 5.6 and 9, PostgreSQL 18."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from hmaint.database.catalogue.read import read_dictionary
from hmaint.database.session import open_session
from hmaint.engine.conversation import Conversation
from hmaint.kit.clock import CHINA, SystemClock
from hmaint.model.dictionary import Dictionary
from hmaint.model.inventory import Database, Site
from hmaint.model.look import Answer, Ask
from hmaint.step.data import KIND
from hmaint.step.data_args import DataArgs
from hmaint.step.kind import Context
from tests.data import hospital
from tests.schema.hospital import statements
from tests.services.fixtures import running
from tests.services.guest import Guest
from tests.services.mariadb import MariaDB
from tests.services.mysql import MySQL, MySQL56
from tests.services.postgresql import PostgreSQL

pytestmark = pytest.mark.matrix

PASSWORD = "of all ages 9#"
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=CHINA)
SERVERS: dict[str, Callable[[], MariaDB | PostgreSQL]] = {
    "MySQL 5.6": MySQL56,
    "MySQL 9": MySQL,
    "PostgreSQL 18": lambda: PostgreSQL(house=Guest()),
}


@pytest.fixture(scope="module", params=SERVERS)
def aged(request: pytest.FixtureRequest) -> Iterator[tuple[str, MariaDB | PostgreSQL]]:
    with running(SERVERS[request.param]()) as server:
        engine = "postgresql" if isinstance(server, PostgreSQL) else "mysql"
        options = "" if engine == "postgresql" else " character set utf8mb4"
        server.admin(f"create database dictionary{options}", f"create database his{options}")
        server.admin(*statements(engine, 2), database="dictionary")
        server.admin(*hospital.sound(engine), *hospital.planted(), database="his")
        for statement in accounts(engine):
            server.admin(statement, database="his")
        yield engine, server


def accounts(engine: str) -> Iterator[str]:
    if engine == "postgresql":
        yield f"create role hmaint_ro login password '{PASSWORD}'"
        yield from hospital.grants(engine, "hmaint_ro")
        return
    account = "hmaint_ro@'127.0.0.1'"
    yield f"create user {account} identified by '{PASSWORD}'"
    yield f"grant references on dictionary.* to {account}"
    yield f"grant references on his.* to {account}"
    yield from hospital.grants(engine, account, "his.")


def database(engine: str, server: MariaDB | PostgreSQL, name: str) -> Database:
    return Database(
        name,
        "icu",
        engine,
        server.address,
        server.port,
        "hmaint_ro",
        database=name,  # type: ignore[arg-type]
    )


def dictionary(engine: str, server: MariaDB | PostgreSQL) -> Dictionary:
    target = database(engine, server, "dictionary")
    session = open_session(target, PASSWORD, Path())
    try:
        return read_dictionary(session.ask, target, session.facts, NOW)
    finally:
        session.close()


def test_a_dictionary_of_any_age_tells_the_same(aged: tuple[str, MariaDB | PostgreSQL]) -> None:
    engine, server = aged
    told = dictionary(engine, server)
    assert len(told.entries) == 20
    visit = told.entry("w01_visit")
    assert visit is not None
    assert visit.meaning == "visit 的记录"
    assert visit.key == ("id",)
    columns = {column.name: column for column in visit.columns}
    assert columns["status"].meaning == "状态：0 新建，1 完成，9 作废"
    assert (columns["code"].type, columns["code"].nullable) == ("varchar(20)", False)
    (relation,) = visit.relations
    assert (relation.to, relation.to_columns, relation.on_delete) == ("w01_patient", ("id",), "CASCADE")
    assert {table for table, _relation in told.incoming("w01_visit")} == {"w01_orders", "w01_charge"}
    assert [index.columns for index in visit.indexes if index.unique and not index.primary] == [
        ("code", "status")
    ]


HERE = [step for step in hospital.steps("platform") if step["id"] != "data.drug.platform"]


@pytest.mark.parametrize("step", HERE, ids=[str(step["id"]) for step in HERE])
def test_a_data_check_of_any_age_finds_what_was_planted(
    aged: tuple[str, MariaDB | PostgreSQL], step: dict[str, object]
) -> None:
    engine, server = aged
    target = database(engine, server, "his")
    site = Site("icu", "重症", databases=(target,))
    args = DataArgs.model_validate(step["with"])
    context = Context(target, site, {}, {}, NOW)
    queries = KIND.ask(args, context)
    talk = Conversation(
        target, site, lambda each: open_session(each, PASSWORD, Path()), SystemClock(), queries
    )
    answers: dict[Ask, Answer] = {}
    try:
        for query in queries:
            answers[query] = talk.ask(query, answers)
    finally:
        talk.close()
    (row,) = KIND.read(args, context, [answers[query] for query in queries]).rows
    _statements, bad, sample = hospital.DEFECTS.get(str(step["id"]), ((), 0, ""))
    assert row["bad"] == bad, row
    assert sample in str(row["told"]), row
