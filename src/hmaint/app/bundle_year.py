"""The bound volume of a year: every run told, every document in date order, behind a cover with contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from hmaint.app.bundle import Bundled, Request, issue_current, title_of
from hmaint.app.bundle_make import make_of_runs
from hmaint.app.bundle_pack import file_parts, write_bundle
from hmaint.app.bundle_papers import documents_in, measure, papers, read_file, runs_in
from hmaint.app.documents import as_printed
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.model.period import Period, read_period

if TYPE_CHECKING:  # the Word libraries take a quarter of a second that most commands need not pay
    from hmaint.report.annual import Front, Year

_YEAR = 12
_TRIES = 4
_FINDINGS = 1_000_000


def annual(world: World, request: Request) -> Bundled:
    """Bind a year. Refused where something cannot be written: whole documents stay, half ones there are none."""
    from hmaint.report.annual import annual_volume  # noqa: PLC0415 - the Word libraries, see above
    from hmaint.report.bundle import VOLUME, Bundle  # noqa: PLC0415 - as above

    site, period = world.site(request.site).name, _year(request.period)
    made = make_of_runs(world, site, period)
    files = [read_file(world, each) for each in documents_in(world, site, period)]
    measured = measure([file.content for file in files])
    listed = list(papers(files, measured))
    why = next((each.why for each in measured if each.why), "")
    bundle, year = Bundle(site, listed, world.clock.now(), why), _told_year(world, site, period)
    title = title_of(world, VOLUME)

    def tell(front: Front) -> dict[str, object]:
        return annual_volume(bundle, world.inventory, year, front, title)

    told = Told(tell(_front(world, site, period, tell)), (period.name,), period.last)
    index = issue_current(world, VOLUME, site, told)
    parts, unconverted = file_parts(world, index, listed, files, measured if request.pdf else None)
    if request.pdf:
        parts = _bound(parts, f"{title}（{period.words}）")
    path = write_bundle(world, request.output, index, parts)
    return Bundled(path, index, listed, (), made.documents, why or unconverted, made.faults)


def _front(world: World, site: str, period: Period, tell: Callable[[Front], Mapping[str, object]]) -> Front:
    """Measure the pages before the first document until they stay the same with their own figures in them."""
    from hmaint.report.annual import HEADINGS, Front  # noqa: PLC0415 - the Word libraries, see above
    from hmaint.report.bundle import VOLUME  # noqa: PLC0415 - as above
    from hmaint.report.docx import fill  # noqa: PLC0415 - as above
    from hmaint.report.form import find_form  # noqa: PLC0415 - as above
    from hmaint.report.pages import pages_with  # noqa: PLC0415 - as above

    form, front = find_form(VOLUME, world.workspace.root), Front()
    for _try in range(_TRIES):
        # A number as long as the one it will have.
        content = fill(form, as_printed(tell(front), f"{site}-{VOLUME}-{period.name}-000"))
        found = measure([content])[0]
        if found.pages is None:
            return Front()
        told = Front(found.pages, pages_with(found.pdf, HEADINGS))
        if told == front:
            return front
        front = told
    return Front()


def _bound(parts: Mapping[str, bytes], title: str) -> dict[str, bytes]:
    """Put one bound PDF in place of the single ones; where one of them is missing they stay as they are."""
    from hmaint.report.pages import bind  # noqa: PLC0415 - only here

    word = [name for name in parts if not name.endswith(".pdf")]
    pdfs = [(name.rpartition(".")[0], parts.get(f"{name.rpartition('.')[0]}.pdf", b"")) for name in word]
    if not all(content for _name, content in pdfs):
        return dict(parts)
    index, *others = word
    bound = {index: parts[index], f"{title}.pdf": bind(pdfs, title)}
    return bound | {name: parts[name] for name in others}


def _told_year(world: World, site: str, period: Period) -> Year:
    from hmaint.report.annual import Year  # noqa: PLC0415 - the Word libraries, see above

    runs = runs_in(world, site, period)
    found = Counter(
        str(each.finding.state)
        for each in world.records.findings(site, limit=_FINDINGS)
        if each.first_seen.astimezone(CHINA).date() in period
    )
    unreached = {
        run.id: sum(target.error is not None for target in world.records.run(run.id).targets) for run in runs
    }
    return Year(period, runs, world.records.counts(run.id for run in runs), unreached, found)


def _year(text: str) -> Period:
    period = read_period(text)
    if period is None or len(period.months()) != _YEAR:
        raise WrongUsage(_("{text} is no year: write 2026").format(text=text))
    return period
