"""Connections cut, hosts gone, laptops lost: nothing is repeated, nothing is put back behind anybody's back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.desk import Desk
from tests.services.proxy import Proxy
from tests.upgrade.faults import LINKS, Book
from tests.upgrade.ground import SUPERVISOR, Ground
from tests.upgrade.short import Short

BOOK = Book(LINKS)


@pytest.fixture(scope="module")
def proxy(ground: Ground) -> Iterator[Proxy]:
    """All that goes to the first machine goes through here."""
    made = Proxy(ground.machines["a"].port)
    machine = ground.machines["a"]
    ground.desk.trust(machine.known_hosts_line().replace(f":{machine.port} ", f":{made.port} "))
    ground.write_inventory({"a": made.port})
    yield made
    made.close()


@pytest.fixture
def through(proxy: Proxy, short: Short) -> Short:
    """The old release on both machines, the first one reached through the proxy."""
    assert proxy.port
    return short


@pytest.mark.matrix
def test_cut_in_mid_step_the_act_is_found_again(through: Short, proxy: Proxy) -> None:
    going = through.holding(through.plan("count"))
    proxy.cut()
    through.go()
    done = going.wait(120)
    BOOK.ends("UF07", done.code, through.state())
    through.is_new()


@pytest.mark.matrix
def test_a_host_that_is_gone_pauses_the_run_and_nothing_is_put_back(through: Short, proxy: Proxy) -> None:
    going = through.holding(through.plan("count"), "count", "--patience", "3s")
    proxy.go_away()
    through.ground.machines["b"].at("/srv/go").touch()
    done = going.wait(240)
    BOOK.ends("UF08", done.code, through.state())
    assert "Traceback" not in done.err
    assert not any(line.startswith("undo") for name in "ab" for line in through.ground.ledger(name))
    acts = {act["id"]: act["state"] for act in through.ground.status()["acts"]}
    assert (acts["count@a"], acts["count@b"], acts["start@b"]) == ("in_doubt", "done", "pending")
    through.go()
    proxy.come_back()
    done = through.resume()
    BOOK.ends("UF08 back", done.code, through.state())
    through.is_new()


def _second(short: Short, name: str) -> Desk:
    """Another laptop with the same workspace, as a team shares it, but no records of its own."""
    first = short.ground.desk
    desk = Desk(short.ground.folder / name, HMAINT_OPERATOR="李工")
    shutil.copytree(
        first.root, desk.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".hmaint", "reports")
    )
    return desk


def _expire(short: Short) -> None:
    """Forty minutes without a word from whoever holds the leases."""
    for machine in short.ground.machines.values():
        for until in machine.at("/").rglob("fence.*/until"):
            until.write_text("0\n")


def test_a_second_laptop_is_refused_and_takes_over_once_the_first_is_lost(short: Short) -> None:
    plan = short.plan("count")
    going = short.holding(plan)
    other = _second(short, "second")
    approved = other.run("upgrade", "approve", plan, *short.ground.approval)
    assert approved.code == 0, approved.err
    run = short.ground.status()["run"]
    refused = other.run("upgrade", "run", plan, "--supervisor", SUPERVISOR, "--yes")
    BOOK.ends("UF17", refused.code)
    for word in (run, "张工"):
        assert word in refused.err
    going.process.kill()
    going.wait(30)
    words = ("upgrade", "resume", run, "--takeover", "--plan", plan, "--supervisor", SUPERVISOR, "--yes")
    early = other.run(*words, "--reason", "笔记本丢失")
    assert early.code == 77, early.err
    _expire(short)
    silent = other.run(*words)
    assert silent.code in {64, 77}, silent.err
    short.go()
    done = other.run(*words, "--reason", "笔记本丢失", limit=120)
    told = other.run("upgrade", "status", run, "--format", "json").object
    BOOK.ends("UF18", done.code, told["state"])
    short.is_new()
    journal = Path(other.root, ".hmaint", "upgrades", run, "journal.jsonl").read_text()
    assert "笔记本丢失" in journal
    late = short.resume(run)
    BOOK.ends("UF18 old", late.code)
    short.is_new()
    assert short.state() == "done"  # the other laptop's journal, as the hosts have it
    again = short.resume(run)
    assert again.code == 77, again.err
    short.is_new()
