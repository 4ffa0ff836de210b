"""Blocking sessions of PostgreSQL as a diagnosis sees them: also those without a session, and with blind eyes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from hmaint.app.kinds import KINDS
from hmaint.kit.resources import shipped
from hmaint.load.playbook import load_playbook
from hmaint.model.inventory import Database
from hmaint.model.playbook import Level
from tests.checks.catalogues import Inspection, inspect
from tests.checks.servers import hanging
from tests.end_to_end.ailing import wait_for
from tests.services.fixtures import running
from tests.services.postgresql import PostgreSQL

BLOCKING, RUNNING = "incident.postgresql.blocking", "incident.postgresql.running"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    with running(PostgreSQL(["max_prepared_transactions = 4"])) as found:
        found.admin(
            "create table bed (id int primary key, note text)",
            "insert into bed values (1, '')",
            "create role seeing login password 'long enough' in role pg_monitor",
            "create role blind login password 'long enough'",
        )
        yield found


def _look(server: PostgreSQL, user: str) -> Inspection:
    whole = load_playbook(shipped("playbooks") / "incident" / "diagnose.yaml", workspace=None, kinds=KINDS)
    own = replace(whole, steps=tuple(each for each in whole.steps if each.id in (BLOCKING, RUNNING)))
    database = Database(
        "db", "icu", "postgresql", server.address, server.port, user=user, database="postgres"
    )
    quick = {
        "incident_block_warning": 0,
        "incident_statement_warning": 9999,
        "incident_statement_critical": 99999,
    }
    return inspect(own, database, "long enough", Path(), **quick)


def _waits(server: PostgreSQL) -> None:
    waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
    wait_for(lambda: server.admin(waiting)[0][0] == 1)


def test_who_waits_for_a_prepared_transaction_is_seen_to_wait(server: PostgreSQL) -> None:
    with closing(server.connect()) as distributed:
        for statement in ("begin", "update bed set note = 'x'", "prepare transaction 'lost'"):
            distributed.execute(statement)
    with hanging(server.connect, "update bed set note = 'y'"):
        _waits(server)
        try:
            (found,) = _look(server, "seeing").checks[BLOCKING].findings
        finally:
            server.admin("rollback prepared 'lost'")
    assert found.level is Level.WARNING
    assert "未决的两阶段事务" in found.summary


def test_an_account_that_sees_no_times_calls_no_wait_fine(server: PostgreSQL) -> None:
    with closing(server.connect()) as holder:
        holder.execute("begin")
        holder.execute("update bed set note = 'x'")
        with hanging(server.connect, "update bed set note = 'y'"):
            _waits(server)
            seen = _look(server, "blind")
            holder.execute("rollback")
    assert [seen.checks[name].level for name in (BLOCKING, RUNNING)] == [Level.UNKNOWN, Level.UNKNOWN]
