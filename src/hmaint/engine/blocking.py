"""Who blocks whom: from pairs of sessions to the heads of chains. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hmaint.model.diagnosis import Blocker
from hmaint.model.look import Observation, Row, Seen

_PAIRS = ("incident.mysql.blocking", "incident.mysql.blocking_80", "incident.postgresql.blocking")
_ORACLE, _SQLSERVER = "oracle.sessions.blocked", "sqlserver.blocking"
STEPS = frozenset((*_PAIRS, _ORACLE, _SQLSERVER))
"""Steps whose rows are pairs of a session that waits and the one it waits for."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One session waits for another."""

    waiting: str
    blocking: str
    seconds: int
    row: Row


def blockers(database: str, looks: Iterable[Observation]) -> tuple[Blocker, ...]:
    """The sessions others wait for and that wait for nobody, the one with most behind it first.

    Sessions that wait for each other in a ring have no head; a server breaks such rings by itself.
    """
    waits = [
        wait for look in looks if look.step in STEPS and look.seen is Seen.OBSERVED for wait in _waits(look)
    ]
    behind: dict[str, list[Wait]] = {}
    for wait in waits:
        behind.setdefault(wait.blocking, []).append(wait)
    held = {wait.waiting for wait in waits}
    heads = [_head(database, name, behind) for name in behind if name not in held]
    return tuple(sorted(heads, key=lambda each: (-len(each.waiting), -each.longest, each.session)))


def _waits(look: Observation) -> Iterable[Wait]:
    for row in look.table.rows:
        names = ("session", "blocker") if look.step == _SQLSERVER else ("waiting", "blocking")
        waiting, blocking = (_word(row.get(name)) for name in names)
        if waiting and blocking and waiting != blocking:
            yield Wait(waiting, blocking, _number(row.get("seconds")) or 0, row)


def _head(database: str, session: str, behind: Mapping[str, list[Wait]]) -> Blocker:
    direct = behind[session]
    row = direct[0].row
    # What Oracle shows of a pair is of the one who waits.
    own = direct[0].row if "event" not in row else {}
    waiting, depth = _behind(session, behind)
    return Blocker(
        database,
        session,
        _word(own.get("trx")),
        _word(own.get("user") or own.get("login")),
        _word(own.get("client")),
        _word(own.get("command") or own.get("status")),
        _number(own.get("open_seconds")),
        waiting,
        depth,
        max((wait.seconds for each in (session, *waiting) for wait in behind.get(each, ())), default=0),
    )


def _behind(session: str, behind: Mapping[str, list[Wait]]) -> tuple[tuple[str, ...], int]:
    """Everybody behind a session, and how deep the waits go that no shorter way explains."""
    level, depth, found = [session], 0, dict[str, None]()
    while level:
        following = [wait.waiting for each in level for wait in behind.get(each, ())]
        level = [name for name in dict.fromkeys(following) if name not in found and name != session]
        found |= dict.fromkeys(level)
        depth += bool(level)
    return tuple(found), depth


def _word(value: object) -> str:
    return "" if value is None else str(value)


def _number(value: object) -> int | None:
    return round(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
