"""Data checks from recorded answers: what is counted, what is told, and that nothing unseen is ever fine."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from hmaint.errors import CouldNotLook
from hmaint.kit.clock import CHINA
from hmaint.kit.redact import is_personal
from hmaint.model.inventory import Database, Host, Site
from hmaint.model.look import Answer, Query, Row, Rows, Seen
from hmaint.step.data import KIND
from hmaint.step.data_args import DataArgs
from hmaint.step.kind import Context
from tests.step.given import arguments

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=CHINA)
HIS = Database("his", "icu", "mysql", database="his")
SITE = Site("icu", "重症", databases=(HIS,))
NEGATIVE: dict[str, Any] = {"table": "stock", "not_negative": ["n"]}
CODES: dict[str, Any] = {
    "table": "a",
    "in_step": {
        "key": ["code"],
        "columns": ["name"],
        "other": {"table": "b", "key": ["k"], "columns": ["title"]},
    },
}


def context(engine: str = "mysql") -> Context:
    return Context(replace(HIS, engine=engine), SITE, {}, {}, NOW)  # type: ignore[arg-type]  # one of the five


def ask(given: dict[str, Any], engine: str = "mysql") -> list[Query]:
    return list(KIND.ask(arguments(DataArgs, given), context(engine)))


def read(given: dict[str, Any], *answers: Answer) -> Row | None:
    rows = KIND.read(arguments(DataArgs, given), context(), answers).rows
    return rows[0] if rows else None


def seen(*rows: Row, cut: bool = False) -> Rows:
    return Rows(Seen.OBSERVED, rows, cut=cut)


def count(total: int, bad: int, blank: int = 0) -> Rows:
    return seen({"total": total, "bad": bad, "blank": blank})


def test_the_population_leads_the_sentence() -> None:
    assert read(NEGATIVE, count(40, 0), seen()) == {
        "table": "stock", "checked": 40, "bad": 0, "blank": 0, "bad_pct": 0.0, "samples": "",
        "told": "stock 共检查 40 条，全部符合",
    }  # fmt: skip
    found = read(NEGATIVE, count(45, 3, 5), seen({"id": 7}, {"id": 9}))
    assert found is not None
    assert (
        found["told"] == "stock 共检查 40 条，3 条的 n 为负；另有 5 条没有可比较的值；样例（主键）：7、9 等"
    )
    assert (found["checked"], found["bad_pct"]) == (40, 7.5)


def test_no_row_and_only_blank_rows_are_nothing_seen() -> None:
    nothing = seen({"total": 0, "bad": None, "blank": None})
    assert read(NEGATIVE, nothing, seen()) is None
    assert read(NEGATIVE, count(5, 0, 5), seen()) is None


@pytest.mark.parametrize("how", [each for each in Seen if each is not Seen.OBSERVED])
def test_a_count_that_failed_is_none(how: Seen) -> None:
    with pytest.raises(CouldNotLook) as caught:
        read(NEGATIVE, Rows(how, reason="why"), seen())
    assert (caught.value.seen, caught.value.reason) == (how, "why")


def test_fewer_rows_than_there_must_be_prove_nothing() -> None:
    with pytest.raises(CouldNotLook, match="少于应有的 100 条"):
        read({**NEGATIVE, "at_least": 100}, count(99, 0), seen())
    assert read({**NEGATIVE, "at_least": 100}, count(100, 0), seen()) is not None


def test_samples_that_may_not_be_taken_cost_no_count() -> None:
    found = read(NEGATIVE, count(9, 2), Rows(Seen.DENIED, reason="主键属于个人信息，不取样例"))
    assert found is not None
    assert (found["bad"], found["samples"]) == (2, "")
    assert str(found["told"]).endswith("；主键属于个人信息，不取样例")


def test_a_sample_is_asked_for_only_where_something_was_found() -> None:
    counted, sample = ask(NEGATIVE)
    assert sample.needs == (counted, "bad")
    assert "⟦stock|*⟧" in sample.sql
    assert [query.sql for query in ask({**NEGATIVE, "samples": 0})] == [counted.sql]
    assert "t.⟦stock|no⟧" in ask({**NEGATIVE, "keys": ["no"]})[1].sql


@pytest.mark.parametrize(
    ("engine", "words"),
    [
        ("mysql", "order by 1 limit 5"),
        ("postgresql", "order by 1 limit 5"),
        ("sqlite", "order by 1 limit 5"),
        ("sqlserver", "select top (5) "),
        ("oracle", "where rownum <= 5"),
    ],
)
def test_each_engine_is_asked_for_a_few_in_its_own_words(engine: str, words: str) -> None:
    assert words in ask(NEGATIVE, engine)[1].sql


def test_values_are_bound_and_only_those_a_query_names() -> None:
    given = {
        "table": "t",
        "values": {"column": "s", "allowed": ["a'; drop table x --", 2]},
        "only": {"d": [0, 1], "e": None, "f": "x"},
        "since": {"column": "at", "days": 2},
    }
    counted, _sample = ask(given)
    assert "drop" not in counted.sql
    assert "t.⟦t|e⟧ is null" in counted.sql
    assert {value for _name, value in counted.binds} == {
        "a'; drop table x --",
        2,
        0,
        1,
        "x",
        "2026-11-19 09:30:00",
    }


def test_names_may_hold_nothing_that_could_end_a_quote() -> None:
    for name in (
        'a"b',
        "a`b",
        "a]b",
        "a[b",
        "a'b",
        "a;b",
        "a⟦b",
        "a|b",
        "a\\b",
        "a--\nb",
        " a",
        "a ",
        "",
        "*",
        "+",
    ):
        with pytest.raises(ValueError, match="not_negative"):
            arguments(DataArgs, {"table": "t", "not_negative": [name]})
    for name in ("病人-信息", "select", "a b", "x$1", "数量#"):
        assert arguments(DataArgs, {"table": "t", "not_negative": [name]}).not_negative == (name,)


def codes(*pairs: tuple[object, object]) -> Rows:
    return seen(*({"code": code, "name": name} for code, name in pairs))  # type: ignore[dict-item]  # scalars


def test_code_tables_of_different_engines_agree_whatever_their_types() -> None:
    mine = codes((1, "盒"), ("007", "支 "), (2.50, None))
    theirs = codes(("1", "盒"), ("007", "支"), ("2.5", ""))
    found = read(CODES, mine, theirs)
    assert found is not None
    assert (found["checked"], found["bad"]) == (3, 0)
    assert read(CODES, mine, codes(("7", "支"), ("1", "盒"), ("2.5", "")))["bad"] == 2  # type: ignore[index]


def test_code_tables_that_differ_say_how() -> None:
    found = read(CODES, codes(("A", "x"), ("B", "y"), ("C", "z")), codes(("B", "Y"), ("C", "z"), ("D", "w")))
    assert found is not None
    assert (found["checked"], found["bad"]) == (4, 3)
    assert found["told"] == (
        "a 共检查 4 条，3 条与 b 不一致（仅本表有 1 个，仅对方有 1 个，内容不同 1 个）；"
        "样例（code）：仅本表有 A、仅对方有 D、内容不同 B"
    )


def test_a_code_table_without_a_row_or_cut_short_proves_nothing() -> None:
    assert read(CODES, codes(("A", "x")), seen()) is None
    assert read(CODES, seen(), codes(("A", "x"))) is None
    with pytest.raises(CouldNotLook, match="没有读全"):
        read(CODES, codes(("A", "x")), seen({"code": "A", "name": "x"}, cut=True))


def test_only_one_side_may_matter() -> None:
    here = {**CODES, "in_step": {**CODES["in_step"], "only_in": "here"}}
    found = read(here, codes(("A", "x")), codes(("A", "x"), ("D", "w")))
    assert found is not None
    assert found["bad"] == 0


def tables(*names: str) -> Rows:
    view: Row = {"table_name": "v_tmp", "kind": "VIEW"}
    return seen(*({"table_name": name, "kind": "BASE TABLE"} for name in names), view)


@pytest.mark.parametrize(
    "name",
    [
        "tmp_x",
        "x_tmp",
        "charge_bak",
        "charge_bak_20240701",
        "bak2024",
        "x_20240701",
        "患者备份",
        "test",
        "TEMP1",
    ],
)
def test_what_looks_left_over(name: str) -> None:
    found = read({"leftovers": {}}, tables("patient", name))
    assert found is not None
    assert (found["checked"], found["bad"], found["samples"]) == (2, 1, name)


@pytest.mark.parametrize(
    "name",
    [
        "template",
        "temperature",
        "attempt",
        "baker",
        "golden",
        "contest",
        "copyright",
        "deleted_flag_log",
        "y2024",
        "order_2024",
    ],
)
def test_what_only_sounds_like_it(name: str) -> None:
    assert read({"leftovers": {}}, tables("patient", name))["bad"] == 0  # type: ignore[index]


def test_it_is_for_databases_alone() -> None:
    with pytest.raises(CouldNotLook, match="databases"):
        KIND.ask(arguments(DataArgs, NEGATIVE), replace(context(), target=Host("h", "icu")))


@pytest.mark.parametrize(
    "column",
    [
        *(
            "name",
            "patient_name",
            "XM",
            "姓名",
            "患者姓名",
            "id_card",
            "sfzh",
            "phone",
            "联系电话",
            "patient_id",
            "mrn",
            "zyh",
            "br_mzh",
            "patientname",
        ),
        *("patient_id", "mrn", "住院号", "address", "家庭住址", "birthday", "csrq", "email", "password"),
    ],
)
def test_columns_of_persons_are_known(column: str) -> None:
    assert is_personal(column)


@pytest.mark.parametrize(
    "column", ["id", "stock_id", "visit_id", "drug_code", "table_names", "renamed", "序号", "单号"]
)
def test_columns_of_things_are_not(column: str) -> None:
    assert not is_personal(column)
