"""`netdev`: /proc/net/dev."""

from __future__ import annotations

import re

from hmaint.parse.fields import Options, Rows, filled

_COUNTERS = 16
_NOT_CARDS = re.compile(
    r"lo|veth.*|docker\d+|br-.*|virbr.*|vnet.*|tap.*|tun.*|cali.*|flannel.*|cni.*|ifb\d+|dummy\d+|sit\d+"
)


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row per network card: `iface packets errors drops rx_bytes tx_bytes rx_errors tx_errors collisions`.

    Loopback and the software ends of containers and tunnels are left out: their drops mean nothing.
    """
    head, *body = filled(text)
    if not head.startswith("Inter-|"):
        raise ValueError(f"不是 /proc/net/dev：{head[:60]!r}")
    rows: Rows = []
    for line in body[1:]:
        name, colon, rest = line.partition(":")
        figures = [int(word) for word in rest.split()]
        if not colon or len(figures) < _COUNTERS:
            raise ValueError(f"无法解读：{line[:60]!r}")
        if not _NOT_CARDS.fullmatch(name.strip()):
            rows.append(_row(name.strip(), figures))
    return rows


def _row(name: str, n: list[int]) -> dict[str, str | int | float | bool | None]:
    return {
        "iface": name,
        "packets": n[1] + n[9],
        "errors": n[2] + n[10],
        "drops": n[3] + n[11],
        "rx_bytes": n[0],
        "tx_bytes": n[8],
        "rx_errors": n[2],
        "tx_errors": n[10],
        "collisions": n[13],
    }
