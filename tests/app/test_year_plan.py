"""年度服务计划: the year that runs, every duty over its months, and nothing planned where the day is not known."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hmaint.app.year_plan import told_of
from hmaint.errors import WrongUsage
from hmaint.report.agreement import disagreements
from hmaint.report.form import find_form
from tests.app.recorded import make_world, set_clock

S3 = "s3:signed: 2026-03-18, end: 2028-03-17"


def test_every_duty_is_planned_in_the_months_it_is_due(tmp_path: Path) -> None:
    world = make_world(tmp_path, {"icu": "s3"}, {"s3": S3})
    set_clock(world, date(2026, 11, 25))
    told = told_of(world, "icu")
    data: Any = told.data
    assert disagreements({**data, "number": "1"}, find_form("year-plan", None).fields) == []
    assert data["term"] == "2026-03-18 至 2027-03-17"
    duties = {each["clause"]: each for each in data["duties"]}
    planned = {clause: [n for n in range(1, 13) if each[f"m{n}"]] for clause, each in duties.items()}
    assert (data["m1"], data["m10"]) == ("3", "12")
    assert planned["S3-1.1.2"] == [4, 7, 10, 12], (
        "the quarters end in June, September, December and with the year"
    )
    assert planned["S3-3.1.4"] == list(range(1, 13))
    assert planned["S3-2.5.1"] == [2], "a month after signing"
    assert "A3-1" in data["basis"]
    assert {each["clause"] for each in data["unscheduled"]} == {"S3-2.5.1b", "S3-4.2b"}


def test_another_year_is_named_by_the_one_it_begins_in(tmp_path: Path) -> None:
    world = make_world(tmp_path, {"icu": "s3"}, {"s3": S3})
    set_clock(world, date(2026, 11, 25))
    assert told_of(world, "icu", "2027").data["term"] == "2027-03-18 至 2028-03-17"
    with pytest.raises(WrongUsage, match="2026-03-18"):
        told_of(world, "icu", "2031")


def test_without_a_first_day_or_a_contract_nothing_is_planned(tmp_path: Path) -> None:
    world = make_world(tmp_path, {"icu": "s3", "lis": "gone"}, {"s3": "s3:"})
    set_clock(world, date(2026, 11, 25))
    with pytest.raises(WrongUsage, match="signed"):
        told_of(world, "icu")
    with pytest.raises(WrongUsage):
        told_of(world, "lis")
