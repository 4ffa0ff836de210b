"""Records of a working life, written through the store's own doors with a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from hmaint.app import entry
from hmaint.app.world import World
from hmaint.kit.clock import CHINA
from hmaint.kit.resources import shipped
from hmaint.load.workspace import Workspace
from hmaint.model.document import Document, Handling, Standing
from hmaint.model.playbook import Level
from tests.store.samples import a_check, a_run, a_target

INVENTORY = """
version: 1
hospital: {{name: 示范医院, department: 信息科}}
vendor: {{name: 某某公司, project_manager: 王经理}}
sites:
{sites}
"""
SITE = (
    "  {name}: {{name: 系统 {name}, contract: {contract},"
    " hosts: {{app: {{address: 10.1.2.11}}, db: {{address: 10.1.2.12}}}}}}"
)
"""Every site has two hosts."""
OFFICE = time(9, 30)


@dataclass
class Clock:
    """It is what the test says it is."""

    at: datetime = field(default_factory=lambda: at(date(2026, 1, 1)))

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0


def at(day: date, hour: time = OFFICE) -> datetime:
    return datetime.combine(day, hour, CHINA)


def make_world(folder: Path, sites: Mapping[str, str], contracts: Mapping[str, str]) -> World:
    """A workspace with sites (name → contract), and contracts (name → example, a colon, and its dates as YAML)."""
    lines = [SITE.format(name=name, contract=contract) for name, contract in sites.items()]
    (folder / "inventory.yaml").write_text(INVENTORY.format(sites="\n".join(lines)), "utf-8")
    (folder / "contracts").mkdir()
    for name, told in contracts.items():
        example, _, dates = told.partition(":")
        (folder / "contracts" / f"{name}.yaml").write_text(signed(example, dates), "utf-8")
    return World(Workspace(folder, folder / "inventory.yaml"), Clock(), {}, "张工", "zhang")


def signed(example: str, dates: str) -> str:
    """An example contract with its dates filled in."""
    text = (shipped("contracts") / f"{example}.yaml").read_text("utf-8")
    head, _, rest = text.partition("\ndates:")
    lines = rest.split("\n")
    after = next(place for place, line in enumerate(lines[1:], start=1) if line and not line.startswith(" "))
    return "\n".join([head, f"dates: {{{dates}}}", *lines[after:]])


def set_clock(world: World, day: date, hour: time = OFFICE) -> None:
    assert isinstance(world.clock, Clock)
    world.clock.at = at(day, hour)


def run(  # noqa: PLR0913 - what a run is
    world: World, day: date, playbook: str = "inspect/monthly", mode: str = "远程", *,
    site: str = "icu", command: str = "inspect", level: Level = Level.OK, seen: Sequence[str] = ("app", "db"),
    missed: Sequence[str] = (), category: str = "磁盘",
) -> str:  # fmt: skip
    """Keep a run that examined some targets and could not examine others."""
    begun = at(day)
    name = world.records.free_id(f"R-{begun:%Y%m%d-%H%M%S}-{site}")
    head = replace(
        a_run(name, site=site), command=command, playbook=playbook, mode=mode, started_at=begun, playbook_title=playbook
    )  # fmt: skip
    world.records.begin_run(head)
    for target, good in (*((each, True) for each in seen), *((each, False) for each in missed)):
        result = a_target(target, Level.OK if good else Level.UNKNOWN)
        checks = [replace(a_check(target=target), category=category)] if good else []
        world.records.append(name, site, replace(result, error=None if good else "连接超时"), checks, [])
    worst = Level.UNKNOWN if missed and level is Level.OK else level
    world.records.finish_run(name, begun + timedelta(minutes=5), worst)
    return name


def paper(  # noqa: PLR0913 - what a document is
    world: World, form: str, day: date, *sources: str, site: str = "icu", submitted: date | None = None,
    signed_on: date | None = None,
) -> str:  # fmt: skip
    """Register a document as issued, and what became of it."""
    made = at(day, time(16, 0))
    draft = Document(
        "", 0, form, form, site, "s3", tuple(sources), f"{form}{day}{sources}", f"reports/{form}.docx", "", made, made,
        "张工",
    )  # fmt: skip
    with world.records.documents.numbered(draft, day.year) as pen:
        document = replace(draft, number=pen.number, version=pen.version)
        pen.register(document)
    for standing, on in ((Standing.SUBMITTED, submitted), (Standing.SIGNED, signed_on)):
        if on is not None:
            world.records.documents.handle(document, Handling(standing, at(on), at(on), "张工"))
    return document.number


def put_down(  # noqa: PLR0913, PLR0917 - what an entry is
    world: World, kind: str, prefix: str, event: str, day: date, body: Mapping[str, object] | None = None, *,
    site: str = "icu", recorded: date | None = None, hour: time = OFFICE,
) -> str:  # fmt: skip
    """Open a matter with something that happened on a day, put on record that day or later."""
    set_clock(world, recorded or day, hour)
    first = entry.draft(world, kind=kind, event=event, site=site, body=body or {}, at=at(day, hour))
    return entry.begin(world, first, prefix).matter


def carry_on(  # noqa: PLR0913, PLR0917 - what an entry is
    world: World, kind: str, matter: str, event: str, day: date, body: Mapping[str, object] | None = None, *,
    site: str = "icu", hour: time = OFFICE,
) -> None:  # fmt: skip
    """Put down what happened to a matter later."""
    set_clock(world, day, hour)
    more = entry.draft(
        world, kind=kind, event=event, site=site, body=body or {}, at=at(day, hour), matter=matter
    )
    entry.add(world, more)


def quarters(year: int) -> list[tuple[str, date, date]]:
    """The quarters of a year: name, first and last day."""
    ends = [(1, 3, 31), (4, 6, 30), (7, 9, 30), (10, 12, 31)]
    return [(f"{year}Q{n}", date(year, a, 1), date(year, b, c)) for n, (a, b, c) in enumerate(ends, start=1)]
