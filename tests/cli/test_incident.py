"""Incidents at the command line: told, shown, put right, refused; hostile words are data everywhere."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hmaint.cli.incident_words import read_word
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.width import width
from tests.cli.incident_desk import AGO, InProcess, in_process
from tests.end_to_end.desk import words_of


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> InProcess:
    return in_process(tmp_path, capsys, monkeypatch)


def test_a_life_is_told_once_each_and_answers_in_the_public_shape(desk: InProcess) -> None:
    number = desk.open("--at", AGO, "--rooms", "2", "--effect", "诊疗", "--accept-proposal", "--onsite")
    for words in (
        ("ack", "--by", "李工", "--at", "2026-01-05 09:15"),
        ("note", "--text", "查看日志", "--result", "磁盘写满", "--at", "2026年1月5日 9点20分"),
        ("workaround", "--text", "手工登记", "--at", "2026-01-05 10:59"),
        ("arrive", "--at", "2026-01-05 10:00:01"),
        ("restore", "--at", "2026-01-05 11:30"),
        ("resolve", "--solution", "清理日志", "--cause", "磁盘写满", "--at", "2026-01-05 12:00"),
        ("feedback", "--to", "护士长", "--confirmed", "--at", "2026-01-05 12:10"),
        ("close", "--at", "2026-01-06 09:00"),
    ):
        assert desk.run(words[0], number, *words[1:]).code == 0
    told = desk.shown()
    assert told["schema"] == "hmaint.incident/1"
    assert (told["id"], told["site"], told["level"], told["state"], told["confirmed"]) == (
        number, "site3", "P1", "closed", True,
    )  # fmt: skip
    counting = [c for c in told["clocks"] if c["counts"]]
    assert [(c["id"], c["of"], c["limit"], c["state"]) for c in counting] == [
        ("response", "P1", "PT15M", "met"),
        ("onsite", "P1", "PT1H", "missed"),
        ("restore", "P1", "PT2H", "met"),
        ("resolve", "other", "PT1H", "missed"),
    ]
    assert {c["from"] for c in counting} == {"2026-01-05T09:00:00+08:00"}
    assert [(c["due"][11:19], c["met_at"][11:19]) for c in counting] == [
        ("09:15:00", "09:15:00"),
        ("10:00:00", "10:00:01"),
        ("11:00:00", "10:59:00"),
        ("10:00:00", "12:00:00"),
    ]
    # Monday 5 January; working days after it: 6, 7, 8.
    assert told["report_due"] == "2026-01-08T23:59:59+08:00"
    events = {event["event"]: event for event in told["events"]}
    assert events["noted"]["at"] == "2026-01-05T09:20:00+08:00"
    assert events["noted"]["flags"] == ["late"]


def test_the_board_answers_as_a_nagios_plugin_does(desk: InProcess) -> None:
    empty = desk.run("list")
    assert (empty.code, empty.out) == (0, "没有未结束的故障\n")
    desk.open("--scope", "person", "--interruption", "minor", "--accept-proposal")
    assert desk.run("list").code == 0
    number = desk.open("--at", AGO)
    missed = desk.run("list", "--format", "nagios")
    assert missed.code == 2
    assert missed.out.startswith(f"HMAINT CRITICAL - 2 起故障：超时 1，临近 0，无法判断 0；{number} ")
    assert missed.out.rstrip().endswith("| 'open'=2;;;0; 'critical'=1;;;0; 'warning'=0;;;0; 'unknown'=0;;;0;")
    listed = desk.run("list", "--quiet", "--format", "json")
    assert [each["id"] for each in listed.object["incidents"]] == [number]
    assert listed.object["level"] == "critical"
    assert number in desk.run("list", "--site", "site3", "--format", "plain").out
    assert desk.run("list", "--site", "site2").code == 0


def test_a_contract_that_cannot_be_read_costs_the_clocks_and_never_the_incident(desk: InProcess) -> None:
    (desk.root / "contracts" / "s3.yaml").write_text("schema: hmaint.contract/1\nid: 3\n", "utf-8")
    number = desk.open("--level", "P1")
    told = desk.shown(number)
    assert (told["clocks"], told["urgency"]) == ([], "unknown")
    assert "s3.yaml" in told["contract"]["fault"]
    assert desk.run("list").code == 3
    (desk.root / "contracts" / "s3.yaml").unlink()
    assert "contracts/s3.yaml" in desk.shown(number)["contract"]["fault"]
    assert desk.run("ack", number).code == 0


def test_a_script_that_confirms_nothing_is_told_so_and_the_proposal_counts(desk: InProcess) -> None:
    done = desk.run("open", "--site", "site3", "--what", "打印错行", "--scope", "个人")
    assert done.code == 0
    assert "尚无人确认级别" in done.err
    told = desk.shown()
    assert (told["level"], told["confirmed"], told["proposal"]["level"]) == ("P3", False, "P3")
    assert desk.run("reclassify", "latest", "--level", "P9").code == 64
    assert desk.run("reclassify", "latest", "--level", "P2", "--reason", "影响诊断").code == 0
    again = desk.shown()
    assert (again["level"], again["confirmed"]) == ("P2", True)
    assert [c["from"] for c in again["clocks"]] == [told["reported_at"]] * len(again["clocks"])


def test_what_makes_no_sense_is_refused_in_one_line(desk: InProcess) -> None:
    number = desk.open()
    for words, said in (
        (("close", number), "尚未解决"),
        (("reopen", number), "没有可以重新打开的"),
        (("resume", number), "没有在等待"),
        (("ack", number, "--at", "2099-01-01 08:00"), "还没有到"),
        (("ack", number, "--at", "2026-02-30 08:00"), "2026-02-30"),
        (("ack", number, "--at", "2026-01-05"), "没有写时刻"),
        (("ack", "I-19990101-001"), "I-19990101-001"),
        (("link", number, number), "不能是自己的复发"),
        (("correct", number, "ffff", "--withdraw", "--reason", "x"), "ffff"),
        (("report", number, "--prevention", "a|b|c|d|e"), "a|b|c|d|e"),
        (("summary", "--site", "site3", "--period", "2026-13"), "2026-13"),
        (("summary", "--site", "site3", "--period", "2098"), "2098"),
    ):
        done = desk.run(*words)
        assert (done.code, len(done.err.splitlines())) == (64, 1), (words, done.err)
        assert said in done.err
    assert len(desk.shown(number)["events"]) == 1


def test_an_entry_is_corrected_or_taken_back_and_all_of_it_stays(desk: InProcess) -> None:
    number = desk.open("--at", AGO)
    desk.run("ack", number, "--at", "2026-01-05 10:00")
    entry = next(e["id"] for e in desk.shown()["events"] if e["event"] == "responded")
    assert (
        desk.run("correct", number, entry[:8], "--at", "2026-01-05 09:10", "--reason", "时间记错").code == 0
    )
    response = next(c for c in desk.shown()["clocks"] if c["id"] == "response")
    assert (response["met_at"], response["state"]) == ("2026-01-05T09:10:00+08:00", "met")
    right = next(e["id"] for e in desk.shown()["events"] if e["corrects"])
    assert desk.run("correct", number, right[:8], "--withdraw", "--reason", "没有响应").code == 0
    told = desk.shown()
    assert next(c for c in told["clocks"] if c["id"] == "response")["met_at"] is None
    assert [e["event"] for e in told["events"]].count("responded") == 2
    first = next(e["id"] for e in told["events"] if e["event"] == "opened")
    assert desk.run("correct", number, first[:8], "--withdraw", "--reason", "登记重复").code == 0
    assert desk.shown()["state"] == "withdrawn"
    assert desk.run("ack", number).code == 64
    assert desk.run("list").code == 0


HOSTILE = (
    "<b>&\"'[red]x[/red]\x1b[31m红\x07 {{ 777*777 }} {% raw %} 身份证 110101199003078515 \u202e\n第二行| pipe"
)


def test_hostile_words_are_data_everywhere(desk: InProcess) -> None:
    number = desk.open("--at", AGO, "--reporter", HOSTILE, "--channel", HOSTILE, "--accept-proposal")
    desk.run("note", number, "--text", HOSTILE, "--result", HOSTILE, "--told", HOSTILE)
    desk.run("resolve", number, "--solution", HOSTILE, "--cause", HOSTILE)
    for words in (
        ("show", number),
        ("list", "--every"),
        ("list", "--every", "--format", "plain"),
        ("summary", "--site", "site3"),
    ):
        said = desk.run(*words).out
        assert "\x1b" not in said
        assert "\x07" not in said
        assert "110101199003078515" not in said
    texts = ("--root-cause", HOSTILE, "--summary", HOSTILE, "--prevention", "措施{{ 777*777 }}|<x>&")
    for words in (("report", number, *texts),
                  ("summary", "--site", "site3", "--period", "2026-01", "--report")):  # fmt: skip
        done = desk.run(*words)
        assert done.code == 0, done.err
        path = next(line for line in done.out.splitlines() if line.endswith(".docx"))
        body = words_of(desk.root / path)
        assert "{{ 777*777 }}" in body
        assert "603729" not in re.sub(r"[0-9a-f]{64}", "", body)
        assert "110101199003078515" not in body


def test_the_report_takes_its_texts_from_a_file_and_tells_what_is_wrong_with_it(desk: InProcess) -> None:
    number = desk.open("--at", AGO, "--accept-proposal")
    desk.run("resolve", number, "--solution", "清理", "--at", "2026-01-05 12:00")
    paper = desk.root / "分析.yaml"
    paper.write_text("cause: 分区写满\nroot_cuse: 任务停用\nactions: [{what: 1}]\n", "utf-8")
    wrong = desk.run("report", number, "--from", "分析.yaml")
    assert wrong.code == 78
    assert "分析.yaml:2:1" in wrong.err
    assert "分析.yaml:3" in wrong.err
    paper.write_text(
        "cause: 分区写满\nroot_cause: 任务停用\nactions: [{what: 恢复任务, owner: 张工, due: '2026-01-31'}]\n",
        "utf-8",
    )
    done = desk.run("report", number, "--from", "分析.yaml")
    assert done.code == 0, done.err
    body = words_of(desk.root / done.out.splitlines()[0])
    for word in (
        "分区写满",
        "任务停用",
        "恢复任务",
        "2026-01-08（解决后 3 个工作日，S3-2.4.3）",
        "超时",
        "响应（严重故障）",
    ):
        assert word in body
    again = desk.run("report", number, "--format", "json").object
    assert again["version"] >= 2
    assert desk.shown()["report"]["issued"] == again["number"]


@pytest.mark.parametrize(
    ("field", "typed", "word"),
    [
        ("effects", "患者生命安全", "safety"),
        ("effects", "诊疗流程", "treatment"),
        ("effects", "医院运行", "operation"),
        ("effects", "用户体验", "experience"),
        ("type", "服务器", "server"),
        ("type", "外围设备", "peripheral"),
        ("scope", "科室", "department"),
        ("scope", "hospital", "hospital"),
        ("scope", "院区", "院区"),
    ],
)
def test_words_are_read_in_english_in_chinese_and_as_the_contract_writes_them(
    field: str, typed: str, word: str
) -> None:
    assert read_word(field, typed, ("院区", "科室", "服务器")) == word


@pytest.mark.parametrize(
    ("field", "typed"), [("scope", "个"), ("type", "障"), ("effects", "影响"), ("scope", "Department")]
)
def test_a_word_that_is_none_is_refused_with_all_there_are(field: str, typed: str) -> None:
    with pytest.raises(WrongUsage, match="不在可选范围"):
        read_word(field, typed)


@pytest.mark.parametrize("columns", [80, 100, 120])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_board_fits_its_terminal(
    desk: InProcess, monkeypatch: pytest.MonkeyPatch, columns: int, lang: str
) -> None:
    number = desk.open("--at", AGO)
    desk.run("open", "--site", "site2", "--what", "报修平台打不开，" * 20, "--scope", "hospital", "--sudden")
    monkeypatch.setenv("COLUMNS", str(columns))
    board = desk.run("list", lang=lang)
    lines = board.out.splitlines()
    assert board.code == 2
    assert max(width(line.rstrip()) for line in lines) <= columns
    # Numbers are copied: broken over two lines they are none.
    assert next(line.split()[0] for line in lines if line.strip().startswith("I-")) == number
    assert sum(line.strip().startswith("I-") for line in lines) == 2


class Person(io.StringIO):
    """Somebody at a terminal who types these lines."""

    def isatty(self) -> bool:
        return True


def test_a_person_is_asked_and_a_wrong_word_is_asked_for_again(
    desk: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = ("监护屏黑屏", "护士站", "部门", "科室", "key", "诊疗、患者安全", "P9", "P2")
    monkeypatch.setattr("sys.stdin", Person("".join(f"{each}\n" for each in answers)))
    done = desk.run("open", "--site", "site3")
    assert done.code == 0, done.err
    monkeypatch.undo()
    monkeypatch.chdir(desk.root)
    told = desk.shown()
    assert (told["what"], told["reporter"], told["level"], told["confirmed"]) == (
        "监护屏黑屏",
        "护士站",
        "P2",
        True,
    )
    assert told["facts"]["scope"] == "department"
    assert told["facts"]["effects"] == ["treatment", "safety"]
    assert "部门 不在可选范围" in done.err
    assert "P9 不在可选范围" in done.err


def test_what_is_known_of_the_like_is_offered_and_linked_as_come_again(desk: InProcess) -> None:
    first = desk.open("--at", AGO)
    second = desk.run("open", "--site", "site3", "--what", "无法登录系统", "--scope", "person")
    assert f"与 {first}（无法登录）相似" in second.err
    assert desk.run("link", "latest", first).code == 0
    assert desk.shown()["links"] == [first]
    assert desk.run("resolve", "latest", "--solution", "重启", "--cause", "口令过期").code == 0
    assert f"重复：{first}" in desk.run("summary", "--site", "site3").out


def test_what_would_be_kept_and_mean_nothing_is_refused(desk: InProcess) -> None:
    number = desk.open("--at", AGO)
    assert desk.run("wait", number, "--text", "等待", "--at", "2026-01-05 10:00").code == 0
    early = desk.run("resume", number, "--at", "2026-01-05 09:30")
    assert (early.code, "不晚于 2026-01-05 10:00" in early.err) == (64, True)
    assert desk.run("resume", number, "--at", "2026-01-05 10:30").code == 0
    assert desk.run("resolve", number, "--solution", "重启", "--at", "2026-01-05 11:00").code == 0
    assert desk.run("reopen", number, "--at", "2026-01-05 10:59").code == 64
    assert desk.run("reopen", number, "--at", "2026-01-05 11:01").code == 0
    assert desk.shown()["state"] == "open"
    future = desk.run("open", "--site", "site3", "--what", "慢", "--occurred", "2099-01-01 08:00")
    assert (future.code, "2099-01-01 08:00" in future.err) == (64, True)
    (desk.root / "contracts" / "s3.yaml").unlink()
    assert desk.run("reclassify", number, "--accept-proposal").code == 64
    assert len(desk.run("list", "--every", "--format", "json").object["incidents"]) == 1


def test_a_time_that_has_not_come_is_not_taken_for_yesterdays_and_meets_no_clock(desk: InProcess) -> None:
    number = desk.open("--accept-proposal")
    soon = datetime.now(CHINA) + timedelta(minutes=3)
    early = desk.run("ack", number, "--at", f"{soon:%H:%M}")
    at_midnight = soon.date() != datetime.now(CHINA).date()
    assert at_midnight or (early.code, f"{soon:%H:%M} 还没有到" in early.err) == (64, True), early.err
    assert desk.run("ack", number).code == 0
    (entry,) = [each for each in desk.shown()["events"] if each["event"] == "responded"]
    assert (
        at_midnight
        or desk.run("correct", number, entry["id"], "--at", f"{soon:%H:%M}", "--reason", "记错").code == 64
    )


def test_a_corrected_workaround_is_corrected_in_the_report_too(desk: InProcess) -> None:
    number = desk.open("--at", AGO, "--accept-proposal")
    assert desk.run("workaround", number, "--text", "改用纸质医嘱", "--at", "2026-01-05 10:00").code == 0
    assert desk.run("resolve", number, "--text", "重启甲机", "--solution", "重启甲机").code == 0
    entries = {each["event"]: each["id"] for each in desk.shown()["events"]}
    assert (
        desk.run("correct", number, entries["fallback"], "--text", "改用备用机", "--reason", "写错").code == 0
    )
    assert (
        desk.run("correct", number, entries["resolved"], "--text", "重启乙机", "--reason", "写错").code == 0
    )
    shown = desk.run("show", number).out
    assert ("备用方案  改用备用机" in shown, "解决方法  重启乙机" in shown) == (True, True), shown


def test_a_solution_that_did_not_last_is_confirmed_by_nobody(desk: InProcess) -> None:
    number = desk.open("--at", AGO, "--accept-proposal")
    for words in (
        ("resolve", "--solution", "重启", "--at", "2026-01-05 10:00"),
        ("feedback", "--to", "护士长", "--confirmed", "--at", "2026-01-05 10:05"),
        ("reopen", "--text", "又停了", "--at", "2026-01-05 11:00"),
        ("resolve", "--solution", "换机", "--at", "2026-01-05 12:00"),
        ("feedback", "--to", "护士长", "--at", "2026-01-05 12:05"),
    ):
        assert desk.run(words[0], number, *words[1:]).code == 0
    summed = desk.run("summary", "--site", "site3", "--period", "2026-01", "--format", "json").object
    assert (summed["resolved"], summed["confirmed"]) == (1, 0)
    assert desk.run("feedback", number, "--to", "护士长", "--confirmed").code == 0
    summed = desk.run("summary", "--site", "site3", "--period", "2026-01", "--format", "json").object
    assert summed["confirmed"] == 1


def test_a_wait_told_late_is_a_wait_of_its_own(desk: InProcess) -> None:
    number = desk.open("--at", AGO, "--accept-proposal")
    paper = desk.root / "consent.pdf"
    paper.write_bytes(b"%PDF-1.4 agreed")
    for words in (
        ("wait", "--text", "等远程", "--at", "2026-01-05 10:00"),
        ("wait", "--text", "等授权", "--consent", str(paper), "--at", "2026-01-05 09:10"),
        ("resume", "--at", "2026-01-05 09:20"),
        ("resume", "--at", "2026-01-05 11:00"),
    ):
        done = desk.run(words[0], number, *words[1:])
        assert done.code == 0, done.err
    waits = desk.shown()["waits"]
    assert [(w["from"][11:16], w["until"][11:16], w["why"], bool(w["consent"])) for w in waits] == [
        ("09:10", "09:20", "等授权", True),
        ("10:00", "11:00", "等远程", False),
    ]
    assert {c["paused_s"] for c in desk.shown()["clocks"] if c["counts"] and c["judged"]} == {600}
    assert desk.run("resume", number).code == 64


def test_a_report_made_before_the_end_is_not_the_one_that_is_owed(desk: InProcess) -> None:
    number = desk.open("--at", AGO, "--accept-proposal")
    assert desk.run("report", number, "--cause", "磁盘写满").code == 0
    assert desk.shown()["report"]["issued"] is None
    assert desk.run("resolve", number, "--solution", "清理").code == 0
    assert desk.shown()["report"]["issued"] is None
    assert desk.run("report", number, "--cause", "磁盘写满", "--summary", "已处理").code == 0
    assert desk.shown()["report"]["issued"] is not None
    assert desk.run("reopen", number, "--text", "又满了").code == 0
    assert desk.run("resolve", number, "--solution", "扩容").code == 0
    assert desk.shown()["report"]["issued"] is None


def test_what_is_told_to_have_been_before_the_report_is_asked_about(desk: InProcess) -> None:
    number = desk.open("--at", AGO, "--accept-proposal")
    early = desk.run("ack", number, "--at", "2026-01-04 09:05")
    assert (early.code, "2026-01-04 09:05 早于报修" in early.err) == (0, True), early.err
    assert "早于报修" not in desk.run("ack", number, "--at", "2026-01-05 09:05").err
