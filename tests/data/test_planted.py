"""Twelve defects planted in a hospital's data are found, and no others; what is sound is called so only when seen."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.data import hospital
from tests.end_to_end.desk import Desk, Done, Written
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL

PASSWORD = "data-check 的口令 7#"


@dataclass
class Hospital:
    """A desk whose site has the business database `his` and the database `platform` of another system."""

    desk: Desk
    engine: str

    def check(self, *words: str) -> Done:
        return self.desk.run(
            "data-check", "--site", "icu", "--format", "json", *words, HMAINT_SECRET_HIS=PASSWORD
        )


class Servers:
    """Both servers, each of which is the business database once and the other system's once."""

    def __init__(self, mariadb: MariaDB, postgresql: PostgreSQL) -> None:
        self.mariadb, self.postgresql = mariadb, postgresql
        self.accounts = False

    def databases(self, engine: str, name: str) -> dict[str, Written]:
        """The inventory's two entries; `name` keeps tests apart."""
        mine = {"engine": "mysql", "address": self.mariadb.address, "port": self.mariadb.port}
        other = {"engine": "postgresql", "address": self.postgresql.address, "port": self.postgresql.port}
        if engine != "mysql":
            mine, other = other, mine
        login = {"user": "hmaint_data", "password": "secret-his"}
        return {"his": {**mine, **login, "name": name}, "platform": {**other, **login, "name": f"{name}_p"}}

    def make(self, engine: str, name: str, *statements: str) -> None:
        """A database of that name with these statements run in it."""
        if engine == "mysql":
            self.mariadb.admin(f"create database {name} character set utf8mb4")
            self.mariadb.admin(*statements, database=name)
        else:
            self.postgresql.admin(f"create database {name}")
            self.postgresql.admin(*statements, database=name)

    def make_accounts(self) -> None:
        if not self.accounts:
            self.mariadb.admin(f"create user hmaint_data@'127.0.0.1' identified by '{PASSWORD}'")
            self.postgresql.admin(f"create role hmaint_data login password '{PASSWORD}'")
            self.accounts = True

    def account(self, engine: str) -> str:
        return "hmaint_data@'127.0.0.1'" if engine == "mysql" else "hmaint_data"


@pytest.fixture(scope="module")
def servers(mariadb: MariaDB, postgresql: PostgreSQL) -> Iterator[Servers]:
    yield Servers(mariadb, postgresql)
    mariadb.admin("drop user if exists hmaint_data@'127.0.0.1'")


def opened(servers: Servers, engine: str, name: str, folder: Path, *statements: str) -> Hospital:
    """A hospital whose data is sound but for what the statements do to it."""
    other = "postgresql" if engine == "mysql" else "mysql"
    servers.make_accounts()
    account = servers.account(engine)
    named = f"{name}." if engine == "mysql" else ""
    servers.make(engine, name, *hospital.sound(engine), *statements, *hospital.grants(engine, account, named))
    if engine == "mysql":
        # The right that shows names of tables without their rows: what is left over must be seen to be found.
        servers.mariadb.admin(f"grant references on {name}.* to {account}")
    prefix = f"{name}_p." if other == "mysql" else ""
    grant = f"grant select (code, name, unit) on {prefix}drug_code to {servers.account(other)}"
    servers.make(other, f"{name}_p", *hospital.platform(), grant)
    desk = Desk(folder / "desk")
    databases = servers.databases(engine, name)
    for database in databases.values():
        database["password"] = secret()
    desk.write_inventory({"icu": {"name": "重症监护系统", "databases": databases}})
    desk.write_playbook("data/icu", hospital.steps("platform"), title="业务数据检查")
    return Hospital(desk, engine)


def secret() -> str:
    from tests.end_to_end.desk import Tagged  # noqa: PLC0415 - only used here

    return Tagged("!secret his")


def told(done: Done) -> dict[str, Written]:
    return {finding["check"]: finding for finding in done.object["findings"] if finding["level"] != "ok"}


def assert_exactly_the_planted(done: Done) -> None:
    found = told(done)
    assert set(found) == set(hospital.DEFECTS), found.keys() ^ set(hospital.DEFECTS)
    for step, (_statements, count, sample) in hospital.DEFECTS.items():
        assert found[step]["metrics"]["bad"] == count, found[step]
        assert sample in found[step]["summary"], found[step]["summary"]
        assert found[step]["level"] == "critical"


