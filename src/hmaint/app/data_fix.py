"""Data put right on request: looked at beforehand, done in one transaction, asked about, and put back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from hmaint.app.data_fix_shown import shown_value
from hmaint.app.world import World
from hmaint.database.fix_rows import Mismatch
from hmaint.errors import CouldNotLook, Refused
from hmaint.kit.i18n import _
from hmaint.model.data_fix import Change, Fix, FixStatement, Row, masked_key
from hmaint.model.inventory import Database
from hmaint.store.evidence import Evidence
from hmaint.store.failures import RecordsFailure

if TYPE_CHECKING:  # brings drivers, which a refusal does not need
    from hmaint.database.fix import Fixer

SCHEMA = "hmaint.data-fix/1"
_SHORTEST = 4
"""Signs a patient's number must have to be masked wherever it stands."""
Note = Callable[[Mapping[str, object]], None]
"""Writes facts where they outlive a loss of power; returns once they do."""
Answer = Literal["there", "absent", "unknown"]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a fix would meet: the rows of each statement as they are now, and why it must not be done."""

    fingerprint: str
    """Of the keys, and of every value that would be written over: an approval is for these."""
    lines: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FixDone:
    """What came of it. Not `ok`: nothing was changed."""

    ok: bool
    words: str
    facts: Mapping[str, object] = field(default_factory=dict)


class InDoubt(Exception):
    """The connection was lost while the transaction was being committed: only a look tells whether it was."""


@contextmanager
def _fixer(world: World, database: Database, fix: Fix) -> Iterator[Fixer]:
    from hmaint.database.fix import Fixer  # noqa: PLC0415 - brings drivers

    learn(world, fix)
    secret = fix.password if fix.user else database.upgrade_password
    password = None if secret is None else world.secret_of(secret)
    account = replace(database, user=fix.user or database.upgrade_user)
    fixer = Fixer(account, fix, password, world.workspace.root)
    try:
        yield fixer
    finally:
        fixer.close()


def learn(world: World, fix: Fix) -> None:
    """See to it that the patient's number reaches no record, screen or document from here on."""
    if len(fix.request.key) >= _SHORTEST:
        world.redactor.learn(fix.request.key)


def preview(world: World, database: Database, fix: Fix) -> Preview:
    """Look at what would be changed, in a transaction that cannot write. CouldNotLook where that fails."""
    with _fixer(world, database, fix) as fixer, fixer.transaction(looking=True):
        problems = fixer.obstacles(fix)
        if problems:
            return Preview("", (), tuple(problems))
        try:
            found = [fixer.rows(each) for each in fix.statements]
        except Mismatch as wrong:
            return Preview("", (), (str(wrong),))
        keys = [fixer.table(each.schema, each.table).key for each in fix.statements]
    told = list(zip(fix.statements, found, keys, strict=True))
    lines = [line for number, one in enumerate(told, start=1) for line in _lines(number, *one)]
    problems = [
        words
        for number, one in enumerate(told, start=1)
        if (words := _miscounted(number, *one[:2], first=number == 1))
    ]
    return Preview(fingerprint(fix, found, keys), tuple(lines), tuple(problems))


def _miscounted(number: int, statement: FixStatement, rows: Sequence[Row], *, first: bool) -> str:
    if statement.verb == "insert":
        words = _("statement {n}: {found} of the rows to be inserted are there already")
        return words.format(n=number, found=len(rows)) if rows else ""
    # What a later statement meets may be made by an earlier one: only the run itself can count that.
    if len(rows) == statement.rows or not first:
        return ""
    words = _("statement {n} would change {found} rows and {rows} were expected")
    found = f"> {statement.rows}" if len(rows) > statement.rows else str(len(rows))
    return words.format(n=number, found=found, rows=statement.rows)


def _lines(number: int, statement: FixStatement, rows: Sequence[Row], key: Sequence[str]) -> Iterator[str]:
    yield f"{number}. {statement.sql}"
    for row in rows[: statement.rows]:
        named = ", ".join(f"{name}={masked_key(row[name])}" for name in key)
        shown = {name.lower() for name in statement.columns} if statement.verb == "update" else set[str]()
        values = ", ".join(
            f"{name}={shown_value(name, value)}" for name, value in row.items() if name.lower() in shown
        )
        yield f"   {named}{'  ' if values else ''}{values}"


def fingerprint(fix: Fix, found: Sequence[Sequence[Row]], keys: Sequence[Sequence[str]]) -> str:
    """SHA-256 of what an approval is for: which rows, and every value in them that is written over."""
    told = []
    for statement, rows, key in zip(fix.statements, found, keys, strict=True):
        wanted = {name.lower() for name in (*statement.columns, *key)}
        whole = statement.verb == "delete"
        told.append([{name: row[name] for name in row if whole or name.lower() in wanted} for row in rows])
    return sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def do(world: World, act: str, database: Database, fix: Fix, note: Note, expected: str = "") -> FixDone:  # noqa: PLR0913, PLR0917 - an act, its door and its approval
    """Change the rows in one transaction, if they are still those of the approval (`expected`).

    `note` gets the hash of the evidence, with all rows before and after, before the transaction ends. CouldNotLook
    where the database could not be worked with: nothing was changed. InDoubt where the end was lost.
    """
    with _fixer(world, database, fix) as fixer:
        try:
            with _ending(fixer) as commit:
                _refuse_others(fixer, fix, expected)
                changes = [
                    fixer.change(number, each, world.clock)
                    for number, each in enumerate(fix.statements, start=1)
                ]
                facts = {"rows": _kept(world, act, changes), "counted": [each.counted for each in changes]}
                note(facts)
                commit()
        except Mismatch as wrong:
            return FixDone(ok=False, words=str(wrong))
    words = _("{n} rows changed").format(n=sum(each.counted for each in changes))
    return FixDone(ok=True, words=words, facts=facts)


