"""Fixtures that hand real database servers to tests, started once a session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, Self, TypeVar

import pytest

from . import commands
from .mariadb import MariaDB
from .postgresql import PostgreSQL
from .process import ServiceMissing


class Service(Protocol):
    """Whatever starts and stops, and hands itself over once it answers."""

    def start(self) -> Self: ...
    def stop(self) -> None: ...


Server = TypeVar("Server", bound=Service)


def pytest_sessionfinish() -> None:
    """Leave no process behind that forks commands."""
    commands.stop()


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """A started server; one that is not installed fails the test, unless the environment allows doing without."""
    try:
        yield server.start()
    except ServiceMissing as missing:
        if os.environ.get("HMAINT_SERVICES") == "optional":
            pytest.skip(str(missing))
        pytest.fail(str(missing))
    finally:
        server.stop()


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    with running(MariaDB()) as server:
        yield server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with running(PostgreSQL()) as server:
        yield server
