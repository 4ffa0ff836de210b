"""Two records side by side: ten planted differences give exactly those ten, and nothing unseen is called gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hmaint.engine.compare import compare
from hmaint.engine.judge import finding_id
from hmaint.kit.clock import CHINA
from hmaint.model.difference import Difference, Kept
from hmaint.model.inventory import Scalar
from hmaint.model.look import Identity, Observation, Row, Seen, Table
from hmaint.model.playbook import Level, worst
from hmaint.model.run import Check, Finding, Metric, RunRecord, State, TargetResult

OK, WARNING, CRITICAL, UNKNOWN, SKIPPED = (
    Level.OK,
    Level.WARNING,
    Level.CRITICAL,
    Level.UNKNOWN,
    Level.SKIPPED,
)
NOON = datetime(2026, 10, 21, 12, tzinfo=CHINA)


def found(check: str, subject: str, level: Level, *, target: str = "app") -> Finding:
    name = finding_id("icu", check, target, subject, unseen=level is UNKNOWN)
    return Finding(name, check, target, subject, level, f"检查 {check}", f"{subject} 不对")


def checked(
    id_: str, *findings: Finding, level: Level | None = None, target: str = "app", **more: object
) -> Check:
    graver = worst([each.level for each in findings]) if findings else OK
    made = Check(id_, target, f"检查 {id_}", "", level or graver, "看了", findings)
    return replace(made, **more)  # type: ignore[arg-type] # fields of a check


def seen(step: str, key: tuple[str, ...], *rows: Row, target: str = "app") -> Observation:
    return Observation(step, target, Seen.OBSERVED, Table(rows), identity=Identity(key, key[-1]))


def kept(  # noqa: PLR0913 - a run in all its parts
    name: str,
    checks: Sequence[Check],
    looks: Sequence[Observation] = (),
    *,
    facts: dict[str, Scalar] | None = None,
    metrics: tuple[Metric, ...] = (),
    targets: tuple[str, ...] = (),
    errors: dict[str, str] | None = None,
) -> Kept:
    names = dict.fromkeys((*targets, *(check.target for check in checks)))
    results = tuple(
        TargetResult(each, "host", OK, 1, error=(errors or {}).get(each), facts=facts or {}) for each in names
    )
    findings = tuple(finding for check in checks for finding in check.findings)
    run = RunRecord(
        name, "inspect", "icu", "inspect/monthly", "月度", "", "远程", "张工", NOON, NOON + timedelta(minutes=1),
        OK, results, tuple(checks), findings, metrics,
    )  # fmt: skip
    by_target: dict[str, tuple[Observation, ...]] = {}
    for look in looks:
        by_target[look.target] = (*by_target.get(look.target, ()), look)
    return Kept(run, by_target)


def planted() -> tuple[Kept, Kept]:
    """Ten differences between two runs of a site that is otherwise the same, with much that stayed as it was."""
    steady = [checked(f"quiet.{n}") for n in range(20)]
    ports = {"a": [{"port": 22}, {"port": 80}], "b": [{"port": 22}, {"port": 80}, {"port": 8080}]}
    users = [{"user": "root", "uid": 0}, {"user": "icu", "uid": 1000}]
    parameters = {
        "a": [{"name": "max_connections", "value": "100"}, {"name": "port", "value": "3306"}],
        "b": [{"name": "max_connections", "value": "500"}, {"name": "port", "value": "3306"}],
    }
    new_port = found("ports", "8080", WARNING)
    before = kept(
        "R-1",
        [
            *steady,
            checked(
                "disk",
                found("disk", "/data", WARNING),
                found("disk", "/log", CRITICAL),
                found("disk", "/old", WARNING),
            ),
            checked("log", found("log", "app.log", WARNING)),
            checked("cpu"),
            checked("ports"),
            checked("accounts"),
            checked("parameters"),
            checked("backup"),
            checked("disk", target="gone-host"),
        ],
        [
            seen("ports", ("port",), *ports["a"]),
            seen("accounts", ("user", "uid"), *users),
            seen("parameters", ("name", "value"), *parameters["a"]),
        ],
        facts={"kernel": "5.10", "uptime": 100, "clock_offset": 0.1},
        metrics=(Metric("app", "cpu.busy_pct", 11.0, unit="%"), Metric("app", "size", 1000.0)),
    )
    after = kept(
        "R-2",
        [
            *steady,
            checked("disk", found("disk", "/data", CRITICAL), found("disk", "/log", WARNING)),
            checked("log", found("log", "app.log", WARNING)),
            checked("cpu", found("cpu", "", WARNING)),
            checked("ports", new_port),
            checked("accounts"),
            checked("parameters"),
            checked("backup", found("backup", "", UNKNOWN)),
            checked("disk", target="new-host"),
        ],
        [
            seen("ports", ("port",), *ports["b"]),
            seen("accounts", ("user", "uid"), *users),
            seen("parameters", ("name", "value"), *parameters["b"]),
        ],
        facts={"kernel": "5.15", "uptime": 7, "clock_offset": -0.3},
        metrics=(Metric("app", "cpu.busy_pct", 12.0, unit="%"), Metric("app", "size", 1500.0)),
    )  # fmt: skip
    return before, after


def told(difference: Difference) -> list[tuple[str, ...]]:
    """Every difference in a word or two."""
    moves = {
        "new": difference.new, "gone": difference.gone, "worse": difference.worse, "better": difference.better,
    }  # fmt: skip
    return [
        *((name, m.finding.check, m.finding.subject) for name, these in moves.items() for m in these),
        *((a.how, a.check, a.before, a.after) for a in difference.configuration),
        *(("target added", name) for name in difference.added),
        *(("target removed", name) for name in difference.removed),
        *(("not examined", gap.target, gap.check) for gap in difference.unexamined),
        *(("examined", gap.target, gap.check) for gap in difference.examined),
    ]


def test_ten_planted_differences_give_exactly_those_ten() -> None:
    found_ = compare(*planted(), known={"app", "new-host"})
    assert sorted(told(found_)) == sorted(
        [
            ("new", "cpu", ""),
            ("gone", "disk", "/old"),
            ("worse", "disk", "/data"),
            ("better", "disk", "/log"),
            ("added", "ports", "", "8080"),
            ("altered", "parameters", "100 max_connections", "500 max_connections"),
            ("altered", "target.facts", "5.10", "5.15"),
            ("target added", "new-host"),
            ("target removed", "gone-host"),
            ("not examined", "app", "backup"),
        ]
    )


def test_a_run_differs_in_nothing_from_itself() -> None:
    for run in planted():
        same = compare(run, run)
        assert (same.count, told(same), same.figures, same.undecided) == (0, [], (), ())


def test_a_port_that_is_no_more_is_removed_and_of_two_rows_of_one_name_none_is_taken_for_the_other() -> None:
    keys = [{"path": "/root/.ssh", "key": letter} for letter in "abc"]
    before = kept("R-1", [], [seen("keys", ("path", "key"), *keys[:1])], targets=("app",))
    after = kept("R-2", [], [seen("keys", ("path", "key"), *keys[1:])], targets=("app",))
    assert sorted(each.how for each in compare(before, after).configuration) == ["added", "added", "removed"]
    assert [each.before for each in compare(before, after).configuration if each.how == "removed"] == [
        "a /root/.ssh"
    ]


def test_a_change_that_made_a_finding_is_told_once_and_names_it() -> None:
    difference = compare(*planted())
    (port,) = [each for each in difference.configuration if each.how == "added"]
    assert (port.level, port.finding) == (WARNING, found("ports", "8080", WARNING).id)
    assert "8080" not in {move.finding.subject for move in difference.new}


def test_figures_within_their_noise_are_not_told() -> None:
    assert [(shift.after.name, shift.after.value) for shift in compare(*planted()).figures] == [
        ("size", 1500.0)
    ]


BEFORE = kept("R-1", [checked("disk", found("disk", "/data", WARNING)), checked("cpu")])


def test_what_the_later_run_could_not_look_at_is_never_called_gone() -> None:
    for after in (
        kept("R-2", [checked("disk", found("disk", "", UNKNOWN)), checked("cpu")]),
        kept("R-2", [checked("disk", level=SKIPPED), checked("cpu")]),
        kept("R-2", [checked("disk", complete=False), checked("cpu")]),
        kept("R-2", [checked("cpu")]),
        kept("R-2", [], targets=("app",), errors={"app": "连接超时"}),
        kept("R-2", []),
    ):
        difference = compare(BEFORE, after, known={"app"})
        assert difference.gone == ()
        assert [finding.subject for finding in difference.undecided] == ["/data"]


@given(st.sampled_from(list(Level)), st.sampled_from(["whole", "in part", "not there"]))
def test_gone_is_said_only_where_the_whole_check_was_examined(level: Level, seen_: str) -> None:
    checks = [] if seen_ == "not there" else [checked("disk", level=level, complete=seen_ == "whole")]
    difference = compare(BEFORE, kept("R-2", [*checks, checked("cpu")]))
    looked = seen_ == "whole" and level in (OK, WARNING, CRITICAL)
    assert bool(difference.gone) is looked
    assert bool(difference.undecided) is not looked


def test_a_target_that_was_lost_is_one_gap_with_its_reason() -> None:
    after = kept("R-2", [checked("disk", found("disk", "", UNKNOWN))], errors={"app": "连接超时"})
    (gap,) = compare(BEFORE, after).unexamined
    assert (gap.target, gap.check, gap.count, gap.reason) == ("app", "", 2, "连接超时")


def test_a_target_that_was_merely_not_visited_is_not_removed() -> None:
    difference = compare(BEFORE, kept("R-2", []), known={"app"})
    assert (difference.removed, [gap.target for gap in difference.unexamined]) == ((), ["app"])
    unknown = compare(BEFORE, kept("R-2", []))
    assert unknown.removed == ()


def test_what_the_earlier_run_could_not_look_at_is_new_with_a_word_about_it() -> None:
    before = kept("R-1", [checked("disk", found("disk", "", UNKNOWN)), checked("cpu")])
    after = kept("R-2", [checked("disk", found("disk", "/data", WARNING)), checked("cpu")])
    difference = compare(before, after)
    assert [(move.finding.subject, move.blind) for move in difference.new] == [("/data", True)]
    assert [gap.check for gap in difference.examined] == ["disk"]


def test_a_first_look_that_only_made_a_baseline_was_a_look() -> None:
    rows = seen("ports", ("port",), {"port": 22})
    first = kept("R-1", [checked("ports", level=SKIPPED)], [rows])
    second = kept("R-2", [checked("ports")], [rows])
    assert compare(first, second).count == 0


def test_a_change_a_person_accepted_is_no_more_and_yet_not_put_right() -> None:
    rows = seen("ports", ("port",), {"port": 22}, {"port": 8080})
    before = kept("R-1", [checked("ports", found("ports", "8080", WARNING))], [rows])
    (move,) = compare(before, kept("R-2", [checked("ports")], [rows])).gone
    assert move.accepted


def test_rows_that_a_filter_left_out_and_looks_without_identity_are_no_configuration() -> None:
    bare = Observation("top", "app", Seen.OBSERVED, Table(({"name": "java"},)))
    other = replace(bare, table=Table(({"name": "mysqld"},)))
    assert (
        compare(kept("R-1", [], [bare], targets=("app",)), kept("R-2", [], [other], targets=("app",))).count
        == 0
    )
    some = Observation(
        "p",
        "app",
        Seen.OBSERVED,
        Table(({"port": 22}, {"port": 40000})),
        identity=Identity(("port",), "port", (0,)),
    )
    more = replace(some, table=Table(({"port": 22}, {"port": 50000})))
    assert (
        compare(kept("R-1", [], [some], targets=("app",)), kept("R-2", [], [more], targets=("app",))).count
        == 0
    )


def test_a_resolved_finding_of_the_earlier_run_is_no_finding_of_it() -> None:
    resolved = replace(found("disk", "/data", OK), state=State.RESOLVED)
    before = kept("R-1", [checked("disk")])
    before = replace(before, run=replace(before.run, findings=(resolved,)))
    assert compare(before, kept("R-2", [checked("disk")])).count == 0
