"""The records in small, many at once: heads of runs and documents without what is in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Engine, case, false, func, or_, select, type_coerce

from hmaint.kit.frozen import dataclass
from hmaint.store import schema
from hmaint.store.connect import reading

_EXAMINED = ("ok", "warning", "critical")
_CONTACT = "target.contact"


@dataclass(frozen=True, slots=True)
class RunHead:
    """A run without what it saw."""

    id: str
    command: str
    site: str
    mode: str
    playbook: str
    title: str
    started_at: datetime
    finished_at: datetime | None
    level: str
    state: str


Nightly = tuple[str, str, str, int]
"""Number, site and level of a run, and when it began, in microseconds since 1970: objects would take longer to make."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The targets of a run, apart by whether anything of them could be examined."""

    seen: frozenset[str]
    missed: frozenset[str]


@dataclass(frozen=True, slots=True)
class PaperHead:
    """One version of a document, and when it was first handed in and first came back signed."""

    number: str
    form: str
    site: str
    title: str
    sources: tuple[str, ...]
    generated_at: datetime
    issued_at: datetime
    submitted_at: datetime | None
    signed_at: datetime | None


class Heads:
    """Reads what lists over years and many sites are made of, in a few statements whatever their number."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def runs(self, sites: Sequence[str], since: datetime, but: str = "") -> tuple[RunHead, ...]:
        """Read the runs of some sites that began at a moment or later, the oldest first; none of the playbook `but`."""
        table = schema.runs.c
        columns: tuple[ColumnElement[Any], ...] = (
            table.id, table.command, table.site, table.mode, table.playbook, table.playbook_title, table.started_at,
            table.finished_at, table.level, table.state,
        )  # fmt: skip
        query = select(*columns).where(
            table.site.in_(sites), table.started_at >= since, table.playbook != but
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(table.started_at, table.id)).all()
        return tuple(RunHead(*row) for row in rows)

    def nightly(self, sites: Sequence[str], since: datetime, playbook: str) -> tuple[Nightly, ...]:
        """Read what runs every night in as little as can be: years of it, the oldest first."""
        table = schema.runs.c
        at = type_coerce(table.started_at, BigInteger)
        query = select(table.id, table.site, table.level, at).where(
            table.site.in_(sites),
            table.started_at >= since,
            table.playbook == playbook,
            table.state != "running",
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(table.started_at)).all()
        return tuple(map(tuple, rows))

    def looked(self, sites: Sequence[str], since: datetime, commands: Sequence[str]) -> Mapping[str, Looked]:
        """Read which targets the runs of some commands examined, by run; having reached one is no examination."""
        runs, targets, checks = schema.runs.c, schema.targets.c, schema.checks.c
        told = (checks.run == targets.run) & (checks.target == targets.name) & (checks.id != _CONTACT)
        examined_any = select(checks.id).where(told, checks.level.in_(_EXAMINED)).exists()
        query = (
            select(targets.run, targets.name, targets.level, examined_any)
            .join_from(schema.runs, schema.targets, runs.id == targets.run)
            .where(runs.command.in_(commands), runs.site.in_(sites), runs.started_at >= since)
        )
        seen, missed = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        for run, name, level, examined in rows:
            if examined:
                seen[run].add(name)
            if level == "unknown" or (level == "critical" and not examined):
                missed[run].add(name)
        runs_known = {*seen, *missed}
        return {run: Looked(frozenset(seen[run]), frozenset(missed[run] - seen[run])) for run in runs_known}

    def runs_with(self, sites: Sequence[str], since: datetime, command: str, category: str) -> frozenset[str]:
        """Name the runs of a command in which a check of a category was examined."""
        runs, checks = schema.runs.c, schema.checks.c
        told = (checks.run == runs.id) & (checks.category == category) & checks.level.in_(_EXAMINED)
        query = select(runs.id).where(
            runs.command == command,
            runs.site.in_(sites),
            runs.started_at >= since,
            select(checks.id).where(told).exists(),
        )
        with reading(self._engine) as connection:
            return frozenset(connection.execute(query).scalars().all())

    def papers(self, forms: Mapping[str, Collection[str]], since: datetime) -> tuple[PaperHead, ...]:
        """Read every version of every document of some sites that was made at a moment or later, the oldest first.

        `forms` are those asked for, by the name of the site.
        """
        table, handled = schema.documents.c, schema.handlings.c
        first = [
            func.min(case((handled.standing == standing, handled.at))) for standing in ("submitted", "signed")
        ]
        columns = (
            table.number,
            table.form,
            table.site,
            table.title,
            table.sources,
            table.generated_at,
            table.issued_at,
        )
        joined = schema.documents.outerjoin(
            schema.handlings, (handled.number == table.number) & (handled.version == table.version)
        )
        query = (
            select(*columns, *first)
            .select_from(joined)
            .where(or_(false(), *_asked(forms)), table.path != "", table.generated_at >= since)
            .group_by(*columns, table.version)
            .order_by(table.generated_at, table.number, table.version)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return tuple(_paper(row) for row in rows)


def _asked(forms: Mapping[str, Collection[str]]) -> Iterator[ColumnElement[bool]]:
    """One condition for all sites of which the same is asked: they stand under one contract."""
    alike = defaultdict[frozenset[str], list[str]](list)
    for site, names in forms.items():
        alike[frozenset(names)].append(site)
    for names, sites in alike.items():
        yield schema.documents.c.site.in_(sites) & schema.documents.c.form.in_(sorted(names))


def _paper(row: Sequence[object]) -> PaperHead:
    number, form, site, title, sources, generated, issued, submitted, signed = row
    return PaperHead(
        str(number), str(form), str(site), str(title), tuple(sources), generated, issued, submitted, signed  # type: ignore[arg-type] # as the columns' types have it
    )  # fmt: skip
