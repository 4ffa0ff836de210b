"""`shell`: a command, and what it printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from hmaint.errors import CouldNotLook
from hmaint.kit.clock import seconds
from hmaint.kit.constraint import Within
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _, series
from hmaint.model.look import Answer, Fragment, Table
from hmaint.model.playbook import Risk
from hmaint.step.answers import kept_out, parsed, refusal, reply_of, seen_in_part, settle
from hmaint.step.arguments import Duration, Format, Tool, own
from hmaint.step.kind import Args, Context
from hmaint.step.posix import SHARED

Shared = Literal["processes", "sockets", "sample", "mounts", "time", "kernel"]

# A tool that only root may run is there all the same: hardened hosts keep `last` and the like from everybody else.
_GUARD = """\
command -v {tool} >/dev/null 2>&1 || {{
  for d in /usr/sbin /usr/bin /sbin /bin /usr/local/sbin /usr/local/bin; do
    [ -e "$d/{tool}" ] && {{ echo '{tool}: Permission denied' >&2; exit 126; }}
  done
  echo '{tool}: not found' >&2; exit 127
}}
"""


@dataclass(frozen=True, slots=True)
class ShellArgs(Args):
    """What to run, and how to read it.

    `run` is POSIX sh, or `shared` names a command that several steps have in common. Exit codes beyond
    `codes` mean that nothing was seen; 69 that there is no such thing on this host. `needs` are tools it
    cannot do without.
    """

    run: Annotated[str, Within(max_length=16_384)] = ""
    shared: Shared | None = None
    parse: Format = "lines"
    codes: tuple[int, ...] = (0,)
    needs: tuple[Tool, ...] = ()
    limit: Duration | None = None
    output: Annotated[int, Within(ge=1024, le=16_777_216)] | None = None

    def __post_init__(self) -> None:
        if bool(self.run.strip()) == bool(self.shared):
            raise ValueError(_("exactly one of {names} must stand").format(names=series(("run", "shared"))))


class Shell:
    """Runs text of the playbook on the host and hands its standard output to a parser."""

    risk = Risk.READ
    args = ShellArgs
    templates = frozenset({"run"})

    def ask(self, args: Args, context: Context) -> Sequence[Fragment]:  # noqa: ARG002 - the protocol's signature
        """One fragment; a missing tool ends it with 127 before anything runs, one that may not be run with 126."""
        mine = own(args, ShellArgs)
        guards = "".join(_GUARD.format(tool=tool) for tool in mine.needs)
        command = SHARED[mine.shared] if mine.shared else mine.run.strip()
        limit = seconds(mine.limit) if mine.limit else None
        return [Fragment(guards + command, limit, mine.output)]

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:
        """Rows of the format; CouldNotLook when the exit code, the encoding or the text give none."""
        mine = own(args, ShellArgs)
        reply = reply_of(answers)
        text = settle(reply, context.target, mine.codes)
        try:
            rows = tuple(parsed(mine.parse, text))
        except CouldNotLook as failure:
            if reply.cut:
                raise CouldNotLook(failure.seen, f"输出超过上限被截断；{failure.reason}") from None
            if kept_out(reply):
                raise refusal(reply) from None
            raise
        if kept_out(reply) and not rows:
            raise refusal(reply)
        return Table(rows, reply.cut or seen_in_part(reply))


KIND = Shell()
