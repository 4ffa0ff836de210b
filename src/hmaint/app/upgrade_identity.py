"""Who a target is: its host key, its machine-id or its database's own id, and what its clock says; read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hmaint.engine.acts_preview import Preview, looks_of, preview
from hmaint.engine.plan import address_of
from hmaint.engine.trip import Tools
from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Database, Host, Site
from hmaint.model.look import Fragment, Query, Reply, Rows, Seen
from hmaint.model.upgrade_act import Act, TargetIdentity
from hmaint.transport.hostkeys import HostKeys, fingerprint

_WHO = Fragment(
    r"""
for f in /etc/machine-id /var/lib/dbus/machine-id; do
  [ -s "$f" ] && { printf 'machine\t'; head -n 1 "$f"; break; }
done
printf 'node\t'; uname -n
printf 'time\t'; date +%s
"""
)
_DATABASE = {
    "mysql": (
        "SHOW VARIABLES WHERE Variable_name IN ('server_uuid', 'server_uid', 'hostname', 'port', 'datadir')"
    ),
    "postgresql": (
        "SELECT (SELECT system_identifier FROM pg_control_system())::text AS system,"
        " (SELECT oid FROM pg_database WHERE datname = current_database())::text AS id"
    ),
}


@dataclass(frozen=True, slots=True)
class Met:
    """One target as it was found; `identity` is None where it could not be looked at."""

    target: str
    identity: TargetIdentity | None
    reason: str = ""
    offset: float | None = None
    """Seconds its clock is ahead of the laptop's."""
    previews: tuple[Preview, ...] = ()
    sent: tuple[tuple[str, str, int], ...] = ()


def meet_host(host: Host, site: Site, acts: Sequence[Act], tools: Tools, keys: HostKeys) -> Met:
    """Go to a host once: who it is, what time it has, and how things stand before each act."""
    looks = [each for act in acts if (each := looks_of(act)) is not None]
    fragments = [_WHO, *(fragment for each in looks for fragment in each.fragments)]
    try:
        line = tools.door_of(host).open(host, site)
    except CouldNotLook as failure:
        return Met(host.name, None, failure.reason, sent=(("连接", str(failure.seen), 0),))
    try:
        asked_at = tools.clock.now()
        replies = line.trip(list(dict.fromkeys(fragments)))
    finally:
        line.close()
    answers = dict(zip(dict.fromkeys(fragments), replies, strict=True))
    sent = tuple((each.script, str(reply.seen), reply.elapsed_ms) for each, reply in answers.items())
    who = answers[_WHO]
    if who.seen is not Seen.OBSERVED:
        return Met(host.name, None, who.reason, sent=sent)
    told = _told(who, host.encoding)
    identity = TargetIdentity(
        host.name,
        "host",
        address_of(host),
        _host_key(host, keys),
        told.get("machine", "") or told.get("node", ""),
    )
    previews = tuple(preview(each, [answers[f] for f in each.fragments], host.encoding) for each in looks)
    time = told.get("time", "")
    # Whole seconds are told: half of one is what is right on average.
    offset = round(int(time) + 0.5 - asked_at.timestamp(), 1) if time.isdigit() else None
    return Met(host.name, identity, offset=offset, previews=previews, sent=sent)


def meet_database(database: Database, tools: Tools, workspace: Path) -> Met:
    """Ask a database who it is and what time it has."""
    try:
        session = tools.open_database(database)
    except CouldNotLook as failure:
        return Met(database.name, None, failure.reason, sent=(("连接", str(failure.seen), 0),))
    try:
        asked_at = tools.clock.now()
        now = session.facts.get("now")
        sql = _DATABASE.get(database.engine, "")
        answer = session.ask(Query(sql)) if sql else Rows(Seen.OBSERVED)
    finally:
        session.close()
    sent = ((sql, str(answer.seen), answer.elapsed_ms),) if sql else ()
    if answer.seen is not Seen.OBSERVED:
        return Met(database.name, None, answer.reason, sent=sent)
    name = _path(database, workspace) if database.engine == "sqlite" else _words(answer)
    if not name:
        return Met(database.name, None, "数据库没有说出自己是谁", sent=sent)
    if database.engine == "mysql":
        # A server tells who it is itself, not which of its databases: that is the one logged in to.
        name = f"{name} {database.database}".rstrip()
    identity = TargetIdentity(database.name, "database", address_of(database), database_id=name)
    # A file has no clock of its own: it is the laptop's.
    offset = 0.0 if database.engine == "sqlite" else None
    if isinstance(now, int | float) and database.engine != "sqlite":
        offset = round(float(now) - asked_at.timestamp(), 1)
    return Met(database.name, identity, offset=offset, sent=sent)


def _told(reply: Reply, encoding: str) -> dict[str, str]:
    lines = reply.out.decode(encoding, "replace").splitlines()
    return {name: value.strip() for name, _tab, value in (line.partition("\t") for line in lines)}


def _host_key(host: Host, keys: HostKeys) -> str:
    """The keys this host may show; the connection itself was let in by one of them."""
    if host.connection == "local":
        return ""
    known = keys.expected(host.address, host.port)
    return ", ".join(sorted(f"{key.kind} {fingerprint(key)}" for key in known))


def _words(answer: Rows) -> str:
    """All that the rows say, in one line that is the same for the same answer."""
    pairs = (",".join(str(value) for value in row.values()) for row in answer.rows)
    return " ".join(sorted(pairs))


def _path(database: Database, workspace: Path) -> str:
    return str((workspace / database.path).resolve())
