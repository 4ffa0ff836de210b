"""`incident diagnose` in the lab: each planted cause is named first or second, the well twin names nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from tests.end_to_end.ailing import (
    Hospital,
    crowded,
    hospital,
    mysql_chain,
    postgresql_chain,
    runaway,
    stopped_replica,
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    with hospital(tmp_path_factory.mktemp("ailing")) as found:
        yield found


Planting = Callable[[Hospital], AbstractContextManager[object]]


def _nothing(_lab: Hospital) -> AbstractContextManager[object]:
    return nullcontext()


CAUSES: dict[str, tuple[str, str, str, Planting]] = {
    "full disk": ("full-disk", "disk", "app-1", _nothing),
    "dead service": ("dead-service", "service", "app-1", _nothing),
    "blocking transaction": ("well", "blocking", "icu-main", lambda lab: mysql_chain(lab.mariadb, 1)),
    "lock wait chain": ("well", "blocking", "icu-report", lambda lab: postgresql_chain(lab.postgresql, 2)),
    "runaway query": ("well", "running", "icu-main", lambda lab: runaway(lab.mariadb)),
    "memory exhaustion": ("memory", "memory", "app-1", _nothing),
    "port refused": ("refused", "port", "portal", _nothing),
    "expired certificate": ("certificate", "certificate", "portal", _nothing),
    "clock off": ("clock", "clock", "app-1", _nothing),
    "replication stopped": ("well", "replication", "icu-main", lambda lab: stopped_replica(lab.mariadb)),
    "log full of errors": ("log-errors", "log", "app-1", _nothing),
    "connection limit reached": ("well", "connections", "icu-main", lambda lab: crowded(lab.mariadb)),
}


@pytest.mark.parametrize("planted", CAUSES)
def test_a_planted_cause_is_named_first_or_second(lab: Hospital, planted: str) -> None:
    site, cause, target, plant = CAUSES[planted]
    with plant(lab):
        before = _state(lab.folder)
        told = lab.diagnose(site)
        assert _state(lab.folder) == before
    assert (cause, target) in [(each["id"], each["target"]) for each in told["causes"][:2]], told["causes"]
    assert told["exit"] in (1, 2, 3)


def _state(folder: Path) -> dict[str, str]:
    """Every file of the machines' own trees, by its hash."""
    trees = [path for path in folder.iterdir() if (path / "srv").is_dir()]
    files = [file for tree in trees for file in sorted(tree.rglob("*")) if file.is_file()]
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_the_well_hospital_has_no_cause(lab: Hospital) -> None:
    told = lab.diagnose("well")
    assert told["causes"] == []
    assert told["exit"] == (3 if told["unseen"] else 0)
    assert {each["target"] for each in told["unseen"]} <= {"app-1"}, told["unseen"]


def test_a_chain_is_told_from_its_head_with_everybody_behind_it(lab: Hospital) -> None:
    with mysql_chain(lab.mariadb, 2) as ids:
        told = lab.diagnose("well", "--words", "保存医嘱转圈")
    first = told["causes"][0]
    assert (first["id"], first["title"]) == ("blocking", "锁等待链")
    head = first["blockers"][0]
    assert (head["session"], head["depth"]) == (str(ids[0]), 2)
    assert set(head["waiting"]) == {str(ids[1]), str(ids[2])}
    assert head["transaction"]
    assert any("转圈" in why for why in first["why"])


def test_what_the_last_inspection_did_not_see_is_said_to_be_new(lab: Hospital) -> None:
    lab.desk.run("inspect", "--site", "well", "-p", "inspect/weekly")
    with stopped_replica(lab.mariadb):
        told = lab.diagnose("well")
    assert told["compared_with"]
    assert next(each for each in told["causes"] if each["id"] == "replication")["new"]


def test_a_machine_that_gives_no_answer_is_neither_fine_nor_the_cause(lab: Hospital) -> None:
    told = lab.diagnose("silent")
    assert told["causes"] == []
    assert told["exit"] == 3
    assert {each["target"] for each in told["unseen"]} >= {"icu-main"}
    said = lab.desk.run("incident", "diagnose", "--site", "silent")
    assert "未能查看" in said.out


def test_a_diagnosis_is_put_on_the_incidents_record_with_the_run_it_rests_on(lab: Hospital) -> None:
    opened = lab.desk.run(
        "incident", "open", "--site", "dead-service", "--what", "系统打不开", "--reporter", "王护士长",
        "--channel", "phone", "--scope", "hospital", "--format", "json",
    ).object  # fmt: skip
    lab.desk.run(
        "kb",
        "add",
        "--title",
        "采集服务停止后打不开系统",
        "--symptoms",
        "系统打不开",
        "--step",
        "重启采集服务",
    )
    told = lab.desk.run("incident", "diagnose", opened["id"], "--format", "json").object
    assert told["causes"][0]["id"] == "service"
    assert "打不开" in "".join(told["causes"][0]["why"])
    assert [each["title"] for each in told["articles"]] == ["采集服务停止后打不开系统"]
    shown = lab.desk.run("incident", "show", opened["id"], "--format", "json").object
    entry = next(each for each in shown["events"] if each["event"] == "diagnosed")
    assert entry["body"]["run"] == told["run"]
    assert entry["body"]["causes"][0]["title"] == "服务或进程停止"
    assert lab.desk.run("runs", "show", told["run"]).code == 0


def test_words_that_mean_nothing_are_refused(lab: Hospital) -> None:
    assert lab.desk.run("incident", "diagnose").code == 64
    assert lab.desk.run("incident", "diagnose", "latest", "--site", "well").code == 64
    assert lab.desk.run("incident", "diagnose", "--site", "wel").code == 64
    assert lab.desk.run("incident", "diagnose", "--site", "well", "--format", "junit").code == 64
