"""The journals of tuning that was applied: one a run, an act an item, with all that is needed to take it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hmaint.app.world import World
from hmaint.engine.journal import Line, Outcome, Story, read_journal
from hmaint.errors import WrongUsage
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _
from hmaint.model.advice import Act, Fix, Lock
from hmaint.model.tuning import Picture

ORDER = "order"
"""The act that stands for the whole run: in doubt until it was closed."""
UNDO = "undo:"
"""Before the name of an act: taking it back."""
REPEATABLE = (Act.ANALYZE, Act.VACUUM, Act.REINDEX, Act.REBUILD)
"""Changes nothing a description tells of, and may be done again without harm."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One act of a journal as it stands."""

    name: str
    database: str
    advice: str
    title: str
    about: str
    fix: Fix
    undo: tuple[str, ...]
    before: Picture
    after: Picture
    session: str
    line: Line

    @property
    def outcome(self) -> Outcome:
        """How it stands."""
        return self.line.outcome


@dataclass(frozen=True, slots=True)
class Book:
    """A journal, read."""

    run: str
    path: Path
    story: Story
    order: Mapping[str, object]
    """What was asked for, by whom and why; empty where not even that was written."""
    deeds: tuple[Deed, ...]
    """In the order in which they were begun."""
    undoing: tuple[str, ...]
    """The acts whose taking back was begun and has no end on record."""

    @property
    def site(self) -> str:
        """Of which site."""
        return str(self.order.get("site", ""))

    @property
    def open(self) -> bool:
        """Whether it was broken off: it has no end, or an act of it is in doubt."""
        return bool(self.story.in_doubt())

    @property
    def stands(self) -> bool:
        """Whether something of it can be taken back, as far as is known before a broken-off run is settled."""
        return any(deed.undo and deed.outcome in (Outcome.DONE, Outcome.INTENT) for deed in self.deeds)


def folder(world: World) -> Path:
    """Where the journals lie."""
    return world.workspace.private / "tuning"


def path_of(world: World, run: str) -> Path:
    """The journal of a run."""
    return folder(world) / f"{run}.jsonl"


def read_book(path: Path) -> Book:
    """Read a journal. BadFile where somebody changed it."""
    story = read_journal(path)
    facts: dict[str, Mapping[str, object]] = {}
    for line in story.lines:
        if line.outcome is Outcome.INTENT:
            facts[line.act] = line.facts
    standing = story.standing()
    deeds = [
        _deed(name, facts[name], _after(story, name), standing[name])
        for name in standing
        if name != ORDER and not name.startswith(UNDO) and name in facts
    ]
    undoing = tuple(name.removeprefix(UNDO) for name in story.in_doubt() if name.startswith(UNDO))
    return Book(path.stem, path, story, facts.get(ORDER, {}), tuple(deeds), undoing)


def _after(story: Story, name: str) -> Picture:
    done = [line for line in story.lines if line.act == name and line.outcome is Outcome.DONE]
    return _strings(done[-1].facts.get("after")) if done else ()


def _deed(name: str, facts: Mapping[str, object], after: Picture, last: Line) -> Deed:
    return Deed(
        name,
        str(facts.get("database", "")),
        str(facts.get("advice", "")),
        str(facts.get("title", "")),
        str(facts.get("about", "")),
        fix_in(facts.get("fix")),
        _strings(facts.get("undo")),
        _strings(facts.get("before")),
        after,
        str(facts.get("session", "")),
        last,
    )


def fix_out(fix: Fix) -> dict[str, object]:
    """A fix as a journal has it."""
    return {
        "act": str(fix.act),
        "statements": list(fix.statements),
        "undo": list(fix.undo),
        "lock": fix.lock.kind,
        "online": fix.online,
        "schema": fix.schema,
        "object": fix.object,
        "table": fix.table,
        "columns": list(fix.columns),
    }


def fix_in(value: object) -> Fix:
    """A fix as it was written."""
    facts: Mapping[str, object] = value if isinstance(value, Mapping) else {}
    return Fix(
        Act(str(facts.get("act", Act.MANUAL))),
        _strings(facts.get("statements")),
        _strings(facts.get("undo")),
        Lock(str(facts.get("lock", ""))),
        online=facts.get("online") is True,
        schema=str(facts.get("schema", "")),
        object=str(facts.get("object", "")),
        table=str(facts.get("table", "")),
        columns=_strings(facts.get("columns")),
    )


def _strings(value: object) -> tuple[str, ...]:
    return (
        tuple(str(each) for each in value)
        if isinstance(value, Sequence) and not isinstance(value, str)
        else ()
    )


def books(world: World, site: str = "") -> Iterator[Book]:
    """The journals of a site, of all where none is named, the newest first. BadFile where one was changed."""
    where = folder(world)
    # By the number alone: with the ending the second run of one second would stand before the first.
    for path in sorted(where.glob("R-*.jsonl"), key=lambda each: each.stem, reverse=True):
        book = read_book(path)
        if site in ("", book.site):
            yield book


def broken_off(world: World, site: str) -> tuple[Book, ...]:
    """Runs that have no end on record, the oldest first: that is the order they are settled in."""
    return tuple(reversed([book for book in books(world, site) if book.open]))


def find(world: World, site: str, run: str) -> Book:
    """The journal of a run of a site, by its number, a beginning of it that fits only one, or `latest`.

    `latest` is the newest run that did anything, and never quietly the one before it. WrongUsage where there is none.
    """
    known = list(books(world, site))
    if run == "latest":
        fit = _latest(site, known)
    else:
        fit = [book for book in known if book.run == run] or [b for b in known if b.run.startswith(run)]
    if len(fit) != 1:
        words = _(
            "no run {run} of site {site} that applied tuning is kept on this laptop; there are: {known}"
        )
        names = [book.run for book in known]
        told = words.format(run=run, site=site, known=", ".join(names[:10]) or "-")
        raise WrongUsage(told + did_you_mean(run, names))
    return fit[0]


def _latest(site: str, known: Sequence[Book]) -> list[Book]:
    """The newest run that did anything, where it still stands; WrongUsage names the one that does instead."""
    did = [book for book in known if book.deeds]
    if not did or did[0].stands:
        return did[:1]
    words = _("the latest run of site {site}, {run}, has nothing left to take back")
    told = words.format(site=site, run=did[0].run)
    older = next((book.run for book in did if book.stands), "")
    if older:
        told += _("; the one before it that stands is {run}: name it to take it back").format(run=older)
    raise WrongUsage(told)
