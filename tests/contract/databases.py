"""One face for the databases of the contract suite: how to name each, and how to look behind its scenes."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psycopg
import pymysql

from hmaint.database.session import Session, open_session
from hmaint.model.inventory import Database, Limits
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL

SLOW = {
    "mysql": "select count(*) from information_schema.columns a, information_schema.columns b,"
    " information_schema.columns c, information_schema.columns d",
    "postgresql": "select count(*) from generate_series(1, 1000000) a, generate_series(1, 1000000) b",
    "sqlite": "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n",
}
"""Reading statements that would run for minutes."""

MANY = {
    "mysql": "select seq as n, repeat('x', 200) as filler from seq_1_to_50000000 limit 40000000",
    "postgresql": "select n, repeat('x', 200) as filler from generate_series(1, 10000000) n",
    "sqlite": "with recursive n(n) as (select 1 union all select n + 1 from n) select n, 'x' as filler from n",
}
"""Reading statements with very many rows."""


WRITING_FUNCTION = {
    "mysql": "create or replace function admit() returns int modifies sql data"
    " begin insert into bed values (9, ''); return 1; end",
    "postgresql": "create or replace function admit() returns int language sql"
    " as $$ insert into bed values (9, ''); select 1 $$",
}

PIECES = (
    "'",
    '"',
    "`",
    "--",
    "-- ",
    "#",
    "/*",
    "*/",
    "\\",
    "$$",
    "$a$",
    "a",
    "[",
    "]",
    "\n",
    "''",
    "(",
    ")",
    "+",
    "@",
    ", 2",
)
"""What strings, names and comments begin and end with, on one engine or the other."""


@dataclass(frozen=True)
class Ward:
    """A database with a table `bed` that has one row, seen by a privileged account."""

    engine: Literal["mysql", "postgresql", "sqlite"]
    folder: Path
    server: MariaDB | PostgreSQL | None = None

    def database(self, port: int = 0, limits: Limits | None = None) -> Database:
        """The inventory's entry, with short limits."""
        server = self.server
        return Database(
            name="ward",
            site="icu",
            engine=self.engine,
            address=server.address if server else "",
            port=port or (server.port if server else 0),
            user=server.user if server else "",
            database="ward",
            path="ward.db",
            limits=limits or Limits(connect=3, login=5, command=5),
        )

    @property
    def password(self) -> str | None:
        return self.server.password if self.server else None

    def open(self, port: int = 0, limits: Limits | None = None) -> Session:
        """A session of hmaint's with the privileged account."""
        return open_session(self.database(port, limits), self.password, self.folder)

    def admin(self, *statements: str) -> list[tuple[object, ...]]:
        """Statements past hmaint, as the administrator."""
        if self.server is not None:
            return self.server.admin(*statements, database="ward")
        connection = sqlite3.connect(self.folder / "ward.db")
        try:
            rows: list[tuple[object, ...]] = []
            for statement in statements:
                rows = connection.execute(statement).fetchall()
            connection.commit()
            return rows
        finally:
            connection.close()

    def run_script(self, sql: str) -> None:
        """Send a text as a whole, as no session of hmaint's does; whatever the server says to it is fine."""
        with suppress(sqlite3.Error, pymysql.err.Error, psycopg.Error, UnicodeError):
            match self.server:
                case None:
                    with closing(sqlite3.connect(self.folder / "ward.db")) as connection:
                        connection.executescript(sql)
                case MariaDB():
                    flag = pymysql.constants.CLIENT.MULTI_STATEMENTS
                    with closing(self.server.connect(database="ward", client_flag=flag)) as connection:
                        cursor = connection.cursor()
                        cursor.execute(sql)
                        while cursor.nextset():
                            pass
                case PostgreSQL():
                    with closing(self.server.connect("ward")) as connection:
                        connection.execute(sql)

    def still_running(self, words: str) -> bool:
        """Whether the server still works on a statement with these words."""
        if self.server is None:
            return False
        view = (
            "information_schema.processlist where info"
            if self.engine == "mysql"
            else "pg_stat_activity where query"
        )
        idle = "" if self.engine == "mysql" else " and state = 'active'"
        sql = f"select 1 from {view} like '%{words}%'{idle}"  # noqa: S608 - the test's own words
        return len(self.admin(sql)) > 1  # the question itself holds the words too

    def beds(self) -> int:
        """How many rows the table has: one, unless somebody wrote."""
        ((count,),) = self.admin("select count(*) from bed")
        return int(str(count))


def prepare(ward: Ward) -> Ward:
    """Make the database and its table."""
    if ward.server is not None:
        ward.server.admin("create database ward")
    ward.admin("create table bed (id integer primary key, note varchar(200))")
    ward.admin("insert into bed values (1, '一床')", "select 1")
    return ward
