"""Records as people put them down: at a terminal, from a script, from a file; shown with their whole history."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hmaint.kit.resources import shipped
from hmaint.model.ledgers.all import LEDGERS
from tests.cli.inside import inside
from tests.end_to_end.desk import HMAINT, Desk

ROOT = Path(__file__).parents[2]
NEW = (
    "training", "new", "--topic", "备份与恢复", "--date", "2026年11月21日", "--trainer", "张工", "--audience", "信息科",
)  # fmt: skip
_NUMBER = re.compile(r"[A-Z]-\d{8}-\d{3}\n")


def a_desk(folder: Path, *sites: str) -> Desk:
    desk = Desk(folder / "desk")
    hosts = {"laptop": {"connection": "local"}}
    desk.write_inventory(
        {each: {"name": "体检系统", "contract": "s4", "hosts": hosts} for each in sites or ("tj",)}
    )
    (desk.root / "contracts").mkdir()
    shutil.copy(shipped("contracts") / "s4.yaml", desk.root / "contracts" / "s4.yaml")
    return desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return a_desk(tmp_path)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk with one training that was put down, corrected and partly withdrawn."""
    desk = a_desk(tmp_path_factory.mktemp("told"))
    assert inside(desk, *NEW).code == 0
    for words in (
        ("invite", "latest", "--person", "李老师|1021|信息科", "--person", "周老师"),
        ("attend", "latest", "--all", "--absent", "周老师|值班", "--at", "2026-11-21 09:00"),
        ("correct", "latest", "--topic", "数据库备份", "--why", "写得不准"),
        ("effect", "latest", "--assessment", "达到目标"),
    ):
        done = inside(desk, "training", *words)
        assert done.code == 0, done.err
    return desk


def test_the_number_stands_alone_on_stdout_and_what_comes_next_beside_it(desk: Desk) -> None:
    done = desk.run(*NEW)
    assert _NUMBER.fullmatch(done.out)
    assert "hmaint training invite T-" in done.err
    assert "已计划" in done.err
    quiet = desk.run(*NEW, "--quiet", lang="en")
    assert (_NUMBER.fullmatch(quiet.out) is not None, quiet.err) == (True, "")


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ("training new --topic 甲", 64, "--date、--trainer、--audience"),
        ("training new --topic 甲 --date 2026-13-01 --trainer 甲 --audience 乙", 64, "--date：没有 2026-13-01 这一天"),
        ("training new --topic 甲 --date 2026-02-30 --trainer 甲 --audience 乙", 64, "2026-02-30"),
        ("log add", 64, "--servers"),
        ("log add --remark 甲 --at 2099-01-01", 64, "2099-01-01"),
        ("log add --remark 甲 --site nowhere", 64, "nowhere"),
        ("log add --remark 甲 --from a.yaml", 64, "--remark"),
        ("log add --remark 甲 --evidence 没有.pdf", 64, "没有.pdf"),
        ("log add --from 没有.yaml", 78, "没有.yaml"),
        ("log list --since 2026-11-02 --until 2026-11-01", 64, "--since"),
        ("log list --since 昨天天", 64, "昨天天"),
        ("log show L-20200101-001", 64, "L-20200101-001"),
        ("log report --period 2026-13", 64, "2026-13"),
        ("training attend", 64, "latest"),
        ("training invite latest --list 没有.csv", 78, "没有.csv"),
        ("change new --kind 5 --requester 甲 --module 乙 --details 丙", 64, "--kind"),
        ("change new --kind 1 --requester 甲 --module 乙 --details 丙 --effort 2", 64, "--effort"),
        ("change assess latest --analysis 甲 --effort -1", 64, "--effort"),
        ("contract done S4-9.9 --what 甲", 64, "S4-9.9"),
        ("contract count add S4-2.1 --add 1", 64, "S4-2.1"),
        ("contract downtime add --until 2026-11-14 --planned --reason 甲", 64, "2026-11-14"),
        ("contract nda add --person 甲 --role 乙 --from-date 2026-03-01 --id-number 123", 64, "身份证"),
        ("contract meeting withdraw latest", 64, "--reason"),
        ("change release 没有.yaml", 78, "没有.yaml"),
    ],
)  # fmt: skip
def test_wrong_words_get_one_line_and_leave_nothing_behind(
    told: Desk, words: str, status: int, says: str
) -> None:
    done = inside(told, *words.split())
    assert (done.code, done.out) == (status, ""), done.err
    assert says in done.err
    assert "Traceback" not in done.err
    assert done.err.strip().splitlines()[0].startswith("hmaint: ")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_whole_history_is_shown_with_what_was_corrected(told: Desk, lang: str) -> None:
    done = inside(told, "training", "show", "latest", lang=lang)
    assert done.code == 0
    assert "数据库备份" in done.out
    assert "备份与恢复" in done.out
    assert "写得不准" in done.out
    assert ("[已由" if lang == "zh" else "[corrected by") in done.out
    assert "周老师" in done.out


