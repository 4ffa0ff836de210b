"""One suite for every place records can be kept in: a file, PostgreSQL, MariaDB."""

from __future__ import annotations

import gzip
import itertools
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import URL, text

from hmaint.errors import WrongUsage
from hmaint.model.document import Document, Handling, Standing
from hmaint.model.entry import Entry
from hmaint.model.look import Identity, Seen
from hmaint.model.playbook import Level
from hmaint.model.run import Metric, State
from hmaint.store import schema
from hmaint.store.evidence import Evidence
from hmaint.store.failures import NewerRecords, RunExists
from hmaint.store.kept import Anchor
from hmaint.store.migrate import upgrade
from hmaint.store.records import Records
from hmaint.store.values import VERSION
from hmaint.store.visit import Visit
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL
from tests.store.samples import NOON, a_check, a_finding, a_look, a_run, a_target
from tests.store.test_moving import fill

_numbers = itertools.count(1)
Open = Callable[[], Records]


def _server_url(kind: str, request: pytest.FixtureRequest) -> str:
    name = f"records{next(_numbers)}"
    server: MariaDB | PostgreSQL = request.getfixturevalue(kind)
    server.admin(f"create database {name}")
    backend = {"mariadb": "mysql", "postgresql": "postgresql"}[kind]
    url = URL.create(backend, server.user, server.password, server.address, server.port, name)
    return url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    return (
        tmp_path / ".hmaint" / "records.db"
        if request.param == "sqlite"
        else _server_url(request.param, request)
    )


@pytest.fixture
def opened(place: str | Path, tmp_path: Path) -> Iterator[Open]:
    held: list[Records] = []

    def open_once_more() -> Records:
        held.append(Records.open(place, folder=tmp_path / ".hmaint"))
        return held[-1]

    yield open_once_more
    for records in held:
        records.dispose()


@pytest.fixture
def records(opened: Open) -> Records:
    return opened()


def _visit(records: Records, name: str, *findings: object, day: int = 0, **how: object) -> tuple[State, ...]:
    records.begin_run(a_run(name, day=day))
    found = records.append(name, "icu", a_target(), [a_check(*findings, **how)], [])  # type: ignore[arg-type] # samples
    records.finish_run(name, NOON, Level.OK)
    return tuple(each.state for each in found)


def test_a_run_reads_back_as_it_was_kept(records: Records, opened: Open) -> None:
    records.begin_run(a_run())
    finding = a_finding()
    check, look = (
        a_check(finding),
        a_look([{"mount": "/data", "used_pct": 83.1, "note": "已满'\"\\\n", "n": 2**70}]),
    )
    records.append("R-1", "icu", a_target(), [check], [look], b"$ df\n/data 83%")
    records.append("R-1", "icu", a_target("icu-db-1", Level.OK), [a_check(target="icu-db-1")], [])
    records.finish_run("R-1", NOON + timedelta(minutes=1), Level.WARNING, ["reports/a.docx"], {"mobile": 2})

    other = opened()
    run = other.run("R-1")
    assert run.finished_at == NOON + timedelta(minutes=1)
    assert run.started_at == NOON
    assert run.started_at.utcoffset() == timedelta(hours=8)
    assert (run.level, run.state, run.reports, run.redacted) == (
        Level.WARNING,
        "finished",
        ("reports/a.docx",),
        {"mobile": 2},
    )
    assert run.targets == (a_target(), a_target("icu-db-1", Level.OK))
    assert run.findings[0].metrics["big"] == 2**62
    assert [each.id for each in run.findings] == [finding.id]
    assert run.checks[0].findings == run.findings
    assert run.checks[0].metrics == check.metrics
    assert run.counts()["ok"] == 1
    assert [metric.target for metric in run.metrics] == ["icu-app-1", "icu-db-1"]
    assert other.observations("R-1", "icu-app-1")[0].table == look.table
    assert other.observations("R-1", "icu-app-1")[0].asked == ("df -PkT",)
    assert other.transcript("R-1", "icu-app-1") == b"$ df\n/data 83%"
    assert other.transcript("R-1", "icu-db-1") == b""


