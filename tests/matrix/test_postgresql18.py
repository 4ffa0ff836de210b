"""The PostgreSQL catalogue on version 18: the same planted faults and healthy twins as on this machine's own."""

from __future__ import annotations

import pytest

from hmaint.model.playbook import Level
from tests.checks.test_postgresql import *  # noqa: F403 - every test and fixture of that file, in another house
from tests.checks.test_postgresql import look
from tests.services.guest import Guest
from tests.services.postgresql import PostgreSQL

pytestmark = pytest.mark.matrix


@pytest.fixture(scope="module")
def house() -> Guest:
    return Guest()


def test_it_is_version_18_that_is_looked_at(healthy: PostgreSQL) -> None:
    assert healthy.admin("show server_version_num")[0][0].startswith("18")


def test_a_big_index_nobody_used_for_long_is_told(ill: PostgreSQL) -> None:
    ill.admin("set enable_seqscan = off", "select count(*) from bed where n = 1")
    ill.admin("select pg_sleep(0.1)")
    seen = look(ill, postgresql_index_days=0, postgresql_unused_mb=-1)
    assert seen.checks["postgresql.indexes.idle"].level is Level.WARNING
    assert look(ill).checks["postgresql.indexes.idle"].level is Level.OK