def test_a_list_is_the_newest_first_and_fits_a_screen(told: Desk) -> None:
    done = inside(told, "training", "list", COLUMNS="100")
    assert "1 / 2" in done.out
    assert "已举办，已检验效果" in done.out
    empty = inside(told, "change", "list")
    assert "没有这类记录" in empty.err


def test_programs_get_what_holds_what_follows_and_every_entry(told: Desk) -> None:
    whole = inside(told, "training", "show", "latest", "--format", "json").object
    assert whole["schema"] == "hmaint.training/1"
    assert (whole["state"], whole["held_on"], whole["withdrawn"]) == ("checked", "2026-11-21", False)
    assert whole["told"]["topic"] == "数据库备份"
    assert [person["came"] for person in whole["people"]] == [True, False]
    assert [each["stands"] for each in whole["entries"]].count(False) == 1
    listed = inside(told, "training", "list", "--format", "json").object
    assert (listed["schema"], [each["id"] for each in listed["records"]]) == (
        "hmaint.training-list/1",
        [whole["id"]],
    )


def test_the_paper_is_made_from_the_record(told: Desk) -> None:
    done = inside(told, "training", "report", "latest")
    assert done.code == 0, done.err
    assert "培训记录" in done.out
    assert (told.root / done.out.strip()).is_file()


def test_a_file_is_read_whole_or_not_at_all_and_every_fault_has_its_place(desk: Desk) -> None:
    (desk.root / "运行表.yaml").write_text(
        "records:\n  - {at: 2026年11月20日, system: 可用}\n  - {sytem: 可用, mode: home}\n", "utf-8"
    )
    done = desk.run("log", "add", "--from", "运行表.yaml")
    assert done.code == 78
    assert "运行表.yaml:3:6" in done.err
    assert "运行表.yaml:3:23" in done.err
    assert json.loads(inside(desk, "log", "list", "--format", "json").out)["records"] == []


def test_a_person_is_asked_for_what_was_left_out_until_it_is_right(desk: Desk) -> None:
    answers = ["2026-13-01", "2026-12-05", "张工", "信息科", "", "", ""]
    number, said = at_a_terminal(desk, ["training", "new", "--topic", "备份"], answers)
    assert _NUMBER.fullmatch(number), said
    assert "没有 2026-13-01 这一天" in said
    assert "培训日期" in said


def test_who_told_everything_that_must_be_is_asked_nothing(desk: Desk) -> None:
    number, said = at_a_terminal(desk, list(NEW), [])
    assert _NUMBER.fullmatch(number), said


def test_a_person_is_asked_which_site_is_meant(tmp_path: Path) -> None:
    desk = a_desk(tmp_path, "tj", "his")
    number, said = at_a_terminal(desk, ["log", "add", "--remark", "甲"], ["his"])
    assert _NUMBER.fullmatch(number), said
    assert inside(desk, "log", "show", "latest", "--format", "json").object["site"] == "his"
    script = inside(desk, "log", "add", "--remark", "甲")
    assert (script.code, "tj、his" in script.err) == (64, True)


