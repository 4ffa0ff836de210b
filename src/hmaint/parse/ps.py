"""`ps`: processes by `ps -eo pid,ppid,user,stat,etime,time,rss,comm,args`; busybox leaves the times out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from hmaint.kit.frozen import dataclass
from hmaint.model.inventory import Scalar
from hmaint.parse.fields import Options, Rows, choice, elapsed, filled, percent

_TIMED = re.compile(r"\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+) (.*)")
_PLAIN = re.compile(r"\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+)()()\s+(\S+) (.*)")
HIDDEN = "只看得到本账号的进程（/proc 以 hidepid 挂载）"
_COMM = 15
"""The kernel keeps 15 bytes of a name, and ps pads the column to that width, so that blanks in names can be told."""
_KILO = {"": 1, "k": 1, "m": 1024, "g": 1024 * 1024}
_MACHINES = re.compile(r"java|dotnet|mono|node|nodejs")
"""What they run is told by any of their arguments (`-Dcatalina.home=…`)."""
_INTERPRETERS = re.compile(r"python[\d.]*|perl|ruby|php[\d.]*|(?:ba|da|k|z|a)?sh")
"""What they run is the first argument that is no option."""
_TEXT_FOLLOWS = ("-c", "-e")


@dataclass(frozen=True, slots=True)
class Process:
    """One process; `args` may hold secrets and must not go into a row."""

    pid: int
    ppid: int
    user: str
    stat: str
    age_s: int | None
    cpu_s: int | None
    rss_kb: int
    name: str
    args: str

    @property
    def cpu_pct(self) -> float | None:
        """Share of one CPU over its life; None where the listing tells no times."""
        return None if self.cpu_s is None or self.age_s is None else percent(self.cpu_s, self.age_s)

    @property
    def program(self) -> str:
        """The last part of the path it was started by; the kernel's name for kernel threads."""
        words = self.args.split()
        return (
            words[0].rsplit("/", 1)[-1].rstrip(":") if words and not words[0].startswith("[") else self.name
        )

    def goes_by(self, wanted: str) -> bool:
        """Whether people would call it so: by its name, its program, or, run by an interpreter, by its script.

        Only interpreters' arguments are searched, since `tail -f /opt/tomcat/logs/x` is no tomcat.
        """
        if wanted in (self.name, self.program) or (len(wanted) > _COMM and wanted[:_COMM] == self.name):
            return True
        return any(re.search(rf"(?<![A-Za-z0-9]){re.escape(wanted)}", word) for word in self._run())

    def _run(self) -> list[str]:
        """What an interpreter was told to run: the words that may name it."""
        words = self.args.split()[1:]
        if _MACHINES.fullmatch(self.program):
            return words
        if not _INTERPRETERS.fullmatch(self.program):
            return []
        first = next((word for word in words if word in _TEXT_FOLLOWS or not word.startswith("-")), "-c")
        return [] if first in _TEXT_FOLLOWS else [first.rsplit("/", 1)[-1]]


def parse(text: str, options: Options) -> Rows:
    """One row per process: `pid ppid user stat age_s cpu_s cpu_pct rss_kb name program`.

    The times and `cpu_pct`, the share of one CPU over the process's life. Arguments are left out: passwords stand in
    them. With option `top: 5, by: rss_kb` only the biggest; with `of: counts` one row, `total zombies
    blocked stopped`. PermissionError where even the first process is hidden: others are too.
    """
    processes = read_processes(text)
    if others_hidden(processes):
        raise PermissionError(HIDDEN)
    if choice(options, "of", "processes") == "counts":
        return [_counts(processes)]
    top, by = options.get("top"), choice(options, "by", "cpu_pct")
    if isinstance(top, int):
        processes = sorted(processes, key=lambda process: -float(getattr(process, by, None) or 0))[:top]
    return [_row(process) for process in processes]


def _row(process: Process) -> dict[str, Scalar]:
    return {
        "pid": process.pid,
        "ppid": process.ppid,
        "user": process.user,
        "stat": process.stat,
        "age_s": process.age_s,
        "cpu_s": process.cpu_s,
        "cpu_pct": process.cpu_pct,
        "rss_kb": process.rss_kb,
        "name": process.name,
        "program": process.program,
    }


def _counts(processes: Sequence[Process]) -> dict[str, Scalar]:
    states = [process.stat[:1] for process in processes]
    return {
        "total": len(states),
        "zombies": states.count("Z"),
        "blocked": states.count("D"),
        "stopped": states.count("T"),
    }


def others_hidden(processes: Sequence[Process]) -> bool:
    """Whether not even the first process is listed: then others may run that are not."""
    return not any(process.pid == 1 for process in processes)


@lru_cache(maxsize=1)  # five steps of a monthly round read the one listing of a host, one after another
def read_processes(text: str) -> Sequence[Process]:
    """Every process of the listing; ValueError when it is none."""
    head, *body = filled(text)
    if head.split()[:2] != ["PID", "PPID"]:
        raise ValueError(f"不是 ps 的输出：{head[:60]!r}")
    if not body:
        raise ValueError("ps 没有列出进程")
    pattern = _TIMED if "ELAPSED" in head.split() else _PLAIN
    return tuple(_process(line, pattern) for line in body)


def _process(line: str, pattern: re.Pattern[str]) -> Process:
    match = pattern.fullmatch(line)
    if not match:
        raise ValueError(f"无法解读：{line[:60]!r}")
    pid, ppid, user, stat, age, cpu, rss, rest = match.groups()
    name, args = _name_and_args(rest)
    return Process(
        int(pid),
        int(ppid),
        user,
        stat,
        elapsed(age) if age else None,
        elapsed(cpu) if cpu else None,
        _kilobytes(rss),
        name,
        args,
    )


def _name_and_args(rest: str) -> tuple[str, str]:
    if rest[_COMM : _COMM + 1] in (" ", ""):
        return rest[:_COMM].rstrip(), rest[_COMM:].strip()
    name, _, args = rest.partition(" ")
    return name, args.strip()


def _kilobytes(word: str) -> int:
    if word.isascii() and word.isdigit():  # but for busybox
        return int(word)
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([kmg]?)", word.lower())
    if not match:
        raise ValueError(f"不是内存用量：{word[:40]!r}")
    return round(float(match.group(1)) * _KILO[match.group(2)])
