"""The kind of step that hears what an SSH or SFTP server offers before anybody logs in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hmaint.kit.frozen import dataclass
from hmaint.model.look import Answer, Ask, Probe, Table
from hmaint.model.playbook import Risk
from hmaint.step.arguments import Pattern, own
from hmaint.step.endpoints import endpoint, own_place, row_of
from hmaint.step.kind import Args, Context

_LISTS = ("kex", "host_keys", "ciphers", "macs")


@dataclass(frozen=True, slots=True)
class SshdArgs(Args):
    """`weak` is a pattern of algorithm names; those it finds are the column of that name."""

    weak: Pattern | None = None


class Sshd:
    """Pure halves: one greeting asked for, and what of its offer is weak."""

    risk = Risk.READ
    args: type[Args] = SshdArgs
    templates: frozenset[str] = frozenset()

    def ask(self, args: Args, context: Context) -> Sequence[Ask]:  # noqa: ARG002 - every kind is called alike
        return [Probe("sshd", own_place("ssh")(endpoint(context.target)))]

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:  # noqa: ARG002 - as above
        row = row_of(answers)
        weak = own(args, SshdArgs).weak
        offered = [name for key in _LISTS for name in str(row[key]).split(",") if name]
        names = [name for name in offered if weak and re.search(weak, name)]
        return Table(({**row, "weak": "、".join(dict.fromkeys(names))},))


KIND = Sshd()