def at_a_terminal(desk: Desk, words: list[str], answers: list[str]) -> tuple[str, str]:
    """Run a command as a person at a terminal would, who types these answers."""
    master, slave = pty.openpty()
    os.write(master, "".join(f"{each}\n" for each in answers).encode())
    with subprocess.Popen(  # noqa: S603 - the command under test
        [str(HMAINT), *words], cwd=desk.root, env=desk.environ,
        stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        out, err = process.communicate(timeout=60)
    os.close(slave)
    os.close(master)
    return out, err


def test_lists_of_people_come_from_excel_and_go_back_without_formulas(desk: Desk) -> None:
    assert inside(desk, *NEW).code == 0
    (desk.root / "名单.csv").write_bytes(
        "姓名,工号,科室\r\n李老师,１０２１,信息科\r\n,,\r\n周老师,,体检中心\r\n".encode("gb18030")
    )
    assert inside(desk, "training", "invite", "latest", "--list", "名单.csv").code == 0
    (desk.root / "坏.csv").write_text("姓名,工号\n=cmd|' /c calc',1\n", "utf-8")
    bad = inside(desk, "training", "invite", "latest", "--list", "坏.csv")
    assert (bad.code, "坏.csv:2" in bad.err) == (78, True)
    assert inside(desk, "training", "invite", "latest", "--person", "+李|=1+1").code == 0
    assert inside(desk, "training", "export", "latest", "-o", "出.csv").code == 0
    lines = (desk.root / "出.csv").read_bytes().decode("utf-8-sig").splitlines()
    assert lines == ["姓名,工号,科室", "李老师,1021,信息科", "周老师,,体检中心", "'+李,'=1+1,"]
    again = inside(desk, "training", "export", "latest", "-o", "出.csv")
    assert (again.code, (desk.root / "出.csv").stat().st_size > 0) == (77, True)


@pytest.mark.parametrize(
    ("words", "offered"),
    [("training show ", "T-"), ("change new --kind ", "3"), ("training report --form ", "training-record")],
)
def test_numbers_and_choices_are_completed(told: Desk, words: str, offered: str) -> None:
    shell = {
        "_HMAINT_COMPLETE": "complete_bash",
        "COMP_WORDS": f"hmaint {words}",
        "COMP_CWORD": str(len(words.split()) + 1),
    }
    done = told.run(lang="", **shell)
    assert offered in done.out


def test_every_key_of_every_record_is_in_the_reference() -> None:
    text = (ROOT / "docs/reference/entries.md").read_text("utf-8")
    for kind, ledger in LEDGERS.items():
        section = text.split(f"## `{kind}`")[1].split("\n## ")[0]
        for event in ledger.events:
            row = next(line for line in section.splitlines() if line.startswith(f"| `{event.name}` |"))
            for field in event.fields:
                assert f"`{field.name}`" in row, f"{kind} {event.name} {field.name}"
                assert all(f"`{column}`" in row for column in field.columns), f"{kind} {field.name}"


def test_yes_and_no_are_asked_until_they_are_told(desk: Desk) -> None:
    words = ["contract", "downtime", "add", "--at", "2026-11-14 22:00", "--until", "2026-11-14 22:40"]
    number, said = at_a_terminal(desk, words, ["也许", "是", "更新补丁"])
    assert _NUMBER.fullmatch(number), said
    told = inside(desk, "contract", "downtime", "show", "latest", "--format", "json").object["told"]
    assert (told["planned"], told["reason"]) == (True, "更新补丁")


def test_who_has_signed_no_pledge_hears_it_once_a_command(desk: Desk) -> None:
    assert inside(desk, *NEW).code == 0
    shutil.copy(shipped("contracts") / "s3.yaml", desk.root / "contracts" / "s4.yaml")
    for words in (("training", "list"), NEW, ("contract", "nda", "list")):
        assert inside(desk, *words).err.count("保密承诺书") == 1
    registered = ("--person", "张工", "--role", "运维", "--from-date", "2026-03-01")
    assert inside(desk, "contract", "nda", "add", *registered).code == 0
    assert inside(desk, "contract", "nda", "sign", "latest", "--at", "2026-02-27").code == 0
    assert "保密承诺书" not in inside(desk, "training", "list").err
