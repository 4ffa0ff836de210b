"""Acts on databases: scripts statement by statement with a ledger, or all at once where the engine can do that.

A statement that was sent and of which nobody knows is asked about by its probe; where it has none, a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from hmaint.app.upgrade_desk import Desk
from hmaint.app.upgrade_hand import Came, What, done, failed, never, undone, unknown
from hmaint.app.upgrade_ledger import Ledger, Mark
from hmaint.app.world import World
from hmaint.database.deed import GRANTS, Deed, Unsent
from hmaint.engine.upgrade import Standing
from hmaint.errors import Bug, CouldNotLook, Refused
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.inventory import Database, Site
from hmaint.model.look import Seen
from hmaint.model.upgrade_act import Act, Sql, Statement
from hmaint.transport.lease import LeaseLost


class SqlHand:
    """Does the acts of databases."""

    def __init__(self, world: World, desk: Desk, site: Site) -> None:
        self._world, self.ledger = world, Ledger(desk)
        self._databases = {each.name: each for each in site.databases}

    def refuse_accountless(self, acts: tuple[Act, ...]) -> None:
        """Refused where a database of these acts has no account for them, or its password is not to be had."""
        for name in dict.fromkeys(act.target for act in acts if isinstance(act.do, Sql)):
            database = self._databases[name]
            if database.engine != "sqlite" and not database.upgrade_user:
                words = _(
                    "database {name} has no upgrade_user: the account that looks changes nothing; make one: {grant}"
                )
                raise Refused(words.format(name=name, grant=GRANTS[database.engine]))
            try:
                self._password(database)
            except CouldNotLook as failure:
                raise Refused(failure.reason) from None

    def intent(self, act: Act, what: What, attempt: int) -> dict[str, object]:  # noqa: ARG002 - the contract of hands
        sql = _sql(act, what)
        return {"statements": len(sql.statements), "transaction": sql.transaction, "source": sql.source}

    def do(self, act: Act, attempt: int, standing: Standing) -> Came:  # noqa: ARG002 - as above
        """Run what the ledger does not know as done."""
        return self._work(act, "do", standing)

    def undo(self, act: Act, attempt: int, standing: Standing) -> Came:  # noqa: ARG002 - as above
        """Run the undo; a half-done script only where every statement of it can be asked about."""
        sql, forward = _sql(act, "undo"), _sql(act, "do")
        ledger = self.ledger.marks(act, "do")
        half = not forward.transaction and len([1 for mark in ledger.values() if mark == "done"]) < len(
            forward.statements
        )
        if half and not all(each.probe for each in sql.statements) and not self.ledger.decision(act):
            return failed("undo", self._offer(act, ledger), {"half": True})
        doubted = standing.what == "undo" and standing.facts.get("half")
        if doubted and not self.ledger.decision(act):
            return self._undecided(act, "undo")
        return self._work(act, "undo", standing)

    def settle(self, act: Act, standing: Standing) -> Came:
        """Tell by the ledger, the transaction's own number, or the probes."""
        what, sql = standing.what, _sql(act, standing.what)
        try:
            with self._open(act, sql) as deed:
                return (
                    self._whole(act, what, deed, standing)
                    if sql.transaction
                    else self._pieces(act, what, deed)
                )
        except CouldNotLook as failure:
            return unknown(failure.reason)
        except Refused as refusal:
            return unknown(str(refusal))
        except Unsent as failure:
            return unknown(failure.reason)

    # ---- running ---------------------------------------------------------------------------------------------------

    def _work(self, act: Act, what: What, standing: Standing) -> Came:
        sql = _sql(act, what)
        # All of it was committed, and only what was asked for was not so: it is looked at again, not run again.
        ran = standing.what == what and bool(standing.facts.get("ran"))
        run = self._at_once if sql.transaction else self._one_by_one
        try:
            with self._open(act, sql) as deed:
                came = None if ran else run(act, what, deed)
                return came or self._checked(act, what, deed)
        except LeaseLost:
            raise
        except CouldNotLook as failure:
            if failure.seen in {Seen.UNREACHABLE, Seen.TIMED_OUT}:
                return unknown(failure.reason)
            return self._shut_out(act, what, standing, failure.reason)
        except Refused as refusal:
            return self._shut_out(act, what, standing, str(refusal))
        except Unsent as failure:
            return unknown(failure.reason)

    def _shut_out(self, act: Act, what: What, standing: Standing, reason: str) -> Came:
        """Nothing was sent this time: what it left before, and what is known or in doubt of that, stays so."""
        known = standing.facts if standing.what == what else {}
        kept = {name: known[name] for name in ("ran", "half") if known.get(name)}
        touched = what == "undo" or standing.touched or self.ledger.touched(act)
        return failed(what, reason, kept, touched=touched)

    def _at_once(self, act: Act, what: What, deed: Deed) -> Came | None:
        sql, at = _sql(act, what), 0
        if self.ledger.was_committing(act, what) and self.ledger.decision(act) == "continue":
            return None
        try:
            deed.run("begin")
            for at, statement in enumerate(sql.statements, 1):  # noqa: B007 - told where it fails
                deed.run(statement.text, act.timeout)
        except Unsent as failure:
            if failure.lost:
                raise
            deed.run("rollback")
            return failed(what, self._said(sql, at, failure), {"statement": at}, touched=what == "undo")
        self.ledger.promised(act, what, {"committing": True, "mark": deed.mark()}, {"committing": False})
        try:
            deed.run("commit")
        except Unsent as failure:
            if failure.lost:
                raise
            # A constraint that is looked at only now: the server has taken everything back.
            return failed(what, failure.reason, touched=what == "undo")
        return None

    def _one_by_one(self, act: Act, what: What, deed: Deed) -> Came | None:
        sql, ledger = _sql(act, what), self.ledger.marks(act, what)
        for number, statement in enumerate(sql.statements, 1):
            if ledger.get(number) == "sent" and self.ledger.decision(act) == "continue":
                self.ledger.noted(act, what, statement=number, ledger="done", how="decided")
                continue
            if ledger.get(number) == "done":
                continue
            asked = what == "undo" or ledger.get(number) == "sent"
            if asked and statement.probe and deed.yes(statement.probe):
                self.ledger.noted(act, what, statement=number, ledger="done", how="there already")
                continue
            sent = {"statement": number, "ledger": "sent", "line": statement.line}
            self.ledger.promised(
                act, what, sent, {"statement": number, "ledger": "absent", "how": "not sent"}
            )
            try:
                deed.run(statement.text, act.timeout)
            except Unsent as failure:
                if failure.lost:
                    raise
                return self._broken(act, what, number, failure)
            self.ledger.noted(act, what, statement=number, ledger="done")
        return None

    def _broken(self, act: Act, what: What, number: int, failure: Unsent) -> Came:
        """A statement failed: nothing was changed if it was the first; else whether all of it can be put back."""
        sql = _sql(act, what)
        words = self._said(sql, number, failure)
        if what == "undo":
            return failed("undo", words, {"statement": number})
        before = [n for n, mark in self.ledger.marks(act, "do").items() if mark == "done"]
        if not before:
            return failed("do", words, {"statement": number}, touched=False)
        whole = isinstance(act.undo, Sql) and all(each.probe for each in act.undo.statements)
        facts = {"statement": number, "done": before, "half": not whole}
        return failed(
            "do", words if whole else f"{words}; {self._offer(act, self.ledger.marks(act, 'do'))}", facts
        )

    def _checked(self, act: Act, what: What, deed: Deed) -> Came:
        asked = act.probe if what == "do" else act.undone
        if isinstance(asked, Sql):
            for each in asked.statements:
                if not deed.yes(each.text):
                    words = _("all statements ran, but what line {n} asks for is not so")
                    return failed(what, words.format(n=each.line), {"ran": True})
        return _made(what, statements=len(_sql(act, what).statements))

    # ---- finding out -----------------------------------------------------------------------------------------------

    def _whole(self, act: Act, what: What, deed: Deed, standing: Standing) -> Came:
        if not standing.facts.get("committing"):
            return never(what)
        became = deed.marked(str(standing.facts["mark"])) if standing.facts.get("mark") else ""
        if became == "committed":
            return self._checked(act, what, deed)
        if became == "aborted":
            return never(what)
        asked = act.probe if what == "do" else act.undone
        answers = {deed.yes(each.text) for each in asked.statements} if isinstance(asked, Sql) else set()
        if answers == {True}:
            return _made(what, how="probed")
        return never(what) if answers == {False} else self._undecided(act, what)

    def _pieces(self, act: Act, what: What, deed: Deed) -> Came:
        ledger, statements = self.ledger.marks(act, what), _sql(act, what).statements
        for number, mark in ledger.items():
            if mark != "sent":
                continue
            found = self._there(act, statements[number - 1], deed)
            if found is None:
                return self._undecided(act, what)
            self.ledger.noted(
                act, what, statement=number, ledger="done" if found else "absent", how="settled"
            )
        came = never(what)
        return Came(came.outcome, facts={**came.facts, "partly": self.ledger.touched(act)})

    def _there(self, act: Act, statement: Statement, deed: Deed) -> bool | None:
        if statement.probe:
            return deed.yes(statement.probe)
        decision = self.ledger.decision(act)
        return None if decision not in {"continue", "again"} else decision == "continue"

    def _undecided(self, act: Act, what: What) -> Came:
        return failed(what, self._offer(act, self.ledger.marks(act, what)), {"half": True})

    def _offer(self, act: Act, ledger: Mapping[int, Mark]) -> str:
        told = ", ".join(f"{n} {mark}" for n, mark in ledger.items()) or "-"
        words = _(
            "the script of {act} is half done (statements: {told}), and nobody can tell more by itself: look at the"
            " database, then resume with --decide {act}=continue (the one in doubt is there), ={act_again} (it is not"
            " there) or restore the backup and say ={act_restore}"
        )
        return words.format(act=act.id, told=told, act_again="again", act_restore="restore")

    # ---- the way there ---------------------------------------------------------------------------------------------

    @contextmanager
    def _open(self, act: Act, sql: Sql) -> Iterator[Deed]:
        database = self._databases.get(act.target)
        if database is None:
            raise Refused(_("the site has no database {name} any more").format(name=act.target))
        deed = Deed(database, self._password(database), self._world.workspace.root, sql.lock_wait)
        try:
            yield deed
        finally:
            deed.close()

    def _password(self, database: Database) -> str | None:
        secret = database.upgrade_password
        return None if secret is None else self._world.secret_of(secret)

    def _said(self, sql: Sql, number: int, failure: Unsent) -> str:
        words = _("statement {n} of {m} ({source} line {line}): {reason}")
        return words.format(
            n=number,
            m=len(sql.statements),
            source=sql.source or "-",
            line=sql.statements[number - 1].line if number else 0,
            reason=one_line(failure.reason, 240),
        )


def _sql(act: Act, what: What) -> Sql:
    found = act.do if what == "do" else act.undo
    if not isinstance(found, Sql):
        raise Bug(f"{act.id} has no script to {what}")
    return found


def _made(what: What, **facts: object) -> Came:
    return done(**facts) if what == "do" else undone(**facts)
