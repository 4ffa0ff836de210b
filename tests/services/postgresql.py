"""A throwaway PostgreSQL server on loopback."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Sequence
from typing import Any

import psycopg

from .guest import Guest
from .process import Here, free_port, wait_until

_PACKAGE = "postgresql"
_PLACES = ("/usr/lib/postgresql/*/bin",)


class PostgreSQL:
    """One private server: `start()`, then `address`, `port`, `socket`; `admin()` speaks as postgres.

    `settings` are lines of postgresql.conf, such as `log_lock_waits = on`; `rules` lines put before pg_hba.conf's own;
    `primary` makes it a standby of another one; `house` is where its programs are; `initdb` are further words
    for the one that makes a cluster.
    """

    address = "127.0.0.1"
    user = "postgres"
    password = "p'o\"s`t g\\r 密码#&"

    def __init__(
        self,
        settings: Sequence[str] = (),
        rules: Sequence[str] = (),
        primary: PostgreSQL | None = None,
        house: Here | Guest | None = None,
        initdb: Sequence[str] = (),
    ) -> None:
        self._house = house or Here()
        self._settings = tuple(settings)
        self._rules = tuple(rules)
        self._primary = primary
        self._initdb = tuple(initdb)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def start(self) -> PostgreSQL:
        """Initialise a cluster, start the server and wait until it answers."""
        maker = self._house.program("pg_basebackup" if self._primary else "initdb", _PACKAGE, _PLACES)
        daemon = self._house.program("postgres", _PACKAGE, _PLACES)
        self.folder = self._house.folder("postgresql", self.user)
        self.socket = str(self.folder)
        self.log = self.folder / "server.log"
        data = self.folder / "data"
        words = [maker, "-D", str(data), "-U", self.user, "--no-sync", *self._words()]
        self._house.finish(self.user, words, self.log)
        self.port = free_port()
        with (data / "postgresql.conf").open("a") as settings:
            settings.write("\n".join(["", *self._lines(), *self._settings, ""]))
        hba = data / "pg_hba.conf"
        hba.write_text("\n".join([*self._rules, hba.read_text()]))
        self._process = self._house.run(self.user, [daemon, "-D", str(data)], self.log)
        wait_until(self._answers, self._process, self.log)
        if self._primary is None:
            self.admin(f"alter role postgres password '{self.password.replace(chr(39), chr(39) * 2)}'")
        return self

    def _words(self) -> list[str]:
        if self._primary is not None:
            return ["-h", self._primary.socket, "-p", str(self._primary.port), "-R", "-c", "fast"]
        usual = ["--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
        return [*usual, *self._initdb]

    def _lines(self) -> list[str]:
        return [
            f"port = {self.port}",
            f"listen_addresses = '{self.address}'",
            f"unix_socket_directories = '{self.socket}'",
            "shared_buffers = 16MB",
            "max_connections = 50",
        ]

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def connect(self, database: str = "postgres", user: str = "postgres") -> psycopg.Connection[Any]:
        """A connection of one's own through the socket, for planting and looking behind the scenes."""
        return psycopg.connect(
            host=self.socket, port=self.port, user=user, dbname=database, autocommit=True, connect_timeout=5
        )

    def admin(self, *statements: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run statements as the superuser; the rows of the last one, where it has any."""
        with self.connect(database) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement)  # type: ignore[arg-type]  # statements of tests, not of strangers
            return cursor.fetchall() if cursor.description else []

    def stop(self) -> None:
        """End the server and remove everything it had."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=30)
            shutil.rmtree(self.folder, ignore_errors=True)
