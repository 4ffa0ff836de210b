"""`timesync`: whether the clock is kept, told by `chronyc -n tracking`, `ntpq -pn` or `timedatectl`.

The text may hold the output of several of them, one after another: whoever says it is in step is believed
first.
"""

from __future__ import annotations

import re

from hmaint.model.inventory import Scalar
from hmaint.parse.fields import NotTold, Options, Rows, choice, filled

_OFFSET = re.compile(r"^System time\s*:\s*([\d.]+) seconds (fast|slow) of NTP time", re.MULTILINE)
_CHRONY = re.compile(r"^(Reference ID|Stratum|Leap status)\s*:\s*(.*)$", re.MULTILINE)
_PEER = re.compile(
    r"^(?P<tally>[ *#+o.x~-])(?P<remote>\S+)\s+(?P<refid>\S+)\s+(?P<stratum>\d+)\s+\S+\s+\S+\s+\S+\s+\S+"
    r"\s+[\d.]+\s+(?P<offset>[-+]?[\d.]+)\s+[\d.]+$",
    re.MULTILINE,
)
_SYSTEMD = re.compile(
    r"^\s*(?:NTP synchronized|System clock synchronized|NTPSynchronized)\s*[:=]\s*(yes|no)\s*$", re.MULTILINE
)
_SILENT = (
    "506 Cannot talk to daemon",
    "Connection refused",
    "read: Connection refused",
    "timed out",
    "No association ID's returned",
)


def parse(text: str, options: Options) -> Rows:
    """One row: `tool synchronised offset_ms stratum reference`; `offset_ms` and `stratum` are None where not told.

    With `of: offset` a clock whose offset nobody tells is NotTold.

    `tool` is `chrony`, `ntp`, `systemd`, or `none` when the tools are there but no service answers them.
    """
    filled(text)
    told = [row for row in (_chrony(text), _ntp(text), _systemd(text)) if row]
    if not told and any(words in text for words in _SILENT):
        told = [_row("none", synchronised=False)]
    if not told:
        raise ValueError(f"无法解读：{text.strip()[:60]!r}")
    best = max(told, key=lambda row: (bool(row["synchronised"]), row["offset_ms"] is not None))
    if choice(options, "of", "state") == "offset" and best["offset_ms"] is None:
        raise NotTold("没有报告时钟偏差" if best["synchronised"] else "时钟未同步，没有偏差可言")
    return [best]


def _row(
    tool: str,
    *,
    synchronised: bool,
    offset: float | None = None,
    stratum: int | None = None,
    reference: str = "",
) -> dict[str, Scalar]:
    return {
        "tool": tool,
        "synchronised": synchronised,
        "offset_ms": None if offset is None else round(offset, 3),
        "stratum": stratum,
        "reference": reference,
    }


def _chrony(text: str) -> dict[str, Scalar] | None:
    told = dict(_CHRONY.findall(text))
    if "Leap status" not in told:
        return None
    offset = _OFFSET.search(text)
    # Chrony's sign: our clock is fast of (ahead of) or slow of true time.
    ahead = (
        None if offset is None else float(offset.group(1)) * (1000 if offset.group(2) == "fast" else -1000)
    )
    kept = told["Leap status"].strip() != "Not synchronised"
    reference = re.sub(r"^\S+\s*\((.*)\)$", r"\1", told.get("Reference ID", "").strip())
    stratum = int(told["Stratum"]) if told.get("Stratum", "").strip().isdigit() else None
    return _row(
        "chrony", synchronised=kept, offset=ahead if kept else None, stratum=stratum, reference=reference
    )


def _ntp(text: str) -> dict[str, Scalar] | None:
    peers = list(_PEER.finditer(text))
    if not peers:
        return None
    best = next((peer for peer in peers if peer["tally"] in "*o"), None)
    if best is None:
        return _row("ntp", synchronised=False)
    # ntpq tells the peer's offset from us: positive when our clock is behind.
    return _row(
        "ntp",
        synchronised=True,
        offset=-float(best["offset"]),
        stratum=int(best["stratum"]) + 1,
        reference=best["remote"],
    )


def _systemd(text: str) -> dict[str, Scalar] | None:
    match = _SYSTEMD.search(text)
    return _row("systemd", synchronised=match.group(1) == "yes") if match else None
