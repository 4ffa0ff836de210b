"""`netstat`: `netstat -lntup` of net-tools and busybox."""

from __future__ import annotations

from hmaint.model.inventory import Scalar
from hmaint.parse.addresses import split_address
from hmaint.parse.fields import Options, Rows, filled

_FIELDS = 5


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row per listening socket: `proto address port process`, `proto` without the 6 of `tcp6`."""
    head, *_ = lines = filled(text)
    if not head.startswith(("Active Internet", "Proto ")):
        raise ValueError(f"不是 netstat 的输出：{head[:60]!r}")
    rows: Rows = []
    for line in lines:
        if line.startswith(("Active", "Proto", "(")):
            continue
        row = _row(line)
        if row not in rows:
            rows.append(row)
    return rows


def _row(line: str) -> dict[str, Scalar]:
    words = line.split()
    if len(words) < _FIELDS or not words[0].startswith(("tcp", "udp", "raw")):
        raise ValueError(f"无法解读：{line[:60]!r}")
    address, port = split_address(words[3])
    owner = next((word for word in words[5:] if "/" in word), "")
    return {
        "proto": words[0].rstrip("6"),
        "address": address,
        "port": port,
        "process": owner.partition("/")[2].rstrip(":"),
    }
