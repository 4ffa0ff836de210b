"""Names to bind are found where code is, and nowhere else."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from hmaint.database.binds import placeholders, protect

CASES = [
    ("select 1", set()),
    ("select :a, :b from t where c > :a", {"a", "b"}),
    ("select ':a' from t -- :b", set()),
    ('select ":a" /* :b */, :c', {"c"}),
    ("select a::text, (:a)::int", {"a"}),
    ("select x[1:2], @v := 3", set()),
    ("select '12:30', '\\:x', '::y'", set()),
    ("select interval :n day", {"n"}),
    ("select :中文", {"中文"}),
]


@pytest.mark.parametrize(("sql", "names"), CASES)
def test_placeholders_are_those_in_code(sql: str, names: set[str]) -> None:
    assert placeholders(sql) == names


@pytest.mark.parametrize(("sql", "names"), CASES)
def test_the_library_sees_the_same_ones(sql: str, names: set[str]) -> None:
    statement = text(protect(sql, "mysql"))
    compiled = statement.compile()
    assert set(compiled.params) == names


def test_protected_text_reaches_the_server_as_it_was_written() -> None:
    sql = "select ':a', '\\:x', '::y' -- :b"
    assert str(text(protect(sql, "mysql"))) == sql
