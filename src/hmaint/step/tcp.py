"""The kind of step that sees whether a port takes connections."""

from __future__ import annotations

from collections.abc import Sequence

from hmaint.kit.frozen import dataclass
from hmaint.model.look import Answer, Ask, Probe, Table
from hmaint.model.playbook import Risk
from hmaint.step.endpoints import endpoint, port_of, row_of
from hmaint.step.kind import Args, Context


@dataclass(frozen=True, slots=True)
class TcpArgs(Args):
    """No arguments: where to connect is the endpoint's own `tcp`, `tls` or URL."""


class Tcp:
    """Pure halves: one connection asked for, the time it took read."""

    risk = Risk.READ
    args: type[Args] = TcpArgs
    templates: frozenset[str] = frozenset()

    def ask(self, args: Args, context: Context) -> Sequence[Ask]:  # noqa: ARG002 - every kind is called alike
        return [Probe("tcp", port_of(endpoint(context.target)))]

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:  # noqa: ARG002 - as above
        return Table((row_of(answers),))


KIND = Tcp()
