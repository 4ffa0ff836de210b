"""What the sheet says of a run, and above all what it may not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from hmaint.duty.rectification import Term
from hmaint.model.limit import Limit
from hmaint.model.playbook import Level
from hmaint.model.run import Finding, RunRecord, State
from hmaint.report.anomalies import Notes
from hmaint.report.digest import digest
from hmaint.report.verdict import conclusion
from hmaint.report.view import Rectification, inspection_record
from tests.report import runs
from tests.report.runs import CRITICAL, OK, SKIPPED, UNKNOWN, WARNING, check, finding, record, target

Rows = list[dict[str, object]]


def told(run: RunRecord, notes: dict[str, Notes] | None = None) -> dict[str, object]:
    return inspection_record(run, runs.inventory(), notes or {})


def rows(run: RunRecord, name: str) -> Rows:
    found = told(run)[name]
    assert isinstance(found, list)
    return found


def content(run: RunRecord) -> Rows:
    return [row for section in rows(run, "sections") for row in section["rows"]]  # type: ignore[attr-defined]


def test_all_well_is_said_only_of_what_was_examined() -> None:
    assert told(runs.healthy())["conclusion"] == "本次检查的 30 项均正常，未发现异常。"


@given(st.lists(st.sampled_from(list(Level)), max_size=8), *[st.booleans()] * 4)
def test_the_conclusion_never_says_well_while_anything_was_not_examined(
    levels: list[Level],
    ended: bool,  # noqa: FBT001 - drawn by hypothesis
    lost: bool,  # noqa: FBT001 - drawn by hypothesis
    silent: bool,  # noqa: FBT001 - drawn by hypothesis
    bare: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    checks = tuple(check(number, "a", level) for number, level in enumerate(levels))
    targets = [target("a", error="断开" if lost else None)] + ([target("b", UNKNOWN)] if silent else [])
    targets += [target("c")] if bare else []
    run = record(tuple(targets), checks, finished_at=runs.ENDED if ended else None)
    whole = ended and not lost and not silent and not bare and UNKNOWN not in levels
    well = whole and OK in levels and not {WARNING, CRITICAL} & set(levels)
    assert ("正常" in conclusion(run)) is well


def test_a_target_nothing_applied_to_is_told_in_the_conclusion() -> None:
    run = record((target("a"), target("b")), (check(0, "a"), check(0, "b", SKIPPED)))
    assert conclusion(run) == "已检查的 1 项未发现异常；另有 1 个对象没有适用的检查项，未作检查。"


def test_a_run_that_was_stopped_says_so() -> None:
    run = replace(runs.healthy(), finished_at=None, state="interrupted")
    data = told(run)
    assert "中途停止" in str(data["conclusion"])
    assert data["period"] == "2026-11-21 09:30 开始，未正常结束"
    assert "正常" not in str(data["conclusion"])


def test_a_run_over_midnight_names_both_days() -> None:
    run = replace(runs.healthy(), finished_at=runs.ENDED.replace(day=22, hour=0))
    assert told(run)["period"] == "2026-11-21 09:30 至 2026-11-22 00:32"


def test_well_targets_share_a_row_and_each_bad_one_has_its_own() -> None:
    names = ("a", "b", "c", "d", "e")
    levels = (OK, WARNING, OK, OK, OK)
    checks = tuple(check(0, name, level) for name, level in zip(names, levels, strict=True))
    made = content(record(tuple(target(name) for name in names), checks))
    assert [(row["target"], row["result"], row["bad"]) for row in made] == [
        ("b", "警告", True),
        ("a、c、d 等 4 个", "正常", False),
    ]
    assert [row["number"] for row in made] == [1, 2]


def test_up_to_three_well_targets_tell_their_own_figures() -> None:
    checks = (check(0, "a", OK, "12%"), check(0, "b", OK, "13%"))
    assert content(record((target("a"), target("b")), checks))[0]["note"] == "a：12%\nb：13%"


def test_checks_are_grouped_by_category_in_the_order_of_the_playbook() -> None:
    checks = (check(5, "a"), check(0, "a"), check(6, "a"), replace(check(1, "a"), category=""))
    sections = rows(record((target("a"),), checks), "sections")
    assert [(section["name"], section["tally"]) for section in sections] == [
        ("磁盘", "共 2 项：正常 2"),
        ("CPU 与负载", "共 1 项：正常 1"),
        ("其他", "共 1 项：正常 1"),
    ]


def test_a_check_seen_in_part_says_so() -> None:
    run = record((target("a"),), (replace(check(5, "a", WARNING, "93%"), complete=False),))
    assert content(run)[0]["note"] == "93%（只看到一部分）"


def test_a_target_with_gaps_is_never_well() -> None:
    checks = (
        check(0, "a"),
        check(1, "a", UNKNOWN),
        check(0, "b", WARNING),
        check(1, "b", UNKNOWN),
        check(0, "c", UNKNOWN),
    )
    run = record((target("a"), target("b"), target("c"), target("d"), target("e", error="断")), checks)
    assert [row["result"] for row in rows(run, "targets")] == [
        "部分未能检查",
        "警告\n部分未能检查",
        "未能检查",
        "无适用检查项",
        "未能检查",
    ]
    assert [row["bad"] for row in rows(run, "targets")] == [True] * 5


def test_a_target_of_which_all_is_well_or_does_not_apply() -> None:
    run = record((target("a"), target("b")), (check(0, "a"), check(1, "a", SKIPPED), check(0, "b", SKIPPED)))
    assert [(row["result"], row["bad"]) for row in rows(run, "targets")] == [
        ("正常", False),
        ("无适用检查项", True),
    ]


def test_the_box_names_lost_targets_first_and_joins_equal_losses() -> None:
    checks = (
        check(0, "a", UNKNOWN, "超时"),
        check(1, "a", UNKNOWN, "超时"),
        check(0, "b", UNKNOWN, "超时"),
        check(1, "b", UNKNOWN, "超时"),
        check(0, "c"),
        check(1, "c", UNKNOWN, "权限不足"),
        check(0, "d"),
    )
    targets = (
        target("a", error="超时"),
        target("b", error="超时"),
        target("c"),
        target("d", error="中途断线"),
        target("e", error="拒绝"),
    )
    box = rows(record(targets, checks), "unexamined")
    assert [(row["number"], row["target"], row["content"], row["reason"]) for row in box] == [
        (1, "a、b", "全部 2 项：CPU 使用率、运行队列", "超时"),
        (2, "e", "全部", "拒绝"),
        (3, "c", "运行队列", "权限不足"),
        (4, "d", "其余内容（中途中断）", "中途断线"),
    ]


def test_a_long_list_of_lost_checks_is_cut_at_a_whole_title() -> None:
    checks = tuple(replace(check(n, "a", UNKNOWN), title=f"第 {n} 项检查内容名称") for n in range(40))
    told_content = str(rows(record((target("a"),), checks), "unexamined")[0]["content"])
    assert told_content.startswith("全部 40 项：第 0 项检查内容名称、")
    assert told_content.endswith("检查内容名称 等")


def test_a_gap_without_a_reason_says_that_too() -> None:
    box = rows(record((target("a"),), (check(0, "a", UNKNOWN, ""),)), "unexamined")
    assert box[0]["reason"] == "原因未记录"


def test_what_was_not_visited_is_named() -> None:
    assert (
        told(record((target("icu-app-1"),), (check(0, "icu-app-1"),)))["absent"]
        == "icu-db-1、bastion、icu-main、portal"
    )
    assert told(replace(runs.healthy(), site="gone"))["system"] == "gone"


def test_anomalies_come_worst_first_with_what_people_wrote() -> None:
    run, notes = runs.usual()
    made = told(run, notes)["anomalies"]
    assert isinstance(made, list)
    assert [(row["number"], row["level"], row["id"], row["state"]) for row in made] == [
        (1, "严重", "F-0005", "再次出现"),
        (2, "警告", "F-0008", "新发现"),
        (3, "警告", "F-0099", "持续存在"),
    ]
    assert (made[0]["feedback"], made[0]["solution"]) == ("", "")
    assert made[1]["feedback"] == "已于 11 月 21 日 10:05 电话告知信息科李老师"
    assert made[0]["where"] == "icu-db-1 /data"


def test_a_gone_finding_is_told_as_gone_and_not_as_an_anomaly() -> None:
    gone = finding(11, "a", subject="", state=State.RESOLVED)
    data = told(record((target("a"),), (check(0, "a"),), (gone,)))
    assert (data["anomalies"], data["resolved"]) == ([], "时间同步（a）")
    assert data["conclusion"] == "本次检查的 1 项均正常，未发现异常。"


def test_what_could_not_be_examined_is_no_anomaly() -> None:
    run = record((target("a"),), (check(0, "a"), check(1, "a", UNKNOWN)), (finding(1, "a", UNKNOWN),))
    assert told(run)["anomalies"] == []


def test_a_bad_check_without_a_finding_still_has_its_block() -> None:
    made = rows(record((target("a"),), (check(5, "a", CRITICAL, "写满"),)), "anomalies")
    assert [(row["event"], row["risk"], row["id"]) for row in made] == [("写满", "高（严重）", "")]


def test_what_does_not_apply_is_told_once_with_its_reason() -> None:
    checks = (
        check(0, "a", SKIPPED, "无 RAID"),
        check(0, "b", SKIPPED, "无 RAID"),
        check(1, "a", SKIPPED, ""),
        check(2, "a", SKIPPED, "无 RAID"),
        check(3, "b", SKIPPED, "无 RAID"),
        check(3, "a", SKIPPED, "无 RAID"),
    )
    data = told(record((target("a"), target("b")), checks))
    assert data["skipped_count"] == 6
    assert data["skipped"] == [
        {"reason": "无 RAID", "target": "a、b", "content": "CPU 使用率"},
        {"reason": "未说明", "target": "a", "content": "运行队列"},
        {"reason": "无 RAID", "target": "a", "content": "内存使用率"},
        {"reason": "无 RAID", "target": "b、a", "content": "交换分区使用率"},
    ]


def test_long_words_are_cut_and_say_where_the_rest_is() -> None:
    long = Finding("F-1", "x", "n" * 500, "s" * 500, WARNING, "t" * 500, "字" * 5000, advice="议" * 5000)
    run = record(
        (target("a", address="h" * 500),), (replace(check(0, "a", WARNING, "字" * 5000), id="x"),), (long,)
    )
    block = rows(run, "anomalies")[0]
    assert str(block["event"]).endswith("……（过长，全文见原始记录）")
    assert all(len(str(value)) < 700 for value in block.values())
    assert len(str(content(run)[0]["note"])) < 200


def test_control_characters_become_visible_marks() -> None:
    run = record((target("a"),), (check(0, "a", OK, "\x1b[31m坏\x1b[0m\x07\x00"),))
    assert content(run)[0]["note"] == "坏␇␀"


def test_the_digest_is_over_what_is_said_not_over_the_print() -> None:
    run, notes = runs.usual()
    first = inspection_record(run, runs.inventory(), notes, version=1)
    again = inspection_record(
        run, runs.inventory(), notes, version=2, generated_at=runs.ENDED.replace(year=2027)
    )
    assert first["digest"] == again["digest"] == digest(first)
    assert first["generated_at"] == "2026-11-21 09:32"
    assert again["generated_at"] == "2027-11-21 09:32"
    assert first["digest"] != inspection_record(run, runs.inventory(), {})["digest"]
    assert first["digest"] != told(replace(run, operator="李工"), notes)["digest"]


def test_the_shipped_sample_is_what_the_usual_run_gives() -> None:
    from hmaint.report.form import find_form  # noqa: PLC0415 - only here

    run, notes = runs.usual()
    made = inspection_record(run, runs.inventory(), notes, runs.owed())
    assert find_form("inspection-record", None).example() == made


def test_what_is_overdue_leads_whether_it_was_seen_again_or_not() -> None:
    run, notes = runs.usual()
    made = inspection_record(run, runs.inventory(), notes, runs.owed())
    listed = [(row["id"], row["days"], row["now"]) for row in made["overdue"]]  # type: ignore[attr-defined]
    assert listed == [("F-0042", 32, "未能复查"), ("F-0005", 9, "仍存在")]
    assert made["overdue_count"] == 2


def test_an_overdue_warning_stands_before_a_critical_one_that_is_in_time() -> None:
    late, fresh = finding(8, "a"), finding(5, "a", CRITICAL)
    checks = (check(8, "a", WARNING), check(5, "a", CRITICAL))
    terms = {
        late.id: Term(date(2026, 11, 20), Limit(1, "month")),
        fresh.id: Term(date(2026, 11, 26), Limit(3, "workday")),
    }
    run = record((target("a"),), checks, (fresh, late))
    made = inspection_record(run, runs.inventory(), {}, Rectification(terms))
    deadlines = [row["deadline"] for row in made["anomalies"]]  # type: ignore[attr-defined]
    assert deadlines == ["2026-11-20（1 个月，合同约定），已逾期 1 天", "2026-11-26（3 个工作日，合同约定）"]


def test_what_was_put_right_names_what_was_seen_instead() -> None:
    gone = finding(5, "a", state=State.RESOLVED, level=OK)
    run = record((target("a"),), (check(5, "a", OK, "/data 已用 41%"),), (gone,))
    assert told(run)["resolved"] == f"{gone.title}（a /data）：复查所见 /data 已用 41%"
