"""Write the dictionary of databases: read catalogues, complete, compare with the last edition, hand out documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from hmaint.app.documents import issue_document, placed
from hmaint.app.editions import edition_path, keep_edition, last_edition, meanings_path
from hmaint.app.told import Told
from hmaint.app.tools import open_tools
from hmaint.app.world import World
from hmaint.engine.conversation import Session
from hmaint.engine.look import spoken
from hmaint.engine.trip import Tools
from hmaint.errors import CouldNotLook, Refused, WrongUsage
from hmaint.kit.i18n import _, series
from hmaint.load.atomic import replace_file
from hmaint.load.dictionary import read_meanings
from hmaint.load.dictionary_skeleton import Missing, completed
from hmaint.model.dictionary import Dictionary, Meanings
from hmaint.model.inventory import Database
from hmaint.model.look import Query, Rows
from hmaint.report.dictionary import Edition, dictionary_document
from hmaint.report.dictionary_changes import changes
from hmaint.report.dictionary_codec import encode
from hmaint.report.dictionary_gaps import coverage, gaps, stale
from hmaint.report.dictionary_markdown import markdown
from hmaint.report.versions import write_version

FORM = "schema-dictionary"
SUFFIXES = (".docx", ".md", ".json")


@dataclass(frozen=True, slots=True)
class Request:
    """What an operator asked for; a document is made with `report` or `output`, and becomes an edition."""

    site: str
    database: str = ""
    report: bool = False
    output: Path | None = None
    complete: bool = False
    keep: bool = False
    """Make it an edition, although the document is written elsewhere."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one database: an edition with its files, or the reason why it could not be read."""

    database: Database
    edition: Edition | None = None
    failure: str = ""
    reports: tuple[str, ...] = ()
    skeleton: str = ""
    """The file whose gaps were filled with empty places; empty when there was nothing to put in."""
    data: dict[str, object] = field(default_factory=dict)
    """The document's own words."""


def schema_doc(world: World, request: Request, hear: Callable[[str], None]) -> list[Outcome]:
    """Read the catalogue of each database asked for; `hear` is told which one is being read.

    Raises WrongUsage and BadFile before any database is asked; one that cannot be read costs only its own document.
    """
    databases = _chosen(world, request)
    site = world.site(request.site)
    known = {database.name: read_meanings(meanings_path(world, database)) for database in databases}
    for database in databases:
        last_edition(world, database)
    world.unlock(site)
    outcomes = []
    with open_tools(world) as tools:
        for database in databases:
            hear(database.name)
            try:
                dictionary = _read(world, tools, database)
            except CouldNotLook as failure:
                outcomes.append(Outcome(database, failure=world.redactor.redact(failure.reason)))
            else:
                outcomes.append(_edited(world, request, database, dictionary, known[database.name]))
    return outcomes


def told_of(world: World, site: str, database: str) -> Told:
    """Read one database's catalogue, keep it as an edition and tell it.

    Raises WrongUsage where the site has several databases and none is named, Refused where it cannot be read.
    """
    request = Request(site, database, keep=True)
    names = [each.name for each in _chosen(world, request)]
    if len(names) > 1:
        raise WrongUsage(_("say which database with --of: {names}").format(names=series(names)))
    outcome = schema_doc(world, request, lambda _name: None)[0]
    if outcome.edition is None:
        words = _("{name} could not be read: {reason}")
        raise Refused(words.format(name=outcome.database.name, reason=outcome.failure))
    return _told(outcome.edition, outcome.data)


def _told(edition: Edition, data: Mapping[str, object]) -> Told:
    stem = f"{data['title']}-{data['number']}"
    return Told(data, (edition.record,), edition.dictionary.taken_at.date(), stem)


def _chosen(world: World, request: Request) -> list[Database]:
    site = world.site(request.site)
    chosen = [d for d in site.databases if request.database in ("", d.name)]
    if not chosen:
        words = _("site {site} has no database {name}; it has: {names}")
        names = series(database.name for database in site.databases) or "-"
        raise WrongUsage(words.format(site=site.name, name=request.database, names=names))
    if request.output is None:
        return chosen
    if request.output.suffix not in SUFFIXES:
        words = _("{file} must end in one of {names}")
        raise WrongUsage(words.format(file=request.output, names=series(SUFFIXES)))
    if len(chosen) > 1:
        raise WrongUsage(_("--output takes one document: say which --database"))
    return chosen


