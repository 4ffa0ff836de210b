"""The hand-over at the end of the term: every document, and what whoever comes next must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256

from hmaint.app.bundle import Bundled, Request, issue_current, title_of
from hmaint.app.bundle_pack import file_parts, write_bundle
from hmaint.app.bundle_papers import documents_in, measure, papers, read_file
from hmaint.app.handover_files import (
    Handed,
    inventory_file,
    learn_secrets,
    records_file,
    signed_files,
    written_files,
)
from hmaint.app.rectification import deadlines
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.kit.clock import CHINA
from hmaint.model.document import Document
from hmaint.model.inventory import Site
from hmaint.model.run import State
from hmaint.report.bundle import HANDOVER, Bundle
from hmaint.report.handover import Absent, Estate, Open, Part, handover_index

_ALIVE = (State.NEW, State.OPEN, State.RECURRING)
_ALL = 1_000_000
_DOCUMENTS, _FILES, _SIGNED = "文档/", "资料/", "签字件/"
_EXPECTED: Mapping[str, str] = {
    "数据字典": "工作区中没有本系统的数据字典。",
    "巡检方案": "工作区中没有自有的巡检方案，使用的是随软件提供的方案。",
    "配置基线": "工作区中没有本系统的配置基线。",
    "合同配置": "工作区中没有本系统的合同配置。",
}
_KNOWLEDGE = Absent("知识库", "目前还没有知识库记录，故障处理经验须另行移交。")


def handover(world: World, request: Request) -> Bundled:
    """Bundle everything of a site. Refused where something cannot be written: half documents there are none."""
    site = world.site(request.site)
    documents = documents_in(world, site.name, but=(HANDOVER,))
    files = [read_file(world, each) for each in documents]
    measured = measure([file.content for file in files])
    listed = [
        replace(paper, name=f"{_DOCUMENTS}{paper.name}") if paper.name else paper
        for paper in papers(files, measured)
    ]
    handed, estate = _estate(world, site, documents)
    why = next((each.why for each in measured if each.why), "")
    bundle = Bundle(site.name, listed, world.clock.now(), why)
    data = handover_index(bundle, world.inventory, site, estate, title_of(world, HANDOVER))
    index = issue_current(world, HANDOVER, site.name, Told(data, (estate.source,), world.clock.now().date()))
    parts, unconverted = file_parts(world, index, listed, files, measured if request.pdf else None)
    path = write_bundle(world, request.output, index, parts | handed)
    notes = [f"{each.what}：{each.reason}" for each in estate.absent]
    return Bundled(path, index, listed, no_pages=why or unconverted, notes=notes)


def _estate(world: World, site: Site, documents: Sequence[Document]) -> tuple[dict[str, bytes], Estate]:
    redactor = learn_secrets(world)
    before = sum(redactor.counts.values())
    found = [
        inventory_file(site, redactor),
        *written_files(world, site, redactor),
        records_file(world, site, documents),
    ]
    masked = sum(redactor.counts.values()) - before
    placed = [(_FILES, each) for each in found] + [(_SIGNED, each) for each in signed_files(world, documents)]
    handed = {f"{folder}{each.name}": each.content for folder, each in placed if not each.reason}
    parts = [_part(folder, each) for folder, each in placed if not each.reason]
    estate = Estate(
        f"{site.name} 全部记录", _until(world, site, documents), parts, _absent([each for _f, each in placed]),
        _open(world, site), masked,
    )  # fmt: skip
    return handed, estate


def _part(folder: str, each: Handed) -> Part:
    return Part(each.what, f"{folder}{each.name}", sha256(each.content).hexdigest(), each.count)


def _absent(handed: Sequence[Handed]) -> list[Absent]:
    kinds = {each.what for each in handed}
    lost = [Absent(f"{each.what} {each.name}", each.reason) for each in handed if each.reason]
    return [_KNOWLEDGE, *(Absent(what, why) for what, why in _EXPECTED.items() if what not in kinds), *lost]


def _open(world: World, site: Site) -> list[Open]:
    terms = deadlines(world, site.name)
    found = world.records.findings(site.name, states=_ALIVE, limit=_ALL)
    return [
        Open(each.finding, each.first_seen.astimezone(CHINA).date(), terms.get(each.finding.id))
        for each in found
    ]


def _until(world: World, site: Site, documents: Sequence[Document]) -> str:
    """The last day anything was recorded, so that nothing new means nothing changed."""
    days = [each.generated_at.astimezone(CHINA).date() for each in documents]
    heads = world.records.runs(site=site.name, limit=1)
    days += [run.started_at.astimezone(CHINA).date() for run in heads]
    last: date | None = max(days, default=None)
    return f"{last:%Y-%m-%d}" if last else "没有记录"
