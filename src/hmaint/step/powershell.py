"""`powershell`: a reading script on a Windows host, and the objects it gave."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import field, replace
from datetime import timedelta
from typing import Annotated, Literal

from hmaint.kit.clock import seconds
from hmaint.kit.constraint import Check, Within
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _
from hmaint.kit.powershell import changing
from hmaint.model.look import Answer, Fragment, Table
from hmaint.model.playbook import Risk
from hmaint.step.answers import reply_of
from hmaint.step.arguments import Duration, own
from hmaint.step.kind import Args, Context
from hmaint.step.windows import asked, read_rows

Variable = Annotated[str, Within(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)+$")]

# A filtered token of an administrator counts as none: what is asked for is what the session may really do.
_ADMINISTRATOR = """\
$me = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $me.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
  throw 'denied: 该账号不是本地管理员，看不到全部内容'
}
"""
_FIRST = timedelta(days=7)
_LEAST, _MOST = timedelta(days=1), timedelta(days=31)


def _only_looks(script: str) -> None:
    if word := changing(script):
        raise ValueError(_("{name} changes something; a step only looks").format(name=word))


@dataclass(frozen=True, slots=True)
class PowershellArgs(Args):
    """What to run, and what it needs.

    `script` gives objects, each a row; `values` are bound to variables of these names (with an underscore, so
    that none is PowerShell's own). With `since`, `$since_hours` tells how far back to look.
    """

    script: Annotated[str, Within(min_length=1, max_length=16_384), Check(_only_looks)]
    values: dict[Variable, object] = field(default_factory=dict)
    since: Literal["last"] | Duration | None = None
    needs: Literal["administrator"] | None = None
    limit: Duration | None = None
    output: Annotated[int, Within(ge=1024, le=16_777_216)] | None = None


class Powershell:
    """Runs text of the playbook in Windows PowerShell, 2.0 or later, and takes its objects for rows."""

    risk = Risk.READ
    args = PowershellArgs
    templates = frozenset({"values"})
    platforms = frozenset({"windows"})

    def ask(self, args: Args, context: Context) -> Sequence[Fragment]:
        """One fragment: the values, then what it needs, then the script."""
        mine = own(args, PowershellArgs)
        values = dict(mine.values)
        if mine.since is not None:
            values["since_hours"] = _hours(mine.since, context)
        guard = _ADMINISTRATOR if mine.needs else ""
        limit = seconds(mine.limit) if mine.limit else None
        fragment = asked(f"{guard}{mine.script.strip()}\n", **values)
        return [replace(fragment, limit=limit, output=mine.output)]

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:  # noqa: ARG002 - the protocol's signature
        """One row per object, columns in lower case; CouldNotLook when the script's own words give none."""
        table = read_rows(reply_of(answers), context.target)
        # A log that was overwritten since the last look was seen in part, however little of it is left.
        torn = any(row.get("covered") is False for row in table.rows)
        return replace(table, cut=table.cut or torn)


def _hours(since: str, context: Context) -> int:
    """Whole hours back to the last look: a day at least, a month at most, a week at the first time."""
    if since != "last":
        return math.ceil(seconds(since) / 3600)
    if context.since is None or context.now is None:
        back = _FIRST
    else:
        back = min(max(context.now - context.since, _LEAST), _MOST)
    return math.ceil(back.total_seconds() / 3600)


KIND = Powershell()
