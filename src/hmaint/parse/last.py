"""`last`: log-ins as `last -F` and `lastb -F` list them, behind a line that tells the host's own time.

The text begins with `@ YEAR-MONTH-DAY HOUR:MINUTE:SECOND` (local time of the host, as the listing is).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from hmaint.model.inventory import Scalar
from hmaint.parse.fields import MONTHS, Options, Rows, choice, filled

_STARTED = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) +(\d+) (\d\d:\d\d:\d\d) (\d{4})")
_BEGINS = re.compile(r"(?:wtmp|btmp)\S*\s+begins\s+.*|(?:wtmp|btmp)\S*\s+has no entries")
_PSEUDO = frozenset({"reboot", "shutdown", "runlevel"})


@dataclass(frozen=True, slots=True)
class Login:
    """One entry; `source` is empty for the console."""

    user: str
    line: str
    source: str
    hours_ago: float


def parse(text: str, options: Options) -> Rows:
    """With `by: login` (default) one row per entry, newest first: `user line source hours_ago`.

    With `by: source` one row per source address, `count users day` (`day`: entries of the last 24 hours), the
    busiest first, under a row for all together (`source` 合计), so that none is something seen.
    """
    now, logins = _read(text)
    if now is None:
        raise ValueError("没有主机时间")
    if choice(options, "by", "login") == "login":
        return [
            {"user": e.user, "line": e.line, "source": e.source, "hours_ago": e.hours_ago}
            for e in logins
            if e.user not in _PSEUDO
        ]
    tried = Counter(login.source for login in logins)  # equal ones stay in the order they were read
    sources = [source for source, _times in tried.most_common()]
    return [_sum("合计", logins), *(_sum(s or "本机", [e for e in logins if e.source == s]) for s in sources)]


def _read(text: str) -> tuple[datetime | None, list[Login]]:
    now: datetime | None = None
    logins: list[Login] = []
    for line in filled(text):
        if line.startswith("@ "):
            now = datetime.fromisoformat(line[2:].strip())
        elif now is None:
            raise ValueError(f"没有主机时间：{line[:60]!r}")
        elif not _BEGINS.fullmatch(line.strip()):
            logins.append(_login(line, now))
    return now, logins


def _login(line: str, now: datetime) -> Login:
    when = _STARTED.search(line)
    if not when:
        raise ValueError(f"无法解读：{line[:60]!r}")
    month, day, clock, year = when.groups()
    started = datetime.fromisoformat(f"{year}-{MONTHS[month]:02}-{int(day):02} {clock}")
    words = line[: when.start()].split()
    # An attempt without a user name leaves its column blank.
    if line[:1] == " ":
        words = ["", *words]
    user, tty, *source = [*words, "", ""][: max(len(words), 2)]
    hours = round((now - started).total_seconds() / 3600, 1)
    return Login(user, tty, source[-1] if source else "", hours)


def _sum(source: str, logins: list[Login]) -> dict[str, Scalar]:
    users = sorted({login.user for login in logins if login.user})
    return {
        "source": source,
        "count": len(logins),
        "day": sum(login.hours_ago <= 24 for login in logins),  # noqa: PLR2004 - hours of a day
        "users": "、".join(users[:5]) + ("…" if len(users) > 5 else ""),  # noqa: PLR2004 - enough to recognise
    }
