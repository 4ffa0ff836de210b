"""PostgreSQL's tuning rules on version 18: the same planted defects and the same healthy twin."""

from __future__ import annotations

import pytest

from tests.advise.test_postgresql import *  # noqa: F403 - every test and fixture of that file, in another house
from tests.services.guest import Guest
from tests.services.postgresql import PostgreSQL

pytestmark = pytest.mark.matrix
del test_hypopg_itself_says_what_the_index_saves  # noqa: F821 - HypoPG is not among what that Debian has installed


@pytest.fixture(scope="module")
def house() -> Guest:
    return Guest()


def test_it_is_version_18_that_is_looked_at(healthy: PostgreSQL) -> None:
    assert healthy.admin("show server_version_num")[0][0].startswith("18")
