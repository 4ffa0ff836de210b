"""What is told of a digest's conditions, and that nothing is told of what is not understood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.advise.predicates import Predicate, predicate_of


def found(
    table: str, equal: str = "", ranged: str = "", wrapped: tuple[tuple[str, str], ...] = (), schema: str = ""
) -> Predicate:
    return Predicate(schema, table, tuple(equal.split()), tuple(ranged.split()), wrapped)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("select * from bed where id = $1", found("bed", "id")),
        (
            "SELECT a FROM his.bed b WHERE b.ward = ? AND b.n >= ? ORDER BY a LIMIT ?",
            found("bed", "ward", "n", schema="his"),
        ),
        ("select 1 from only bed as b where (b.ward) = $1", found("bed")),
        ("select 1 from bed where (ward = $1) and n in ($1, $2, $3)", found("bed", "ward n")),
        ("select 1 from bed where at between $1 and $2 and ward = $3", found("bed", "ward", "at")),
        ("select 1 from bed where at >= $1::date and at < $2::date", found("bed", "", "at")),
        ("update bed set ward = $1 where id = $2", found("bed", "id")),
        ("delete from bed where id = $1 returning ward", found("bed", "id")),
        ("select 1 from bed where lower(ward) = $1", found("bed", wrapped=(("lower", "ward"),))),
        ("select 1 from bed where ward like $1 and n <> $2", found("bed")),
        ("select 1 from bed where n = other", found("bed")),
        ("select 1 from bed where n::text = $1", found("bed")),
        ("select count(*) from bed where ward = $1 group by n having count(*) > $2", found("bed", "ward")),
    ],
)
def test_conditions_joined_by_and_on_one_table_are_told(statement: str, expected: Predicate) -> None:
    assert predicate_of(statement) == expected


def test_quoted_names_keep_their_letters() -> None:
    expected = Predicate("", 'Bed "x', ("Wa rd",), (), ())
    assert predicate_of('select 1 from "Bed ""x" where "Wa rd" = $1') == expected


@pytest.mark.parametrize(
    "statement",
    [
        "select 1 from bed where a = $1 or b = $2",
        "select 1 from bed, ward where bed.id = $1",
        "select 1 from bed join ward on true where bed.id = $1",
        "select 1 from bed where id in (select id from ward where n = $1)",
        "select 1 from bed where id = $1 union select 1 from ward where id = $1",
        "with x as (select 1) select 1 from x where id = $1",
        "insert into bed values ($1)",
        "select 1 from generate_series($1, $2) where id = $1",
        "select 1 from bed",
        "update",
        "select 1 from",
        "select where from",
        "update where",
        "",
    ],
)
def test_nothing_is_told_of_what_is_not_understood(statement: str) -> None:
    assert predicate_of(statement) is None


@given(st.text(alphabet="selctfromwhand=?$1(),.;'\"`[] \n\\b:*", max_size=80))
def test_no_text_makes_it_stumble(rubbish: str) -> None:
    predicate_of(rubbish)
    predicate_of(f"select 1 from bed where {rubbish}")  # noqa: S608 - sent to nobody
    predicate_of(f"select 1 from {rubbish} where a = $1")  # noqa: S608 - sent to nobody
