"""What people put on record: numbered once, kept once, corrected without losing anything, never lost to a lock."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from hmaint.errors import WrongUsage
from hmaint.model.entry import WITHDRAWN, Entry, standing
from hmaint.store.records import Records
from tests.store.samples import NOON

FIRST = Entry("a" * 32, "", "incident", "opened", "icu", NOON, NOON, "张工", {"what": "无法登录"})
LATER = replace(FIRST, id="b" * 32, event="noted", at=NOON + timedelta(minutes=5), body={"text": "已重启"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".hmaint" / "records.db"


def test_matters_are_numbered_day_by_day_and_kind_by_kind(path: Path) -> None:
    with Records.open(path) as records:
        numbers = [records.entries.begin(replace(FIRST, id=str(n)), "I").matter for n in range(3)]
        other = records.entries.begin(replace(FIRST, id="t", kind="training"), "T").matter
        tomorrow = replace(FIRST, id="m", recorded_at=NOON + timedelta(days=1))
        assert numbers == [f"I-{NOON:%Y%m%d}-00{n}" for n in (1, 2, 3)]
        assert other == f"T-{NOON:%Y%m%d}-001"
        assert records.entries.begin(tomorrow, "I").matter.endswith("-001")


def test_a_matter_is_found_by_its_number_its_end_or_as_the_latest(path: Path) -> None:
    with Records.open(path) as records:
        one = records.entries.begin(FIRST, "I")
        two = records.entries.begin(replace(LATER, recorded_at=NOON + timedelta(hours=1)), "I")
        assert records.entries.of(one.matter, "incident") == (one,)
        assert records.entries.of("-002", "incident") == (two,)
        assert records.entries.of("latest", "incident") == (two,)
        with pytest.raises(WrongUsage, match=r"-002.*-001"):
            records.entries.of("I-", "incident")
        with pytest.raises(WrongUsage, match="没有编号"):
            records.entries.of("I-20200101-001", "incident")
        with pytest.raises(WrongUsage):
            records.entries.of(one.matter, "training")


def test_lists_are_narrowed_by_kind_site_event_and_the_time_it_happened(path: Path) -> None:
    with Records.open(path) as records:
        one = records.entries.begin(FIRST, "I")
        later = replace(LATER, matter=one.matter)
        other = records.entries.begin(replace(FIRST, id="t", kind="training", site="his"), "T")
        records.entries.add([later])
        listed = records.entries.listed
        assert listed() == (one, other, later)
        assert listed(kinds=["incident"]) == (one, later)
        assert listed(site="his") == (other,)
        assert listed(events=["noted"]) == listed(since=later.at) == (later,)
        assert listed(until=NOON, matters=[one.matter]) == (one,)
        assert listed(lately=later.at) == (one, later)
        assert listed(lately=later.at, kinds=["training"]) == listed(lately=later.at, events=["opened"]) == ()


def test_an_entry_kept_twice_is_one(path: Path) -> None:
    with Records.open(path) as records:
        one = records.entries.begin(FIRST, "I")
        later = replace(LATER, matter=one.matter)
        records.entries.add([later, later])
        records.entries.add([later, one])
        assert records.entries.of(one.matter, "incident") == (one, later)


def test_what_is_said_under_a_lock_comes_in_later_under_a_number_of_its_own(path: Path) -> None:
    Records.open(path).dispose()
    with Records.open(path, wait=0.1) as records:
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("begin immediate")
        one = records.entries.begin(FIRST, "I")
        later = replace(LATER, matter=one.matter)
        records.entries.add([later])
        holder.close()
        assert records.rescue is not None
    assert one.matter == f"I-{NOON:%Y%m%d}-aaaaaaaa"
    with Records.open(path) as records:
        assert records.entries.of(one.matter, "incident") == (one, later)
        assert records.entries.begin(replace(FIRST, id="c"), "I").matter.endswith("-001")


def test_what_holds_is_the_same_in_whatever_order_it_is_told() -> None:
    wrong = replace(LATER, id="w", body={"text": "写错了"})
    right = replace(LATER, id="r", corrects="w", at=NOON + timedelta(minutes=3))
    back = replace(LATER, id="x", event=WITHDRAWN, corrects=LATER.id)
    for order in permutations([FIRST, LATER, wrong, right, back]):
        assert standing([*order, order[0]]) == (FIRST, right)
