"""`db-tune --apply-safe` makes planted slow statements read less, changes what it announced, and goes back."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.desk import Done
from tests.tune.lab import SLOW, Lab, slow_hospital, write_inventory

SITES = ("maria", "pg")
_LEAVE = ("--yes", "--reason", "信息科李主任书面同意", "--accept", "backup", "--format", "json")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with slow_hospital(tmp_path_factory.mktemp("tune")) as found:
        yield found


def _apply(lab: Lab, site: str, *words: str) -> Done:
    return lab.desk.run("db-tune", "--site", site, *(words or ("--apply-safe",)), *_LEAVE)


def _undo(lab: Lab, site: str, run: str = "latest") -> Done:
    return lab.desk.run(
        "db-tune", "--site", site, "--undo", run, "--yes", "--reason", "试验", "--format", "json"
    )


def _work(lab: Lab, site: str) -> dict[str, float]:
    """How much each slow statement reads, as the server itself counts it."""
    if site == "maria":
        return {name: _handler_reads(lab, sql) for name, sql in SLOW.items()}
    return {name: _buffers(lab, sql) for name, sql in SLOW.items()}


def _handler_reads(lab: Lab, sql: str) -> float:
    connection = lab.mariadb.connect(database="icu")
    with connection.cursor() as cursor:
        cursor.execute("flush status")
        cursor.execute(sql)
        cursor.fetchall()
        cursor.execute("show session status like 'Handler_read%'")
        reads = sum(float(value) for _name, value in cursor.fetchall())
    connection.close()
    return reads


def _buffers(lab: Lab, sql: str) -> float:
    [[told]] = lab.postgresql.admin(f"explain (analyze, buffers, format json) {sql}", database="icu")
    plan = told[0]["Plan"]
    return float(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def _lines(dump: str) -> set[str]:
    return {line.rstrip(",") for line in dump.splitlines()}


def _statements(told: dict[str, Any]) -> list[str]:
    return [statement for item in told["items"] for statement in item["statements"]]


@pytest.mark.parametrize("site", SITES)
def test_what_is_safe_makes_slow_statements_read_a_fifth_at_most_and_goes_back_exactly(
    lab: Lab, site: str
) -> None:
    before, structure = _work(lab, site), lab.dump(site)
    done = _apply(lab, site)
    assert done.code == 0, done.err
    told = done.object
    assert (told["schema"], told["act"], told["status"]) == ("hmaint.tuning/1", "apply", 0)
    after = _work(lab, site)
    assert all(after[name] * 5 <= before[name] for name in SLOW), (before, after)
    measured = {each["name"]: each for each in told["figures"]}
    assert all(f"{name} 耗时" in measured for name in SLOW)
    if site == "maria":
        examined = [each for each in told["figures"] if each["name"].endswith("每次扫描行数")]
        assert examined, "the very statements the advice is about are compared by the server's own counters"
        assert all(each["after"] * 5 <= each["before"] for each in examined)
    changed = _lines(lab.dump(site)) ^ _lines(structure)
    announced = " ".join(_statements(told))
    for line in changed:
        words = [word.strip('`",;()') for word in line.split()]
        assert any(word.startswith("ix_") and word in announced for word in words), line
    back = _undo(lab, site, told["run"])
    assert back.code == 0, back.err
    assert lab.dump(site) == structure
    assert _work(lab, site) == pytest.approx(before, rel=0.2)


@pytest.mark.parametrize("site", ["maria"])
def test_an_apply_is_on_record_with_its_figures_its_trail_and_its_word_form(lab: Lab, site: str) -> None:
    done = _apply(lab, site, "--apply-safe", "--report")
    assert done.code == 0, done.err
    told = done.object
    [report] = told["reports"]
    from tests.end_to_end.desk import words_of  # noqa: PLC0415 - beside its only use

    words = words_of(lab.desk.root / report)
    assert told["run"] in words
    assert "信息科李主任书面同意" in words
    assert all(statement in words for statement in _statements(told))
    assert "耗时" in words
    trail = lab.desk.run("audit", "list", "--format", "json").object["lines"]
    sent = {line["sent"] for line in trail if line["run"] == told["run"]}
    assert set(_statements(told)) <= sent
    assert lab.desk.run("audit", "verify").code == 0
    run = lab.desk.run("runs", "show", told["run"], "--format", "json").object
    assert (run["command"], run["level"]) == ("db-tune", "ok")
    assert _undo(lab, site).code == 0
    again = lab.desk.run("report", "render", "tuning-record", "--site", site, "--run", told["run"])
    assert again.code == 0, again.err
    newest = max((lab.desk.root / "reports" / site).rglob("*.docx"), key=lambda path: path.stat().st_mtime)
    assert "已回退" in words_of(newest)


@pytest.mark.parametrize("site", ["pg"])
def test_a_look_carries_the_fix_of_each_finding_and_changes_nothing(lab: Lab, site: str) -> None:
    structure = lab.dump(site)
    told = lab.desk.run("db-tune", "--site", site, "--format", "json").object
    fixes = [each["fix"] for each in told["findings"] if each.get("fix")]
    assert fixes
    assert all({"statements", "undo", "safe", "lock"} <= set(fix) for fix in fixes)
    assert told["advice"]
    assert lab.dump(site) == structure


@pytest.mark.parametrize("site", ["maria"])
def test_one_item_is_applied_by_its_id_and_an_unknown_one_names_those_there_are(lab: Lab, site: str) -> None:
    told = lab.desk.run("db-tune", "--site", site, "--format", "json").object
    item = next(each for each in told["advice"] if each["fix"] and each["fix"]["act"] == "create_index")
    done = _apply(lab, site, "--apply", item["id"])
    assert done.code == 0, done.err
    assert [each["id"] for each in done.object["items"]] == [item["id"]]
    assert _undo(lab, site).code == 0
    wrong = _apply(lab, site, "--apply", "T-00000000")
    assert wrong.code == 64
    assert item["id"] in wrong.err


def _refused(lab: Lab, site: str, *words: str) -> str:
    structure = lab.dump(site)
    done = lab.desk.run("db-tune", "--site", site, "--apply-safe", *words, lang="en")
    assert done.code == 77, (done.out, done.err)
    assert lab.dump(site) == structure
    return done.err


_YES = ("--yes", "--reason", "agreed")


@pytest.mark.parametrize("site", ["maria"])
def test_without_a_verified_backup_it_is_refused_and_a_person_may_answer_for_that(
    lab: Lab, site: str
) -> None:
    assert "names no backup" in _refused(lab, site, *_YES)


def test_without_confirmation_it_is_refused(lab: Lab) -> None:
    assert "not confirmed" in _refused(lab, "pg", "--accept", "backup")
    assert "--reason" in _refused(lab, "pg", "--accept", "backup", "--yes")


def test_outside_the_window_or_without_one_it_is_refused(lab: Lab) -> None:
    assert "outside the maintenance window" in _refused(lab, "pg", *_YES, "--window", _another_hour())
    write_inventory(lab, maintenance_window="")
    text = (lab.desk.root / "inventory.yaml").read_text("utf-8")
    (lab.desk.root / "inventory.yaml").write_text(
        text.replace("maintenance_window: 00:00-24:00", "other: 1"), "utf-8"
    )
    try:
        assert "no maintenance window" in _refused(lab, "pg", *_YES)
    finally:
        write_inventory(lab)


def _another_hour() -> str:
    from datetime import datetime, timedelta  # noqa: PLC0415 - beside its only use

    from hmaint.kit.clock import CHINA  # noqa: PLC0415 - as above

    begin = datetime.now(CHINA) + timedelta(hours=3)
    return f"{begin:%H:%M}-{begin + timedelta(hours=1):%H:%M}"


def test_the_account_that_looks_never_applies(lab: Lab) -> None:
    path = lab.desk.root / "inventory.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("tune_user: hmaint_tune", "tune_user: hmaint_ro"), "utf-8")
    try:
        assert "no tune_user of its own" in _refused(lab, "maria", *_YES, "--accept", "backup")
    finally:
        path.write_text(text, "utf-8")


def test_what_the_account_has_no_right_to_is_passed_over_and_refused_by_its_id(lab: Lab) -> None:
    told = _apply(lab, "pg").object
    assert any("ALTER SYSTEM" in each["reason"] for each in told["passed"])
    assert _undo(lab, "pg").code == 0
    done = _apply(lab, "pg", "--apply", told["passed"][0]["id"])
    assert done.code == 77


@pytest.mark.parametrize("site", SITES)
def test_a_transaction_open_for_long_is_seen_and_nothing_is_begun(lab: Lab, site: str) -> None:
    """A minute is the gate's; a younger one that holds the table is waited for within the lock time-out, then left."""
    structure = lab.dump(site)
    server = lab.mariadb if site == "maria" else lab.postgresql
    blocker = server.connect(database="icu")
    cursor = blocker.cursor()
    try:
        cursor.execute("begin")
        cursor.execute("update orders set state = 4 where id = 1")
        time.sleep(2.5)  # a younger one is taken for work that ends at once
        done = _apply(lab, site, "--apply", _create(lab, site, "orders"))
    finally:
        blocker.rollback()
        blocker.close()
    assert done.code == 1, (done.out, done.err)
    [item] = done.object["items"]
    assert item["outcome"] == "failed"
    assert item["failure"]
    assert lab.dump(site) == structure


