"""Every SQL Server query through the real driver: sent over a socket to a peer that answers from the fixtures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hmaint.database.session import Session, open_session
from hmaint.expr.template import render_native
from hmaint.model.inventory import Database
from hmaint.model.look import Query, Seen
from tests.checks.catalogues import catalogue
from tests.dialects.embedded import Fixture, Tables
from tests.dialects.sqlserver import SQLSERVER
from tests.dialects.static import args_of
from tests.dialects.trial import case_of, steps_of, tried_at
from tests.services.sqlserver import context_of, server
from tests.services.tds import Peer, Refusal, Reply

STEPS = steps_of("sqlserver")
VARS = catalogue("sqlserver").vars


class Ward:
    """A SQL Server with the tables of whichever check is being tried."""

    def __init__(self, folder: Path) -> None:
        self.fixture: Fixture | None = None
        self.peer = Peer(self.answer, tls=context_of(folder))
        target = Database("main", "icu", "sqlserver", "127.0.0.1", self.peer.port, "hmaint_ro")
        self.session: Session = open_session(target, "secret", folder)

    def answer(self, sql: str) -> Reply | Refusal | None:
        """Rows as the embedded engine has them, or what a login wants to know."""
        if self.fixture is None or sql.startswith("set "):
            return server(sql)
        rows = self.fixture.ask(Query(sql, rows=1000)).rows
        names = list(rows[0]) if rows else ["nothing"]
        return Reply(names, [[row[name] for name in names] for row in rows])  # type: ignore[misc] # no booleans here

    def look(self, version: str, tables: Tables, query: Query) -> None:
        """The driver's rows are the engine's, whatever was bound, quoted or written in Chinese."""
        self.fixture = Fixture(SQLSERVER, version, tables)
        answer = self.session.ask(query)
        assert answer.seen is Seen.OBSERVED, answer.reason
        assert answer.rows == self.fixture.ask(query).rows


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    made = Ward(tmp_path_factory.mktemp("ward"))
    yield made
    made.session.close()
    made.peer.close()


@pytest.mark.parametrize("check", STEPS)
def test_a_query_and_its_rows_survive_the_driver(ward: Ward, check: str) -> None:
    case, step = case_of(SQLSERVER, check), STEPS[check]
    args = args_of(step)
    binds = tuple(
        (name, render_native(value, {"vars": VARS}) if isinstance(value, str) else value)
        for name, value in args.binds.items()
    )
    version = tried_at(SQLSERVER, step, case)[-1]
    ward.look(version, case.ill, Query(args.query, binds, limit=30))  # type: ignore[arg-type] # figures and text
    assert len(ward.peer.logins) == 1
