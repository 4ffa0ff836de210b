"""`proctcp`: /proc/net/tcp, tcp6, udp and udp6, each line behind the name of its file."""

from __future__ import annotations

import ipaddress
import re

from hmaint.model.inventory import Scalar
from hmaint.parse.fields import Options, Rows, filled

_LINE = re.compile(
    r"(tcp6?|udp6?) +\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F:]+ ([0-9A-F]{2}) .*"
)
_LISTEN = {"tcp": "0A", "udp": "07"}


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row per listening socket: `proto address port process`; the files do not tell the process: it is empty."""
    lines = filled(text)
    heads = [line for line in lines if "local_address" in line]
    if not heads:
        raise ValueError(f"不是 /proc/net/tcp：{lines[0][:60]!r}")
    rows: Rows = []
    for line in lines:
        if line in heads:
            continue
        match = _LINE.fullmatch(line)
        if not match:
            raise ValueError(f"无法解读：{line[:60]!r}")
        row = _row(match.group(1)[:3], match.group(2), match.group(3))
        if match.group(4) == _LISTEN[match.group(1)[:3]] and row not in rows:
            rows.append(row)
    return rows


def _row(proto: str, address: str, port: str) -> dict[str, Scalar]:
    return {"proto": proto, "address": _address(address), "port": int(port, 16), "process": ""}


def _address(word: str) -> str:
    """Words of 32 bits in the host's order; every CPU that hospitals have is little-endian."""
    raw = b"".join(bytes.fromhex(word[i : i + 8])[::-1] for i in range(0, len(word), 8))
    return str(ipaddress.ip_address(raw))
