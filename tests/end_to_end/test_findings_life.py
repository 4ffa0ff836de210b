"""The life of findings over real runs, and what people say about them, down to the Word sheet."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.end_to_end.desk import Desk, Done, Written, words_of

TROUBLE = "queue stuck"


class Ward:
    """One host with one queue, which is in trouble or not; `look()` inspects it."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder / "desk")
        self._queue = folder / "queue.txt"
        self.desk.write_inventory(
            {"icu": {"name": "重症监护系统", "hosts": {"app": {"connection": "local"}}}}
        )
        step = {"id": "own.queue", "title": "接口消息积压", "category": "接口", "do": "file", "on": "hosts"}
        judged = {
            "where": f"line == '{TROUBLE}'",
            "found": "warning",
            "says": "{{ line }}",
            "advice": "检查集成平台",
        }
        step |= {"with": {"path": str(self._queue)}, "subject": "line", **judged}
        self.desk.write_playbook("inspect/monthly", [step])

    def put(self, line: str | None) -> None:
        """What stands in the queue's file; None takes the file away."""
        self._queue.unlink(missing_ok=True)
        if line is not None:
            self._queue.write_text(line + "\n")

    def look(self, *words: str) -> Done:
        return self.desk.inspect(*words)

    def state(self, done: Done) -> list[tuple[str, str]]:
        return [(f["state"], f["level"]) for f in done.object["findings"] if f["subject"] == TROUBLE]


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    return Ward(tmp_path)


def test_a_finding_is_new_then_open_then_resolved_then_recurring(ward: Ward) -> None:
    lives = []
    for line in (TROUBLE, TROUBLE, "all well", "all well", TROUBLE):
        ward.put(line)
        done = ward.look()
        lives.append((done.code, ward.state(done)))
    assert lives == [
        (1, [("new", "warning")]),
        (1, [("open", "warning")]),
        (0, [("resolved", "ok")]),
        (0, []),
        (1, [("recurring", "warning")]),
    ]
    (finding,) = ward.desk.run("finding", "list", "--format", "json").object["findings"]
    history = ward.desk.run("finding", "show", finding["id"], "--format", "json").object["history"]
    assert [event.split(" ")[3] for event in history] == ["新发现", "未解决", "已恢复", "再次出现"]


def test_what_could_not_be_looked_at_resolves_nothing(ward: Ward) -> None:
    ward.put(TROUBLE)
    ward.look()
    ward.put(None)
    blind = ward.look()
    assert blind.code in (0, 3)
    assert ward.state(blind) == []
    listed = ward.desk.run("finding", "list", "--format", "json").object["findings"]
    assert TROUBLE in {f["subject"] for f in listed}
    ward.put(TROUBLE)
    assert ward.state(ward.look()) == [("open", "warning")]


def test_what_people_say_stands_on_the_sheet(ward: Ward) -> None:
    ward.put(TROUBLE)
    first = ward.look("--report")
    finding = first.object["findings"][0]["id"]
    said = ("--feedback", "已电话告知信息科李主任", "--solution", "重启接口引擎后恢复")
    assert ward.desk.run("finding", "note", finding, *said).code == 0
    second = ward.look("--report")
    before, after = (words_of(ward.desk.root / done.object["reports"][0]) for done in (first, second))
    for words in said[1::2]:
        assert words not in before
        assert words in after
    assert TROUBLE in after


def test_a_finding_closed_by_hand_is_not_listed_and_comes_back_as_recurring(ward: Ward) -> None:
    ward.put(TROUBLE)
    finding = ward.look().object["findings"][0]["id"]
    assert ward.desk.run("finding", "close", finding, "--reason", "医院确认保留").code == 0
    assert ward.desk.run("finding", "list", "--format", "json").object["findings"] == []
    closed = ward.desk.run("finding", "list", "--state", "closed", "--format", "json").object["findings"]
    assert [f["id"] for f in closed] == [finding]
    assert "医院确认保留" in ward.desk.run("finding", "show", finding).out
    assert ward.state(ward.look()) == [("recurring", "warning")]


