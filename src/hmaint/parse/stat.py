"""`stat`: where the CPUs' time went between two samples of /proc/stat."""

from __future__ import annotations

from hmaint.parse.fields import Options, Rows, percent, whole
from hmaint.parse.samples import Samples, read_samples

_FIELDS = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
_OLDEST = 4
"""Kernels of the 2.4 line told user, nice, system and idle only."""


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row: `seconds busy_pct user_pct system_pct iowait_pct steal_pct running`.

    Busy is everything but idle and waiting for disks; `running` is the mean number of runnable tasks, the
    one that looks left out. Guest time is inside user time and not counted twice.
    """
    samples = read_samples(text, "cpu")
    before, after = (_ticks(look) for look in (samples.first, samples.second))
    # Idle and iowait may step back by a tick when CPUs go on and off line.
    spent = [max(0, b - a) for a, b in zip(before, after, strict=True)]
    told = dict(zip(_FIELDS, spent, strict=True))
    total = sum(spent)
    if not total:
        raise ValueError("两次采样之间 CPU 计数没有变化")
    return [
        {
            "seconds": samples.seconds,
            "busy_pct": percent(total - told["idle"] - told["iowait"], total),
            "user_pct": percent(told["user"] + told["nice"], total),
            "system_pct": percent(told["system"] + told["irq"] + told["softirq"], total),
            "iowait_pct": percent(told["iowait"], total),
            "steal_pct": percent(told["steal"], total),
            "running": _running(read_samples(text, "load")),
        }
    ]


def _ticks(look: tuple[str, ...]) -> list[int]:
    if len(look) != 1:
        raise ValueError("没有 cpu 一行")
    ticks = [whole(word) for word in look[0].split()][: len(_FIELDS)]
    if len(ticks) < _OLDEST:
        raise ValueError(f"cpu 一行不完整：{look[0][:60]!r}")
    return ticks + [0] * (len(_FIELDS) - len(ticks))


def _running(samples: Samples) -> float | None:
    counts = [int(look[0].split()[3].split("/")[0]) - 1 for look in (samples.first, samples.second) if look]
    return sum(counts) / len(counts) if counts else None
