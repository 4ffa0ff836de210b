"""Whether a drill would be held on the very machine, or in the very database, that the backup was taken from."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping

from hmaint.errors import CouldNotLook, Refused
from hmaint.kit.i18n import _
from hmaint.model.inventory import Backup, Database, Host
from hmaint.model.look import Fragment, Query, Seen
from hmaint.transport.dial import resolve
from hmaint.transport.line import Line

_PLAIN_NAMES = {"localhost", "localhost.localdomain", "(none)", ""}
_SECONDS = 10.0
_ADDRESSES = (
    "uname -n; cat /proc/net/fib_trie 2>/dev/null | awk '/32 host/ {print f} {f=$2}' | sort -u;"
    ' ip -o addr 2>/dev/null | awk \'{sub("/.*", "", $4); print $4}\''
)
_IDENTITY = {
    "mysql": "select @@hostname as host, @@port as port, @@datadir as folder",
    "postgresql": "select system_identifier as id from pg_control_system()",
}


def refuse_same_machine(line: Line, host: Host | None, database: Database | None, backup: Backup) -> None:
    """Refuse a drill on the machine of the original, by whatever name or address that is known there.

    Nothing has been sent to the original by then. `line` is an open way to the drill host.
    """
    drill = backup.drill
    if drill is None or drill.beside_source or database is None or database.engine == "sqlite":
        return
    theirs = _addresses(database.address)
    if not theirs:
        return
    ours = _addresses(host.address) if host is not None and host.connection == "ssh" else set[str]()
    local = host is None or host.connection == "local"
    (reply,) = line.trip([Fragment(_ADDRESSES)])
    told = reply.out.decode("utf-8", "replace").split("\n") if reply.seen is Seen.OBSERVED else []
    machine, here = (told[0].strip() if told else ""), {each.strip() for each in told[1:]} - {""}
    # An address of the loopback is another machine's own seen from there: it only counts where we look from here.
    outer = {each for each in theirs if not _loopback(each)}
    own = (outer & here) or (theirs & ours) or (local and any(_ours(each) for each in theirs))
    own = own or (_named(machine) and machine.lower() == database.address.lower())
    if own:
        words = _(
            "the drill host of {backup} is the machine of the original database {database} ({address});"
            " name another with drill.host, or write beside_source: true after agreeing it with the hospital"
        )
        raise Refused(words.format(backup=backup.name, database=database.name, address=database.address))


def refuse_same_server(
    told: str, session: object, database: Database | None, backup: Backup, machine: str
) -> str:
    """Refuse where the throwaway server is the original: by data folder and port, or by the cluster's own number.

    `told` is what the throwaway server says of itself. Answers in Chinese what could not be compared, else nothing.
    """
    if database is None or session is None or database.engine not in _IDENTITY:
        return "源库未登记或无法连接，未与其核对标识"
    rows = session.ask(Query(_IDENTITY[database.engine]))  # type: ignore[attr-defined]  # a session of any kind
    if rows.seen is not Seen.OBSERVED or not rows.rows:
        return f"源库没有给出标识，未与其核对（{rows.reason}）"
    row: Mapping[str, object] = {key.lower(): value for key, value in rows.rows[0].items()}
    if "id" in row:
        same = str(row["id"]) == told
    else:
        same = f"{row['host']}:{row['port']}:{row['folder']}" == told
        drill = backup.drill
        alias = _named(machine) and str(row["host"]).lower() == machine.lower()
        if alias and drill is not None and not drill.beside_source:
            words = _(
                "the drill host of {backup} calls itself {machine}, as the machine of the original database does;"
                " name another with drill.host, or write beside_source: true after agreeing it with the hospital"
            )
            raise Refused(words.format(backup=backup.name, machine=machine))
    if same:
        words = _("the server that answered is the original database {database} itself: nothing was loaded")
        raise Refused(words.format(database=database.name))
    return ""


def machine_of(line: Line) -> str:
    """What the drill host calls itself."""
    (reply,) = line.trip([Fragment("uname -n")])
    return reply.out.decode("utf-8", "replace").strip()


def _addresses(name: str) -> set[str]:
    if not name:
        return set()
    try:
        return {str(target[0]) for _family, target in resolve(name, 0, _SECONDS)}
    except CouldNotLook:
        return set()


def _loopback(address: str) -> bool:
    return address.startswith("127.") or address == "::1"


def _ours(address: str) -> bool:
    """Whether an address is one of this machine's: only then a socket can be bound to it."""
    if _loopback(address):
        return True
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def _named(machine: str) -> bool:
    return (
        machine.lower() not in _PLAIN_NAMES
        and bool(re.search(r"[A-Za-z]", machine))
        and os.sep not in machine
    )
