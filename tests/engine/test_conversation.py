"""A visit to a database and its neighbours: names looked up once, nothing sent that is not there, all of it told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from hmaint.engine.conversation import LATE, Conversation
from hmaint.engine.evidence import transcript
from hmaint.errors import CouldNotLook
from hmaint.kit.clock import SystemClock
from hmaint.kit.redact import Redactor
from hmaint.model.inventory import Database, Limits, Site
from hmaint.model.look import Query, Row, Rows, Seen
from tests.engine.steps import NOW

HIS = Database("his", "icu", "mysql", database="his")
PLATFORM = Database("platform", "icu", "postgresql")
SITE = Site("icu", "重症", databases=(HIS, PLATFORM))
KNOWN: tuple[Row, ...] = tuple(
    {"schema_name": "his", "table_name": table, "column_name": column, "is_key": key, "is_home": 1}
    for table, column, key in (
        ("stock", "id", 1), ("stock", "n", 0), ("patient", "patient_id", 1), ("log", "said", 0),
    )
)  # fmt: skip


@dataclass
class Asked:
    """A session that writes down what it is asked."""

    heard: list[str] = field(default_factory=list)
    closed: bool = False
    answer: Rows = field(default_factory=lambda: Rows(Seen.OBSERVED, ({"bad": 1},)))
    facts: Mapping[str, object] = field(default_factory=dict)
    missing_belts: tuple[str, ...] = ()

    def ask(self, query: Query) -> Rows:
        self.heard.append(query.sql)
        return Rows(Seen.OBSERVED, KNOWN) if "is_home" in query.sql else self.answer

    def close(self) -> None:
        self.closed = True


class Doors:
    """Both databases, and one that does not answer where `shut` names it."""

    def __init__(self, shut: str = "") -> None:
        self.sessions = {"his": Asked(), "platform": Asked()}
        self.shut = shut

    def open(self, database: Database) -> Asked:
        if database.name == self.shut:
            raise CouldNotLook(Seen.UNREACHABLE, "连接不上")
        return self.sessions[database.name]


def talk(doors: Doors, *queries: Query, database: Database = HIS) -> Conversation:
    return Conversation(database, SITE, doors.open, SystemClock(), queries)


COUNT = Query("select ⟦STOCK|n⟧ from ⟦stock⟧ t")
OTHER = Query("select t.⟦log|said⟧ from ⟦log⟧ t")


def test_names_are_looked_up_once_for_all_queries_and_sent_as_the_catalogue_has_them() -> None:
    doors = Doors()
    here = talk(doors, COUNT, OTHER)
    assert [here.ask(query, {}).seen for query in (COUNT, OTHER)] == [Seen.OBSERVED] * 2
    looked_up, *sent = doors.sessions["his"].heard
    assert "is_home" in looked_up
    assert sent == ["select `n` from `stock` t", "select t.`said` from `log` t"]
    assert [words.partition(" --")[0] for words, _how, _ms in here.told()][1:] == sent


def test_a_plain_query_looks_nothing_up() -> None:
    doors = Doors()
    talk(doors).ask(Query("select 1"), {})
    assert doors.sessions["his"].heard == ["select 1"]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select t.⟦stock|nope⟧ from ⟦stock⟧ t", "没有字段 nope"),
        ("select 1 from ⟦gone⟧ t", "没有表 gone"),
        ("select ⟦log|*⟧ from ⟦log⟧ t", "没有主键"),
        ("select ⟦patient|*⟧ from ⟦patient⟧ t", "个人信息"),
    ],
)
def test_what_the_catalogue_does_not_show_is_never_sent(sql: str, reason: str) -> None:
    doors, query = Doors(), Query(sql)
    answer = talk(doors, query).ask(query, {})
    assert answer.seen in (Seen.UNSUPPORTED, Seen.DENIED)
    assert reason in answer.reason
    assert len(doors.sessions["his"].heard) == 1


def test_a_declared_column_of_persons_is_no_key_to_show() -> None:
    query = Query("select ⟦stock|*⟧ from ⟦stock⟧ t", hidden=("ID",))
    assert talk(Doors(), query).ask(query, {}).seen is Seen.DENIED


def test_a_neighbour_is_opened_when_it_is_asked_and_the_trail_says_so() -> None:
    doors, query = Doors(), Query("select 2", elsewhere="platform")
    here = talk(doors, query)
    assert doors.sessions["platform"].heard == []
    here.ask(query, {})
    assert doors.sessions["platform"].heard == ["select 2"]
    assert [words for words, _how, _ms in here.told()] == ["[platform] select 2"]
    here.close()
    assert [session.closed for session in doors.sessions.values()] == [True, True]


def test_a_neighbour_that_does_not_answer_costs_its_own_query_alone() -> None:
    doors, query = Doors("platform"), Query("select 2", elsewhere="platform")
    here = talk(doors, query)
    assert here.ask(query, {}).seen is Seen.UNREACHABLE
    assert here.ask(Query("select 1"), {}).seen is Seen.OBSERVED
    assert here.ask(Query("select 1", elsewhere="nobody"), {}).seen is Seen.UNSUPPORTED


@pytest.mark.parametrize(("bad", "sent"), [(3, True), (0, False), (None, False), ("3", False)])
def test_what_needs_a_finding_is_sent_only_where_there_is_one(bad: int | str | None, sent: bool) -> None:  # noqa: FBT001 - a row of the table
    doors = Doors()
    sample = Query("select 9", needs=(COUNT, "bad"))
    answer = talk(doors, sample).ask(sample, {COUNT: Rows(Seen.OBSERVED, ({"bad": bad},))})
    assert answer.seen is Seen.OBSERVED
    assert (doors.sessions["his"].heard == ["select 9"]) is sent
    assert talk(doors, sample).ask(sample, {}) == Rows(Seen.OBSERVED)


def test_beyond_the_time_of_the_visit_nothing_is_sent() -> None:
    doors = Doors()
    late = Database("his", "icu", "mysql", limits=Limits(host=-1))
    answer = talk(doors, database=late).ask(Query("select 1"), {})
    assert (answer.seen, answer.reason) == (Seen.TIMED_OUT, LATE)
    assert doors.sessions["his"].heard == []


def test_what_is_only_compared_is_not_kept() -> None:
    secret = Rows(Seen.OBSERVED, ({"code": "A", "name": "张三"},))
    told = transcript(HIS, NOW, {Query("select 1", discreet=True): secret}, Redactor()).decode()
    assert "张三" not in told
    assert "1 rows, compared and not kept" in told
    assert "张三" in transcript(HIS, NOW, {Query("select 1"): secret}, Redactor()).decode()
