"""`log`: how often patterns stand in the last lines of logs, the journal or the kernel's messages."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

from hmaint.errors import CouldNotLook
from hmaint.kit.clock import seconds
from hmaint.kit.constraint import Within
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _
from hmaint.kit.regex import safe_regex
from hmaint.model.inventory import Host
from hmaint.model.look import Answer, Fragment, Row, Seen, Table
from hmaint.model.playbook import Risk
from hmaint.parse.stamps import HostTime
from hmaint.step.answers import SUDO_HINT, reply_of
from hmaint.step.arguments import Lines, Pattern, own
from hmaint.step.kind import Args, Context
from hmaint.step.logbytes import MARK, NOW, Part, check_sight, decoded, lines_in, split_files, split_time
from hmaint.step.logcount import Count, Log, count, unread
from hmaint.step.posix import checked_path, classified, has_glob, word

_BYTES_A_LINE = 200
_LEAST, _MOST, _ALL = 32_768, 4_194_304, 8_388_608
"""Bytes of one file at least and at most, and of all files of a step together."""
_FIRST_TIME = timedelta(days=31)
"""How far the first look at a journal goes back: a month, as inspections are monthly."""
_HAS_JOURNAL = (
    "[ -d /run/log/journal ] || [ -d /var/log/journal ] || { echo '没有 systemd 日志' >&2; exit 69; }\n"
)
# Where the kernel keeps its messages from ordinary users, members of adm still read them in the journal; who can
# do neither is told so by dmesg itself.
_KERNEL = """\
r=0; [ -r /proc/sys/kernel/dmesg_restrict ] && read -r r < /proc/sys/kernel/dmesg_restrict
if [ "$r" = 1 ] && [ ! -r /etc/shadow ]; then
  for j in /run/log/journal/*/system.journal /var/log/journal/*/system.journal; do
    [ -r "$j" ] && exec journalctl -k --no-pager -o short-iso -n {lines}
  done
