"""Dictionaries and data checks of Oracle and SQL Server: documented views alone, and what the queries mean."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
import yaml

from hmaint.database.catalogue.read import ENGINES as CATALOGUES
from hmaint.database.catalogue.read import read_dictionary
from hmaint.database.guard import refusal
from hmaint.database.naming import Names, names_query
from hmaint.engine.conversation import Conversation
from hmaint.kit.clock import CHINA, SystemClock
from hmaint.model.dictionary import Dictionary, Index, Relation
from hmaint.model.inventory import Database, Site
from hmaint.model.look import Answer, Ask, Query, Rows, Seen
from hmaint.step.data import KIND
from hmaint.step.data_args import DataArgs
from hmaint.step.kind import Context
from tests.dialects.dictionary import ENGINES
from tests.dialects.embedded import Fixture, Tables
from tests.dialects.static import _at
from tests.step.given import arguments

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=CHINA)
VERSIONS = [(name, version) for name, engine in ENGINES.items() for version in engine.documented.versions]


def database(name: str) -> Database:
    return Database("his", "icu", name, database="his")  # type: ignore[arg-type]  # one of the two by their test


def texts(name: str) -> dict[str, str]:
    """Every query of the dictionary, for one schema and for all, and the one that looks names up."""
    return {
        **{f"{part} of all": sql for part, sql in CATALOGUES[name].parts("").items()},
        **CATALOGUES[name].parts("his"),
        "names": names_query(database(name), ["drug_stock", "his.visit"]).sql,
    }


@pytest.mark.parametrize(("name", "version"), VERSIONS)
def test_every_query_reads_documented_views_alone_in_every_version(name: str, version: str) -> None:
    engine = ENGINES[name]
    wrong = [
        f"{part}: {fault}"
        for part, sql in texts(name).items()
        for fault in (refusal(sql, name), *_at(engine, sql, engine.parse(sql), version))
        if fault
    ]
    assert wrong == []


FIXTURES: dict[str, Tables] = {
    name: yaml.safe_load((engine.folder / "rows.yaml").read_text("utf-8")) for name, engine in ENGINES.items()
}


def read(name: str, version: str, tables: Tables) -> Dictionary:
    session = Fixture(ENGINES[name], version, tables)
    return read_dictionary(session.ask, database(name), session.facts, datetime.now(UTC))


@pytest.mark.parametrize(("name", "version"), VERSIONS)
def test_the_dictionary_is_what_the_views_tell(name: str, version: str) -> None:
    told = read(name, version, FIXTURES[name])
    visit = "VISIT" if name == "oracle" else "lis.VISIT"
    assert sorted(entry.name for entry in told.entries) == sorted(["PATIENT", visit, "V_IN_WARD"])
    patient = told.entry("PATIENT")
    assert patient is not None
    assert (patient.meaning, patient.rows, patient.size) == ("患者", 40, 11 * 8192)
    identifier, card = patient.columns
    assert (identifier.name, identifier.nullable) == ("PATIENT_ID", False)
    assert identifier.type == ("NUMBER(10)" if name == "oracle" else "int")
    assert card.type == ("VARCHAR2(20 CHAR)" if name == "oracle" else "nvarchar(20)")
    assert (card.meaning, card.nullable, card.default.strip("()")) == ("证件号", True, "'无'")
    primary, other = patient.indexes
    assert primary == Index("PK_PATIENT", ("PATIENT_ID",), unique=True, primary=True)
    assert (other.name, other.columns) == ("IX_CARD", ("（表达式）",) if name == "oracle" else ("CARD",))
    assert patient.key == ("PATIENT_ID",)
    relation = Relation("FK_VISIT", ("PATIENT_ID",), "PATIENT", ("PATIENT_ID",), "", "CASCADE")
    assert told.incoming("PATIENT") == ((visit, relation),)
    kinds = {entry.name: entry.kind for entry in told.entries}
    assert kinds["V_IN_WARD"] == "view"
    assert kinds[visit] == ("partitioned table" if name == "oracle" else "table")


DATA: Tables = {
    "drug_stock": [
        {"stock_id": n, "quantity": -1 if n == 7 else n, "price": 0 if n == 8 else 5, "deleted": 0, "drug": f"Y{n}",
         "made": "2026-11-01 00:00:00", "expires": "2020-01-01 00:00:00" if n == 9 else "2027-01-01 00:00:00"}
        for n in range(1, 21)
    ],
    "patient": [{"patient_id": n, "card": f"K{n % 19}"} for n in range(1, 21)],
    "visit": [
        {"visit_id": n, "patient_id": 99 if n == 5 else n, "dept": None if n == 6 else " " if n == 4 else "内科"}
        for n in range(1, 21)
    ],
}  # fmt: skip
NAMES = [
    {"schema_name": "", "table_name": table, "column_name": column, "is_key": int(place == 0), "is_home": 1}
    for table, rows in DATA.items()
    for place, column in enumerate(rows[0])
]
CHECKS: dict[str, tuple[dict[str, Any], int, str]] = {
    "negative": ({"table": "drug_stock", "not_negative": ["quantity"], "only": {"deleted": [0, 1]}}, 1, "7"),
    "range": ({"table": "drug_stock", "range": {"column": "price", "min": 0.01, "max": 100}}, 1, "8"),
    "order": ({"table": "drug_stock", "order": ["made", "expires"]}, 1, "9"),
    "values": (
        {"table": "drug_stock", "values": {"column": "drug", "allowed": [f"Y{n}" for n in range(1, 20)]}},
        1,
        "20",
    ),
    "owner": (
        {
            "table": "visit",
            "owner": {"columns": ["patient_id"], "of": {"table": "patient", "columns": ["patient_id"]}},
        },
        1,
        "5",
    ),
    "required": ({"table": "visit", "required": ["dept"], "keys": ["visit_id"]}, 2, "4、6"),
    "unique": ({"table": "patient", "unique": ["card"], "keys": []}, 2, ""),
    "recent": (
        {"table": "drug_stock", "not_negative": ["quantity"], "since": {"column": "made", "days": 60}},
        1,
        "7",
    ),
}


class Answering(Fixture):
    """A fixture that knows its own columns: the views that tell of them are tried elsewhere."""

    def ask(self, query: Query) -> Rows:
        if "is_home" in query.sql:
            return Rows(Seen.OBSERVED, tuple(NAMES))
        assert refusal(query.sql, self.engine.name) is None, query.sql
        return super().ask(replace(query, sql=_elsewhere(query.sql)))


def _elsewhere(sql: str) -> str:
    """What the embedded engine has not got of Oracle's: ROWNUM, and that a text of blanks trimmed is nothing."""
    sql = re.sub(r"select \* from \((.*)\) where rownum <= (\d+)", r"\1 fetch first \2 rows only", sql)
    return re.sub(r"trim\((t\.\"\w+\")\) is null", r"nullif(trim(\1), rtrim(' ')) is null", sql)


