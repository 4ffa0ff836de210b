"""`hmaint contract` as its users type it: checked, shown, computed with, confirmed, and a year taken in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hmaint.kit.resources import shipped
from tests.end_to_end.desk import Desk

SITES = {"icu": {"name": "重症", "contract": "icu", "hosts": {"app": {"connection": "local"}}}}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("contract"))
    desk.write_inventory(SITES)
    (desk.root / "contracts").mkdir()
    text = (shipped("contracts") / "s3.yaml").read_text("utf-8")
    (desk.root / "contracts" / "icu.yaml").write_text(
        text.replace("signed: null", "signed: 2026-01-31"), "utf-8"
    )
    (desk.root / "bad.yaml").write_text(
        "schema: hmaint.contract/1\nid: b\ntitle: 坏\nobligatons: []\n", "utf-8"
    )
    (desk.root / "确认函.pdf").write_bytes(b"%PDF signed")
    return desk


def test_a_deadline_is_the_object_that_scripts_rely_on(desk: Desk) -> None:
    found = desk.run(
        "contract", "deadline", "icu", "S3-2.4.3", "--from", "2026-09-30", "--format", "json"
    ).object
    for name, value in {
        "schema": "hmaint.deadline/1", "contract": "icu", "clause": "S3-2.4.3", "from": "2026-09-30T00:00:00+08:00",
        "due": "2026-10-10T23:59:59+08:00", "provisional": False, "earliest": None,
    }.items():  # fmt: skip
        assert found[name] == value
    assert len(found["calendar"]) == 64
    assert "all" not in found
    level = desk.run(
        "contract", "deadline", "icu", "P1", "--from", "2026-09-30 14:00", "--format", "json"
    ).object
    assert level["due"] == "2026-09-30T14:15:00+08:00"
    assert [(each["id"], each["due"][11:16]) for each in level["all"]] == [
        ("P1.response", "14:15"), ("P1.onsite", "15:00"), ("P1.restore", "16:00"),
    ]  # fmt: skip
    assert level["questions"] == ["A3-2", "A3-3", "A3-6"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("暂定", "最早", "未明事项")),
        ("en", ("provisional", "earliest", "Open until confirmed in writing")),
    ],
)
def test_what_is_provisional_is_said_in_both_languages(desk: Desk, lang: str, words: tuple[str, ...]) -> None:
    done = desk.run("contract", "deadline", "icu", "req_complex", "--from", "2035-01-25", lang=lang)
    assert done.code == 0
    assert all(word in done.out for word in words), done.out


def test_contracts_are_checked_and_every_fault_has_its_place(desk: Desk) -> None:
    done = desk.run("contract", "check")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("icu：")
    bad = desk.run("contract", "check", "icu", "bad.yaml")
    assert bad.code == 78
    assert "bad.yaml:4:1" in bad.err
    assert "obligations" in bad.err
    assert desk.run("contract", "check", "s33").code == 64


def test_a_contract_is_shown_whole_and_as_an_object(desk: Desk) -> None:
    shown = desk.run("contract", "show", "icu").out
    for word in ("S3-1.1.1", "每月", "P1 重大故障", "15 分钟", "3 个工作日", "A3-6", "2026-01-31"):
        assert word in shown
    told = desk.run("contract", "show", "icu", "--format", "json").object
    assert told["schema"] == "hmaint.contract-show/1"
    assert told["span"] == {"first": "2026-01-31", "last": None}
    assert len(told["obligations"]) == 16
    listed = desk.run("contract", "list", "--format", "json").object["contracts"]
    assert (listed[0]["name"], listed[0]["sites"]) == ("icu", ["icu"])


def test_the_schema_is_one_an_editor_can_read(desk: Desk) -> None:
    schema = json.loads(desk.run("contract", "schema").out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "ambiguities" in schema["properties"]


def test_a_question_is_answered_in_writing_and_open_again_when_that_is_taken_back(desk: Desk) -> None:
    base = ("contract", "confirm", "icu", "A3-5", "--reading", "proposal", "--by", "王主任")
    without = desk.run(*base)
    assert (without.code, "--evidence" in without.err) == (64, True)
    done = desk.run(*base, "--evidence", "确认函.pdf", "--date", "2026年11月20日")
    assert done.code == 0, done.err
    number = done.out.split("：", 1)[0]
    assert number.startswith("A-")
    report = ("contract", "deadline", "icu", "upgrade_report", "--from", "2026-09-30", "--format", "json")
    assert desk.run(*report).object["due"] == "2026-10-10T23:59:59+08:00"
    assert desk.run("contract", "unconfirm", number, "--why", "重发").code == 0
    (told,) = desk.run("contract", "confirmations", "--format", "json").object["confirmations"]
    assert (told["state"], told["evidence"], told["operator"]) == ("withdrawn", ["确认函.pdf"], "张工")
    assert "all" in desk.run(*report).object


def test_a_year_is_taken_in_listed_and_handed_on(desk: Desk) -> None:
    exported = desk.run("contract", "calendar", "export", "2026")
    assert exported.code == 0
    (desk.root / "2035.yaml").write_text(
        exported.out.replace("2026-", "2035-").replace("year: 2026", "year: 2035")
    )
    refused = desk.run("contract", "calendar", "import", "2035.yaml")
    assert refused.code == 78, "weekends of another year"
    assert "2035.yaml:" in refused.err
    off = '[2035-01-01, 2035-05-01, 2035-05-02, "2035-10-01..2035-10-03"]'
    notice = f"schema: hmaint.calendar/1\nyear: 2035\noff: {off}\nwork: []\n"
    (desk.root / "2035.yaml").write_text(notice)
    done = desk.run("contract", "calendar", "import", "2035.yaml", "--format", "json")
    assert done.code == 0, done.err
    assert (done.object["path"], done.object["holds_for"]) == ("calendars/2035-1.yaml", "everything")
    listed = desk.run("contract", "calendar", "list", "--format", "json").object["years"]
    years = {each["year"]: each["from"] for each in listed}
    assert (years[2035], years[2026]) == ("imported", "package")
    known = desk.run(
        "contract", "deadline", "icu", "S3-2.4.3", "--from", "2035-03-01", "--format", "json"
    ).object
    assert known["provisional"] is False


def test_examples_can_be_computed_with_where_there_is_no_workspace(tmp_path: Path) -> None:
    nowhere = Desk(tmp_path / "nowhere")
    done = nowhere.run("contract", "deadline", "s3", "S3-2.4.3", "--from", "2026-09-30", "--format", "json")
    assert done.object["due"] == "2026-10-10T23:59:59+08:00"
    assert nowhere.run("contract", "check").code == 64
    assert nowhere.run("init", "ward", "--contract", "s4").code == 0
    ward = nowhere.root / "ward"
    assert "contract: s4" in (ward / "inventory.yaml").read_text("utf-8")
    assert nowhere.run("contract", "check", "-w", "ward").out.startswith("s4：")
    assert nowhere.run("init", "ward", "--contract", "s4").code == 77
    assert nowhere.run("init", "other", "--contract", "s9").code == 64
    assert not (nowhere.root / "other").exists()


def test_hostile_words_are_refused_in_one_short_line(desk: Desk) -> None:
    done = desk.run(
        "contract", "deadline", "icu", f"x[red]\x1b[31m{{}}%s{'a' * 5000}", "--from", "2026-09-30"
    )
    assert done.code == 64
    said = done.err.strip().splitlines()[-1]
    assert said.startswith("hmaint: icu")
    assert len(said) < 200
    assert "\x1b" not in done.err
