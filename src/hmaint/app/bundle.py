"""What is handed in with a quarter: gathered, completed from records, listed with what is missing, packed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hmaint.app.bundle_lacks import lacks, wanted_of
from hmaint.app.bundle_make import make_missing, newest_of, says_same
from hmaint.app.bundle_pack import file_parts, write_bundle
from hmaint.app.bundle_papers import documents_in, measure, papers, read_file
from hmaint.app.documents import issue_document
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.model.document import Document
from hmaint.model.period import Period, read_period

if TYPE_CHECKING:  # the Word libraries take a quarter of a second that most commands need not pay
    from hmaint.report.bundle import Lack, Paper

_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Request:
    """What an operator asked for: a quarter (2026Q4), a year (2026), or the end of the term."""

    site: str
    period: str = ""
    output: Path | None = None
    pdf: bool = False


@dataclass(frozen=True, slots=True)
class Bundled:
    """What came of it."""

    path: str
    index: Document
    papers: Sequence[Paper]
    lacks: Sequence[Lack] = ()
    made: Sequence[Document] = ()
    no_pages: str = ""
    notes: Sequence[str] = ()
    """What could not be put in, and why."""


def quarterly(world: World, request: Request) -> Bundled:
    """Bundle a quarter. Refused where something cannot be written: whole documents stay, half ones there are none."""
    from hmaint.report.bundle import INDEX, Bundle, quarterly_index  # noqa: PLC0415 - the Word libraries, see above

    site, period = world.site(request.site), _quarter(request.period)
    wanted, contract = wanted_of(world, site)
    made = make_missing(world, site.name, period, wanted)
    files = [read_file(world, each) for each in documents_in(world, site.name, period)]
    measured = measure([file.content for file in files])
    listed = list(papers(files, measured))
    missing, unasked = lacks(world, site.name, period, wanted, made)
    why = next((each.why for each in measured if each.why), "")
    bundle = Bundle(site.name, listed, world.clock.now(), why, missing, unasked, contract)
    data = quarterly_index(bundle, world.inventory, period, title_of(world, INDEX))
    index = issue_current(world, INDEX, site.name, Told(data, (period.name,), period.last))
    parts, unconverted = file_parts(world, index, listed, files, measured if request.pdf else None)
    path = write_bundle(world, request.output, index, parts)
    return Bundled(path, index, listed, missing, made.documents, why or unconverted, made.faults)


def issue_current(world: World, form: str, site: str, told: Told) -> Document:
    """Issue an index, unless its newest version says the same and lies there."""
    newest = newest_of(world, form, site, told.sources)
    if newest and says_same(world, newest, told) and (world.workspace.root / newest.path).is_file():
        return newest
    return issue_document(world, form, site, told)


def title_of(world: World, form: str) -> str:
    """How a form is titled here."""
    from hmaint.report.form import find_form  # noqa: PLC0415 - the Word libraries, see above

    return find_form(form, world.workspace.root).title


def _quarter(text: str) -> Period:
    period = read_period(text)
    if period is None or len(period.months()) != _QUARTER:
        raise WrongUsage(_("{text} is no quarter: write 2026Q4").format(text=text))
    return period
