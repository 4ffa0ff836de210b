"""`hmaint kb` as it is typed: what is found is shown with its hit, in both languages, and locks lose nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.end_to_end.desk import Desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("kb") / "desk")
    desk.write_inventory({"icu": {"name": "重症监护系统"}})
    file = desk.root / "a.yaml"
    file.write_text(
        "articles:\n"
        "  - {title: 数据库锁表, symptoms: '保存医嘱转圈，提示 ORA-00054', steps: [查阻塞, 联系使用人], site: icu}\n"
        "  - {title: 打印机脱机, symptoms: 腕带打不出来}\n",
        "utf-8",
    )
    assert desk.run("kb", "add", "--from", str(file)).out.count("已写入") == 2
    return desk


def test_a_hit_is_marked_where_no_colour_can_show_it(desk: Desk) -> None:
    found = desk.run("kb", "search", "ora-00054")
    assert "【ORA-00054】" in found.out
    assert "数据库锁表" in found.out
    loose = desk.run("kb", "search", "转圈 腕带", lang="en")
    assert "no article holds all of these words" in loose.err
    told = desk.run("kb", "search", "死锁", "--format", "json").object
    piece = told["articles"][0]["snippet"]
    assert [piece["text"][a:b] for a, b in piece["hits"]] in (["锁表"], ["阻塞"])


def test_wrong_words_are_refused_and_nothing_found_is_no_failure(desk: Desk) -> None:
    assert desk.run("kb", "search", "没有的词语").code == 0
    assert desk.run("kb", "search", "😀").code == 64
    assert desk.run("kb", "add").code == 64
    assert desk.run("kb", "edit", "001").code == 64
    assert desk.run("kb", "used", "001").code == 64
    assert desk.run("kb", "export").code == 64
    assert desk.run("kb", "list", "--site", "nosuch").code == 64


def test_words_that_meet_a_locked_database_are_kept_and_come_in_later(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.root / ".hmaint" / "records.db")) as holder:
        holder.execute("begin exclusive")
        done = desk.run("kb", "add", "--title", "锁着的时候写的", limit=120)
        holder.rollback()
    assert done.code == 0, done.err
    assert "记录无法写入" in done.err
    assert "锁着的时候写的" in desk.run("kb", "list").out


def test_a_folder_that_cannot_be_written_is_said_in_a_line(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = desk.run("kb", "export", "--markdown", str(tmp_path / "file" / "sub"))
    assert (done.code, done.err.count("\n")) == (77, 1)
