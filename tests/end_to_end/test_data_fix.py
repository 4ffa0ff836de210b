"""A data-fix from the application to its record, typed as an engineer types it, on a database in a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree

import pytest
import yaml
from filelock import FileLock

from hmaint.kit.clock import CHINA
from tests.app.fixing import DELETE, INSERT, INVENTORY, PATIENT, UPDATE, changed, sqlite_bench
from tests.app.test_data_fix_plan import HEAD, REQUEST
from tests.end_to_end.desk import Desk, Done, words_of

PLAN = "restore-note"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "desk")
    folder = made.root
    sqlite_bench(folder)
    (folder / "inventory.yaml").write_text(INVENTORY, "utf-8")
    (folder / "ok.eml").write_text(
        "From: wang@example.org\nMessage-ID: <a@b>\nSubject: ok\n\n同意\n", "utf-8"
    )
    a_plan(made, UPDATE)
    return made


def a_plan(desk: Desk, *statements: Mapping[str, object]) -> None:
    now = datetime.now(CHINA)
    begun, ended = now - timedelta(minutes=5), now + timedelta(hours=2)
    step = {"id": "rows", "title": "恢复状态", "do": "fix", "on": {"databases": {"name": "icu-main"}}}
    asked = {**REQUEST, "text": f"误改了 {PATIENT} 的护理记录"}
    step["with"] = {"request": asked, "statements": list(statements)}
    window = {"from": f"{begun:%Y-%m-%d %H:%M}", "to": f"{ended:%Y-%m-%d %H:%M}"}
    path = desk.root / "plans" / f"{PLAN}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump({**HEAD, "window": window, "steps": [step]}, allow_unicode=True), "utf-8")


def rows(desk: Desk) -> list[tuple[object, ...]]:
    with sqlite3.connect(desk.root / "icu.db") as raw:
        return raw.execute("select * from note order by 1").fetchall()


def change(desk: Desk, sql: str) -> None:
    with sqlite3.connect(desk.root / "icu.db") as raw:
        raw.execute(sql)


def approved(desk: Desk) -> None:
    words = ("--by", "王科长", "--text", "同意恢复", "--evidence", "ok.eml")
    done = desk.run("upgrade", "approve", PLAN, *words)
    assert done.code == 0, done.err


def run(desk: Desk) -> Done:
    return desk.run("upgrade", "run", PLAN, "--supervisor", "李老师", "--yes")


def papers(desk: Desk) -> dict[str, str]:
    told = desk.run("upgrade", "report", "--format", "json").object
    return {each["form"]: words_of(desk.root / each["path"]) for each in told["documents"]}


def test_rows_are_put_right_told_on_their_record_and_put_back_later(desk: Desk) -> None:
    before = rows(desk)
    assert desk.run("upgrade", "request", PLAN).code == 0
    approved(desk)
    assert run(desk).code == 0
    assert rows(desk) == changed(before, r4471=1, r4472=1, r4473=1)
    broken = desk.root / "report_templates" / "data-fix-record" / "template.docx"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"broken")
    assert (
        desk.run("upgrade", "report").code == 78
    )  # UF40: the run is complete whatever becomes of its papers
    rmtree(broken.parent)
    told = papers(desk)
    record, report = told["data-fix-record"], told["upgrade-report"]
    for words in ("赵护士长", "王科长", "同意恢复", "***71", "note.state", UPDATE["sql"], "成功，提交"):
        assert str(words) in record
    assert "一致" in report
    for words in (PATIENT, "4471", "o'brien"):
        assert words not in record + report
    change(desk, "update note set state = 9 where id = 4472")
    assert desk.run("upgrade", "rollback", "--reason", "申请人说改错了", "--yes").code == 77
    change(desk, "update note set state = 1 where id = 4472")
    assert desk.run("upgrade", "rollback", "--reason", "申请人说改错了", "--yes").code == 1
    assert rows(desk) == before
    assert "恢复原状" in papers(desk)["data-fix-record"]
    assert holding_the_patient(desk) == []


def test_another_laptop_at_the_database_keeps_this_one_out(desk: Desk) -> None:
    before = rows(desk)
    approved(desk)
    with FileLock(desk.root / "icu.db.hmaint-lock"):
        refused = run(desk)
    assert (refused.code, "icu-main" in refused.err) == (77, True)
    assert rows(desk) == before
    assert run(desk).code == 0


def test_it_is_said_that_another_laptop_cannot_go_on(desk: Desk) -> None:
    words = ("--takeover", "--plan", PLAN, "--reason", "原笔记本丢失", "--supervisor", "李老师", "--yes")
    refused = desk.run("upgrade", "resume", "R-20261125-220000-icu", *words, lang="en")
    assert refused.code == 77
    assert "go on with it on that laptop" in refused.err


def holding_the_patient(desk: Desk) -> list[str]:
    """Whatever hmaint keeps or says: the plan was written by people, the database is the hospital's."""
    return [
        name
        for name, content in desk.bytes_kept()
        if "/plans/" not in name and not name.endswith("/icu.db") and PATIENT.encode() in content
    ]


def test_nothing_is_changed_without_an_approval_of_these_very_rows(desk: Desk) -> None:
    before = rows(desk)
    assert run(desk).code == 77
    approved(desk)
    change(desk, "update note set state = 4 where id = 4471")
    refused = run(desk)
    assert (refused.code, "审批" in refused.err) == (77, True)
    change(desk, "update note set state = 0 where id = 4471")
    assert rows(desk) == before
    a_plan(desk, UPDATE, INSERT)
    assert run(desk).code == 77
    assert rows(desk) == before


def test_a_count_that_does_not_hold_within_the_run_changes_nothing_and_is_put_on_the_record(
    desk: Desk,
) -> None:
    before = rows(desk)
    # Only the run itself can see what the second statement meets behind the first.
    a_plan(desk, DELETE, {**UPDATE, "rows": 1})
    approved(desk)
    assert run(desk).code == 1
    assert rows(desk) == before
    assert "未提交" in papers(desk)["data-fix-record"]
