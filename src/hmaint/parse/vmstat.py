"""`vmstat`: paging between two samples of /proc/vmstat."""

from __future__ import annotations

from hmaint.parse.fields import Options, Rows, whole
from hmaint.parse.samples import growth, read_samples


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row: `swapin_s swapout_s` (pages a second) and `seconds`."""
    samples = read_samples(text, "vm")
    before, after = (dict(_pair(line) for line in look) for look in (samples.first, samples.second))
    row: dict[str, int | float | str | bool | None] = {"seconds": samples.seconds}
    for name, column in (("pswpin", "swapin_s"), ("pswpout", "swapout_s")):
        if name not in before or name not in after:
            raise ValueError(f"没有 {name}")
        row[column] = round(growth(before[name], after[name]) / samples.seconds, 1)
    return [row]


def _pair(line: str) -> tuple[str, int]:
    name, _, value = line.partition(" ")
    return name, whole(value.strip())
