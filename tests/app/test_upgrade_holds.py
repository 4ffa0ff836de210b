"""A run that has databases alone keeps them for itself, and pauses before its next act once it does not any more."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hmaint.app.upgrade_desk import desk_of
from hmaint.app.upgrade_hand import done
from hmaint.app.upgrade_holds import Holds, holding
from hmaint.app.upgrade_means import Means, Signals
from hmaint.app.upgrade_run import Going
from hmaint.app.world import World, make_world
from hmaint.database.hold import Hold, hold, lock_name
from hmaint.errors import CouldNotLook, Refused
from hmaint.model.inventory import Database, Site
from tests.engine.upgrades import act, rendered
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL

WORD = "Hold3r word"


def world_in(folder: Path) -> World:
    (folder / "inventory.yaml").write_text("version: 1\nhospital: {name: 医院}\nsites: {}\n")
    return make_world(folder, None)


@pytest.fixture(params=["sqlite", "mysql", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """One of each engine, with an account that upgrades."""
    if request.param == "sqlite":
        sqlite3.connect(tmp_path / "icu.db").close()
        return Database("db", "icu", "sqlite", path="icu.db")
    return _served(request, request.param)


def _served(request: pytest.FixtureRequest, engine: Any) -> Database:
    server: MariaDB | PostgreSQL
    if engine == "mysql":
        server = request.getfixturevalue("mariadb")
        server.admin(
            "create database if not exists icu_held",
            f"create or replace user holder@127.0.0.1 identified by '{WORD}'",
            "grant all on icu_held.* to holder@127.0.0.1",
        )
    else:
        server = request.getfixturevalue("postgresql")
        if not server.admin("select 1 from pg_roles where rolname = 'holder'"):
            server.admin(f"create role holder login password '{WORD}'")
        if not server.admin("select 1 from pg_database where datname = 'icu_held'"):
            server.admin("create database icu_held owner holder")
    return Database(
        "db", "icu", engine, server.address, server.port, "looker", None, "icu_held", upgrade_user="holder"
    )


def test_one_run_at_a_time(database: Database, tmp_path: Path) -> None:
    first = hold(database, WORD, tmp_path)
    assert first.held()
    with pytest.raises(Refused):
        hold(database, WORD, tmp_path)
    assert first.held()
    first.close()
    second = hold(database, WORD, tmp_path)
    assert second.held()
    second.close()


@pytest.mark.parametrize("database", ["sqlite", "mysql"], indirect=True)
def test_every_thread_of_the_run_sees_that_it_is_held(database: Database, tmp_path: Path) -> None:
    kept = hold(database, WORD, tmp_path)
    with ThreadPoolExecutor(1) as other:
        assert other.submit(kept.held).result()
        other.submit(kept.close).result()
    assert not kept.held()
    hold(database, WORD, tmp_path).close()


@pytest.mark.parametrize("database", ["mysql", "postgresql"], indirect=True)
def test_a_lock_whose_connection_broke_is_lost_and_stays_so(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kept = hold(database, WORD, tmp_path)
    Holds({"db": kept}).see()
    _cut(kept, request, database.engine)
    with pytest.raises(CouldNotLook, match="db"):
        Holds({"db": kept}).see()
    other = hold(database, WORD, tmp_path)
    assert not kept.held()
    other.close()
    assert not kept.held()
    kept.close()


def _cut(kept: Hold, request: pytest.FixtureRequest, engine: str) -> None:
    raw = cast("Any", kept)._deed._raw
    if engine == "mysql":
        request.getfixturevalue("mariadb").admin(f"kill {int(raw.thread_id())}")
    else:
        pid = int(raw.info.backend_pid)
        request.getfixturevalue("postgresql").admin(f"select pg_terminate_backend({pid})")


def test_a_database_has_one_lock_however_it_is_spelt() -> None:
    small, large, other = (
        Database("db", "icu", "mysql", database=name, upgrade_user="u") for name in ("his", "HIS", "his2")
    )
    assert lock_name(small) == lock_name(large) != lock_name(other)


def test_only_a_plan_without_hosts_keeps_its_databases(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "icu.db").close()
    world = world_in(tmp_path)
    site = Site("icu", "icu", databases=(Database("db", "icu", "sqlite", path="icu.db"),))
    script = replace(act("schema@db", 0), target_kind="database", kind="sql")
    with holding(world, site, rendered(script)) as holds:
        assert list(holds.kept) == ["db"]
        with pytest.raises(Refused, match="db"), holding(world, site, rendered(script)):
            pass
    with holding(world, site, rendered(script, act("stop@app", 1))) as holds:
        assert holds.kept == {}


def test_a_lost_lock_pauses_the_run_before_its_next_act(tmp_path: Path) -> None:
    world, did = world_in(tmp_path), list[str]()
    held = {"one@db": True}

    def do(each: Any, *_more: object) -> Any:
        did.append(each.id)
        held["one@db"] = False
        return done()

    desk = desk_of(world, "R-1")
    desk.make()
    acts = [
        replace(act(name, n), target_kind="database", kind="sql")
        for n, name in enumerate(("one@db", "two@db"))
    ]
    hand = SimpleNamespace(intent=lambda *_all: {}, do=do)
    kept = cast("Hold", SimpleNamespace(held=lambda: held["one@db"], close=lambda: None))
    heard: list[str] = []
    means = Means(
        Site("icu", "icu"),
        cast("Any", None),
        {},
        Holds({"db": kept}),
        cast("Any", {each.id: hand for each in acts}),
        cast("Callable[[str], Any]", lambda _name: True),
        Signals(),
        heard.append,
    )
    with Going(world, desk, rendered(*acts), means) as going:
        going.intend("run", schema=1)
        state = going.go()
    assert state.state == "paused"
    assert "db" in state.why_halted
    assert did == ["one@db"]
    assert [line.act for line in desk.story().lines if line.act == "two@db"] == []