@pytest.mark.parametrize(("name", "check"), list(product(ENGINES, CHECKS)))
def test_a_data_check_counts_what_is_wrong_on_engines_that_cannot_run_here(name: str, check: str) -> None:
    given, bad, sample = CHECKS[check]
    engine, target = ENGINES[name], database(name)
    site = Site("icu", "重症", databases=(target,))
    context = Context(target, site, {}, {}, NOW, None)
    args = arguments(DataArgs, given)
    queries = KIND.ask(args, context)
    session = Answering(engine, engine.documented.versions[-1], DATA)
    talk = Conversation(target, site, lambda _database: session, SystemClock(), queries)
    answers: dict[Ask, Answer] = {}
    for query in queries:
        answers[query] = talk.ask(query, answers)
    (row,) = KIND.read(args, context, [answers[query] for query in queries]).rows
    assert (row["bad"], row["checked"]) == (bad, 20), row
    assert str(row["samples"]).startswith(sample), row


@pytest.mark.parametrize("name", ENGINES)
def test_names_are_spelt_as_the_catalogue_spells_them_and_quoted_as_the_engine_wants(name: str) -> None:
    rows = [
        {"schema_name": "HIS", "table_name": "VISIT", "column_name": "VISIT_ID", "is_key": 1, "is_home": 0},
        {"schema_name": "HIS", "table_name": "VISIT", "column_name": 'ODD"]', "is_key": 0, "is_home": 0},
    ]
    wanted = Query('select ⟦visit|*⟧, t.⟦his.visit|odd"]⟧ from ⟦visit⟧ t')
    said = Names(name, rows).resolved(wanted)
    assert (
        said
        == {
            "oracle": 'select t."VISIT_ID", t."ODD""]" from "HIS"."VISIT" t',
            "sqlserver": 'select t.[VISIT_ID], t.[ODD"]]] from [HIS].[VISIT] t',
        }[name]
    )
