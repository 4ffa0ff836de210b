"""A throwaway MariaDB server on loopback."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Sequence
from typing import Any

import pymysql

from .process import finish, free_port, private_folder, program, run_as, server_user, wait_until

_PACKAGE = "mariadb-server"


class MariaDB:
    """One private server: `start()`, then `address`, `port`, `socket`; `admin()` speaks as root.

    `settings` are options of mariadbd without the dashes, such as `slow-query-log=ON`.
    """

    address = "127.0.0.1"
    user = "root"
    password = "r'o\"o`t 密码#&"

    def __init__(self, settings: Sequence[str] = ()) -> None:
        self._settings = tuple(settings)
        self._process: subprocess.Popen[bytes] | None = None
        self._root = ""
        self.port = 0

    def start(self) -> MariaDB:
        """Initialise a data folder, start the server and wait until it answers."""
        daemon = program("mariadbd", _PACKAGE)
        installer = program("mariadb-install-db", _PACKAGE)
        user = server_user("mysql")
        self.folder = private_folder("mariadb", user)
        self.socket = str(self.folder / "m.sock")
        self.log = self.folder / "server.log"
        data = f"--datadir={self.folder / 'data'}"
        # A server that starts clears away every temporary table in the shared folder, other servers' too.
        common = ["--no-defaults", data, f"--tmpdir={self.folder}"]
        install = [installer, *common, "--skip-test-db", "--auth-root-authentication-method=normal"]
        finish([*install, *([f"--user={user}"] if user else [])], user, self.log)
        self.port = free_port()
        self._process = run_as(user, [daemon, *common, *self._options()], self.log)
        wait_until(self._answers, self._process, self.log)
        secret = pymysql.converters.escape_string(self.password)
        self.admin(f"alter user root@localhost identified by '{secret}'")
        self._root = self.password
        spare = self.admin("select user, host from mysql.user where host <> 'localhost' or user = ''")
        self.admin(*(f"drop user `{user}`@`{host}`" for user, host in spare), "do 0")
        self.admin(
            f"create user root@'{self.address}' identified by '{secret}'",
            f"grant all on *.* to root@'{self.address}'",
        )
        return self

    def _options(self) -> list[str]:
        own = [
            f"socket={self.socket}",
            f"port={self.port}",
            f"bind-address={self.address}",
            f"pid-file={self.folder / 'm.pid'}",
            "innodb-buffer-pool-size=32M",
            "innodb-log-file-size=16M",
            "character-set-server=utf8mb4",
            "skip-name-resolve",
        ]
        return [f"--{line}" for line in (*own, *self._settings)]

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(self.socket) == 0

    def connect(
        self,
        user: str = "root",
        password: str | None = None,
        database: str | None = None,
        client_flag: int = 0,
    ) -> Any:
        """A connection of one's own through the socket, for planting and looking behind the scenes."""
        secret = self._root if password is None else password
        return pymysql.connect(
            unix_socket=self.socket,
            user=user,
            password=secret.encode(),  # as text the driver would take it for latin1
            database=database,
            charset="utf8mb4",
            autocommit=True,
            client_flag=client_flag,
        )

    def admin(self, *statements: str, database: str | None = None) -> list[tuple[Any, ...]]:
        """Run statements as root; the rows of the last one."""
        connection = self.connect(database=database)
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return list(cursor.fetchall())
        finally:
            connection.close()

    def stop(self) -> None:
        """End the server and remove everything it had."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=30)
            shutil.rmtree(self.folder, ignore_errors=True)
