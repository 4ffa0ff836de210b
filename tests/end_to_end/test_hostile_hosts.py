"""Hosts that are down, silent, endless, flooding or not who they were cost the others nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.end_to_end.desk import Desk, Done, Written, words_of
from tests.end_to_end.hostile import ENDLESS, FLOOD, GBK, hostile

UNREACHED = {
    "down": "连接被拒绝",
    "silent": "未发送 SSH 标识",
    "dripping": "SSH 标识",
    "changed-key": "主机密钥已变更",
    "wrong-password": "不被接受",
}
UNREAD = {
    "endless": ("own.endless", "超时"),
    "flood": ("own.flood", "一部分"),
    "not-utf8": ("own.gbk", "不是 utf-8 编码"),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with hostile(tmp_path_factory.mktemp("hostile")) as made:
        made.alone = True
        yield made


@pytest.fixture(scope="module")
def run(desk: Desk) -> Done:
    return desk.inspect("--playbook", "inspect/hostile", "--report", limit=90)


def unknown(run: Done, target: str) -> list[Written]:
    return [f for f in run.object["findings"] if f["target"] == target and f["level"] == "unknown"]


@pytest.mark.parametrize("name", UNREACHED)
def test_a_host_that_cannot_be_looked_at_is_one_finding_with_its_reason(run: Done, name: str) -> None:
    (finding,) = [f for f in run.object["findings"] if f["target"] == name]
    assert (finding["check"], finding["level"]) == ("target.contact", "unknown")
    assert UNREACHED[name] in finding["summary"]
    target = run.target(name)
    assert (target["level"], target["error"]) == ("unknown", finding["summary"])


@pytest.mark.parametrize("name", UNREAD)
def test_a_command_that_gives_nothing_readable_costs_its_own_check_alone(run: Done, name: str) -> None:
    check, words = UNREAD[name]
    (finding,) = [f for f in unknown(run, name) if f["check"] == check]
    assert words in finding["summary"]
    assert run.target(name)["error"] is None
    others = {f["check"] for f in unknown(run, name)} - {check}
    assert others == {f["check"] for f in unknown(run, "well")}


def test_the_declared_encoding_reads_what_the_wrong_one_could_not(desk: Desk, run: Done) -> None:
    assert not [f for f in unknown(run, "gb18030") if f["check"].startswith("own.")]
    read = summary_of(desk, run, "gb18030", "own.gbk")
    assert GBK in read
    assert "\x1b" not in read
    assert "[31m" not in read


def summary_of(desk: Desk, run: Done, target: str, check: str) -> str:
    """What the record says of one check, whatever came out."""
    with sqlite3.connect(desk.root / ".hmaint" / "records.db") as records:
        query = "select summary from checks where run = ? and target = ? and id = ?"
        return str(records.execute(query, (run.object["run"], target, check)).fetchone()[0])


def test_the_healthy_host_is_examined_whole(run: Done) -> None:
    well = run.target("well")
    assert well["error"] is None
    figures = {m["name"] for m in run.object["metrics"] if m["target"] == "well"}
    assert {"cpu.load15", "memory.used_pct", "disk.used_pct", "process.total"} <= figures


def test_the_run_ends_in_time_with_its_memory_bounded(run: Done) -> None:
    assert run.seconds < 60, "the hosts' limit is 40 s; everything else runs beside it"
    assert run.peak_mb < 250


def test_nothing_that_was_started_is_left_running_on_the_hosts(run: Done) -> None:
    assert run.code in (2, 3)
    left = [words for words in _command_lines() if FLOOD.encode() in words or ENDLESS.encode() in words]
    assert left == []


def _command_lines() -> Iterator[bytes]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield path.read_bytes()


def test_what_could_not_be_examined_is_exit_code_3(desk: Desk) -> None:
    done = desk.inspect("--playbook", "inspect/own", site="quiet")
    assert (done.code, done.object["level"]) == (3, "unknown")
    assert [(f["target"], f["level"]) for f in done.object["findings"]] == [("down-2", "unknown")]


def test_beside_a_critical_it_is_exit_code_2(desk: Desk) -> None:
    done = desk.inspect("--playbook", "inspect/own", site="planted")
    assert (done.code, done.object["level"]) == (2, "critical")
    found = [(f["target"], f["level"]) for f in done.object["findings"]]
    assert found == [("planted", "critical"), ("down-3", "unknown")]


def test_the_sheet_lists_them_apart_from_what_is_abnormal(desk: Desk, run: Done) -> None:
    (path,) = run.object["reports"]
    words = words_of(desk.root / path)
    for name in (*UNREACHED, *UNREAD):
        assert name in words
    assert words.count("未能检查") >= 1
