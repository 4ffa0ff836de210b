"""The other process of `apart`: reads letters from its standard input, holds one session, answers on the output."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import BinaryIO

from hmaint.database.letters import Letter, of_rows, pack, to_database, to_query, unpack
from hmaint.database.login import bare
from hmaint.database.session import Session, dialect_of
from hmaint.database.watch import GRACE, watch
from hmaint.errors import CouldNotLook
from hmaint.model.look import Rows, Seen

_LAST = 2 * GRACE
"""Seconds beyond a limit after which this process says so and ends itself: a wait in a driver has no other end."""


def serve(letters: BinaryIO, answers: BinaryIO) -> None:
    """Answer letters until there are no more."""
    letter = unpack(letters.readline())
    database, password = to_database(letter["database"]), letter["password"]
    dialect = dialect_of(database.engine)
    session = Session(
        database, dialect, lambda: dialect.connect(database, password, Path(letter["workspace"]))
    )
    limits = database.limits
    with _bounded(limits.connect + limits.login, answers):
        failure = session.start()
    _answer(answers, _told(session, failure, password))
    for line in letters if failure is None else ():
        query = to_query(unpack(line))
        with _bounded(query.limit or limits.command, answers):
            rows = session.ask(query)
        _answer(answers, of_rows(rows))
    session.close()


def _answer(answers: BinaryIO, letter: Letter) -> None:
    answers.write(pack(letter))
    answers.flush()


def _bounded(seconds: float, answers: BinaryIO) -> AbstractContextManager[object]:
    def vanish() -> None:
        reason = f"{seconds:g} 秒内没有答复，已断开"
        # Nobody may be left to hear it; it ends all the same.
        with suppress(OSError):
            _answer(answers, {**of_rows(Rows(Seen.TIMED_OUT, reason=reason)), "gone": True})
        os._exit(1)

    return watch(seconds + _LAST, vanish)


def _told(session: Session, failure: CouldNotLook | None, password: str | None) -> Letter:
    if failure is None:
        return {"facts": dict(session.facts), "missing_belts": list(session.missing_belts)}
    return {"seen": str(failure.seen), "reason": bare(failure.reason, password)}


def stay_with(parent: int) -> None:
    """End this process soon after the one that began it: stopped by Ctrl-C or killed, that one cannot say so itself.

    Windows does not tell of it; there the limit of each letter is the end.
    """

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(GRACE / 2)
        os._exit(1)

    if sys.platform != "win32":
        threading.Thread(target=look, daemon=True).start()


if __name__ == "__main__":
    stay_with(int(sys.argv[1]))
    # Whatever a library prints must not get between the letters.
    _answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, _answers)
