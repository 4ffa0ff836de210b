"""What was not seen can never come out as fine, and what was seen comes out as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.engine.judge import MOST_FINDINGS, finding_id, judge
from hmaint.model.look import Seen
from hmaint.model.playbook import Changed, Expect, Found, Keep, Level, Matcher, Rule
from tests.engine.steps import above, case, not_seen, seen, step

DISK = step(above("used_pct", 85, 95), subject="mount", says="{{ mount }} 已用 {{ used_pct }}%")


@pytest.mark.parametrize("how", [s for s in Seen if s not in (Seen.OBSERVED, Seen.UNSUPPORTED)])
def test_a_look_that_gave_nothing_is_unknown_and_says_why(how):
    check = judge(case(DISK), not_seen(how, "因为如此"))
    assert check.level is Level.UNKNOWN
    assert "因为如此" in check.summary
    assert not check.complete
    assert [f.level for f in check.findings] == [Level.UNKNOWN]


def test_a_look_that_was_denied_names_the_right_it_needs():
    wanting = case(step(privilege="PROCESS"))
    assert "所需权限：PROCESS" in judge(wanting, not_seen(Seen.DENIED)).summary
    assert "PROCESS" not in judge(wanting, not_seen(Seen.TIMED_OUT)).summary


def test_a_tool_that_is_not_there_is_skipped_unless_the_step_says_otherwise():
    assert judge(case(DISK), not_seen(Seen.UNSUPPORTED, "未安装 smartctl")).level is Level.SKIPPED
    strict = step(above("x", 1, 2), missing=Level.WARNING)
    assert judge(case(strict), not_seen(Seen.UNSUPPORTED)).level is Level.WARNING
    unsure = step(above("x", 1, 2), missing=Level.UNKNOWN)
    assert judge(case(unsure), not_seen(Seen.UNSUPPORTED)).level is Level.UNKNOWN


@pytest.mark.parametrize(
    ("used", "level"),
    [
        (84.9, Level.OK),
        (85, Level.WARNING),
        (94.9, Level.WARNING),
        (95, Level.CRITICAL),
        (100, Level.CRITICAL),
    ],
)
def test_thresholds_hold_to_the_figure(used, level):
    check = judge(case(DISK), seen({"mount": "/data", "used_pct": used}))
    assert check.level is level
    assert bool(check.findings) is (level is not Level.OK)


def test_the_worst_row_decides_and_each_bad_row_is_a_finding_of_its_own():
    rows = [
        {"mount": "/", "used_pct": 10},
        {"mount": "/data", "used_pct": 96},
        {"mount": "/log", "used_pct": 86},
    ]
    check = judge(case(DISK), seen(*rows))
    assert check.level is Level.CRITICAL
    assert [(f.subject, f.level) for f in check.findings] == [
        ("/data", Level.CRITICAL),
        ("/log", Level.WARNING),
    ]
    assert check.findings[0].summary == "/data 已用 96%"
    assert check.findings[0].metrics == {"used_pct": 96}


@pytest.mark.parametrize("value", [None, "", "n/a", "85", True, float("nan")])
def test_a_value_that_cannot_be_compared_is_unknown_and_not_fine(value):
    check = judge(case(DISK), seen({"mount": "/", "used_pct": value}))
    assert check.level is Level.UNKNOWN


def test_a_column_that_is_not_there_is_unknown():
    check = judge(case(DISK), seen({"mount": "/"}))
    assert check.level is Level.UNKNOWN
    assert "used_pct" in check.findings[0].summary


def test_no_row_at_all_is_unknown_unless_the_step_says_what_it_means():
    assert judge(case(DISK), seen()).level is Level.UNKNOWN
    for level in (Level.OK, Level.SKIPPED, Level.WARNING, Level.CRITICAL):
        assert judge(case(step(Found(Level.WARNING), empty=level)), seen()).level is level


def test_rows_that_were_all_filtered_out_are_good_news():
    made = step(Found(Level.WARNING), where="has_key == 0", subject="name")
    check = judge(case(made), seen({"name": "a", "has_key": 1}))
    assert check.level is Level.OK
    assert check.summary == "未发现"


def test_a_cut_reply_without_anything_bad_is_unknown():
    assert judge(case(DISK), seen({"mount": "/", "used_pct": 1}, cut=True)).level is Level.UNKNOWN
    assert judge(case(DISK), seen(cut=True)).level is Level.UNKNOWN
    empty_is_fine = step(Found(Level.WARNING), empty=Level.OK)
    assert judge(case(empty_is_fine), seen(cut=True)).level is Level.UNKNOWN


def test_a_cut_reply_with_something_bad_is_bad_but_settles_nothing_else():
    check = judge(case(DISK), seen({"mount": "/", "used_pct": 99}, cut=True))
    assert check.level is Level.CRITICAL
    assert not check.complete


def test_a_filter_that_fails_is_unknown():
    made = step(Found(Level.WARNING), where="nothing_of_the_kind == 1")
    assert judge(case(made), seen({"a": 1})).level is Level.UNKNOWN


def test_a_row_the_filter_cannot_answer_hides_no_bad_one_and_passes_for_none():
    made = step(above("used_pct", 85, 95), where="size > 10", subject="mount")
    rows = [{"mount": "/", "size": 20, "used_pct": 99}, {"mount": "/x", "size": None, "used_pct": 1}]
    check = judge(case(made), seen(*rows))
    assert check.level is Level.CRITICAL
    assert [(f.subject, f.level) for f in check.findings] == [("/", Level.CRITICAL), ("/x", Level.UNKNOWN)]
    assert not check.complete
    alone = judge(case(made), seen(rows[1]))
    assert alone.level is Level.UNKNOWN


def test_a_sentence_that_cannot_be_told_does_not_lose_the_finding():
    made = step(above("used_pct", 85, 95), says="{{ no_such_column }} 满了")
    check = judge(case(made), seen({"used_pct": 99}))
    assert check.level is Level.CRITICAL
    assert "used_pct=99" in check.findings[0].summary


def test_hostile_data_stays_data():
    made = step(Found(Level.WARNING), subject="line", says="日志：{{ line }}")
    check = judge(case(made), seen({"line": "{{ 7*7 }} \x1b[31mred\x1b[0m <b>\x00"}))
    assert check.findings[0].summary == "日志：{{ 7*7 }} red <b>␀"


def test_thresholds_come_from_variables_with_their_type():
    made = step(above("used_pct", "{{ vars.warn }}", "{{ vars.crit }}"))
    check = judge(case(made, vars={"warn": 50, "crit": 60}), seen({"used_pct": 55}))
    assert check.level is Level.WARNING
    broken = judge(case(made, vars={"warn": "many", "crit": 60}), seen({"used_pct": 55}))
    assert broken.level is Level.UNKNOWN


def test_must_is_bad_when_it_does_not_match_and_says_what_should_be():
    made = step(Expect((Rule("state", must=Matcher("eq", "active"), otherwise=Level.WARNING),)))
    assert judge(case(made), seen({"state": "active"})).level is Level.OK
    check = judge(case(made), seen({"state": "failed"}))
    assert check.level is Level.WARNING
    assert "failed" in check.findings[0].summary


def test_a_yes_that_should_be_is_no_word_for_a_reader_who_does_not_see_the_column():
    made = step(Expect((Rule("good", must=Matcher("eq", operand=True)),)))
    check = judge(case(made), seen({"good": False}))
    assert "不符合要求" in check.findings[0].summary


def test_more_bad_rows_than_anyone_reads_are_told_as_a_number():
    rows = [{"mount": f"/m{n}", "used_pct": 99} for n in range(MOST_FINDINGS + 7)]
    check = judge(case(DISK), seen(*rows))
    assert len(check.findings) == MOST_FINDINGS + 1
    assert "7" in check.findings[-1].summary
    assert not check.complete


CHANGED = step(
    Changed(("port",), new=Level.WARNING, gone=Level.CRITICAL), subject="port", says="端口 {{ port }}"
)


def test_a_baseline_is_recorded_first_and_then_compared():
    assert judge(case(CHANGED), seen({"port": 22})).level is Level.SKIPPED
    same = judge(case(CHANGED, previous=({"port": 22},)), seen({"port": 22}))
    assert same.level is Level.OK
    grown = judge(case(CHANGED, previous=({"port": 22},)), seen({"port": 22}, {"port": 4444}))
    assert [(f.subject, f.level, f.summary) for f in grown.findings] == [
        ("4444", Level.WARNING, "新增：端口 4444")
    ]
    shrunk = judge(case(CHANGED, previous=({"port": 22}, {"port": 80})), seen({"port": 22}))
    assert [(f.subject, f.level) for f in shrunk.findings] == [("80", Level.CRITICAL)]


def test_a_declared_list_wins_over_the_last_run():
    check = judge(
        case(CHANGED, previous=({"port": 4444},), declared=(22,)), seen({"port": 22}, {"port": 4444})
    )
    assert [f.subject for f in check.findings] == ["4444"]


def test_the_last_run_passes_the_same_filter():
    made = step(
        Changed(("port",), new=Level.WARNING, gone=Level.CRITICAL), subject="port", where="port < 1024"
    )
    assert (
        judge(case(made, previous=({"port": 22}, {"port": 50123})), seen({"port": 22}, {"port": 40001})).level
        is Level.OK
    )


GREW = step(above("errors_delta", 1, 100), subject="nic", delta=("errors",))


def test_growth_needs_a_last_run_and_survives_a_restart_of_the_counter():
    assert judge(case(GREW), seen({"nic": "eth0", "errors": 5})).level is Level.SKIPPED
    steady = judge(case(GREW, previous=({"nic": "eth0", "errors": 5},)), seen({"nic": "eth0", "errors": 5}))
    assert steady.level is Level.OK
    grown = judge(case(GREW, previous=({"nic": "eth0", "errors": 5},)), seen({"nic": "eth0", "errors": 8}))
    assert grown.findings[0].metrics["errors_delta"] == 3
    assert grown.findings[0].metrics["hours"] == 2
    restarted = judge(
        case(GREW, previous=({"nic": "eth0", "errors": 500},)), seen({"nic": "eth0", "errors": 2})
    )
    assert restarted.findings[0].metrics["errors_delta"] == 2


def test_a_counter_that_was_restarted_hides_nothing_by_being_larger_than_before():
    before = ({"nic": "eth0", "errors": 5, "uptime_s": 9_000_000},)
    for uptime, growth in ((3_600, 6), (9_007_200, 1)):
        row = {"nic": "eth0", "errors": 6, "uptime_s": uptime}
        found = judge(case(GREW, previous=before), seen(row))
        assert found.findings[0].metrics["errors_delta"] == growth


def test_a_subject_that_is_new_has_no_growth_yet():
    check = judge(case(GREW, previous=({"nic": "eth0", "errors": 5},)), seen({"nic": "eth1", "errors": 900}))
    assert check.level is Level.SKIPPED


def test_what_is_only_kept_is_ok_and_has_its_figures():
    made = step(Keep(), says="{{ name }}", subject="name", metrics=(("proc.rss_kb", "rss_kb", "kB"),))
    check = judge(case(made), seen({"name": "java", "rss_kb": 12}))
    assert check.level is Level.OK
    assert [(m.name, m.value, m.subject, m.unit) for m in check.metrics] == [
        ("proc.rss_kb", 12.0, "java", "kB")
    ]


def test_a_finding_keeps_its_name_over_runs_and_differs_by_place():
    one = finding_id("icu", "linux.disk", "a", "/data", unseen=False)
    assert one == finding_id("icu", "linux.disk", "a", "/data", unseen=False)
    others = {
        finding_id("icu", "linux.disk", "b", "/data", unseen=False),
        finding_id("icu", "linux.disk", "a", "/", unseen=False),
        finding_id("lis", "linux.disk", "a", "/data", unseen=False),
        finding_id("icu", "linux.disk", "a", "/data", unseen=True),
    }
    assert one not in others
    assert len(others) == 4


values = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8))


@given(
    st.lists(st.dictionaries(st.sampled_from(["used_pct", "mount"]), values, max_size=2), max_size=4),
    st.booleans(),
)
def test_ok_means_every_row_was_a_number_below_the_line(rows, cut):
    check = judge(case(DISK), seen(*rows, cut=cut))
    if check.level is Level.OK:
        assert rows
        assert not cut
        assert all(
            isinstance(row["used_pct"], int | float)
            and not isinstance(row["used_pct"], bool)
            and row["used_pct"] < 85
            for row in rows
        )
    else:
        assert check.findings or check.level is Level.SKIPPED
