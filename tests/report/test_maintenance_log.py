"""One line a visit: nothing that was not examined may look well in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from hmaint.model.playbook import Level
from hmaint.model.run import RunRecord
from hmaint.report.agreement import disagreements
from hmaint.report.form import find_form
from hmaint.report.maintenance_log import Visit, maintenance_log, visit_row
from tests.report import runs
from tests.report.runs import CRITICAL, OK, SKIPPED, UNKNOWN, WARNING, check, finding, record, target

DAY = date(2026, 11, 21)


def row(*of: RunRecord, documents: tuple[str, ...] = ()) -> dict[str, object]:
    return visit_row(Visit(DAY, of, documents))


def servers(*checks: tuple[int, Level], **more: object) -> str:
    told = record((target("a"),), tuple(check(number, "a", level) for number, level in checks), **more)
    return str(row(told)["servers"])


def test_a_visit_that_saw_everything_well_says_what_it_saw() -> None:
    told = row(runs.healthy())
    assert told["servers"] == "2 台，检查 30 项，均正常（CPU 与负载、内存、磁盘、日志、服务、安全）"
    assert told["system"] == "本次未检查"
    assert told["remark"] == "记录 R-20261121-093012-icu"


def test_the_usual_visit_counts_what_is_bad_what_was_not_seen_and_the_rest() -> None:
    told = row(runs.usual()[0], documents=("icu-inspection-record-2026-004",))
    assert told["servers"] == (
        "2 台，检查 28 项：3 项异常（磁盘：严重 1；日志：警告 1；安全：警告 1），"
        "1 项未能检查（安全），其余 25 项正常"
    )
    assert told["system"] == "2 个，检查 2 项：1 个未能检查，其余 2 项正常"
    assert "文件 icu-inspection-record-2026-004" in str(told["remark"])


def test_nothing_reached_is_never_well() -> None:
    told = row(runs.nothing_reached())
    assert told["servers"] == "60 台，未能检查，状况不明"


def test_what_only_was_reached_was_not_examined() -> None:
    contact = replace(check(0, "a"), id="target.contact")
    assert row(record((target("a"),), (contact,)))["servers"] == "1 台，没有适用的检查项，未作检查"
    assert servers((0, SKIPPED)) == "1 台，没有适用的检查项，未作检查"


def test_a_target_of_which_nothing_was_seen_is_counted_as_one() -> None:
    blind = tuple(check(number, "b", UNKNOWN) for number in range(9))
    told = record((target("a"), target("b", UNKNOWN, error="连接超时")), (check(0, "a"), *blind))
    assert row(told)["servers"] == "2 台，检查 1 项：1 台未能检查，其余 1 项正常"


def test_a_target_without_a_check_that_applied_is_not_passed_over() -> None:
    told = record((target("a"), target("b")), (check(0, "a"), check(0, "b", SKIPPED)))
    assert row(told)["servers"] == "2 台，检查 1 项：1 台没有适用的检查项，其余 1 项正常"


def test_a_target_lost_half_way_is_named_though_its_checks_are_well() -> None:
    lost = record((target("a", error="连接中断"), target("b")), (check(0, "a"), check(0, "b")))
    assert row(lost)["servers"] == "2 台，检查 2 项：1 台未能查完，其余 2 项正常"


def test_a_check_that_saw_a_part_is_not_called_well() -> None:
    partly = replace(check(0, "a"), complete=False)
    assert row(record((target("a"),), (partly,)))["servers"] == "1 台，检查 1 项：1 项只看到一部分"


def test_a_run_that_stopped_is_never_wholly_well() -> None:
    assert servers((0, OK), state="interrupted") == "1 台，检查 1 项：其余 1 项正常"
    stopped = record((target("a"),), (check(0, "a"),), finished_at=None)
    assert "中途停止" in str(row(stopped)["remark"])
    assert "均正常" not in str(row(stopped)["servers"])


def test_of_two_looks_on_a_day_the_later_counts_also_where_it_saw_less() -> None:
    ill = record((target("a"),), (check(5, "a", CRITICAL),), (finding(5, "a", CRITICAL),))
    well, blind = (record((target("a"),), (check(5, "a", level),)) for level in (OK, UNKNOWN))
    assert row(ill, well)["servers"] == "1 台，检查 1 项，均正常（磁盘）；另有 1 项异常已于当日消除"
    assert row(well, blind)["servers"] == "1 台，未能检查，状况不明"
    assert "消除" not in str(row(ill, blind)["servers"])


@given(
    levels=st.lists(st.sampled_from([OK, WARNING, CRITICAL, UNKNOWN, SKIPPED]), min_size=1, max_size=12),
    lost=st.booleans(),
    stopped=st.booleans(),
)
def test_all_well_is_said_only_where_everything_was_examined_and_well(
    *, levels: list[Level], lost: bool, stopped: bool
) -> None:
    told = record(
        (target("a", error="连接中断" if lost else None),),
        tuple(check(number, "a", level) for number, level in enumerate(levels)),
        state="interrupted" if stopped else "finished",
    )
    flawless = set(levels) <= {OK, SKIPPED} and OK in levels and not lost and not stopped
    assert ("均正常" in str(row(told)["servers"])) is flawless


def test_hostile_names_stay_short() -> None:
    told = row(runs.hostile()[0])
    assert all(len(str(words)) < 1000 for words in told.values())


def test_a_sheet_has_room_for_more_visits() -> None:
    rows = [row(runs.healthy())]
    data = maintenance_log(rows, runs.inventory(), "icu", "2026 年", runs.ENDED)
    many = maintenance_log(rows * 30, runs.inventory(), "icu", "2026 年", runs.ENDED)
    assert [len(each["blanks"]) for each in (data, many)] == [11, 3]  # type: ignore[arg-type] # a list
    assert disagreements(data, find_form("maintenance-log", None).fields) == []
