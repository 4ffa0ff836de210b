"""`mdstat`: /proc/mdstat."""

from __future__ import annotations

import re

from hmaint.parse.fields import Options, Rows, filled

_ARRAY = re.compile(r"^(md\S*) : (\S+)(?: \(.*?\))? ?(.*)$")
_DISKS = re.compile(r"\[(\d+)/(\d+)\] \[([U_]+)\]")
_SYNC = re.compile(r"(recovery|resync|reshape|check)\s*=\s*([\d.]+)%")


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row per array: `array state level disks up map failed degraded sync sync_pct`; none without arrays."""
    head, *body = filled(text)
    if not head.startswith("Personalities"):
        raise ValueError(f"不是 /proc/mdstat：{head[:60]!r}")
    rows: Rows = []
    for line in body:
        array = _ARRAY.match(line)
        if array:
            words = array.group(3).split()
            rows.append(
                {
                    "array": array.group(1),
                    "state": array.group(2),
                    "level": next((w for w in words if w.startswith(("raid", "linear", "multipath"))), ""),
                    "failed": sum("(F)" in word for word in words),
                    "disks": 0, "up": 0, "map": "", "degraded": False, "sync": "", "sync_pct": 0.0,
                }
            )  # fmt: skip
        elif rows:
            _detail(rows[-1], line)
    return rows


def _detail(row: dict[str, str | int | float | bool | None], line: str) -> None:
    disks = _DISKS.search(line)
    if disks:
        row["disks"], row["up"], row["map"] = int(disks.group(1)), int(disks.group(2)), disks.group(3)
        row["degraded"] = "_" in disks.group(3)
    sync = _SYNC.search(line)
    if sync:
        row["sync"], row["sync_pct"] = sync.group(1), float(sync.group(2))
