"""What is told from a statement whose literals are gone, as each server writes it; what is not certain is not told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.advise.mysql.digest import Digest
from hmaint.advise.mysql.shape import Shape, shape


def seen(words: str) -> Shape | None:
    return shape(Digest("his", "d", words, 20, 100, 1_000, 1, 0, 0, 0, 0))


@pytest.mark.parametrize(
    "words",
    [
        "SELECT ID , NAME FROM `patient` WHERE `card` = ? ",  # MariaDB 10.11: some columns are taken for keywords
        "SELECT `id` , NAME FROM `patient` WHERE `card` = ?",  # MySQL 9
        "SELECT * FROM `his` . `patient` `p` WHERE `p` . `card` = ?",
        "SELECT * FROM `patient` AS `p` WHERE `p` . `card` IN (...)",
        "DELETE FROM `patient` WHERE `card` = ?",
        "UPDATE `patient` SET `name` = ? WHERE `card` = ?",
    ],
)
def test_a_column_held_against_a_value_is_told(words: str):
    found = seen(words)
    assert found is not None
    assert list(found.tables.values()) == [("his", "patient")]
    assert [name for _, name in found.equal] == ["card"]


def test_a_column_that_reads_like_a_keyword_is_told():
    found = seen("SELECT NAME FROM `patient` WHERE ID = ? AND NAME > ?")
    assert found is not None
    assert found.equal == (("", "ID"),)
    assert found.ranged == (("", "NAME"),)


def test_joins_are_told_by_their_aliases():
    found = seen(
        "SELECT COUNT ( * ) FROM `visit` `v` JOIN `patient` `p` ON `p` . `id` = `v` . `patient` WHERE `p` . `name` = ?"
    )
    assert found is not None
    assert found.tables == {"v": ("his", "visit"), "p": ("his", "patient")}
    assert found.joined == ((("p", "id"), ("v", "patient")),)
    assert found.equal == (("p", "name"),)
    assert not found.selective


def test_a_function_around_a_column_hides_it_from_its_index():
    for words in ("WHERE DATE ( `seen` ) = ?", "WHERE `date_format` ( `seen` , ? ) = ?"):
        found = seen(f"SELECT * FROM `visit` {words}")  # noqa: S608 - it is only read
        assert found is not None
        assert [ref for _, ref in found.wrapped] == [("", "seen")]
        assert found.equal == ()


@pytest.mark.parametrize(
    "words",
    [
        "SELECT * FROM `a` WHERE `x` = ? OR `y` = ?",
        "SELECT * FROM `a` WHERE `x` IN ( SELECT `y` FROM `b` )",
        "SELECT * FROM `a` WHERE `x` = ? UNION SELECT * FROM `b`",
        "SELECT * FROM `a` WHERE NOT `x` = ?",
        "INSERT INTO `a` SELECT * FROM `b` WHERE `x` = ?",
        "SELECT * FROM `a` WHERE `x` = ? AND `long_` ...",
        "CALL `his` . `tidy` ( ? )",
        "BEGIN",
        "",
    ],
)
def test_what_cannot_be_told_for_sure_is_not_told(words: str):
    assert seen(words) is None


def test_a_pattern_whose_beginning_is_gone_is_no_range():
    found = seen("SELECT * FROM `a` WHERE `x` LIKE ?")
    assert found is not None
    assert found.ranged == ()


def test_what_is_set_is_not_what_is_looked_for():
    found = seen("UPDATE `a` SET `x` = ? , `y` = ? WHERE `z` = ?")
    assert found is not None
    assert found.equal == (("", "z"),)


@given(st.text(alphabet="`SELECTFROMWHEREANDa.,()=<>? \u4e2d", max_size=80))
def test_no_text_breaks_it(words: str):
    seen(words)
    seen(f"SELECT * FROM `a` WHERE {words}")  # noqa: S608 - it is only read


def test_what_still_looks_like_a_value_is_masked_and_long_texts_are_cut():
    told = Digest(
        "his",
        "d",
        "SELECT '张三' , `a` FROM `b` WHERE `c` = 13800000000 " + "x" * 2_000,
        1,
        1,
        1,
        1,
        0,
        0,
        0,
        0,
    )
    assert "张三" not in told.words
    assert "13800000000" not in told.words
    assert len(told.words) <= 401
