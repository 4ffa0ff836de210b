# noqa: N999 - it stands in for the module of that name
"""A stand-in for the cx_Oracle module: a door behind which no Oracle stands, only replies a test wrote down.

`HMAINT_STUB` names a JSON file: `{"replies": [[words, columns, rows] or [words, "ORA-…"]], "version": …}`; the first
whose words are in the statement counts. What was called is appended to the file beside it, `.log`.
"""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

version = "8.3.0"
apilevel = "2.0"
threadsafety = 2
paramstyle = "named"

_PLAN = Path(os.environ["HMAINT_STUB"])


class Error(Exception):
    pass


class DatabaseError(Error):
    pass


class InterfaceError(Error):
    pass


class OperationalError(DatabaseError):
    pass


class IntegrityError(DatabaseError):
    pass


class NotSupportedError(DatabaseError):
    pass


class _Said:
    def __init__(self, message: str) -> None:
        self.message = message
        self.code = int(message[4:9]) if message[4:9].isdigit() else 0

    def __str__(self) -> str:
        return self.message


def __getattr__(name: str) -> object:
    if name.startswith("__"):
        raise AttributeError(name)
    return type(name, (), {})


def init_oracle_client(lib_dir: str) -> None:
    _note("client", lib_dir)


def connect(**words: object) -> Connection:
    _note("connect", {name: value for name, value in words.items() if name != "password"})
    plan = _plan()
    if words["password"] != plan.get("password", words["password"]):
        raise DatabaseError(_Said("ORA-01017: invalid username/password; logon denied"))
    return Connection(plan)


def _plan() -> dict:
    return json.loads(_PLAN.read_text(encoding="utf-8"))


def _note(what: str, how: object) -> None:
    with _PLAN.with_suffix(".log").open("a", encoding="utf-8") as log:
        log.write(json.dumps([what, how], ensure_ascii=False) + "\n")


class Connection:
    def __init__(self, plan: dict) -> None:
        self._plan = plan
        self._cancelled = threading.Event()
        self.version = plan.get("version", "19.22.0.0.0")
        self.autocommit = False
        self.stmtcachesize = 20
        self.outputtypehandler = None
        self.encoding = self.nencoding = "UTF-8"

    @property
    def call_timeout(self) -> int:
        return 0

    @call_timeout.setter
    def call_timeout(self, milliseconds: int) -> None:
        if self._plan.get("old_client"):
            raise DatabaseError(
                _Said(
                    "DPI-1050: Oracle Client library is at version 12.2 but version 18.1 or higher is needed"
                )
            )
        _note("call_timeout", milliseconds)

    def cursor(self) -> Cursor:
        return Cursor(self)

    def cancel(self) -> None:
        _note("cancel", None)
        self._cancelled.set()

    def commit(self) -> None:
        _note("commit", None)

    def rollback(self) -> None:
        _note("rollback", None)

    def close(self) -> None:
        _note("close", None)


class Cursor:
    arraysize = 100
    outputtypehandler = None

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.description = None
        self.rowcount = -1
        self._rows: list = []

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def setinputsizes(self, *_: object, **__: object) -> None:
        pass

    def execute(self, sql: str, binds: object = None) -> None:
        _note("execute", [sql, binds])
        for words, *reply in self._connection._plan["replies"]:
            if words in sql:
                return self._reply(reply)
        self.description, self._rows = None, []
        return None

    def _reply(self, reply: list) -> None:
        match reply:
            case ["hang"]:
                time.sleep(60)
            case ["slow"]:
                if self._connection._cancelled.wait(60):
                    raise DatabaseError(_Said("ORA-01013: user requested cancel of current operation"))
            case ["die"]:
                os._exit(3)
            case [str() as said]:
                raise DatabaseError(_Said(said))
            case [columns, rows]:
                self.description = [(name, None, None, None, None, None, True) for name in columns]
                self._rows = [tuple(row) for row in rows]

    def fetchone(self) -> tuple | None:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 100) -> list:
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken

    def fetchall(self) -> list:
        return self.fetchmany(len(self._rows))

    def close(self) -> None:
        pass
