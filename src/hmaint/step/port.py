"""`port`: what a host listens on."""

from __future__ import annotations

from collections.abc import Sequence

from hmaint.kit.frozen import dataclass
from hmaint.model.look import Answer, Fragment, Table
from hmaint.model.playbook import Risk
from hmaint.step.answers import parsed, reply_of, settle
from hmaint.step.kind import Args, Context
from hmaint.step.posix import SOCKETS
from hmaint.step.windows import PORTS, asked, is_windows, read_rows


@dataclass(frozen=True, slots=True)
class PortArgs(Args):
    """There is nothing to say: every listening socket is a row."""


class Ports:
    """Reads the listening sockets with ss, netstat or, where there is neither, from /proc."""

    risk = Risk.READ
    args = PortArgs
    templates: frozenset[str] = frozenset()
    platforms = frozenset({"linux", "windows"})

    def ask(self, args: Args, context: Context) -> Sequence[Fragment]:  # noqa: ARG002 - the protocol's signature
        """One fragment, the same for every step."""
        return [asked(PORTS) if is_windows(context.target) else Fragment(SOCKETS)]

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:  # noqa: ARG002 - the protocol's signature
        """One row per protocol, address and port; `process` is empty where the host does not tell it."""
        reply = reply_of(answers)
        if is_windows(context.target):
            table = read_rows(reply, context.target)
            return Table(tuple({**row, "process": ""} for row in table.rows), table.cut)
        return Table(tuple(parsed("sockets", settle(reply, context.target))), reply.cut)


KIND = Ports()
