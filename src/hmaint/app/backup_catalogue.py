"""The database's own word on its backups: one read-only session, as an inspection has it."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.app.world import World
from hmaint.backup.catalogue import KINDS, queries
from hmaint.engine.look import spoken
from hmaint.engine.trip import Tools
from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Backup, Database, Site
from hmaint.model.look import Rows, Seen

Sent = tuple[str, str, int]


def ask_catalogue(
    world: World, tools: Tools, site: Site, backup: Backup
) -> tuple[Mapping[str, Rows], tuple[Sent, ...]]:
    """Answers by question, and what was sent for the audit trail; nothing for kinds that have no catalogue."""
    database = next((each for each in site.databases if each.name == backup.of), None)
    if backup.kind not in KINDS or database is None:
        return {}, ()
    if database.engine != KINDS[backup.kind]:
        return {
            "engine": Rows(Seen.UNSUPPORTED, reason=f"{database.name} 不是 {KINDS[backup.kind]} 数据库")
        }, ()
    return _asked(world, tools, backup, database)


def _asked(
    world: World, tools: Tools, backup: Backup, database: Database
) -> tuple[Mapping[str, Rows], tuple[Sent, ...]]:
    try:
        session = tools.open_database(database)
    except CouldNotLook as failure:
        reason = world.redactor.redact(failure.reason)
        return {"contact": Rows(Seen(failure.seen), reason=reason)}, (("连接", str(failure.seen), 0),)
    answers: dict[str, Rows] = {}
    sent: list[Sent] = []
    try:
        for name, query in queries(backup, backup.database or database.database).items():
            answers[name] = session.ask(query)
            sent.append((spoken(query), str(answers[name].seen), answers[name].elapsed_ms))
    finally:
        session.close()
    return answers, tuple(sent)
