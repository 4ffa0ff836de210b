"""`process`: whether programs run, how many of them, and how much they take."""

from __future__ import annotations

from collections.abc import Sequence

from hmaint.errors import CouldNotLook
from hmaint.kit.frozen import dataclass
from hmaint.model.inventory import Host
from hmaint.model.look import Answer, Fragment, Row, Seen, Table
from hmaint.model.playbook import Risk
from hmaint.parse.ps import HIDDEN, Process, others_hidden, read_processes
from hmaint.step.answers import SUDO_HINT, reply_of, settle
from hmaint.step.arguments import own
from hmaint.step.kind import Args, Context
from hmaint.step.posix import PS
from hmaint.step.windows import PROCESSES, asked, is_windows, read_rows


@dataclass(frozen=True, slots=True)
class ProcessArgs(Args):
    """`names`: programs to look for, without it the host's own list; `a|b` is any of several."""

    names: tuple[str, ...] = ()


class Processes:
    """Looks names up in one listing of all processes, which every step shares.

    A name is found by the kernel's name, the program's file name, or, for a program run by an interpreter
    (java, python, sh, …), by its beginning a word of the arguments: `tomcat` finds `java
    -Dcatalina.home=/opt/tomcat9`.
    """

    risk = Risk.READ
    args = ProcessArgs
    templates: frozenset[str] = frozenset({"names"})
    platforms = frozenset({"linux", "windows"})

    def ask(self, args: Args, context: Context) -> Sequence[Fragment]:
        """One listing, the same for every step."""
        _names(own(args, ProcessArgs), context)
        return [asked(PROCESSES) if is_windows(context.target) else Fragment(PS)]

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:
        """One row per name, `count` 0 where nothing goes by it."""
        reply = reply_of(answers)
        if is_windows(context.target):
            return _of_windows(read_rows(reply, context.target), _names(own(args, ProcessArgs), context))
        try:
            running = read_processes(settle(reply, context.target))
        except ValueError as wrong:
            raise CouldNotLook(Seen.GARBLED, f"返回内容无法解读：{wrong}") from None
        living = [process for process in running if not process.stat.startswith("Z")]
        rows = tuple(_row(name, living) for name in _names(own(args, ProcessArgs), context))
        if others_hidden(running) and not all(row["count"] for row in rows):
            raise CouldNotLook(Seen.DENIED, f"{HIDDEN}；{SUDO_HINT}")
        return Table(rows, reply.cut)


def _names(args: ProcessArgs, context: Context) -> tuple[str, ...]:
    names = args.names or (context.target.processes if isinstance(context.target, Host) else ())
    if not names:
        raise CouldNotLook(Seen.UNSUPPORTED, "清单中没有列出该主机的进程（processes）")
    return tuple(dict.fromkeys(names))


def _row(name: str, living: list[Process]) -> Row:
    wanted = [word.strip() for word in name.split("|") if word.strip()]
    found = [process for process in living if any(process.goes_by(word) for word in wanted)]
    return {
        "name": name,
        "count": len(found),
        "rss_kb": sum(process.rss_kb for process in found),
        "cpu_pct": _sum([process.cpu_pct for process in found]),
        "oldest_s": _oldest([process.age_s for process in found]),
    }


def _of_windows(table: Table, names: tuple[str, ...]) -> Table:
    """Programs go by their file names, with or without .exe; what share of a CPU they take is not told at once."""
    if not table.rows:
        raise CouldNotLook(Seen.GARBLED, "没有列出任何进程")
    rows: list[Row] = []
    for name in names:
        wanted = {_bare(word) for word in name.split("|") if word.strip()}
        found = [row for row in table.rows if _bare(str(row.get("name"))) in wanted]
        kbs = [kb for row in found if isinstance(kb := row.get("kb"), int)]
        ages = [age for row in found if isinstance(age := row.get("age"), int)]
        figures = {"count": len(found), "rss_kb": sum(kbs), "oldest_s": max(ages, default=0)}
        rows.append({"name": name, "cpu_pct": None, **figures})
    return Table(tuple(rows), table.cut)


def _bare(name: str) -> str:
    return name.strip().lower().removesuffix(".exe")


def _oldest(ages: list[int | None]) -> int | None:
    """None where one of them is not told, as by most builds of busybox."""
    known = [age for age in ages if age is not None]
    return max(known, default=0) if len(known) == len(ages) else None


def _sum(shares: list[float | None]) -> float | None:
    """All of them together; None where one of them is not told."""
    known = [share for share in shares if share is not None]
    return round(sum(known), 1) if len(known) == len(shares) else None


KIND = Processes()
