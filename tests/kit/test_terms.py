"""Text as a search sees it: width, case and old forms do not count, codes stay whole, nothing makes it fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.kit.statement import without_values
from hmaint.kit.terms import fold, parts, tokens, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("数据库锁表", ["数", "据", "库", "锁", "表"]),
        ("ORA-01555：快照", ["ora-01555", "快", "照"]),
        ("错误０ｘ８００７０００５", ["错", "误", "0x80070005"]),
        ("HL7 AE", ["hl7", "ae"]),
        ("10.1.2.3,10.1.2.30", ["10.1.2.3", "10.1.2.30"]),
        ("資料庫連線錯誤", list("资料库连线错误")),
        ("Ⅲ級", ["iii", "级"]),
        ("👩‍⚕️😀", []),
        ("\ud800\x00", []),
        ("", []),
    ],
)
def test_a_text_is_characters_words_and_codes(text: str, found: list[str]) -> None:
    assert words(text) == found
    assert [token.text for token in tokens(text)] == found


@given(st.text(max_size=60))
def test_every_token_stands_where_it_says(text: str) -> None:
    for token in tokens(text):
        assert token.text in fold(text[token.start : token.end])
    assert [token.text for token in tokens(text)] == words(text)


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("ora-01555", ("ora", "01555")),
        ("0x80070005", ("80070005",)),
        ("10.1.2.3", ()),
        ("8.0.36", ()),
        ("tomcat9", ("tomcat", "9")),
        ("mysql", ()),
        ("锁", ()),
    ],
)
def test_a_code_is_also_known_by_its_parts_and_an_address_only_whole(
    code: str, known: tuple[str, ...]
) -> None:
    assert parts(code) == known


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("update p set name = '张三' where id = 42", "update p set name = ? where id = ?"),
        ("select 'it''s', \"王五\" from t1 -- 李四", "select ?, ? from t1"),
        ("insert into p values ('赵六", "insert into p values (?"),
        ("select $x$孙七$x$, 0xFF /* 周八", "select ?, ?"),
        ("select 'a\\' , '吴九' , '", "select ?…"),
        ("call f(13800000000)", "call f(?)"),
    ],
)
def test_a_statement_is_told_without_what_it_carries(statement: str, told: str) -> None:
    assert without_values(statement) == told


@given(st.text(alphabet="'\"\\$xX甲1- /*\n", max_size=40))
def test_no_quoted_word_ever_shows(between: str) -> None:
    unended = between.replace("'", "")
    shown = without_values(f"a = '患者{unended}")
    assert "患者" not in shown
