"""`kernel`: limits of the kernel and how much of them is used, by `grep '' /proc/…` over several files."""

from __future__ import annotations

from hmaint.model.inventory import Scalar
from hmaint.parse.fields import NotTold, Options, Rows, choice, filled, percent, whole


def parse(text: str, options: Options) -> Rows:
    """One row: `used most used_pct` of what `of` names: `threads` (default), `files` or `conntrack`.

    `of: swappiness` gives column `value`, `of: boot` column `boot`, an identity that changes with every start of the
    system. NotTold where the kernel has no such table. The figures are not read with the shell's own `read`: the
    kernel hands a number of /proc/sys out in one piece, and a shell that reads byte by byte gets its first digit.
    """
    told = dict(_pair(line) for line in filled(text))
    what = choice(options, "of", "threads")
    if what == "swappiness":
        return [{"value": whole(_of(told, "swappiness"))}]
    if what == "boot":
        return [{"boot": _of(told, "boot_id")}]
    readers = {"threads": _threads, "files": _files, "conntrack": _conntrack}
    if what not in readers:
        raise ValueError(f"没有 of: {what}")
    used, most = readers[what](told)
    if most <= 0:
        raise ValueError(f"上限为 {most}")
    return [_row(used, most)]


def _row(used: int, most: int) -> dict[str, Scalar]:
    return {"used": used, "most": most, "used_pct": percent(used, most)}


def _pair(line: str) -> tuple[str, str]:
    path, colon, value = line.partition(":")
    if not colon or not path.startswith("/proc/"):
        raise ValueError(f"无法解读：{line[:60]!r}")
    return path.rsplit("/", 1)[-1], value.strip()


def _of(told: dict[str, str], name: str) -> str:
    if name not in told:
        raise NotTold(f"内核没有 {name}")
    return told[name]


def _threads(told: dict[str, str]) -> tuple[int, int]:
    _, _, _, tasks, _ = _of(told, "loadavg").split()
    most = min(whole(_of(told, "threads-max")), whole(_of(told, "pid_max")))
    return whole(tasks.rpartition("/")[2]), most


def _files(told: dict[str, str]) -> tuple[int, int]:
    given, free, most = map(whole, _of(told, "file-nr").split())
    return given - free, most


def _conntrack(told: dict[str, str]) -> tuple[int, int]:
    if "nf_conntrack_count" not in told:
        raise NotTold("没有启用连接跟踪")
    return whole(told["nf_conntrack_count"]), whole(_of(told, "nf_conntrack_max"))
