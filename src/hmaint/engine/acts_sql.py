"""Scripts of a plan as statements for one database, and what takes them back."""

from __future__ import annotations

from collections.abc import Sequence

from hmaint.engine.acts_host import Acting
from hmaint.kit.i18n import _
from hmaint.load.plan_desk import StepArgs
from hmaint.load.plan_kinds import SqlForm
from hmaint.load.plan_undo import NONE
from hmaint.load.sql_script import ENGINES, BadScript, commits_by_itself, split, stands_alone
from hmaint.model.inventory import Database
from hmaint.model.upgrade import UpgradePlan
from hmaint.model.upgrade_act import Reversal, Sql, Statement


def sql_acting(plan: UpgradePlan, args: SqlForm, written: StepArgs, database: Database) -> Acting:
    """The parts of an act on a database; ValueError, with the reason, for a script that its engine cannot be given."""
    if database.engine not in ENGINES:
        words = _("scripts for {engine} are not run by hmaint; known: {names}")
        raise ValueError(words.format(engine=database.engine, names=", ".join(ENGINES)))
    do = _forward(plan, args, database)
    if probes := _queries(written.probe):
        if len(probes) != len(do.statements):
            words = _("{n} probes for {m} statements: one each, in order")
            raise ValueError(words.format(n=len(probes), m=len(do.statements)))
        pairs = zip(do.statements, probes, strict=True)
        do = _sql(
            [Statement(each.text, each.line, probe) for each, probe in pairs], args, database, do.source
        )
    probe = _probe(do)
    if written.undo == NONE:
        return Acting(do, probe, None, None, Reversal.NONE)
    undo = _backward(plan, written.undo, args, database)
    return Acting(do, probe, undo, _probe(undo))


def _forward(plan: UpgradePlan, args: SqlForm, database: Database) -> Sql:
    if args.script:
        return _script(plan, args.script, args, database)
    return _written(args.statements or [], args, database)


def _backward(plan: UpgradePlan, undo: object, args: SqlForm, database: Database) -> Sql:
    if isinstance(undo, dict):
        return _script(plan, str(undo["script"]), args, database)
    return _written([str(each) for each in undo] if isinstance(undo, list) else [], args, database)


def _script(plan: UpgradePlan, name: str, args: SqlForm, database: Database) -> Sql:
    artefact = plan.artefact(name)
    if artefact is None:
        raise ValueError(_("no artefact {name}").format(name=name))
    try:
        statements = split(artefact.path.read_text("utf-8"), database.engine)
    except BadScript as bad:
        where = f"{artefact.path.name}:{bad.line}" if bad.line else artefact.path.name
        raise ValueError(f"{where}: {bad}") from None
    except (OSError, UnicodeDecodeError):
        raise ValueError(_("{file} is no UTF-8 text").format(file=artefact.path.name)) from None
    return _sql(statements, args, database, artefact.path.name)


def _written(texts: Sequence[str], args: SqlForm, database: Database) -> Sql:
    statements = list[Statement]()
    for number, text in enumerate(texts, 1):
        cut = split(text, database.engine)
        if len(cut) != 1:
            raise ValueError(_("entry {n} holds {m} statements: one each").format(n=number, m=len(cut)))
        statements.append(Statement(cut[0].text, number, cut[0].probe))
    return _sql(statements, args, database, "")


def _sql(statements: Sequence[Statement], args: SqlForm, database: Database, source: str) -> Sql:
    whole = args.transaction
    if whole is None:
        whole = database.engine != "mysql" and not any(
            stands_alone(each.text, database.engine) for each in statements
        )
    for each in statements if whole else ():
        if commits_by_itself(each.text, database.engine) or stands_alone(each.text, database.engine):
            words = _("line {n} cannot be part of a transaction on {engine}; take transaction: true away")
            raise ValueError(words.format(n=each.line, engine=database.engine))
    return Sql(tuple(statements), source, transaction=whole, lock_wait=args.lock_wait)


def _queries(probe: object) -> list[str]:
    return (
        [probe]
        if isinstance(probe, str)
        else [str(each) for each in probe]
        if isinstance(probe, list)
        else []
    )


def _probe(sql: Sql) -> Sql | None:
    """The queries by which all of it is seen; None where a statement has none: the ledger alone knows then."""
    queries = [each.probe for each in sql.statements]
    if not all(queries):
        return None
    asked = tuple(Statement(text, each.line) for text, each in zip(queries, sql.statements, strict=True))
    return Sql(asked, sql.source, transaction=False, lock_wait=sql.lock_wait)
