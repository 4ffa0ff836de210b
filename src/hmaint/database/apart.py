"""A database looked at from a process of its own, for drivers that cannot be interrupted or hold one mode a process.

python-oracledb is wholly thin or wholly thick in a process, and a wait inside of its C code cannot be ended from
Python. In a process of its own each target has its own mode, and ending a wait is ending the process. The password
goes through the pipe: never on a command line, never into the environment.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from hmaint.database.guard import refusal
from hmaint.database.letters import Letter, of_database, of_query, pack, to_rows, unpack
from hmaint.database.oracle_packs import licensed_view
from hmaint.database.watch import GRACE, watch
from hmaint.errors import CouldNotLook
from hmaint.kit.i18n import for_a_record
from hmaint.model.inventory import Database
from hmaint.model.look import Query, Rows, Seen

STARTING = 15.0
"""Seconds a busy laptop may need to start a process and load a driver."""

_PATIENCE = 3 * GRACE
"""Seconds beyond a limit before the other process, which gives itself fewer, is ended from here."""


class ApartSession:
    """One open database behind a pipe, with the face of `Session`."""

    def __init__(self, database: Database, password: str | None, workspace: Path) -> None:
        self._database = database
        self._password = password
        self._workspace = workspace
        self._process: subprocess.Popen[bytes] | None = None
        self._lost = ""
        self.facts: Mapping[str, object] = {}
        self.missing_belts: tuple[str, ...] = ()

    def start(self) -> CouldNotLook | None:
        """Log in and learn the facts; a failure is handed back."""
        limits = self._database.limits
        self._process = _spawn(self._database)
        letter = {
            "database": of_database(self._database),
            "password": self._password,
            "workspace": str(self._workspace),
        }
        said = self._exchange(letter, STARTING + limits.connect + limits.login + _PATIENCE)
        if isinstance(said, CouldNotLook):
            return said
        if "facts" not in said:
            self.close()
            return CouldNotLook(Seen(said["seen"]), said["reason"])
        self.facts, self.missing_belts = said["facts"], tuple(said["missing_belts"])
        return None

    def ask(self, query: Query) -> Rows:
        """Ask one query; what the server does is in `seen`, never raised."""
        started = time.monotonic()
        with for_a_record():
            refused = refusal(query.sql, self._database.engine)
        if refused is not None:
            return Rows(Seen.DENIED, reason=f"拒绝发送：{refused}")
        bought = licensed_view(query.sql) if self._database.engine == "oracle" else None
        if bought is not None and not self._database.diagnostics_pack:
            reason = f"拒绝发送：{bought} 属于诊断包/调优包，清单未注明已购买（diagnostics_pack）"
            return Rows(Seen.DENIED, reason=reason)
        if self._process is None and not self._again():
            return Rows(Seen.UNREACHABLE, reason=self._lost)
        seconds = query.limit or self._database.limits.command
        said = self._exchange(of_query(query), seconds + _PATIENCE)
        elapsed = round((time.monotonic() - started) * 1000)
        if isinstance(said, CouldNotLook):
            return Rows(Seen(said.seen), reason=said.reason, elapsed_ms=elapsed)
        return to_rows({**said, "elapsed_ms": elapsed})

    def _again(self) -> bool:
        """One attempt to come back after the process was lost; if it fails the session stays lost."""
        if self._lost:
            return False
        failure = self.start()
        self._lost = "" if failure is None else f"连接中断后未能重连：{failure.reason}"
        return failure is None

    def _exchange(self, letter: Mapping[str, object], seconds: float) -> Letter | CouldNotLook:
        """Send a letter and wait for its answer; a process that keeps silent is ended."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return CouldNotLook(Seen.UNREACHABLE, "检查进程没有启动")
        with watch(seconds, process.kill) as bound:
            try:
                process.stdin.write(pack(letter))
                process.stdin.flush()
                said: Letter | None = unpack(process.stdout.readline())
            except (OSError, ValueError):
                said = None
        if said is None or said.pop("gone", False):
            self.close()
        if said is not None:
            return said
        if bound.fired:
            return CouldNotLook(Seen.TIMED_OUT, f"{seconds:g} 秒内没有答复，已断开")
        return CouldNotLook(Seen.UNREACHABLE, "数据库驱动的进程意外结束")

    def close(self) -> None:
        """End the conversation and the process; safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _spawn(database: Database) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "hmaint.database.apart_door", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(database),
    )


def _environment(database: Database) -> dict[str, str]:
    """Ours, and where the client library finds its own parts: Linux looks at that only when a process starts."""
    environment = dict(os.environ)
    if database.client and sys.platform.startswith("linux"):
        known = environment.get("LD_LIBRARY_PATH")
        environment["LD_LIBRARY_PATH"] = os.pathsep.join(filter(None, (database.client, known)))
    return environment
