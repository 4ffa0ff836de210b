"""`upgrade check`, `request` and `approve` against real servers: they look, they bind, and they change nothing."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from hmaint.kit.clock import CHINA
from tests.end_to_end.desk import Desk, Tagged, Written, ssh_host, written
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL
from tests.services.sshd import Sshd

SECRET = "geheim-7Q2x"
"""Planted in a file that is compared: no output may show it."""


@pytest.fixture(scope="module")
def sshd() -> Iterator[Sshd]:
    server = Sshd()
    try:
        yield server.start()
    finally:
        server.stop()


class Place:
    """A host with an application of release 1.0, three databases, and a desk with a plan for them."""

    def __init__(self, folder: Path, sshd: Sshd, mariadb: MariaDB, postgresql: PostgreSQL) -> None:
        self.app, self.desk = folder / "app", Desk(folder / "desk")
        self.desk.environ |= {
            "HMAINT_SECRET_MARIA": mariadb.password,
            "HMAINT_SECRET_PG": postgresql.password,
        }
        for version in ("1.0", "1.1"):
            (self.app / version).mkdir(parents=True)
        (self.app / "current").symlink_to(self.app / "1.0")
        (self.app / "conf").write_text(f"port=8080\npassword={SECRET}\nlevel=info\n")
        mariadb.admin("create database if not exists upcheck", "create or replace table upcheck.bed (id int)")
        postgresql.admin("create table if not exists upcheck_bed (id int)")
        with sqlite3.connect(self.desk.root / "demo.db") as file:
            file.execute("create table bed (id int)")
        databases: Written = {
            "maria": {
                "engine": "mysql", "address": mariadb.address, "port": mariadb.port, "user": "root",
                "password": Tagged("!secret MARIA"), "name": "upcheck",
            },
            "pg": {
                "engine": "postgresql", "address": "127.0.0.1", "port": postgresql.port, "user": "postgres",
                "password": Tagged("!secret PG"), "name": "postgres",
            },
            "demo": {"engine": "sqlite", "path": "demo.db"},
        }  # fmt: skip
        self.hosts = {"app-1": ssh_host(sshd)}
        self.databases = databases
        self.write_inventory()
        self.desk.trust(sshd.known_hosts_line())
        self.plans = self.desk.root / "plans"
        self.plans.mkdir()
        self.write_plan()

    def write_inventory(self) -> None:
        backups = {
            name: {"path": f"/nowhere/{name}*", "of": name, "host": "app-1", "max_age": "26h"}
            for name in self.databases
        }
        site = {"name": "重症监护系统", "hosts": self.hosts, "databases": self.databases, "backups": backups}
        self.desk.write_inventory({"icu": site})

    def write_plan(self, **changes: object) -> None:
        release = b"new\n"
        (self.plans / "release.bin").write_bytes(release)
        now = datetime.now(CHINA)
        whole: Written = {
            "plan": "app-1.1", "title": "应用升级", "site": "icu", "from": "1.0", "to": "1.1",
            "content": "升级", "reason": "需求", "impact": "短暂停机",
            "window": {
                "from": f"{now - timedelta(minutes=10):%Y-%m-%d %H:%M}",
                "to": f"{now + timedelta(hours=4):%Y-%m-%d %H:%M}",
            },
            "approvers": ["李主任"], "supervisor": "王工", "tests": "通过",
            "risks": [{"risk": "失败", "measure": "回退"}],
            "artefacts": {"release": {"file": "release.bin", "sha256": sha256(release).hexdigest()}},
            "backups": [{"name": name} for name in self.databases],
            "preflight": [
                {
                    "id": "app.there", "title": "在原版本", "do": "shell", "on": "hosts",
                    "with": {"run": f"readlink {self.app}/current"},
                    "expect": {"line": {"must": {"eq": str(self.app / "1.0")}, "otherwise": "critical"}},
                }
            ],
            "steps": self.steps(),
            "verify": [
                {
                    "id": "app.version", "title": "版本", "do": "shell", "on": "hosts",
                    "with": {"run": "echo 1.1"}, "expect": {"line": {"must": {"eq": "1.1"}}},
                }
            ],
            **changes,
        }  # fmt: skip
        (self.plans / "app-1.1.yaml").write_text(written(whole), "utf-8")

    def steps(self) -> list[Written]:
        app = str(self.app)
        host: Written = {"on": "hosts", "estimate": "1s"}
        return [
            {
                "id": "mark", "title": "记号", "do": "shell", **host, "with": {"run": f"touch {app}/marked"},
                "probe": f"touch {app}/probed; [ -e {app}/marked ]", "undo": f"rm -f {app}/marked",
            },
            {"id": "bring", "title": "上传", "do": "upload", **host, "with": {"artefact": "release", "to": f"{app}/r"}},
            {
                "id": "conf", "title": "配置", "do": "file", **host,
                "with": {"path": f"{app}/conf", "content": "port=9090\nlevel=info\n"},
            },
            {
                "id": "link", "title": "切换", "do": "symlink", **host,
                "with": {"path": f"{app}/current", "to": f"{app}/1.1"},
            },
            {
                "id": "own", "title": "自有命令", "do": "service", **host,
                "with": {
                    "state": "started", "start": f"touch {app}/up", "stop": f"rm {app}/up",
                    "running": f"touch {app}/asked; [ -e {app}/up ]",
                },
            },
            {
                "id": "sql", "title": "脚本", "do": "sql", "on": "databases", "estimate": "1s",
                "with": {"statements": ["CREATE TABLE ward (id int)"]}, "undo": ["DROP TABLE ward"],
            },
        ]  # fmt: skip

    def state(self) -> Mapping[str, object]:
        """Everything a check could have changed: files with times, tables of the databases."""
        files = {
            str(path): (path.readlink() if path.is_symlink() else path.stat().st_mtime_ns)
            for path in (self.app, *sorted(self.app.rglob("*")), self.desk.root / "demo.db")
        }
        with sqlite3.connect(self.desk.root / "demo.db") as file:
            return {**files, "tables": file.execute("select name from sqlite_master").fetchall()}

    def check(self, *words: str) -> Any:
        done = self.desk.run("upgrade", "check", "app-1.1", "--format", "json", *words)
        return {**done.object, "code": done.code}

    def approve(self, **said: str) -> Any:
        (self.desk.root / "signed.txt").write_text("同意\n")
        told = {"by": "李主任", "text": "同意", "evidence": "signed.txt", **said}
        words = [part for name, value in told.items() for part in (f"--{name}", value)]
        return self.desk.run("upgrade", "approve", "app-1.1", *words)


@pytest.fixture(scope="module")
def place(
    tmp_path_factory: pytest.TempPathFactory, sshd: Sshd, mariadb: MariaDB, postgresql: PostgreSQL
) -> Place:
    return Place(tmp_path_factory.mktemp("check"), sshd, mariadb, postgresql)


def test_check_tells_everything_and_changes_nothing(
    place: Place, mariadb: MariaDB, postgresql: PostgreSQL
) -> None:
    before = place.state()
    told = place.check()
    assert place.state() == before
    assert mariadb.admin("show tables from upcheck") == [("bed",)]
    assert postgresql.admin("select count(*) from pg_tables where tablename = 'ward'") == [(0,)]
    assert told["code"] == 0, [each for each in told["targets"] if not each["seen"]]
    assert told["sound"] is True
    assert len(told["digest"]) == 64
    acts = {act["id"]: act for act in told["acts"]}
    assert list(acts)[:5] == [f"{name}@app-1" for name in ("mark", "bring", "conf", "link", "own")]
    assert {name for name in acts if name.startswith("sql@")} == {"sql@maria", "sql@pg", "sql@demo"}
    assert [acts[f"{name}@app-1"]["now"] for name in ("bring", "conf", "link")] == ["pending"] * 3
    # What the plan's author wrote is not run before it is approved.
    assert acts["mark@app-1"]["now"] is None
    assert acts["own@app-1"]["now"] is None
    targets = {each["name"]: each for each in told["targets"]}
    assert all(each["seen"] for each in targets.values())
    assert targets["app-1"]["host_key"].startswith("ssh-ed25519 SHA256:")
    assert targets["app-1"]["machine_id"]
    assert all(targets[name]["database_id"] for name in ("maria", "pg", "demo"))
    assert all(abs(each["clock_offset_s"]) < 60 for each in targets.values())
    gates = {each["gate"] for each in told["gates"]}
    assert {"approval", "supervisor", "backup"} <= gates
    assert "window" not in gates


def test_a_file_that_would_change_is_shown_line_by_line_and_its_password_is_not(place: Place) -> None:
    done = place.desk.run("upgrade", "check", "app-1.1", "-v")
    assert done.code == 0
    assert "-port=8080" in done.out
    assert "+port=9090" in done.out
    assert SECRET not in done.out + done.err
    assert not any(SECRET.encode() in held for name, held in place.desk.bytes_kept() if "said" not in name)


def test_preflight_that_is_bad_is_told_and_decides_the_status(place: Place) -> None:
    bad = place.plans / "app-1.1.yaml"
    text = bad.read_text()
    try:
        bad.write_text(text.replace(f"eq: {place.app}/1.0", "eq: elsewhere"))
        told = place.check()
        assert told["code"] == 2
        assert told["sound"] is False
        assert any(each["level"] == "critical" for each in told["preflight"])
    finally:
        bad.write_text(text)


def test_a_target_that_cannot_be_reached_is_said_and_nothing_is_bound_to_it(place: Place, sshd: Sshd) -> None:
    place.hosts["app-1"]["port"] = 1
    place.write_inventory()
    try:
        told = place.check()
        assert told["code"] == 3
        assert told["digest"] is None
        assert told["gates"] is None
        target = next(each for each in told["targets"] if each["name"] == "app-1")
        assert target["seen"] is False
        assert target["reason"]
        refused = place.approve()
        assert refused.code == 77
        assert "app-1" in refused.err
        assert place.desk.run("upgrade", "request", "app-1.1").code == 77
    finally:
        place.hosts["app-1"]["port"] = sshd.port
        place.write_inventory()


def test_an_unknown_host_key_is_refused(place: Place) -> None:
    known = place.desk.root / "known_hosts"
    text = known.read_text()
    try:
        known.write_text("")
        assert place.approve().code == 77
    finally:
        known.write_text(text)


def test_a_request_is_written_and_bound_to_the_digest(place: Place) -> None:
    done = place.desk.run("upgrade", "request", "app-1.1", "--format", "json")
    assert done.code == 0, done.err
    assert done.object["digest"] == place.check()["digest"]
    assert (place.desk.root / done.object["document"]).stat().st_size > 5_000


def test_only_the_list_approves_in_words_with_evidence(place: Place) -> None:
    for said, code, words in (
        ({"by": "李注任"}, 77, "李主任"),
        ({"text": "  "}, 77, "--text"),
        ({"evidence": "nowhere.pdf"}, 64, "nowhere.pdf"),
    ):
        refused = place.approve(**said)
        assert (refused.code, words in refused.err) == (code, True), refused.err


def test_an_approval_holds_until_anything_changes_and_the_difference_is_shown(place: Place) -> None:
    assert place.approve().code == 0
    assert "approval" not in {each["gate"] for each in place.check()["gates"]}
    plan = place.plans / "app-1.1.yaml"
    text = plan.read_text()
    try:
        plan.write_text(text.replace("port=9090", "port=9091"))
        told = place.check()
        assert "approval" in {each["gate"] for each in told["gates"]}
        assert any(line.startswith("+") and "9091" in line for line in told["changed_since_approval"])
    finally:
        plan.write_text(text)


def test_an_approval_does_not_hold_for_another_machine_behind_the_address(place: Place, sshd: Sshd) -> None:
    other = Sshd()
    with_it = other.start()
    try:
        place.hosts["app-1"] = ssh_host(with_it)
        place.write_inventory()
        place.desk.trust(with_it.known_hosts_line())
        gates = {each["gate"] for each in place.check()["gates"]}
        assert "approval" in gates
    finally:
        other.stop()
        place.hosts["app-1"] = ssh_host(sshd)
        place.write_inventory()


def test_a_backup_opens_its_gate_once_it_was_verified_and_shuts_it_again_when_it_is_old(place: Place) -> None:
    def reasons() -> list[str]:
        return [each["reason"] for each in place.check()["gates"] if each["gate"] == "backup"]

    copy = place.app / "demo-copy.db"
    copy.write_bytes((place.desk.root / "demo.db").read_bytes())
    inventory = place.desk.root / "inventory.yaml"
    inventory.write_text(inventory.read_text().replace("/nowhere/demo*", str(place.app / "demo-copy*.db")))
    assert any("demo" in each for each in reasons())
    assert place.desk.run("backup-verify", "--site", "icu", "--backup", "demo").code == 0
    assert not any("demo" in each for each in reasons())
    day_ago = time.time() - 25 * 3600
    os.utime(copy, (day_ago, day_ago))
    assert place.desk.run("backup-verify", "--site", "icu", "--backup", "demo").code == 0, "good to 26 h"
    assert any("demo" in each and "25" in each for each in reasons()), "the plan wants 24 h"


def test_both_languages_tell_the_same_gates(place: Place) -> None:
    for lang, words in (("en", "the supervisor 王工 is not said to be present"), ("zh", "监督人")):
        done = place.desk.run("upgrade", "check", "app-1.1", lang=lang)
        assert words in done.out, done.out
