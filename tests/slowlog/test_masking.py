"""What a statement looks like without its literals: always the same whatever they were, and none of them left."""

# ruff: noqa: S608 - statements that are looked at and never run

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.slowlog.canonical import HIDDEN, canonical
from hmaint.slowlog.masking import MYSQL, POSTGRESQL, mask


def text_of(statement: str | bytes, dialect: str = MYSQL) -> str:
    raw = statement.encode() if isinstance(statement, str) else statement
    return canonical(mask(raw, dialect).decode("utf-8", "replace"))


words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)


def mysql_string(value: str, mark: str = "'") -> str:
    return mark + value.replace("\\", "\\\\").replace(mark, mark * 2) + mark


def mysql_escaped(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def postgresql_string(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def postgresql_dollars(value: str) -> str:
    return "$q1$" + value.replace("$", "") + "$q1$"


numbers = st.one_of(
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(0).map(hex),
    st.sampled_from([".5", "-.5", "1.", "+3", "1e10", "1E-7", "NULL", "true", "x'AF'", "b'01'", "0b01"]),
)
mysql_literals = st.one_of(
    numbers, words.map(mysql_string), words.map(lambda v: mysql_string(v, '"')), words.map(mysql_escaped)
)
postgresql_literals = st.one_of(numbers, words.map(postgresql_string), words.map(postgresql_dollars))

FORMS = [
    ("select a.id, b_2 from t_2024 a where a.x = {} and a.y > {} limit 5", 2),
    ("update `bed 1` set note = {}, n = n - 1 where id in ({}) and ward between {} and {}", 4),
    ("insert into t (a, b, c) values ({}, {}, {})", 3),
    ("select f({}, x) from t where (a = {}) or b like {} -- it's\n order by 1", 3),
]


@given(st.sampled_from(FORMS), st.data())
def test_the_text_is_the_same_whatever_the_literals(form: tuple[str, int], data: st.DataObject) -> None:
    pattern, holes = form
    one = pattern.format(*(data.draw(mysql_literals) for _hole in range(holes)))
    assert text_of(one) == text_of(pattern.format(*(["1"] * holes)))


@given(st.sampled_from(FORMS), st.data())
def test_the_text_is_the_same_on_postgresql_too(form: tuple[str, int], data: st.DataObject) -> None:
    pattern, holes = (form[0].replace("`bed 1`", '"bed 1"'), form[1])
    one = pattern.format(*(data.draw(postgresql_literals) for _hole in range(holes)))
    assert text_of(one, POSTGRESQL) == text_of(pattern.format(*(["1"] * holes)), POSTGRESQL)


@given(
    st.lists(st.tuples(mysql_literals, mysql_literals), min_size=1, max_size=20),
    st.lists(mysql_literals, min_size=1),
)
def test_the_number_of_rows_and_of_members_makes_no_difference(
    rows: list[tuple[str, str]], members: list[str]
) -> None:
    insert = "insert into t (a, b) values " + ", ".join(f"({one}, {other})" for one, other in rows)
    assert text_of(insert) == "insert into t(a, b) values (?+)"
    assert text_of(f"select 1 from t where a in ({','.join(members)})") == "select ? from t where a in (?+)"


@given(mysql_literals, mysql_literals, st.integers(0, 200))
def test_a_statement_cut_anywhere_leaves_no_literal(one: str, other: str, place: int) -> None:
    secret = "张三SECRETVALUE"
    whole = f"select a from t where a = {one} and b = 'x {secret}' and c = {other} and d = '{secret} y'"
    assert secret.encode() not in mask(whole.encode()[: 20 + place])
    assert b"SECRET" not in mask(whole.encode()[: 20 + place])


@given(words, words)
def test_text_of_any_encoding_leaves_no_literal(before: str, behind: str) -> None:
    for encoding in ("gb18030", "big5", "utf-16-le"):
        value = (
            before.replace("\\", "\\\\").replace("'", "''").encode(encoding, "replace").replace(b"'", b"''")
        )
        statement = b"select 1 from t where a = '" + value + b"' and b = 'SECRETVALUE' and c = '"
        assert b"SECRETVALUE" not in mask(
            statement + behind.replace("'", "").encode("gb18030", "replace") + b"'"
        )


def test_a_chinese_character_that_ends_with_a_backslash_hides_the_rest() -> None:
    statement = "select * from t where a = '乗' and b = 'SECRET'".encode("gbk")
    assert b"\\'" in statement
    assert text_of(statement) == f"select * from t where a ={HIDDEN}"


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        (r"select * from f where p = 'C:\' and o = 'SECRET'", f"select * from f where p ={HIDDEN}"),
        ("select 'a' 'b', \"it's\", 'it''s'", "select ?+"),
        (
            "select a -5, a - -5, (-5) from t where x is not null",
            "select a - ?, a - ?, (?) from t where x is not null",
        ),
        (
            "select * from t1 where t1.c2=0xAF and _utf8mb4'x' = N'y'",
            "select * from t1 where t1.c2 = ? and ? = ?",
        ),
        ("select `it's` from t where a = 'x'", "select it's from t where a = ?"),
        ("# administrator command: Quit;", ""),
        ("select /* SECRET's */ 1 /*! from t */", "select ?"),
    ],
)
def test_a_statement_of_mysql_is_written_the_one_way(statement: str, wanted: str) -> None:
    assert text_of(statement) == wanted


