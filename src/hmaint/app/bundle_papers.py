"""The documents of a period: which belong to it, what their files are now, and how many pages they have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from hmaint.app.handling import Condition, condition
from hmaint.app.record_days import days_of_matters
from hmaint.app.world import World
from hmaint.kit.clock import CHINA
from hmaint.model.document import Document, Standing
from hmaint.model.period import Period, read_period
from hmaint.model.run import RunRecord

if TYPE_CHECKING:
    from hmaint.report.bundle import Paper

ALL_RUNS = 1_000_000
_AT_ONCE = 2
"""Conversions side by side: each is a LibreOffice of its own, of 200 MB."""
_FILE_WORDS: Mapping[Condition, str] = {
    Condition.INTACT: "",
    Condition.CHANGED: "文件在签发后被改动过",
    Condition.CHANGED_SINCE_SIGNED: "文件在签字后被改动过",
    Condition.MISSING: "文件不在，未装入",
}


@dataclass(frozen=True, slots=True)
class File:
    """A document's file as it is now; no content where it is not there."""

    document: Document
    content: bytes
    remark: str


@dataclass(frozen=True, slots=True)
class Measured:
    """The PDF of a file and how many pages it has; `why` where there is none."""

    pdf: bytes = b""
    pages: int | None = None
    why: str = ""


def runs_in(world: World, site: str, period: Period) -> tuple[RunRecord, ...]:
    """The heads of a site's runs that began in a period, oldest first; one still going is not among them."""
    heads = world.records.runs(site=site, limit=ALL_RUNS)
    return tuple(run for run in reversed(heads) if day_of(run) in period and run.state != "running")


def day_of(run: RunRecord) -> date:
    """The day a run belongs to, in the hospital's zone."""
    return run.started_at.astimezone(CHINA).date()


def record_days(world: World, site: str) -> dict[str, date]:
    """The day each record of a site belongs to, by its number: runs, and what people put down."""
    days = {run.id: day_of(run) for run in world.records.runs(site=site, limit=ALL_RUNS)}
    return days | days_of_matters(world, site)


def documents_in(
    world: World, site: str, period: Period | None = None, but: Sequence[str] | None = None
) -> tuple[Document, ...]:
    """A site's documents of a period, by day: of each number the newest version, and every one that was signed.

    Forms that list others are left out, or those named by `but`.
    """
    from hmaint.report.bundle import BUNDLED  # noqa: PLC0415 - the Word libraries, which most commands never need

    days = record_days(world, site)
    known = [
        each
        for each in world.records.documents.listed(site)
        if each.form not in (BUNDLED if but is None else but)
    ]
    newest: dict[str, int] = {}
    for each in known:
        newest[each.number] = max(newest.get(each.number, 0), each.version)
    found = [
        each
        for each in known
        if (each.version == newest[each.number] or each.standing is Standing.SIGNED)
        and (period is None or belongs(each, period, days))
    ]
    return tuple(sorted(found, key=lambda each: (each.generated_at, each.number, each.version)))


def belongs(document: Document, period: Period, days: Mapping[str, date]) -> bool:
    """Whether a document is of a period: by the records or periods it tells, else by the day of its data."""
    told = [days[source] for source in document.sources if source in days]
    if told:
        return any(day in period for day in told)
    named = [found for source in document.sources if (found := read_period(source))]
    if named:
        return any(period.covers(each) for each in named)
    return document.generated_at.astimezone(CHINA).date() in period


def read_file(world: World, document: Document) -> File:
    """Read a document's file, and say when it is not what was issued."""
    remark = _FILE_WORDS[condition(world, document)]
    try:
        return File(document, (world.workspace.root / document.path).read_bytes(), remark)
    except OSError:
        return File(document, b"", _FILE_WORDS[Condition.MISSING])


def measure(contents: Sequence[bytes]) -> list[Measured]:
    """Convert Word files and count their pages; nothing is guessed where that cannot be done."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(_measured, contents))


def _measured(content: bytes) -> Measured:
    from hmaint.report.pages import count_pages  # noqa: PLC0415 - only bundles count pages
    from hmaint.report.pdf import NoPdf, to_pdf  # noqa: PLC0415 - as above

    if not content:
        return Measured()
    try:
        pdf = to_pdf(content)
        return Measured(pdf, count_pages(pdf))
    except NoPdf as missing:
        return Measured(why=str(missing))
    except OSError as error:
        return Measured(why=error.strerror or type(error).__name__)


def papers(files: Sequence[File], measured: Sequence[Measured], first: int = 1) -> Iterator[Paper]:
    """Name the files as they lie in the bundle, in their order."""
    from hmaint.report.bundle import Paper  # noqa: PLC0415 - the Word libraries, see above

    for number, (file, pages) in enumerate(zip(files, measured, strict=True), start=first):
        name = f"{number:03}-{plain_name(Path(file.document.path).name)}" if file.content else ""
        digest = sha256(file.content).hexdigest() if file.content else ""
        yield Paper(file.document, name, digest, pages.pages, file.remark)


def plain_name(name: str) -> str:
    """A file's name that every system can unpack: what paths and Windows give a meaning is replaced."""
    from hmaint.kit.text import one_line  # noqa: PLC0415 - goes with the above

    clean = "".join("_" if each in '\\/:*?"<>|' else each for each in one_line(name, 10_000))
    stem, dot, ending = clean.rpartition(".")
    # 255 bytes are all a file system takes, and a number comes before.
    short = (stem if dot else clean).encode("utf-8", "replace")[:180].decode("utf-8", "ignore").strip(" .")
    return f"{short or '_'}{dot}{ending}"