def test_runs_are_listed_newest_first_and_found_by_a_beginning(records: Records) -> None:
    for day, name in enumerate(("R-20261121-a", "R-20261122-b", "R-20261123-c")):
        records.begin_run(a_run(name, day=day, site="icu" if day else "his"))
    assert [run.id for run in records.runs()] == ["R-20261123-c", "R-20261122-b", "R-20261121-a"]
    assert [run.id for run in records.runs(site="icu", limit=1)] == ["R-20261123-c"]
    assert records.run("latest").id == "R-20261123-c"
    assert records.run("R-20261122").id == "R-20261122-b"
    with pytest.raises(WrongUsage, match="不止一个"):
        records.run("R-")
    with pytest.raises(WrongUsage, match="没有保存运行"):
        records.run("R_20261122")
    assert records.free_id("R-20261121-a") == "R-20261121-a-2"
    assert records.free_id("R-2026112") == "R-2026112"
    with pytest.raises(RunExists):
        records.begin_run(a_run("R-20261121-a"))


def test_empty_records_have_no_latest_run(records: Records) -> None:
    assert records.runs() == ()
    with pytest.raises(WrongUsage):
        records.run("latest")
    assert records.previous("icu", {"icu-app-1": ["linux.disk"]}) == {"icu-app-1": {}}


def test_a_finding_lives_from_new_over_open_and_resolved_to_recurring(records: Records) -> None:
    assert _visit(records, "R-1", a_finding()) == (State.NEW,)
    assert _visit(records, "R-2", a_finding(), day=1) == (State.OPEN,)
    assert _visit(records, "R-3", day=2, level=Level.UNKNOWN) == ()
    assert _visit(records, "R-4", day=3) == (State.RESOLVED,)
    assert _visit(records, "R-5", day=4) == ()
    assert _visit(records, "R-6", a_finding(), day=5) == (State.RECURRING,)
    stored = records.finding(a_finding().id)
    assert [(event.run, event.state) for event in stored.history] == [
        ("R-1", State.NEW),
        ("R-2", State.OPEN),
        ("R-4", State.RESOLVED),
        ("R-6", State.RECURRING),
    ]
    assert (stored.first_run, stored.last_run, stored.first_seen) == ("R-1", "R-6", NOON)
    assert records.run("R-4").findings[0].level is Level.OK
    assert records.run("R-4").checks[0].findings == ()


def test_a_finding_is_known_for_its_site_only(records: Records) -> None:
    _visit(records, "R-1", a_finding())
    records.begin_run(a_run("R-2", site="his", day=1))
    assert records.append("R-2", "his", a_target(), [a_check()], []) == ()
    assert [each.finding.state for each in records.findings(site="icu")] == [State.NEW]


def test_people_note_and_close_and_a_closed_one_comes_back(records: Records, opened: Open) -> None:
    finding = a_finding()
    _visit(records, "R-1", finding)
    records.note(finding.id, "已告知信息科", "feedback", "张工", NOON)
    records.note(finding.id, "已扩容", "solution", "张工", NOON + timedelta(hours=1))
    records.close(finding.id[:-1], "医院确认保留", "李工", NOON + timedelta(hours=2))
    stored = opened().finding(finding.id)
    assert [(note.kind, note.text, note.operator) for note in stored.notes] == [
        ("feedback", "已告知信息科", "张工"),
        ("solution", "已扩容", "张工"),
        ("closed", "医院确认保留", "李工"),
    ]
    assert stored.finding.state is State.CLOSED
    assert records.findings(states=["new", "open", "recurring"]) == ()
    assert _visit(records, "R-2", day=1) == ()
    assert _visit(records, "R-3", finding, day=2) == (State.RECURRING,)
    with pytest.raises(WrongUsage):
        records.note("F-nobody", "x", "note", "张工", NOON)


def test_findings_are_chosen_by_site_target_and_state_worst_first(records: Records) -> None:
    _visit(records, "R-1", a_finding("/a"), a_finding("/b", level=Level.CRITICAL))
    assert [each.finding.subject for each in records.findings()] == ["/b", "/a"]
    assert (
        records.findings(site="his")
        == records.findings(states=["closed"])
        == records.findings(target="x")
        == ()
    )
    assert len(records.findings(site="icu", target="icu-app-1", states=[State.NEW])) == 2