@pytest.mark.parametrize(
    ("theirs", "logged"),
    [
        (  # MySQL's DIGEST_TEXT
            "SELECT * FROM `bed` `b` WHERE `b` . `ward` = ? AND `id` IN (...) LIMIT ?, ...",
            "select * from bed b where b.ward='3' and id in (1,2,3) limit 10, 20",
        ),
        (
            "INSERT INTO `t` ( `a` , `b` ) VALUES (...) /* , ... */",
            "INSERT INTO t(a,b) VALUES (1,'x'),(2,'y');",
        ),
        (  # PostgreSQL's pg_stat_statements
            "select * from bed where ward = $1 and id in ($2, $3) limit $4",
            "SELECT * FROM bed WHERE ward = 'x' AND id IN (5) LIMIT 1",
        ),
    ],
)
def test_what_the_server_itself_counted_is_written_as_the_log_is(theirs: str, logged: str) -> None:
    assert canonical(theirs) == text_of(logged)


@given(words)
def test_writing_it_again_changes_nothing(text: str) -> None:
    once = canonical(mask(("select a from t where b = " + text).encode()).decode("utf-8", "replace"))
    assert canonical(once) == once


@pytest.mark.parametrize(
    "statement",
    [
        r"select * from t where path = 'C:\' and note = ' SECRET #3'",
        r"select * from t where path = 'C:\' and note = ' SECRET -- x'",
        r"""select * from t where path = "C:\" and note = " SECRET /* x */ # ";""",
        "select * from `bed where name = 'SECRET'",
        b"select * from `\xbb\xbc\x81\x60\xd5\xdf` where name = 'SECRET' and `\x81\x60` = 1",
    ],
)
def test_what_could_be_read_two_ways_is_left_out(statement: str | bytes) -> None:
    text = text_of(statement)
    assert text.endswith(HIDDEN)
    assert "secret" not in text.lower()


@pytest.mark.parametrize(
    "statement",
    [r"select 'a\' SECRET ' from t", r"select * from t where a = 'C:\' and b = ' SECRET -- ' and c = 'x'"],
)
def test_postgresql_may_have_read_backslashes_either_way(statement: str) -> None:
    assert "secret" not in text_of(statement, POSTGRESQL).lower()


def test_a_backslash_that_escapes_the_same_either_way_hides_nothing() -> None:
    assert text_of(r"""select 'say \"hi\"', 'O\'Brien', 'C:\\' from t -- it's""") == "select ?+ from t"
    like = r"select * from t where a like '50!%' escape '\' and b = 'x' and c = E'it\'s'"
    assert text_of(like, POSTGRESQL) == "select * from t where a like ? escape ? and b = ? and c = ?"
    assert text_of("select date'2026-01-01', type'x'", POSTGRESQL) == "select ?, type ?"