fi
command -v dmesg >/dev/null 2>&1 || {{ echo 'dmesg: not found' >&2; exit 127; }}
dmesg | tail -n {lines}"""


@dataclass(frozen=True, slots=True)
class LogArgs(Args):
    """Which logs (`paths`, else the host's own; or `source`), which `patterns`, and how far back.

    `since`: `last` is the last look at the same host, a duration such as `24h` counts from now. `lines`
    bounds what is read of each log, from its end. `top` makes the sample the most repeated messages.
    `priority` bounds the journal.
    """

    patterns: Annotated[dict[str, Pattern], Within(min_length=1)]
    paths: tuple[str, ...] = ()
    source: Literal["journal", "kernel"] | None = None
    ignore: tuple[Pattern, ...] = ()
    since: str = "last"
    lines: Lines = 2000
    top: Annotated[int, Within(ge=0, le=20)] = 0
    priority: Literal["emerg", "alert", "crit", "err", "warning", "notice", "info"] | None = None
    optional: bool = False

    def __post_init__(self) -> None:
        if self.source and self.paths:
            raise ValueError(_("paths and source exclude each other"))
        if self.priority and self.source != "journal":
            raise ValueError(_("priority goes only with source: journal"))
        if self.since != "last":
            seconds(self.since)


class Logs:
    """Takes the end of each log home and counts there; says of every count which lines it speaks of."""

    risk = Risk.READ
    args = LogArgs
    templates: frozenset[str] = frozenset({"paths"})

    def ask(self, args: Args, context: Context) -> Sequence[Fragment]:
        """One fragment: the host's time, then the end of every log."""
        mine = own(args, LogArgs)
        if mine.source == "kernel":
            return [Fragment(NOW + _KERNEL.format(lines=mine.lines), output=_MOST)]
        if mine.source == "journal":
            return [
                Fragment(NOW + _HAS_JOURNAL + "exec " + shlex.join(_journal(mine, context)), output=_MOST)
            ]
        paths = _paths(mine, context)
        size = _size(mine)
        body = classified(
            f'printf \'\\n{MARK}>%s\\n\' "$f"; tail -c {size} "$f"',
            refused=f"printf '\\n{MARK}!%s\\n' \"$f\"",
            missing=f"printf '\\n{MARK}?%s\\n' \"$f\"",
        )
        words = " ".join(word(checked_path(path)) for path in paths)
        return [Fragment(f"{NOW}for f in {words}; do\n{body}\ndone\n:", output=_ALL)]

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:
        """One row per log and pattern; a log that could not be read has no count."""
        mine = own(args, LogArgs)
        reply = reply_of(answers)
        check_sight(reply, context.target)
        host, body = split_time(reply.out)
        how = Count(
            {name: safe_regex(pattern) for name, pattern in mine.patterns.items()},
            [safe_regex(pattern) for pattern in mine.ignore],
            _since(mine, context, host),
            mine.top,
        )
        rows = (
            _stream(body, mine, how, host, context) if mine.source else _files(body, mine, how, host, context)
        )
        return Table(tuple(rows), reply.cut)


def _paths(args: LogArgs, context: Context) -> tuple[str, ...]:
    paths = args.paths or (context.target.logs if isinstance(context.target, Host) else ())
    if not paths:
        raise CouldNotLook(Seen.UNSUPPORTED, "清单中没有列出该主机的日志（logs）")
    return tuple(dict.fromkeys(paths))


def _size(args: LogArgs) -> int:
    return min(max(args.lines * _BYTES_A_LINE, _LEAST), _MOST)


def _journal(args: LogArgs, context: Context) -> list[str]:
    words = ["journalctl", "--no-pager", "-o", "short-iso", "-n", str(args.lines)]
    if args.priority:
        words += ["-p", args.priority]
    start = _start(args, context)
    if start is None or context.now is None:
        return words
    # So many seconds ago by the host's own clock, which may be years behind the laptop's.
    return [*words, f"--since=-{math.ceil((context.now - start).total_seconds())}s"]


def _start(args: LogArgs, context: Context) -> datetime | None:
    """From when on, by the laptop's clock."""
    if args.since != "last":
        return context.now - timedelta(seconds=seconds(args.since)) if context.now else None
    return context.since or (context.now - _FIRST_TIME if context.now else None)


def _since(args: LogArgs, context: Context, host: HostTime) -> datetime | None:
    """From when on, by the host's clock, which may be wrong: the same while ago as on the laptop's."""
    if context.now is None or (args.since == "last" and context.since is None):
        return None
    start = _start(args, context)
    return None if start is None else host.now - (context.now - start)


def _stream(body: bytes, args: LogArgs, how: Count, host: HostTime, context: Context) -> list[Row]:
    """Journal or the kernel's messages: one log, whose own remarks begin with two dashes."""
    lines = [line for line in decoded(lines_in(body), context.target) if not line.startswith("-- ")]
    if args.source == "kernel" and not lines:
        raise CouldNotLook(Seen.UNSUPPORTED, "内核日志是空的")
    name = "内核日志" if args.source == "kernel" else "系统日志"
    whole = len(lines) < args.lines
    # The journal was asked from `since` on: all of that came, unless there were more lines than were asked for.
    return count(Log(name, tuple(lines), whole, args.source == "journal" and whole), how, host)


def _files(body: bytes, args: LogArgs, how: Count, host: HostTime, context: Context) -> list[Row]:
    rows: list[Row] = []
    parts = tuple(split_files(body, context.target))
    for part in parts:
        if part.mark == ">":
            rows += count(_log(part, args, context), how, host)
        elif part.mark == "!":
            rows += unread(part.path, how.patterns, f"无权读取；{SUDO_HINT}")
        elif not args.optional:
            rows += unread(part.path, how.patterns, "没有匹配的文件" if has_glob(part.path) else "文件不存在")
    told = {part.path for part in parts}
    for path in _paths(args, context):
        if not has_glob(path) and path not in told:
            rows += unread(path, how.patterns, "是目录或设备，不是文件")
    return rows


def _log(part: Part, args: LogArgs, context: Context) -> Log:
    """Last lines; where the beginning is missing the first line is torn and dropped."""
    whole = len(part.raw) < _size(args)
    lines = lines_in(part.raw if whole else part.raw.partition(b"\n")[2])
    looked_at = decoded(lines[-args.lines :], context.target)
    return Log(part.path, tuple(looked_at), whole and len(lines) <= args.lines)


KIND = Logs()