def test_the_newest_answered_look_of_each_step_is_handed_back(records: Records) -> None:
    for day, rows in enumerate(([{"n": 1}], [{"n": 2}])):
        records.begin_run(a_run(f"R-{day}", day=day))
        looks = [a_look(rows), a_look([{"m": day}], step="linux.mem")]
        records.append(f"R-{day}", "icu", a_target(), [], looks)
    records.begin_run(a_run("R-9", day=9))
    records.append("R-9", "icu", a_target(), [], [a_look([], seen=Seen.TIMED_OUT)])
    steps = ["linux.disk", "linux.mem", "never.asked"]
    looks = records.previous("icu", {"icu-app-1": steps, "icu-db-1": ["linux.disk"]})
    assert looks["icu-db-1"] == {}
    found = looks["icu-app-1"]
    assert {step: rows for step, (rows, _, _) in found.items()} == {
        "linux.disk": ({"n": 2},),
        "linux.mem": ({"m": 1},),
    }
    assert found["linux.disk"].time == NOON + timedelta(days=1)
    assert records.previous("icu", {"icu-app-1": []}) == {"icu-app-1": {}}
    assert records.previous("icu", {}) == {}


def _statements(records: Records, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    with records._home.door.reading() as session:
        kind = type(session)
    for name in ("rows", "run"):
        monkeypatch.setattr(kind, name, _overheard(getattr(kind, name), said))
    return said


def _overheard(really: Callable[..., Any], said: list[str]) -> Callable[..., Any]:
    def told(session: object, sql: str, *rows: object, **binds: object) -> object:
        said.append(sql.split(maxsplit=1)[0].lower())
        return really(session, sql, *rows, **binds)

    return told


def test_looking_back_costs_two_statements_however_many_targets_and_steps(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = _statements(records, monkeypatch)
    records.previous("icu", {f"h{host}": [f"step.{n}" for n in range(10)] for host in range(5)})
    assert said == ["select", "select"]


def test_what_many_targets_brought_costs_no_more_statements_than_what_one_brought(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, counts = _statements(records, monkeypatch), []
    for day, names in enumerate((["h0"], [f"h{n}" for n in range(1, 20)])):
        run = f"R-{day}"
        records.begin_run(a_run(run, day=day))
        said.clear()
        visits = [
            Visit(
                run,
                "icu",
                a_target(n),
                (a_check(a_finding(target=n), target=n),),
                (a_look([{"n": 1}], target=n),),
            )
            for n in names
        ]
        found = records.append_all(visits)
        assert [each.target for (each,) in found] == names
        counts.append(len(said))
    assert 5 < counts[0] == counts[1]


def test_levels_of_several_runs_are_counted_at_once(records: Records) -> None:
    _visit(records, "R-1", a_finding())
    _visit(records, "R-2", day=1)
    assert records.counts(["R-1", "R-2"]) == {"R-1": {Level.WARNING: 1}, "R-2": {Level.OK: 1}}


def test_a_figure_that_is_none_is_left_out(records: Records) -> None:
    records.begin_run(a_run())
    check = a_check()
    odd = [Metric("icu-app-1", "x", value) for value in (float("nan"), float("inf"), 1.5)]
    records.append("R-1", "icu", a_target(), [type(check)(**{**_fields(check), "metrics": tuple(odd)})], [])
    assert [metric.value for metric in records.run("R-1").metrics] == [1.5]


def _fields(check: object) -> dict[str, object]:
    return {name: getattr(check, name) for name in check.__dataclass_fields__}  # type: ignore[attr-defined] # a dataclass


def test_what_a_server_would_refuse_is_kept_with_a_mark(records: Records) -> None:
    records.begin_run(a_run())
    look = a_look([{"line": "a\0b\ud800c😀"}])
    target = type(a_target())("icu-app-1", "host", Level.UNKNOWN, 1, error="x\0y\udfff😀")
    records.append("R-1", "icu", target, [], [look])
    assert records.run("R-1").targets[0].error == "x␀y?😀"
    assert records.observations("R-1", "icu-app-1")[0].table.rows[0]["line"] in ("a\0b?c😀", "a␀b?c😀")


def test_a_long_answer_is_kept_whole(records: Records) -> None:
    records.begin_run(a_run())
    text = "磁" * 300_000
    records.append("R-1", "icu", a_target(), [], [a_look([{"line": text}])])
    assert (
        records.previous("icu", {"icu-app-1": ["linux.disk"]})["icu-app-1"]["linux.disk"].rows[0]["line"]
        == text
    )


def test_a_visit_is_kept_whole_or_not_at_all(records: Records) -> None:
    records.begin_run(a_run())
    twice = [a_look([{"n": 1}]), a_look([{"n": 2}])]
    with pytest.raises(Exception, match="records"):
        records.append("R-1", "icu", a_target(), [a_check(a_finding())], twice)
    assert records.run("R-1").targets == ()
    assert records.findings() == ()


def test_an_anchor_moves_forward_only(records: Records) -> None:
    trail = Path("audit.jsonl")
    assert records.anchor(trail) is None
    for sequence in (2, 5, 3):
        records.set_anchor(trail, Anchor(sequence, f"{sequence}" * 64))
    assert records.anchor(trail) == Anchor(5, "5" * 64)


def test_two_processes_may_write_at_once(records: Records, opened: Open) -> None:
    other = opened()
    records.begin_run(a_run("R-1"))
    other.begin_run(a_run("R-2", day=1))
    for number in range(10):
        name = f"h{number}"
        one = records.append("R-1", "icu", a_target(name), [a_check(a_finding(target=name), target=name)], [])
        two = other.append("R-2", "icu", a_target(name), [a_check(a_finding(target=name), target=name)], [])
        assert (one[0].state, two[0].state) == (State.NEW, State.OPEN)
    assert len(records.run("R-1").targets) == len(records.run("R-2").targets) == 10
    assert records.rescue is other.rescue is None


def test_made_at_once_and_migrated_step_by_step_are_the_same_tables(records: Records) -> None:
    with records._engine.begin() as connection:
        schema.metadata.drop_all(connection)
        upgrade(connection)
    with records._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
        assert connection.exec_driver_sql("select version_num from alembic_version").scalar() == VERSION


def test_records_of_the_first_release_are_migrated_and_stay_readable(records: Records, opened: Open) -> None:
    with records._engine.begin() as connection:
        schema.metadata.drop_all(connection)
        upgrade(connection, "0001")
    _write_as_the_first_release(records)
    other = opened()
    look = other.observations("R-old", "app")[0]
    assert (look.table.rows, look.identity) == (({"port": 22},), None)
    assert other.run("R-old").site == "icu"
    other.begin_run(a_run("R-new", day=1))
    identity = Identity(("port",), "port", (0,))
    other.append("R-new", "icu", a_target(), [], [replace(a_look([{"port": 22}]), identity=identity)])
    assert other.observed("R-new")["icu-app-1"][0].identity == identity


def _write_as_the_first_release(records: Records) -> None:
    """A run with one look, as the tables of the first release took it."""
    at = int(NOON.timestamp() * 1_000_000)
    run = dict.fromkeys(("playbook", "playbook_title", "playbook_digest", "mode", "operator", "host"), "")
    run |= {
        "id": "R-old",
        "command": "inspect",
        "site": "icu",
        "level": "ok",
        "state": "finished",
        "process": "",
    }
    rows: list[tuple[str, dict[str, object]]] = [
        ("runs", {**run, "started_at": at, "redacted": "{}", "reports": "[]"}),
        (
            "observations",
            {"run": "R-old", "target": "app", "step": "ports", "seen": "observed", "body": '[{"port":22}]'}
            | {"cut": False, "reason": "", "started": at, "elapsed_ms": 1, "asked": "[]"},
        ),
    ]
    with records._engine.begin() as connection:
        for table, row in rows:
            quote = connection.dialect.identifier_preparer.quote
            names = ", ".join(quote(name) for name in row)
            values = ", ".join(f":{name}" for name in row)
            statement = f"insert into {table} ({names}) values ({values})"  # noqa: S608 - our own names
            connection.execute(text(statement), row)


def test_a_spell_is_what_was_seen_since_a_finding_last_came_up(records: Records) -> None:
    grave = a_finding(level=Level.CRITICAL)
    _visit(records, "R-1", a_finding())
    _visit(records, "R-2", day=1)
    _visit(records, "R-3", a_finding(), day=2)
    _visit(records, "R-4", grave, day=3)
    name = a_finding().id
    assert records.spells("icu") == {
        name: ((NOON + timedelta(days=2), Level.WARNING), (NOON + timedelta(days=3), Level.CRITICAL))
    }
    assert records.spells("icu", NOON + timedelta(days=1)) == {}
    assert records.spells("icu", NOON) == {name: ((NOON, Level.WARNING),)}
    records.close(name, "保留", "李工", NOON + timedelta(days=4))
    assert records.spells("icu") == records.spells("icu", NOON + timedelta(days=5)) == {}
    assert len(records.spells("icu", NOON + timedelta(days=3))[name]) == 2
    assert records.spells("his") == {}


def test_what_put_a_finding_right_is_named_with_its_evidence(records: Records) -> None:
    _visit(records, "R-1", a_finding())
    assert records.finding(a_finding().id).ending is None
    records.begin_run(a_run("R-2", day=1))
    records.append("R-2", "icu", a_target(), [a_check()], [], b"$ df\n/data 41%")
    end = records.finding(a_finding().id).ending
    assert end is not None
    assert (end.run, end.operator, end.summary, len(end.evidence)) == ("R-2", "张工", "1 项", 64)
    assert records.evidence.get(end.evidence) == b"$ df\n/data 41%"


def test_figures_are_read_as_series_by_name_target_and_subject(records: Records) -> None:
    for day in range(3):
        _visit(records, f"R-{day}", day=day)
    (one,) = records.series("icu", ["disk.*"])
    assert (one.target, one.name, one.subject, one.unit) == ("icu-app-1", "disk.used_pct", "/data", "%")
    assert [(reading.run, reading.value) for reading in one.readings] == [(f"R-{d}", 83.1) for d in range(3)]
    assert len(records.series("icu", until=NOON + timedelta(days=1))[0].readings) == 2
    for nothing in (
        records.series("icu", ["cpu.*"]),
        records.series("icu", subject="/"),
        records.series("icu", target="x"),
        records.series("his"),
    ):
        assert nothing == ()


def test_records_of_a_newer_hmaint_are_refused(records: Records, opened: Open) -> None:
    with records._engine.begin() as connection:
        connection.execute(schema.stamp.update().values(version_num="9999"))
    with pytest.raises(NewerRecords, match="升级"):
        opened()


def _draft(*sources: str, form: str = "inspection-record", site: str = "icu") -> Document:
    return Document("", 0, form, "样表", site, "icu", sources, "", "", "", NOON, NOON, "张工")


def _issue(records: Records, draft: Document, year: int = 2026) -> Document:
    with records.documents.numbered(draft, year) as pen:
        document = replace(
            draft,
            number=pen.number,
            version=pen.version,
            digest="d" * 64,
            path=f"{pen.number}.docx",
            file="f" * 64,
        )
        pen.register(document)
    return document


def test_documents_are_numbered_by_site_form_and_year_and_told_again_are_versions(records: Records) -> None:
    issued = [
        _issue(records, _draft("R-1")),
        _issue(records, _draft("R-2")),
        _issue(records, _draft("R-1")),
        _issue(records, _draft("R-1", form="health-report")),
        _issue(records, _draft("R-1", site="his")),
        _issue(records, _draft("R-3"), year=2027),
        _issue(records, _draft("R-2"), year=2027),
    ]
    assert [(each.number, each.version) for each in issued] == [
        ("icu-inspection-record-2026-001", 1),
        ("icu-inspection-record-2026-002", 1),
        ("icu-inspection-record-2026-001", 2),
        ("icu-health-report-2026-001", 1),
        ("his-inspection-record-2026-001", 1),
        ("icu-inspection-record-2027-001", 1),
        ("icu-inspection-record-2026-002", 2),
    ]
    assert records.documents.find("icu-inspection-record-2026-001") == issued[2]
    assert records.documents.find("icu-inspection-record-2026-001", 1) == issued[0]
    assert {each.site for each in records.documents.listed("his")} == {"his"}
    assert len(records.documents.listed()) == 7


def test_a_number_is_given_back_when_the_document_could_not_be_made(records: Records) -> None:
    def fail() -> None:
        with records.documents.numbered(_draft("R-1"), 2026) as pen:
            assert pen.number == "icu-inspection-record-2026-001"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert records.documents.listed() == ()
    assert _issue(records, _draft("R-9")).number == "icu-inspection-record-2026-001"


def test_two_processes_never_give_out_one_number(opened: Open) -> None:
    one, other = opened(), opened()
    with (
        one.documents.numbered(_draft("R-1"), 2026) as first,
        other.documents.numbered(_draft("R-2"), 2026) as second,
        other.documents.numbered(_draft("R-1"), 2026) as again,
    ):
        assert (first.number, first.version) == ("icu-inspection-record-2026-001", 1)
        assert (second.number, second.version) == ("icu-inspection-record-2026-002", 1)
        assert (again.number, again.version) == ("icu-inspection-record-2026-001", 2)


def test_what_became_of_a_document_is_kept_with_its_version_and_once(records: Records) -> None:
    first, _second = _issue(records, _draft("R-1")), _issue(records, _draft("R-1"))
    assert records.documents.find(first.number, 1).standing is Standing.DRAFTED
    handed = Handling(Standing.SUBMITTED, NOON, NOON, "张工", "信息科")
    signed = Handling(Standing.SIGNED, NOON, NOON, "张工", "李主任", "f" * 64, "e" * 64, "扫描件.pdf")
    for handling in (signed, handed, handed):
        records.documents.handle(first, handling)
    kept = records.documents.find(first.number, 1)
    assert (kept.standing, kept.handlings) == (Standing.SIGNED, (signed, handed))
    assert records.documents.find(first.number).standing is Standing.DRAFTED


def test_the_papers_asked_for_of_each_site_come_with_the_first_time_they_were_handed_in(
    records: Records,
) -> None:
    first = _issue(records, _draft("R-1"))
    again = _issue(records, _draft("R-1"))
    other = _issue(records, _draft("R-1", form="health-report"))
    others = _issue(records, _draft("R-1", site="his"))
    _issue(records, _draft("R-1", form="health-report", site="his"))
    for day in (2, 1):
        at = NOON + timedelta(days=day)
        records.documents.handle(first, Handling(Standing.SUBMITTED, at, at, "张工"))
    papers = records.heads.papers
    wanted = {"icu": ["inspection-record", "health-report"], "his": ["inspection-record"], "lis": []}
    assert [(each.number, each.submitted_at, each.signed_at) for each in papers(wanted, NOON)] == [
        (others.number, None, None),
        (other.number, None, None),
        (first.number, NOON + timedelta(days=1), None),
        (again.number, None, None),
    ]
    assert papers(wanted, NOON + timedelta(days=9)) == papers({"lis": []}, NOON) == papers({}, NOON) == ()


def test_runs_are_read_in_small_with_what_they_examined(records: Records) -> None:
    _visit(records, "R-1", level=Level.OK)
    _visit(records, "R-2", day=1, level=Level.UNKNOWN)
    heads = records.heads
    assert [each.id for each in heads.runs(["icu"], NOON)] == ["R-1", "R-2"]
    assert heads.runs(["icu"], NOON, "inspect/monthly") == ()
    looked = heads.looked(["icu"], NOON, ("inspect", "data-check"))
    assert {run: each.seen for run, each in looked.items() if each.seen} == {"R-1": {"icu-app-1"}}
    assert heads.looked(["icu"], NOON, ("data-check",)) == {}
    assert heads.runs_with(["icu"], NOON, "inspect", "磁盘") == {"R-1"}
    assert [night[:3] for night in heads.nightly(["icu"], NOON, "inspect/monthly")] == [
        ("R-1", "icu", "ok"),
        ("R-2", "icu", "ok"),
    ]


def test_records_without_documents_are_migrated_and_stay_readable(records: Records, opened: Open) -> None:
    with records._engine.begin() as connection:
        schema.metadata.drop_all(connection)
        upgrade(connection, "0001")
    _write_as_the_first_release(records)
    other = opened()
    assert other.run("R-old").site == "icu"
    assert other.documents.listed() == ()
    assert _issue(other, _draft("R-old")).version == 1


def test_entries_come_back_as_they_were_told(opened: Open) -> None:
    records = opened()
    body = {"what": "药库🏥\0", "minutes": 15, "rows": [{"科室": "放射科"}], "none": None}
    first = Entry("a" * 32, "", "incident", "opened", "icu", NOON, NOON, "张工", body)
    one = records.entries.begin(first, "I")
    two = opened().entries.begin(replace(first, id="b" * 32), "I")
    assert (one.matter[-3:], two.matter[-3:]) == ("001", "002")
    later = replace(one, id="c" * 32, event="noted", at=NOON + timedelta(minutes=5), corrects=one.id)
    records.entries.add([later, later])
    assert opened().entries.of(one.matter, "incident") == (one, later)
    assert records.entries.listed(kinds=["incident"], events=["noted"]) == (later,)
    lively = {"kinds": ["incident"], "lately": later.at}
    assert records.entries.listed(**lively, sites=["icu"]) == (one, later)
    assert records.entries.listed(**lively, since=later.at) == (later,)
    assert records.entries.listed(**lively, events=["opened"]) == ()


def test_everything_is_copied_to_a_server_and_back_again(opened: Open, tmp_path: Path) -> None:
    here = Records.open(tmp_path / "here" / "records.db")
    fill(here)
    there = opened()
    moved = here.copy_to(there)
    assert (moved.rows, moved.blobs, moved.damaged) == (sum(here.filled().values()), 2, ())
    assert there.run("R-1") == here.run("R-1")
    assert there.entries.listed() == here.entries.listed()
    back = Records.open(tmp_path / "back" / "records.db")
    assert opened().copy_to(back).rows == moved.rows
    assert back.documents.listed() == here.documents.listed()
    there.note(there.findings("icu")[0].finding.id, "再看一次", "note", "李工", NOON + timedelta(days=1))
    assert there.entries.begin(replace(here.entries.listed()[0], id="n"), "I").matter.endswith("-002")


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_evidence_of_one_laptop_is_shown_by_another(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    place = _server_url(kind, request)
    with (
        Records.open(place, folder=tmp_path / "one") as one,
        Records.open(place, folder=tmp_path / "two") as two,
    ):
        scan = os.urandom(3_000_000)
        digest = one.evidence.put(scan)
        assert two.evidence.get(digest) == scan
        assert list(two.evidence.digests()) == [digest]
        (tmp_path / "two" / "evidence" / "waiting").mkdir(parents=True, exist_ok=True)
        later = Evidence(tmp_path / "two" / "evidence").put(b"put while the server was away")
        (tmp_path / "two" / "evidence" / "waiting" / later).touch()
        Records.open(place, folder=tmp_path / "two").dispose()
        assert one.evidence.get(later) == b"put while the server was away"


def test_a_server_is_kept_as_it_was_before_it_is_migrated(
    records: Records, opened: Open, tmp_path: Path
) -> None:
    with records._engine.begin() as connection:
        schema.metadata.drop_all(connection)
        upgrade(connection, "0003")
        words = "insert into notes values (1, 'F-1', 'note', '以前的话', '张工', 1750000000000000)"
        connection.execute(text(words))
    opened()
    kept = list((tmp_path / ".hmaint").glob("before-*"))
    assert len(kept) == 1
    if kept[0].suffix == ".gz":
        lines = [json.loads(line) for line in gzip.decompress(kept[0].read_bytes()).splitlines()]
        assert lines[0]["version"] == "0003"
        assert [line["row"]["text"] for line in lines if line.get("table") == "notes"] == ["以前的话"]


def test_a_mariadb_that_speaks_as_oracle_does_takes_a_run(mariadb: MariaDB, tmp_path: Path) -> None:
    name = f"records{next(_numbers)}"
    mariadb.admin(f"create database {name}")
    url = URL.create("mysql", mariadb.user, mariadb.password, mariadb.address, mariadb.port, name)
    mariadb.admin("set global sql_mode = 'ORACLE'")
    try:
        with Records.open(url.render_as_string(hide_password=False), folder=tmp_path / ".hmaint") as records:
            assert _visit(records, "R-1", a_finding()) == (State.NEW,)
            assert [each.id for each in records.run("R-1").findings] == [a_finding().id]
            assert records.rescue is None
    finally:
        mariadb.admin("set global sql_mode = default")
