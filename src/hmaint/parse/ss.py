"""`ss`: `ss -lntup`, from iproute2 of 2009 to today's."""

from __future__ import annotations

import re

from hmaint.model.inventory import Scalar
from hmaint.parse.addresses import split_address
from hmaint.parse.fields import Options, Rows, choice, filled

_USERS = re.compile(r'\(\("((?:[^"\\]|\\.)*)"')
_STATES = frozenset({"LISTEN", "UNCONN"})
_FIELDS = 6


def parse(text: str, options: Options) -> Rows:
    """One row per socket: `proto address port process`; `process` is empty where ss may not tell.

    With option `of: states` every socket counts (`ss -ant`): `state address port peer peer_port`. With `of: count`
    there is one row: `count`, of whatever was asked for.
    """
    head, *body = filled(text)
    if choice(options, "of", "listening") == "count":
        return [_count(head, body)]
    if not head.startswith(("Netid", "State")):
        raise ValueError(f"不是 ss 的输出：{head[:60]!r}")
    if choice(options, "of", "listening") == "states":
        return [_connection(line.split()) for line in body]
    if not head.startswith("Netid"):
        raise ValueError("ss 没有打印协议一列")
    rows: Rows = []
    for line in body:
        row = _row(line)
        if row not in rows:
            rows.append(row)
    return rows


def _count(head: str, body: list[str]) -> dict[str, Scalar]:
    # The head proves that ss has looked: of one state it leaves that column out.
    if "Recv-Q" not in head or any("Recv-Q" in line for line in body):
        raise ValueError(f"不是 ss 的输出：{head[:60]!r}")
    return {"count": len(body)}


def _row(line: str) -> dict[str, Scalar]:
    words = line.split(None, _FIELDS)
    if len(words) < _FIELDS or words[1] not in _STATES:
        raise ValueError(f"无法解读：{line[:60]!r}")
    address, port = split_address(words[4])
    users = _USERS.search(line)
    return {
        "proto": words[0],
        "address": address,
        "port": port,
        "process": users.group(1) if users else "",
    }


def _connection(words: list[str]) -> dict[str, Scalar]:
    # `ss state X` leaves the state out of every line.
    if len(words) >= 4 and words[0].isdigit():  # noqa: PLR2004 - two queues, two ends
        words = ["", *words]
    if len(words) < 5:  # noqa: PLR2004 - state, two queues, two ends
        raise ValueError(f"无法解读：{' '.join(words)[:60]!r}")
    address, port = split_address(words[3])
    peer, peer_port = split_address(words[4])
    return {"state": words[0], "address": address, "port": port, "peer": peer, "peer_port": peer_port}