def test_without_a_reason_nothing_is_closed_and_nobody_is_asked(ward: Ward) -> None:
    ward.put(TROUBLE)
    finding = ward.look().object["findings"][0]["id"]
    assert ward.desk.run("finding", "close", finding).code == 64
    assert ward.desk.run("finding", "note", finding).code == 64
    assert ward.desk.run("finding", "note", "F-0000000000", "--text", "x").code == 64
    listed = ward.desk.run("finding", "list", "--format", "json").object["findings"]
    assert [f["state"] for f in listed] == ["new"]


@pytest.fixture
def ports() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def listen(ports: ExitStack) -> socket.socket:
    """A port somebody listens on until the test ends or closes it."""
    return ports.enter_context(closing(socket.create_server(("127.0.0.1", 0))))


def watching(desk: Desk, mine: list[int], declared: Written) -> None:
    """An inspection of these ports alone: other tests open theirs on this machine meanwhile."""
    step = {"id": "own.ports", "title": "监听端口", "do": "port", "on": "hosts", "where": f"port in {mine}"}
    judged = {
        "subject": "port",
        "changed": {"key": ["port"], "new": "warning", "gone": "critical", "against": "ports"},
    }
    desk.write_playbook("inspect/monthly", [{**step, **judged, "says": "端口 {{ port }}"}])
    desk.write_inventory({"icu": {"hosts": {"app": {"connection": "local", **declared}}}})


def port_findings(done: Done) -> set[tuple[str, str, str]]:
    return {
        (f["subject"], f["level"], f["state"]) for f in done.object["findings"] if f["check"] == "own.ports"
    }


def test_the_first_run_makes_the_baseline_of_ports_and_the_next_ones_tell_what_changed(
    tmp_path: Path, ports: ExitStack
) -> None:
    desk = Desk(tmp_path / "desk")
    old, new = listen(ports), listen(ports)
    ours = [sock.getsockname()[1] for sock in (old, new)]
    new.close()
    watching(desk, ours, {})
    first = desk.inspect()
    assert (port_findings(first), first.object["checks"]["skipped"]) == (set(), 1)
    assert port_findings(desk.inspect()) == set()
    again = ports.enter_context(closing(socket.create_server(("127.0.0.1", ours[1]))))
    changed = desk.inspect()
    assert (changed.code, port_findings(changed)) == (1, {(str(ours[1]), "warning", "new")})
    old.close()
    gone = desk.inspect()
    assert gone.code == 2
    assert (str(ours[0]), "critical", "new") in port_findings(gone)
    again.close()


def test_a_declared_list_of_ports_wins_over_what_was_there_last_time(
    tmp_path: Path, ports: ExitStack
) -> None:
    desk = Desk(tmp_path / "desk")
    known, stray = listen(ports), listen(ports)
    ours = [sock.getsockname()[1] for sock in (known, stray)]
    watching(desk, ours, {"ports": ours[:1]})
    for state in ("new", "open"):
        done = desk.inspect()
        assert port_findings(done) == {(str(ours[1]), "warning", state)}
    stray.close()
    done = desk.inspect()
    assert (done.code, port_findings(done)) == (0, {(str(ours[1]), "ok", "resolved")})


def test_numbers_of_runs_and_findings_may_be_shortened(ward: Ward) -> None:
    ward.put(TROUBLE)
    done = ward.look()
    run, finding = done.object["run"], done.object["findings"][0]["id"]
    assert re.fullmatch(r"R-\d{8}-\d{6}-icu(-\d+)?", run)
    assert ward.desk.run("runs", "show", run[:-4], "--format", "json").object["run"] == run
    assert ward.desk.run("finding", "show", finding[:6], "--format", "json").object["id"] == finding
    assert ward.desk.run("runs", "show", "R-1999", "--format", "json").code == 64
