"""`meminfo`: /proc/meminfo."""

from __future__ import annotations

import re

from hmaint.parse.fields import Options, Rows, filled, percent

_LINE = re.compile(r"([A-Za-z0-9_()]+):\s+(\d+)(?: kB)?")


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row: `total_kb available_kb available_pct used_pct estimated swap_total_kb swap_used_kb swap_used_pct`
    and `dirty_kb hugepages_total hugepages_free hugepage_kb`.

    `estimated` is true on kernels before 3.14, which do not tell MemAvailable: then free + buffers + cached
    counts.
    """  # noqa: D205 - the list of columns does not fit one line
    told = {}
    for line in filled(text):
        match = _LINE.fullmatch(line.strip())
        if match:
            told[match.group(1)] = int(match.group(2))
    try:
        total, free = told["MemTotal"], told["MemFree"]
        swap, swap_free = told["SwapTotal"], told["SwapFree"]
    except KeyError as missing:
        raise ValueError(f"/proc/meminfo 中没有 {missing}") from None
    if total <= 0:
        raise ValueError("MemTotal 为 0")
    estimate = free + told.get("Buffers", 0) + told.get("Cached", 0) - told.get("Shmem", 0)
    available = max(0, min(told.get("MemAvailable", estimate), total))
    return [
        {
            "total_kb": total,
            "available_kb": available,
            "available_pct": percent(available, total),
            "used_pct": percent(total - available, total),
            "estimated": "MemAvailable" not in told,
            "swap_total_kb": swap,
            "swap_used_kb": swap - swap_free,
            "swap_used_pct": percent(swap - swap_free, swap),
            "dirty_kb": told.get("Dirty", 0),
            "hugepages_total": told.get("HugePages_Total", 0),
            "hugepages_free": told.get("HugePages_Free", 0),
            "hugepage_kb": told.get("Hugepagesize", 0),
        }
    ]
