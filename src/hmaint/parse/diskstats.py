"""`diskstats`: how busy each disk was between two samples of /proc/diskstats."""

from __future__ import annotations

import re

from hmaint.model.inventory import Scalar
from hmaint.parse.fields import Options, Rows, percent, whole
from hmaint.parse.samples import growth, read_samples

_NOT_DISKS = re.compile(r"(?:loop|ram|zram|sr|fd|nbd)\d+")
_FIELDS = 11
_SECTOR = 512

Counters = dict[str, list[int]]


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row per whole disk or volume: `device iops await_ms util_pct read_kbs write_kbs seconds`.

    `await_ms` is the mean time of the requests that ended between the samples, 0 where there were none;
    `util_pct` is the share of time with a request under way.
    """
    samples = read_samples(text, "disk")
    before, after = _counters(samples.first), _counters(samples.second)
    if not after:
        raise ValueError("没有磁盘")
    return [
        _row(name, before[name], after[name], samples.seconds)
        for name in after
        if name in before and not _is_part(name, after)
    ]


def _counters(look: tuple[str, ...]) -> Counters:
    told: Counters = {}
    for line in look:
        words = line.split()
        if len(words) < 3 + _FIELDS:  # partitions of kernels before 2.6.25 tell four counters only
            continue
        if not _NOT_DISKS.fullmatch(words[2]):
            told[words[2]] = [whole(word) for word in words[3 : 3 + _FIELDS]]
    return told


def _is_part(name: str, all_of: Counters) -> bool:
    """Whether this is a partition of a disk that is listed too: sda1 of sda, nvme0n1p2 of nvme0n1."""
    match = re.fullmatch(r"(.*\d)p\d+|(.*\D)\d+", name)
    return bool(match) and any(part in all_of for part in match.groups() if part) if match else False


def _row(name: str, before: list[int], after: list[int], seconds: float) -> dict[str, Scalar]:
    reads, _, read_sectors, read_ms, writes, _, write_sectors, write_ms, _, busy_ms, _ = (
        growth(a, b) for a, b in zip(_monotonic(before), _monotonic(after), strict=True)
    )
    requests = reads + writes
    return {
        "device": name,
        "iops": round(requests / seconds, 1),
        "await_ms": round((read_ms + write_ms) / requests, 1) if requests else 0.0,
        "util_pct": min(100.0, percent(busy_ms, seconds * 1000)),
        "read_kbs": round(read_sectors * _SECTOR / 1024 / seconds, 1),
        "write_kbs": round(write_sectors * _SECTOR / 1024 / seconds, 1),
        "seconds": seconds,
    }


def _monotonic(counters: list[int]) -> list[int]:
    """Counters, the one of requests in flight (a gauge) blanked out."""
    return [*counters[:8], 0, *counters[9:]]
