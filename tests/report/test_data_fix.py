"""数据恢复与调整记录 says of rows what is known of them, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hmaint.app.data_fix_shown import shown_value
from hmaint.model.data_fix import Change, Fix, FixRequest, FixStatement, without_key
from hmaint.model.upgrade_ran import Ran, StepRan
from hmaint.report.data_fix import Fixed, data_fix_record
from hmaint.report.upgrade_report import _rows_kept
from tests.app.fixing import PATIENT, REQUEST, sqlite_bench

AT = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
STATEMENT = FixStatement(
    "update note set state = :s where id = :id", "update", "", "note", ("state",), "id = :id", (), ({},), 1
)
FIX = Fix(FixRequest(**{**REQUEST, "text": f"{PATIENT} 的状态改错了"}), (STATEMENT,))
STEP = StepRan(
    "rows@icu-main", "恢复", "icu-main", "fix", 0, outage=False, state="done", facts={"rows": "a" * 64}
)
RAN = Ran("R-1", "icu", "data-fix", "p", "t", "", "", "d", (AT, AT), "李", "张", AT, AT, None, "paused")


def changes(count: int) -> Change:
    before = [{"id": number, "state": 0} for number in range(count)]
    after = [{"id": number, "state": 1} for number in range(count)]
    return Change(1, "update", "", "note", ("id",), before, after, counted=count, at=AT.isoformat())


@pytest.fixture
def told(tmp_path: Path):  # type: ignore[no-untyped-def]  # a function of this file
    inventory = sqlite_bench(tmp_path).world.inventory

    def tell(step: StepRan, *changed: Change, evidence: str = "") -> dict[str, object]:
        fixed = Fixed(step, FIX, changed, evidence)
        return data_fix_record(RAN, [fixed], ("王", "书面"), shown_value, inventory, AT)

    return tell


@pytest.mark.parametrize("state", ["intent", "in_doubt"])
@pytest.mark.parametrize("kept", [True, False])
def test_of_what_is_in_doubt_neither_the_change_nor_its_absence_is_said(told, state: str, kept: bool) -> None:  # type: ignore[no-untyped-def]  # noqa: FBT001 - a parameter
    step = replace(STEP, state=state, facts={})
    record = told(step, changes(1), evidence="a" * 64) if kept else told(step)
    said = str({name: record[name] for name in ("backup", "backup_sha256", "statements", "changes")})
    assert "结果不明" in said
    for wrong in ("没有", "未执行", "未提交", "成功", "note.state"):
        assert wrong not in said


def test_what_is_known_is_said(told) -> None:  # type: ignore[no-untyped-def]  # see the fixture
    done, never = (
        told(STEP, changes(1), evidence="a" * 64),
        told(replace(STEP, state="failed", facts={}, reason="行数不符")),
    )
    assert "成功，提交" in str(done["statements"])
    assert "note.state" in str(done["changes"])
    assert "未提交：行数不符" in str(never["statements"])
    assert never["backup"] == "没有提交任何改动"
    assert PATIENT not in str(done) + str(never)
    assert done["request"] == "***0417 的状态改错了"


def test_a_short_number_is_not_taken_out_of_dates() -> None:
    assert without_key("11-25 夜班", "25") == "11-25 夜班"
    assert without_key("N2026 的记录", "N2026") == "***26 的记录"


def test_changes_that_do_not_fit_are_counted(told) -> None:  # type: ignore[no-untyped-def]  # see the fixture
    listed = told(STEP, changes(250), evidence="a" * 64)["changes"]
    assert len(listed) == 201
    assert "另有 50 处改动" in str(listed[-1])
    assert (listed[-1]["key"], listed[-1]["before"], listed[-1]["after"]) == (
        "***",
        "—",
        "—",
    )  # as the form wants it
    assert "另有" not in str(told(STEP, changes(200), evidence="a" * 64)["changes"])


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        ("state", "7"),
        ("zyh", "***"),
        ("brxm", "***"),
        ("patient_name", "***"),
        ("ryzd", "***"),
        ("lab_result", "***"),
        ("zdy", "7"),
    ],
)
def test_what_tells_a_patient_or_of_one_is_not_shown(column: str, shown: str) -> None:
    assert shown_value(column, "7") == shown


def test_the_report_of_a_fix_tells_of_its_rows_what_is_known() -> None:
    def kept(state: str, **facts: object) -> list[str]:
        step = replace(STEP, state=state, facts=facts)
        return [str(each["verified"]) for each in _rows_kept(replace(RAN, steps=(step,)))]

    assert kept("done", rows="f90d26128267" + "0" * 52) == ["提交前落盘，SHA-256 见数据恢复与调整记录"]
    assert kept("in_doubt") == ["结果不明，待核实"]
    assert kept("failed") == []
