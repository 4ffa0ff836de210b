"""`shadow`: /etc/shadow, of which no hash ever leaves."""

from __future__ import annotations

import re

from hmaint.model.inventory import Scalar
from hmaint.parse.fields import Options, Rows, filled

_FIELDS = 9
_NEVER = 99999
_ALGORITHMS = {
    "1": "md5", "2a": "bcrypt", "2b": "bcrypt", "2y": "bcrypt", "5": "sha256", "6": "sha512", "7": "scrypt",
    "y": "yescrypt", "gy": "gost-yescrypt", "sm3": "sm3",
}  # fmt: skip


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row per account: `user state algorithm weak max_days never_expires`.

    `state` is `empty` (no password asked), `locked` (none can match) or `set`. `weak` tells DES or MD5.
    """
    rows: Rows = []
    for line in filled(text):
        fields = line.split(":")
        if len(fields) != _FIELDS:
            raise ValueError("有一行不是九个字段")  # the line itself must not be shown
        rows.append(_row(fields))
    return rows


def _row(fields: list[str]) -> dict[str, Scalar]:
    state, algorithm = _state(fields[1])
    days = int(fields[4]) if fields[4].isdigit() else None
    return {
        "user": fields[0],
        "state": state,
        "algorithm": algorithm,
        "weak": algorithm in ("des", "md5"),
        "max_days": days if days is not None else _NEVER,
        "never_expires": state == "set" and (days is None or days >= _NEVER),
    }


def _state(field: str) -> tuple[str, str]:
    if not field:
        return "empty", ""
    if field[0] in "*!" or field == "x":
        return "locked", ""
    marked = re.match(r"\$([0-9a-z]+)\$", field)
    return "set", _ALGORITHMS.get(marked.group(1), marked.group(1)) if marked else "des"
