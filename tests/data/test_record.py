"""《数据检查记录》: what a run of data-check leaves to be signed."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.data import hospital
from tests.end_to_end.desk import Desk, words_of


def test_the_record_tells_the_population_the_defects_and_leaves_room_for_people(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk")
    with sqlite3.connect(desk.root / "his.db") as file:
        for statement in (*hospital.sound("sqlite"), *hospital.DEFECTS["data.stock.negative"][0]):
            file.execute(statement)
    file.close()
    databases = {"his": {"engine": "sqlite", "path": "his.db", "title": "业务库"}}
    desk.write_inventory({"icu": {"name": "重症监护系统", "databases": databases}})
    chosen = [
        step
        for step in hospital.steps("platform")
        if step["id"] in ("data.stock.negative", "fine.bed.required")
    ]
    desk.write_playbook("data/icu", chosen, title="业务数据检查")
    done = desk.run("data-check", "--site", "icu", "--report", "--format", "json")
    (finding,) = done.object["findings"]
    (first,) = done.object["reports"]
    text = words_of(desk.root / first)
    for words in (
        *("数据检查记录", "业务库", "检查人员签字"),
        *("共检查 60 条，2 条的 quantity 或 locked 为负", "共检查 16 条，全部符合"),
    ):
        assert words in text, words
    assert desk.run("finding", "note", finding["id"], "--solution", "按出库单改正").code == 0
    again = desk.run("runs", "report").out.strip()
    assert again != first
    assert "按出库单改正" in words_of(desk.root / again)
