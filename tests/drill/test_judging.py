"""What a drill's answers mean: never fine for what was not asked or not answered, and never the original."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hmaint.app.drill_apart import refuse_same_server
from hmaint.drill import answers, judging, times
from hmaint.drill.load import Loaded, find_copy, read_copy, read_load
from hmaint.errors import Refused
from hmaint.model.drill import Drill, Question
from hmaint.model.inventory import Backup, Database, TableWanted
from hmaint.model.look import Query, Rows, Seen
from hmaint.model.playbook import Level

SOUND = Loaded(0, None, 0, "", "ab", 1, over=True)


@pytest.mark.parametrize(
    ("loaded", "trouble", "level"),
    [
        (SOUND, "", Level.OK),
        (SOUND, "演练主机磁盘将满", Level.UNKNOWN),
        (None, "", Level.UNKNOWN),
        (replace(SOUND, load=1), "", Level.CRITICAL),
        (replace(SOUND, load=None), "", Level.UNKNOWN),
        (replace(SOUND, over=False), "", Level.UNKNOWN),
        (replace(SOUND, unpack=1), "", Level.CRITICAL),
        (replace(SOUND, unpack=2, load=1), "", Level.CRITICAL),
        (replace(SOUND, unpack=141), "", Level.UNKNOWN),
        (replace(SOUND, unpack=141, load=3), "", Level.CRITICAL),
        (replace(SOUND, guard=3), "", Level.UNKNOWN),
        (replace(SOUND, said="ERROR: something"), "", Level.WARNING),
    ],
)
def test_only_a_restore_seen_to_its_end_is_fine(loaded: Loaded | None, trouble: str, level: Level) -> None:
    assert judging.of_load(loaded, trouble).level is level


def test_what_the_loader_did_not_say_is_not_zero() -> None:
    assert read_load("", "", "", 0).load is None
    assert read_load("load x\n", "", "", 0).load is None
    assert not read_load("load 0\n", "", "", 0).over


def test_rows_without_anything_to_hold_them_against_are_told_and_not_judged() -> None:
    assert judging.of_rows(["a"], {"a": 5}, (), None, 5).level is Level.SKIPPED
    assert judging.of_rows(["a"], {}, (), None, 5).level is Level.UNKNOWN
    assert judging.of_rows(["a"], {"a": 5}, (TableWanted("a", 5, 5),), None, 5).level is Level.OK
    assert judging.of_rows(["a"], {"a": 4}, (TableWanted("a", 5, 5),), None, 5).level is Level.CRITICAL
    assert judging.of_rows([], {}, (TableWanted("b", 1),), None, 5).level is Level.CRITICAL
    assert judging.of_rows(["a"], {"a": 96}, (), {"a": 100}, 5).level is Level.OK
    assert judging.of_rows(["a"], {"a": 94}, (), {"a": 100}, 5).level is Level.CRITICAL
    assert judging.of_rows(["a"], {"a": 110}, (), {"a": 100}, 5).level is Level.WARNING


def test_no_table_is_never_fine_and_neither_is_a_missing_one() -> None:
    assert judging.of_tables([], (), None).level is Level.CRITICAL
    assert judging.of_tables(["a"], (TableWanted("b"),), None).level is Level.CRITICAL
    assert judging.of_tables(["a"], (), ["a", "b"]).level is Level.CRITICAL
    assert judging.of_tables(["A"], (), ["a"]).level is Level.OK


@pytest.mark.parametrize(
    ("scanned", "unseen", "level"),
    [
        ((100, 0, 0), [], Level.OK),
        ((0, 0, 0), [], Level.SKIPPED),
        ((0, 9, 0), [], Level.CRITICAL),
        ((100, 60, 0), [], Level.CRITICAL),
        ((100, 1, 0), [], Level.OK),
        ((100, 0, 90), [], Level.CRITICAL),
        ((100, 0, 5), [], Level.WARNING),
        ((100, 0, 0), ["exam"], Level.UNKNOWN),
    ],
)
def test_text_that_was_broken_as_a_whole_is_told(
    scanned: tuple[int, int, int], unseen: list[str], level: Level
) -> None:
    assert answers.of_text({"t": scanned}, unseen).level is level


def test_a_question_without_an_answer_is_not_answered_well() -> None:
    question = Question("n", "select 1", at_least=1)
    for value, level in (("1", Level.OK), ("0", Level.CRITICAL), ("", Level.CRITICAL), ("x", Level.CRITICAL)):
        verdict = answers.of_questions("business", "业务检查", [(question, value, "")])
        assert verdict is not None
        assert verdict.level is level
    lost = answers.of_questions("business", "业务检查", [(question, None, "超时")])
    assert lost is not None
    assert lost.level is Level.UNKNOWN
    assert answers.of_questions("business", "业务检查", []) is None


def test_orphans_that_could_not_be_counted_are_not_none() -> None:
    assert judging.of_orphans({"k": 0}).level is Level.OK
    assert judging.of_orphans({"k": None}).level is Level.UNKNOWN
    assert judging.of_orphans({"k": None, "l": 2}).level is Level.CRITICAL
    assert judging.of_orphans({}).level is Level.SKIPPED


@pytest.mark.parametrize("text", ["", "none\n", "size x\nname /a\n", "unreadable /a\n", "size 5\n"])
def test_a_copy_that_was_not_described_is_none(text: str) -> None:
    assert isinstance(read_copy(text), str)


def test_only_globs_of_a_path_expand() -> None:
    assert "for f in '/b/$(id)'*; do" in find_copy("'/b/$(id)'*")


class Original:
    """A session that says it is a certain server."""

    def __init__(self, row: dict[str, object]) -> None:
        self.row = row

    def ask(self, query: Query) -> Rows:
        assert query.sql.startswith("select")
        return Rows(Seen.OBSERVED, (self.row,))  # type: ignore[arg-type] # whatever a driver gives


MYSQL = Database("main", "icu", "mysql", address="10.1.2.12")
BACKUP = Backup("full", "icu", "/b/*", of="main", drill=Drill())


def test_a_server_that_is_the_original_gets_nothing() -> None:
    same = Original({"host": "db1", "port": 3306, "folder": "/var/lib/mysql/"})
    with pytest.raises(Refused):
        refuse_same_server("db1:3306:/var/lib/mysql/", same, MYSQL, BACKUP, "drill1")
    other = "drill1:0:/var/tmp/hmaint-drill.x/data/"
    assert refuse_same_server(other, same, MYSQL, BACKUP, "drill1") == ""
    with pytest.raises(Refused):  # by another address, it is the same machine: a VIP
        refuse_same_server(other, same, MYSQL, BACKUP, "DB1")
    beside = replace(BACKUP, drill=Drill(beside_source=True))
    assert refuse_same_server(other, same, MYSQL, beside, "db1") == ""
    cluster = Original({"id": 77})
    with pytest.raises(Refused):
        refuse_same_server("77", cluster, replace(MYSQL, engine="postgresql"), BACKUP, "drill1")
    assert refuse_same_server("78", cluster, replace(MYSQL, engine="postgresql"), BACKUP, "drill1") == ""
    assert "未与其核对" in refuse_same_server("78", None, MYSQL, BACKUP, "drill1")


def test_a_moment_in_the_future_is_no_loss_of_nothing() -> None:
    assert (times.lost_since(-86_400), times.lost_since(-20), times.lost_since(90)) == (None, 0.0, 90)
    unknown = times.of_loss(None, 3600, "备份文件的时间在将来，不能作数")
    assert (unknown.level, unknown.metrics) == (Level.UNKNOWN, ())
    assert times.of_loss(90, 3600, "x").level is Level.OK
    assert times.of_loss(7200, 3600, "x").level is Level.CRITICAL
