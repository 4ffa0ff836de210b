"""The hospital's databases and their dumps, made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL

from .hospital import Hospital, on_mariadb, on_postgresql
from .verifying import Ward

BIG_PATIENTS, BIG_EXAMS = 2000, 260_000


@pytest.fixture(scope="session")
def tj(mariadb: MariaDB) -> Hospital:
    return on_mariadb(mariadb, "tj")


@pytest.fixture(scope="session")
def tj_pg(postgresql: PostgreSQL) -> Hospital:
    return on_postgresql(postgresql, "tj")


@pytest.fixture(scope="session")
def dump(tj: Hospital, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A dump of the small database, plain."""
    return tj.dump(tmp_path_factory.mktemp("dump") / "tj.sql").read_bytes()


@pytest.fixture(scope="session")
def big(mariadb: MariaDB, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dump of more than 30 MB, packed."""
    hospital = on_mariadb(mariadb, "tj_big", BIG_PATIENTS, BIG_EXAMS)
    target = tmp_path_factory.mktemp("big") / "tj.sql.gz"
    return hospital.dump(target, pack=["gzip", "-1"])


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    return Ward(tmp_path / "workspace")


@pytest.fixture
def shelf(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Put bytes into a file of the folder where backups lie."""
    folder = tmp_path / "backup"
    folder.mkdir()

    def put(name: str, content: bytes) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return put