def _read(world: World, tools: Tools, database: Database) -> Dictionary:
    # SQLAlchemy is 200 ms that a refused command line need not pay.
    from hmaint.database.catalogue.read import read_dictionary  # noqa: PLC0415 - see above

    lines: list[dict[str, object]] = []
    session = _opened(world, tools, database)

    def ask(query: Query) -> Rows:
        answer = session.ask(query)
        sent = world.redactor.redact(spoken(query))
        told = {"sent": sent, "outcome": str(answer.seen), "ms": answer.elapsed_ms}
        lines.append({"target": database.name, **told})
        return replace(answer, rows=tuple(world.redactor.redact_rows(answer.rows)))

    try:
        return read_dictionary(ask, database, session.facts, world.clock.now())
    finally:
        session.close()
        world.audit.write(lines, operator=world.operator, at=world.clock.now())


def _opened(world: World, tools: Tools, database: Database) -> Session:
    try:
        return tools.open_database(database)
    except CouldNotLook as failure:
        line = {"target": database.name, "sent": "连接", "outcome": str(failure.seen), "ms": 0}
        world.audit.write([line], operator=world.operator, at=world.clock.now())
        raise


def _edited(
    world: World, request: Request, database: Database, bare: Dictionary, meanings: Meanings
) -> Outcome:
    whole = bare.completed(meanings)
    kept = last_edition(world, database)
    differ = changes(kept[1], whole) if kept else ()
    number = 1 if kept is None else kept[0] + bool(differ)
    before = None if kept is None else (kept[0], kept[1].taken_at)
    path = edition_path(world, database, number)
    edition = Edition(
        number, database, whole, gaps(whole), coverage(bare), coverage(whole), differ, before,
        stale(whole, meanings), path.relative_to(world.workspace.root).as_posix(), sum(world.redactor.counts.values()),
    )  # fmt: skip
    data = dictionary_document(edition, world.inventory, world.operator)
    outcome = Outcome(database, edition, data=data)
    if request.complete:
        outcome = replace(outcome, skeleton=_complete(world, edition))
    if not (request.report or request.output or request.keep):
        return outcome
    if kept is None or differ:
        keep_edition(world, database, whole, number)
    return replace(outcome, reports=tuple(_documents(world, request, edition, data)))


def _complete(world: World, edition: Edition) -> str:
    """Give every gap a place in the file people fill in; answer its path, or nothing when it had all of them."""
    path = meanings_path(world, edition.database)
    remarks = {
        entry.name: {column.name: column.type for column in entry.columns}
        for entry in edition.dictionary.entries
    }
    wanted = {
        gap.name: Missing(gap.itself, {name: remarks[gap.name][name] for name in gap.columns})
        for gap in edition.gaps
    }
    text = path.read_bytes().decode("utf-8") if path.exists() else ""
    more = completed(text, str(path), edition.database.name, wanted)
    if more == text:
        return ""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, more.encode())
    return path.relative_to(world.workspace.root).as_posix()


def _documents(world: World, request: Request, edition: Edition, data: dict[str, object]) -> Iterator[str]:
    """Write what was asked for, never over another document; the paths, below the workspace where they lie in it."""
    if request.output is not None:
        yield _written(world, request.output.absolute(), data, edition)
    if request.report:
        told = _told(edition, data)
        issued = issue_document(world, FORM, edition.database.site, told)
        yield issued.path
        # The text goes under the number of the Word file it stands beside.
        beside = world.workspace.root / issued.path
        named = {"number": issued.number, "version": issued.version, "digest": issued.digest}
        yield _text(world, beside.with_suffix(".md"), markdown({**data, **named}))


def _written(world: World, path: Path, data: dict[str, object], edition: Edition) -> str:
    if path.suffix == ".docx":
        told = _told(edition, data)
        return issue_document(world, FORM, edition.database.site, told, path).path
    return _text(
        world, path, markdown(data) if path.suffix == ".md" else encode(edition.dictionary, edition.number)
    )


def _text(world: World, path: Path, text: str) -> str:
    return placed(world, write_version(path, lambda _version: text.encode()))
