"""Ends what a fragment left running: its process group, and whatever else is of its session."""

from __future__ import annotations

import time

from hmaint.errors import CouldNotLook
from hmaint.transport.script import bootstrap
from hmaint.transport.shell import LinkLost, Shell

GRACE = 3.0  # seconds that ending a runaway may take beyond the limit it broke

# 0 and 1 would mean "my own group" and "every process there is": they are never sent.
_FIRST_SAFE = 2

_SCRIPT = """\
stop() {{
kill -KILL -{group} 2>/dev/null
for stat in /proc/[0-9]*/stat; do
read -r line 2>/dev/null <"$stat" || continue
set -- "${{line%% *}}" ${{line##*) }}
[ "$5" = {session} ] && kill -KILL "$1" 2>/dev/null
done
}}
stop
exit 0
"""


def stop(shell: Shell, group: int, session: int) -> None:
    """Kill a process group and session on the host, within the grace; over a new connection if need be."""
    if group < _FIRST_SAFE:
        return
    safe = session if session >= _FIRST_SAFE else "none"
    text = _SCRIPT.format(group=group, session=safe).encode()
    deadline = time.monotonic() + GRACE
    try:
        _send(shell, text, deadline)
    except (LinkLost, CouldNotLook):
        _again(shell, text, deadline)


def _again(shell: Shell, text: bytes, deadline: float) -> None:
    # A server may allow one session a connection only: the second one comes over a new connection.
    try:
        shell.restore(max(0.1, deadline - time.monotonic()))
        _send(shell, text, deadline)
    except (LinkLost, CouldNotLook):
        return


def _send(shell: Shell, text: bytes, deadline: float) -> None:
    # Without a limit, which not every host has the tool for: it does nothing that it could hang in.
    pipes = shell.start(bootstrap(None), max(0.1, deadline - time.monotonic()))
    try:
        pipes.send(text, last=True)
        while not pipes.receive(max(0.0, deadline - time.monotonic())).ended:
            if time.monotonic() >= deadline:
                return
    finally:
        pipes.close()
