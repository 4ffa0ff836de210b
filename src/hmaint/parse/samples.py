"""Two looks at the same counters, some seconds apart, in one text.

The text is what the sampling fragment of the Linux checks prints: a line `@ UPTIME` before each look, then
the lines of that look, each behind the name of where it comes from (`cpu`, `disk`, `vm`, `net`).
"""

from __future__ import annotations

from dataclasses import dataclass

from hmaint.parse.fields import figure

LOOKS = 2


@dataclass(frozen=True, slots=True)
class Samples:
    """The lines of both looks (without the leading name), and the seconds between them."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    seconds: float


def read_samples(text: str, name: str) -> Samples:
    """Lines of one name in both looks; ValueError unless there are exactly two looks with time between them."""
    looks: list[list[str]] = []
    times: list[float] = []
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "@":
            times.append(figure(rest.strip()))
            looks.append([])
        elif word == name and looks:
            looks[-1].append(rest)
    if len(looks) != LOOKS:
        raise ValueError(f"需要两次采样，得到 {len(looks)} 次")
    seconds = round(times[1] - times[0], 2)
    if seconds <= 0:
        raise ValueError("两次采样之间没有时间")
    return Samples(tuple(looks[0]), tuple(looks[1]), seconds)


def growth(before: int, after: int) -> int:
    """How much a counter grew; one that was reset or wrapped gives ValueError, since nothing can be said."""
    if after < before:
        raise ValueError("计数器回绕或被清零")
    return after - before
