"""`sockets`: listening sockets, whichever of ss, netstat or /proc/net/{tcp,udp} told them."""

from __future__ import annotations

from hmaint.parse import netstat, proctcp, ss
from hmaint.parse.fields import Options, Rows, filled


def parse(text: str, options: Options) -> Rows:
    """One row per address listened on: `proto address port process`; see the three formats."""
    head = filled(text)[0]
    if head.startswith(("Active Internet", "Proto ")):
        return netstat.parse(text, options)
    if head.startswith(("Netid", "State")):
        return ss.parse(text, options)
    return proctcp.parse(text, options)
