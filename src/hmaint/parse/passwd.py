"""`passwd`: /etc/passwd."""

from __future__ import annotations

from hmaint.parse.fields import Options, Rows, filled, whole

_FIELDS = 7
_NO_LOGIN = ("nologin", "false", "sync", "shutdown", "halt")


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row per account: `user uid gid home shell login kept_in`.

    `login` tells that the shell lets one in; `kept_in` where the password's hash is: `shadow`, `passwd`
    (which everybody may read), `nowhere` (none is asked) or `locked`. The hash itself never leaves.
    """
    rows: Rows = []
    for line in filled(text):
        if line.startswith(("+", "-", "#")):  # NIS entries and remarks
            continue
        fields = line.split(":")
        if len(fields) != _FIELDS:
            raise ValueError("有一行不是七个字段")
        shell = fields[6].strip()
        rows.append(
            {
                "user": fields[0],
                "uid": whole(fields[2]),
                "gid": whole(fields[3]),
                "home": fields[5],
                "shell": shell,
                "login": not shell.endswith(_NO_LOGIN),
                "kept_in": _kept_in(fields[1]),
            }
        )
    if not rows:
        raise ValueError("没有帐户")
    return rows


def _kept_in(field: str) -> str:
    if field == "x":
        return "shadow"
    if not field:
        return "nowhere"
    return "locked" if field[0] in "*!" else "passwd"