@pytest.mark.parametrize("engine", ["mysql", "postgresql"])
def test_twelve_planted_defects_are_found_and_no_others(
    servers: Servers, engine: str, tmp_path: Path
) -> None:
    place = opened(servers, engine, f"his_bad_{engine}", tmp_path, *hospital.planted())
    done = place.check("--report")
    assert done.code == 2, done.err
    assert len(hospital.DEFECTS) == 12
    assert_exactly_the_planted(done)
    assert done.object["checks"] == {"ok": 6, "warning": 0, "critical": 12, "unknown": 0, "skipped": 0}
    assert done.object["command"] == "data-check"
    assert_nobody_is_told_of(place.desk)
    again = place.check()
    assert {finding["state"] for finding in told(again).values()} == {"open"}


def assert_nobody_is_told_of(desk: Desk) -> None:
    kept = list(desk.bytes_kept())
    assert len(kept) > 5
    for path, content in kept:
        assert not [person for person in hospital.PERSONS if person.encode() in content], path
        assert PASSWORD.encode() not in content, path


@pytest.mark.parametrize("engine", ["mysql", "postgresql"])
def test_sound_data_is_called_so_and_says_how_much_was_looked_at(
    servers: Servers, engine: str, tmp_path: Path
) -> None:
    place = opened(servers, engine, f"his_good_{engine}", tmp_path)
    done = place.check()
    assert (done.code, told(done)) == (0, {}), done.out
    assert done.object["checks"]["ok"] == 18
    text = place.desk.run("runs", "show", "--format", "junit").out
    assert text.count("<testcase") == 18


@pytest.mark.parametrize("engine", ["mysql", "postgresql"])
def test_an_empty_table_and_one_that_may_not_be_read_are_not_fine(
    servers: Servers, engine: str, tmp_path: Path
) -> None:
    place = opened(
        servers,
        engine,
        f"his_blind_{engine}",
        tmp_path,
        "delete from charge_item",
        "delete from dept_platform",
    )
    account = servers.account(engine)
    prefix = f"his_blind_{engine}." if engine == "mysql" else ""
    revoke = [
        f"revoke select ({columns}) on {prefix}{table} from {account}"  # noqa: S608 - a right is taken, no row read
        for table, columns in (("charge", "status"), ("bed", "bed_no, ward, state"))
    ]
    server = servers.mariadb if engine == "mysql" else servers.postgresql
    server.admin(*revoke, database=f"his_blind_{engine}")
    done = place.check()
    assert done.code == 3
    found = told(done)
    blind = {
        "data.item.owner", "data.item.duplicate", "data.dept.copy", "data.charge.status", "fine.bed.required",
        "fine.bed.values",
    }  # fmt: skip
    assert set(found) == blind
    assert {finding["level"] for finding in found.values()} == {"unknown"}
    assert "不能据此判断正常" in found["data.item.owner"]["summary"]
    assert "没有权限" in found["data.charge.status"]["summary"]


def test_the_same_defects_are_found_in_a_file(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk")
    for name, statements in (
        ("his", (*hospital.sound("sqlite"), *hospital.planted())),
        ("platform", tuple(hospital.platform())),
    ):
        with sqlite3.connect(desk.root / f"{name}.db") as file:
            for statement in statements:
                file.execute(statement)
        file.close()
    databases = {name: {"engine": "sqlite", "path": f"{name}.db"} for name in ("his", "platform")}
    desk.write_inventory({"icu": {"name": "重症监护系统", "databases": databases}})
    desk.write_playbook("data/icu", hospital.steps("platform"), title="业务数据检查")
    done = Hospital(desk, "sqlite").check()
    assert done.code == 2, done.err
    assert_exactly_the_planted(done)
    assert_nobody_is_told_of_but_the_file(desk)


def assert_nobody_is_told_of_but_the_file(desk: Desk) -> None:
    for path, content in desk.bytes_kept():
        if not path.endswith(".db") or ".hmaint" in path:
            assert not [person for person in hospital.PERSONS if person.encode() in content], path
