"""`service`: how services stand, whichever of systemd, OpenRC or System V init runs them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Annotated

from hmaint.errors import CouldNotLook
from hmaint.kit.constraint import Within
from hmaint.kit.frozen import dataclass
from hmaint.model.inventory import Host, Scalar
from hmaint.model.look import Answer, Fragment, Row, Seen, Table
from hmaint.model.playbook import Risk
from hmaint.step.answers import reply_of, settle
from hmaint.step.arguments import own
from hmaint.step.kind import Args, Context
from hmaint.step.windows import SERVICES, asked, is_windows, read_rows

_NAME = r"^[A-Za-z0-9@_.:\\-]+$"
_SYSTEMD = "systemctl show -p Id,LoadState,ActiveState,SubState,UnitFileState,NRestarts"
# A script that knows no `status` may do what it does whatever it is told, such as start a second Tomcat: never run it.
# `service NAME status` answers by its exit code (LSB); whether it starts at boot is told by a link that a glob finds.
_OTHERS = """\
if [ -d /run/systemd/system ]; then exec {systemd} {names}; fi
if [ -x /sbin/openrc-run ]; then r='rc-service --nocolor'; elif command -v service >/dev/null 2>&1; then r=service
elif [ -d /etc/init.d ]; then r=; else echo 'service: not found' >&2; exit 127; fi
for s in {names}; do
  b=; for l in /etc/rc[35].d/S[0-9][0-9]"$s" /etc/runlevels/default/"$s"; do [ -e "$l" ] && b=yes; done
  if [ ! -e /etc/init.d/"$s" ]; then c=none
  elif ! grep -Eq 'status|openrc-run|runscript|init-d-script' /etc/init.d/"$s"; then c=mute
  elif [ -n "$r" ]; then $r "$s" status </dev/null >/dev/null 2>&1; c=$?
  else /etc/init.d/"$s" status </dev/null >/dev/null 2>&1; c=$?; fi
  printf '%s\\t%s\\t%s\\n' "$s" "$c" "$b"
done"""

_LSB = {"0": "active", "1": "failed", "2": "failed", "3": "inactive", "none": "not-found", "32": "failed"}
"""Exit codes of `status`: 1 and 2 dead with a file left behind, 3 not running; OpenRC's 32 is crashed."""


@dataclass(frozen=True, slots=True)
class ServiceArgs(Args):
    """`names`: services to look at; without it the host's own list."""

    names: tuple[Annotated[str, Within(pattern=_NAME)], ...] = ()


class Service:
    """Asks the host's own service manager, all names in one go where it can."""

    risk = Risk.READ
    args = ServiceArgs
    templates: frozenset[str] = frozenset({"names"})
    platforms = frozenset({"linux", "windows"})

    def ask(self, args: Args, context: Context) -> Sequence[Fragment]:
        """One fragment for all names; one process with systemd, one per name without."""
        names = _names(own(args, ServiceArgs), context)
        if is_windows(context.target):
            return [asked(SERVICES, names=names)]
        words = " ".join(shlex.quote(name) for name in names)
        return [Fragment(_OTHERS.format(systemd=_SYSTEMD, names=words))]

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:
        """One row per name, `state` `not-found` where the host knows no such service, None where it cannot tell."""
        names = _names(own(args, ServiceArgs), context)
        if is_windows(context.target):
            return _of_windows(read_rows(reply_of(answers), context.target), names)
        text = settle(reply_of(answers), context.target)
        rows = list(_systemd(text, names) if "LoadState=" in text else _by_status(text))
        if {row["name"] for row in rows} != set(names):
            raise CouldNotLook(Seen.GARBLED, "返回的服务与所问的不符")
        return Table(tuple(rows))


def _names(args: ServiceArgs, context: Context) -> tuple[str, ...]:
    names = args.names or (context.target.services if isinstance(context.target, Host) else ())
    if not names:
        raise CouldNotLook(Seen.UNSUPPORTED, "清单中没有列出该主机的服务（services）")
    wrong = next((name for name in names if not re.match(_NAME, name) or name.startswith("-")), None)
    if wrong is not None:
        raise CouldNotLook(Seen.UNSUPPORTED, f"服务名不合法：{wrong[:40]!r}")
    return tuple(dict.fromkeys(names))


def _systemd(text: str, names: tuple[str, ...]) -> Iterator[Row]:
    blocks = [
        dict(line.split("=", 1) for line in block.splitlines() if "=" in line) for block in text.split("\n\n")
    ]
    for name, told in zip(names, [told for told in blocks if told], strict=False):
        restarts = told.get("NRestarts", "")
        state: Scalar = told.get("ActiveState") or None
        yield {
            "name": name,
            "state": "not-found" if told.get("LoadState") == "not-found" else state,
            "substate": told.get("SubState", ""),
            "enabled": told.get("UnitFileState", ""),
            "restarts": int(restarts) if restarts.isdigit() else None,
        }


_STATES = {"running": "active", "stopped": "inactive", "paused": "inactive"}
_MODES = {
    "auto": "enabled",
    "boot": "enabled",
    "system": "enabled",
    "manual": "manual",
    "disabled": "disabled",
}


def _of_windows(table: Table, names: tuple[str, ...]) -> Table:
    """The same words as for systemd; a service on its way from one state to another is told as it is."""
    told = {str(row.get("name")).lower(): row for row in table.rows}
    if told.keys() - {name.lower() for name in names}:
        raise CouldNotLook(Seen.GARBLED, "返回的服务与所问的不符")
    return Table(tuple(_windows_row(name, told.get(name.lower())) for name in names), table.cut)


def _windows_row(name: str, told: Row | None) -> Row:
    state = str((told or {}).get("state") or "").lower()
    return {
        "name": name,
        "state": "not-found" if told is None else _STATES.get(state, state) or None,
        "substate": "" if told is None else f"exit code {told.get('exitcode')}",
        "enabled": _MODES.get(str((told or {}).get("startmode") or "").lower(), ""),
        "restarts": None,
    }


def _by_status(text: str) -> Iterator[Row]:
    for line in text.splitlines():
        words = line.split("\t")
        if len(words) == 3:  # noqa: PLR2004 - name, exit code, started at boot
            yield {
                "name": words[0],
                "state": _LSB.get(words[1]),
                "substate": "",
                "enabled": "enabled" if words[2] else "disabled",
                "restarts": None,
            }


KIND = Service()
