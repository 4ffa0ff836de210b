"""`crontab`: a crontab of a user or of the system."""

from __future__ import annotations

import hashlib
import re

from hmaint.parse.fields import Options, Rows

_SETTING = re.compile(r"\s*[A-Za-z_][A-Za-z0-9_]*\s*=.*")
_ENTRY = re.compile(r"\s*(@\w+|(?:[\w*/,?#~-]+\s+){4}[\w*/,?#~-]+)\s+(\S.*)")
_SHOWN = 60


def parse(text: str, options: Options) -> Rows:
    """One row per entry: `schedule user command digest`; none where a crontab holds no entry.

    Option `user: true` tells that the sixth word is the user (system crontabs). `command` is the program
    alone, since passwords stand behind it; `digest` changes with anything in the entry. ValueError for a
    line that is no entry.
    """
    rows: Rows = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#") or _SETTING.fullmatch(line):
            continue
        entry = _ENTRY.fullmatch(line.rstrip())
        if not entry:
            raise ValueError(f"不是定时任务：{line.split()[0][:40]!r}…")
        schedule, command = entry.groups()
        user = ""
        if options.get("user"):
            user, _, command = command.partition(" ")
        rows.append(
            {
                "schedule": " ".join(schedule.split()),
                "user": user,
                "command": _program(command),
                "digest": hashlib.sha256(" ".join(line.split()).encode()).hexdigest()[:12],
            }
        )
    return rows


def _program(command: str) -> str:
    """Program, or the path of the script an interpreter runs."""
    words = [word for word in command.split() if not re.fullmatch(r"\w+=.*", word)]
    return (words[0] if words else "")[:_SHOWN]
