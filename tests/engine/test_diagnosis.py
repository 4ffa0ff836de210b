"""The order of causes: what explains before what follows, what was refused outright, and what nobody saw."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from hmaint.engine.blocking import blockers
from hmaint.engine.contact import CONTACT
from hmaint.engine.diagnosis import Report, diagnose
from hmaint.engine.diagnosis_causes import KINDS, kind_of
from hmaint.kit.clock import CHINA
from hmaint.model.difference import Difference, Move
from hmaint.model.look import Observation, Row, Seen, Table
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Finding, RunRecord, State, TargetResult

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=CHINA)


def _finding(
    check: str, target: str = "app-1", level: Level = Level.CRITICAL, summary: str = "坏了"
) -> Finding:
    return Finding(f"F-{check}-{target}-{level}", check, target, "", level, check, summary, advice="看一看")


def _run(*findings: Finding, kinds: dict[str, str] | None = None) -> RunRecord:
    names = dict.fromkeys(each.target for each in findings)
    targets = tuple(TargetResult(name, (kinds or {}).get(name, "host"), Level.CRITICAL, 5) for name in names)
    checks = tuple(Check(f.check, f.target, f.title, "", f.level, f.summary, (f,)) for f in findings)
    return RunRecord(
        "R-1", "incident diagnose", "icu", "incident/diagnose", "故障诊断", "0", "远程", "张工", NOON, NOON,
        Level.CRITICAL, targets, checks, findings,
    )  # fmt: skip


def _ids(run: RunRecord, report: Report | None = None) -> list[str]:
    return [each.id for each in diagnose(run, report or Report()).causes]


def test_a_full_disk_stands_before_what_it_brings_about() -> None:
    run = _run(
        _finding("incident.linux.log.errors", level=Level.WARNING),
        _finding("linux.service.expected"),
        _finding("linux.disk.usage"),
        _finding("endpoint.port.open", "portal"),
        kinds={"portal": "endpoint"},
    )
    told = diagnose(run, Report())
    assert [each.id for each in told.causes][:1] == ["disk"]
    follows = {each.id: each.follows for each in told.causes}
    assert follows["service"] == "磁盘空间耗尽（app-1）"
    assert follows["port"]
    assert not follows["disk"]


def test_what_ails_another_machine_is_no_consequence() -> None:
    run = _run(_finding("linux.disk.usage", "app-1"), _finding("linux.service.expected", "app-2"))
    assert [each.follows for each in diagnose(run, Report()).causes] == ["", ""]


def test_what_was_reported_raises_the_cause_that_fits() -> None:
    run = _run(_finding("mariadb.replication", "db"), _finding("endpoint.tls.days", "portal"))
    assert _ids(run)[0] == "certificate"
    told = diagnose(run, Report("报表查不到昨天的数据"))
    assert told.causes[0].id == "replication"
    assert "报修内容相符" in told.causes[0].why[0]


def test_what_the_last_inspection_saw_well_raises_and_what_it_could_not_see_does_not() -> None:
    old, new = _finding("endpoint.tls.days", "portal"), _finding("mariadb.replication", "db")
    run = _run(old, new)
    since = Difference(replace(run, id="R-0"), run, new=(Move(new, None, Level.CRITICAL),))
    assert _ids(run, Report(since=since))[0] == "replication"
    blind = replace(since, new=(replace(since.new[0], blind=True),))
    assert _ids(run, Report(since=blind))[0] == "certificate"


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("服务器连接数已满：Too many connections（1040）", "connections"),
        ("服务器连接数已满：remaining connection slots are reserved", "connections"),
        ("ORA-12516: TNS:listener could not find available handler", "connections"),
        ("连接不上数据库：Connection refused", "port"),
        ("连接被拒绝（端口未监听？）", "port"),
    ],
)
def test_a_target_that_says_why_it_turns_us_away_names_its_cause(reason: str, cause: str) -> None:
    told = diagnose(_run(_finding(CONTACT, "db", Level.UNKNOWN, reason)), Report())
    assert [each.id for each in told.causes] == [cause]
    assert "对方明确答复" in told.causes[0].findings[0].summary
    assert told.unseen == ()


@pytest.mark.parametrize(
    "reason",
    [
        "10 秒内没有答复，已断开",
        "主机密钥已被吊销：SHA256:x，拒绝连接",
        "登录被拒绝，请核对账号、密码",
        "无法解析主机名",
    ],
)
def test_a_target_that_only_gives_no_answer_is_unseen_and_no_cause(reason: str) -> None:
    told = diagnose(_run(_finding(CONTACT, "db", Level.UNKNOWN, reason)), Report())
    assert told.causes == ()
    assert [(each.target, each.reason) for each in told.unseen] == [("db", reason)]
    assert told.examined == 0


def test_what_is_over_is_no_cause_and_a_workspaces_own_check_is_one() -> None:
    gone = replace(_finding("linux.disk.usage"), state=State.RESOLVED)
    own = replace(_finding("icu.queue.backlog"), title="接口消息积压")
    told = diagnose(_run(gone, own), Report())
    assert [(each.id, each.title) for each in told.causes] == [("other", "接口消息积压")]


def test_the_order_is_the_same_whatever_order_findings_come_in() -> None:
    checks = ("linux.disk.usage", "linux.service.expected", "incident.linux.load", "linux.time.laptop")
    found = [_finding(check, target) for check in checks for target in ("a", "b")]
    assert _ids(_run(*found)) == _ids(_run(*reversed(found)))


def test_every_kind_is_named_once_and_brings_only_kinds_there_are() -> None:
    names = [kind.id for kind in KINDS]
    assert len(names) == len(set(names))
    assert {brought for kind in KINDS for brought in kind.brings} <= set(names)
    assert kind_of(_finding("linux.disk.usage")).id == "disk"


def _waits(*pairs: tuple[str, str, int], step: str = "incident.mysql.blocking") -> Observation:
    rows: tuple[Row, ...] = tuple(
        {"waiting": a, "blocking": b, "seconds": n, "user": f"u{b}", "client": "10.1.1.1", "command": "Sleep",
         "open_seconds": 90, "trx": f"t{b}"}
        for a, b, n in pairs
    )  # fmt: skip
    return Observation(step, "db", Seen.OBSERVED, Table(rows))


def test_the_head_of_a_chain_has_everybody_behind_it() -> None:
    (head,) = blockers("db", [_waits(("3", "2", 9), ("2", "1", 20), ("4", "1", 5), ("3", "1", 9))])
    assert (head.session, set(head.waiting), head.longest) == ("1", {"2", "3", "4"}, 20)
    assert (head.user, head.transaction, head.open_seconds) == ("u1", "t1", 90)


def test_the_depth_is_that_of_the_chain_and_two_heads_are_two() -> None:
    (head,) = blockers("db", [_waits(("2", "1", 1), ("3", "2", 1), ("4", "3", 1))])
    assert head.depth == 3
    heads = blockers("db", [_waits(("2", "1", 1), ("4", "3", 8), ("5", "3", 7))])
    assert [each.session for each in heads] == ["3", "1"]


def test_a_ring_has_no_head_and_rows_that_say_nothing_are_none() -> None:
    assert blockers("db", [_waits(("1", "2", 1), ("2", "1", 1))]) == ()
    assert blockers("db", [_waits(("1", "1", 1)), _waits(("1", "", 1))]) == ()
    unseen = Observation("incident.mysql.blocking", "db", Seen.DENIED, reason="没有权限")
    assert blockers("db", [unseen]) == ()


def test_sqlserver_and_oracle_name_their_sessions_in_their_own_words() -> None:
    who = {"login": "his", "client": "PC-7", "status": "sleeping"}
    rows: tuple[Row, ...] = ({"session": 55, "blocker": 51, "seconds": 30, **who},)
    (head,) = blockers("db", [Observation("sqlserver.blocking", "db", Seen.OBSERVED, Table(rows))])
    assert (head.session, head.user, head.client, head.state) == ("51", "his", "PC-7", "sleeping")
    pair: tuple[Row, ...] = (
        {
            "waiting": "1.22",
            "blocking": "1.7",
            "seconds": 40,
            "event": "enq: TX",
            "account": "HIS",
            "client": "PC-9",
        },
    )
    (source,) = blockers("db", [Observation("oracle.sessions.blocked", "db", Seen.OBSERVED, Table(pair))])
    assert (source.session, source.user, source.client) == ("1.7", "", ""), (
        "what is shown is of the one who waits"
    )


def test_a_chain_is_called_one() -> None:
    finding = replace(_finding("incident.mysql.blocking", "db"), level=Level.WARNING)
    looks = {"db": (_waits(("2", "1", 3), ("3", "2", 2)),)}
    told = diagnose(_run(finding), Report(looks=looks))
    assert told.causes[0].title == "锁等待链"
    assert "链深 2" in told.causes[0].why[-1]