def _refuse_others(fixer: Fixer, fix: Fix, expected: str) -> None:
    """Mismatch where the rows, held from here on, are none that may be changed, or others than were approved."""
    problems = fixer.obstacles(fix)
    if problems:
        raise Mismatch(problems[0])
    found = [fixer.rows(each) for each in fix.statements]
    keys = [fixer.table(each.schema, each.table).key for each in fix.statements]
    if expected and fingerprint(fix, found, keys) != expected:
        raise Mismatch(_("the rows were changed since the approval; nothing was touched"))


@contextmanager
def _ending(fixer: Fixer) -> Iterator[Callable[[], None]]:
    """A transaction whose lost end is told apart from one that never came to its end."""
    committing = [False]

    def commit() -> None:
        committing[0] = True
        fixer.commit()
        committing[0] = False

    try:
        with fixer.transaction():
            yield commit
    except CouldNotLook as failure:
        if committing[0]:
            raise InDoubt(failure.reason) from None
        raise


def rows_of(world: World) -> Evidence:
    """Where rows lie in clear: on this laptop alone, not shared with a team's records and not in their export."""
    return Evidence(world.workspace.private / "rows")


def _kept(world: World, act: str, changes: Sequence[Change]) -> str:
    told = {"schema": SCHEMA, "act": act, "changes": [asdict(each) for each in changes]}
    try:
        world.workspace.prepare()
        return rows_of(world).put(json.dumps(told, ensure_ascii=False).encode(), durable=True)
    except (OSError, RecordsFailure) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise Refused(
            _("the rows before could not be kept, nothing was changed: {reason}").format(reason=why)
        ) from None


def changes_of(world: World, facts: Mapping[str, object]) -> tuple[Change, ...]:
    """What an act did, from its evidence; none where it never came so far. RecordsFailure where it is gone or torn."""
    digest = facts.get("rows")
    if not isinstance(digest, str) or not digest:
        return ()
    told = json.loads(rows_of(world).get(digest))
    return tuple(
        Change(**{**each, "key": tuple(each["key"]), "generated": tuple(each["generated"])})
        for each in told["changes"]
    )


def probe(world: World, database: Database, fix: Fix, facts: Mapping[str, object]) -> Answer:
    """Whether what an act did is there, by the rows themselves. CouldNotLook where they cannot be looked at.

    They are held meanwhile: a transaction of ours that the server has not given up yet is waited for.
    """
    changes = changes_of(world, facts)
    if not changes:
        return (
            "absent"  # the evidence comes before the end of the transaction, and the note after the evidence
        )
    with _fixer(world, database, fix) as fixer, fixer.transaction():
        return _standing(fixer, changes)


def _standing(fixer: Fixer, changes: Sequence[Change]) -> Answer:
    first: dict[tuple[str, str, str], Row | None] = {}
    last: dict[tuple[str, str, str], Row | None] = {}
    now: dict[tuple[str, str, str], Row | None] = {}
    for change in changes:
        before, after = _by_key(change, change.before), _by_key(change, change.after)
        for key in {**before, **after}:
            first.setdefault(key, before.get(key))
            last[key] = after.get(key)
            now[key] = None
        now.update(_by_key(change, fixer.standing(change)))
    if now == last:
        return "there"
    return "absent" if now == first else "unknown"


def _by_key(change: Change, rows: Sequence[Row]) -> dict[tuple[str, str, str], Row | None]:
    return {(change.schema, change.table, str([row[name] for name in change.key])): dict(row) for row in rows}


def undo(world: World, database: Database, fix: Fix, facts: Mapping[str, object], note: Note) -> FixDone:
    """Put the rows back as they were, in one transaction, if they are still what was written.

    Not `ok`: they are not, and nothing was touched. CouldNotLook and InDoubt as for `do`.
    """
    changes = changes_of(world, facts)
    if not changes:
        return FixDone(ok=True, words=_("nothing was changed"))
    with _fixer(world, database, fix) as fixer:
        try:
            with _ending(fixer) as commit:
                if _standing(fixer, changes) != "absent":
                    for change in reversed(changes):
                        fixer.put_back(change)
                note({"put_back": facts.get("rows")})
                commit()
        except Mismatch as wrong:
            return FixDone(ok=False, words=str(wrong))
    return FixDone(ok=True, words=_("{n} rows put back").format(n=sum(each.counted for each in changes)))