def _create(lab: Lab, site: str, table: str) -> str:
    told = lab.desk.run("db-tune", "--site", site, "--format", "json").object
    return str(
        next(
            each["id"]
            for each in told["advice"]
            if each["fix"] and each["fix"]["act"] == "create_index" and table in each["object"]
        )
    )


@pytest.mark.parametrize("site", SITES)
def test_what_others_changed_since_is_not_taken_back(lab: Lab, site: str) -> None:
    done = _apply(lab, site, "--apply", _create(lab, site, "lab_result"))
    assert done.code == 0, done.err
    [statement] = _statements(done.object)
    server = lab.mariadb if site == "maria" else lab.postgresql
    name = next(
        word for word in statement.replace("`", " ").replace('"', " ").split() if word.startswith("ix_")
    )
    on = " on lab_result" if site == "maria" else ""
    server.admin(f"drop index {name}{on}", f"create index {name} on lab_result (value)", database="icu")
    structure = lab.dump(site)
    back = _undo(lab, site)
    assert back.code == 2
    assert back.object["items"][0]["person"]
    assert lab.dump(site) == structure
    server.admin(f"drop index {name}{on}", database="icu")


def test_no_password_stands_anywhere(lab: Lab) -> None:
    from tests.tune.lab import PASSWORD  # noqa: PLC0415 - beside its only use

    found = [name for name, content in lab.desk.bytes_kept() if PASSWORD.encode() in content]
    assert found == []
    assert json.dumps(PASSWORD)[1:-1].encode() not in b"".join(
        content for _name, content in lab.desk.bytes_kept()
    )


def test_the_journals_lie_private(lab: Lab) -> None:
    journals = list((lab.desk.root / ".hmaint" / "tuning").glob("*.jsonl"))
    assert journals
    assert all(path.stat().st_mode & 0o077 == 0 for path in journals)
    assert isinstance(journals[0], Path)
