"""The sql step: what it asks, what it refuses, how it reads."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Database, Site
from hmaint.model.look import Query, Rows, Seen, Table
from hmaint.model.playbook import Risk
from hmaint.step.kind import Context
from hmaint.step.sql import KIND, SqlArgs
from tests.step.given import arguments

CONTEXT = Context(Database("main", "icu", "mysql"), Site("icu", "重症监护系统"), {})


def test_one_query_is_asked_with_its_values_bound() -> None:
    args = SqlArgs(query="select * from t where n > :least", binds={"least": 5}, limit="1m", rows=10)
    assert KIND.ask(args, CONTEXT) == [Query("select * from t where n > :least", (("least", 5),), 60.0, 10)]
    assert KIND.ask(SqlArgs(query="select 1"), CONTEXT) == [Query("select 1")]


def test_reading_is_all_it_does() -> None:
    assert (KIND.risk, KIND.templates) == (Risk.READ, frozenset({"binds"}))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"query": "delete from t"}, "只允许读取"),
        ({"query": "select 1; select 2"}, "一次只允许一条语句"),
        ({"query": ""}, "空的"),
        ({"query": "select :a"}, "binds 不一致：a"),
        ({"query": "select 1", "binds": {"b": 1}}, "binds 不一致：b"),
        ({"query": "select 1", "limit": "soon"}, "soon"),
        ({"query": "select 1", "limit": "0s"}, "limit"),
        ({"query": "select 1", "rows": 0}, "rows"),
        ({"query": "select 1", "lines": 3}, "lines"),
    ],
)
def test_wrong_arguments_are_refused_when_the_file_is_read(words: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        arguments(SqlArgs, words)


def test_rows_are_read_with_lower_case_names() -> None:
    answer = Rows(Seen.OBSERVED, ({"TABLE_NAME": "床位", "n": 1},), cut=True)
    assert KIND.read(SqlArgs(query="select 1"), CONTEXT, [answer]) == Table(
        ({"table_name": "床位", "n": 1},), cut=True
    )


@pytest.mark.parametrize("seen", [seen for seen in Seen if seen is not Seen.OBSERVED])
def test_no_answer_says_why(seen: Seen) -> None:
    with pytest.raises(CouldNotLook, match="为什么") as failure:
        KIND.read(SqlArgs(query="select 1"), CONTEXT, [Rows(seen, reason="为什么")])
    assert failure.value.seen == seen
