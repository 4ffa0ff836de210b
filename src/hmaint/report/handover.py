"""服务期满移交清单 as data: what is handed over, what is not and why, what the hospital has, and what is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hmaint.duty.rectification import Term
from hmaint.model.inventory import Database, Device, Endpoint, Host, Inventory, Site, Target
from hmaint.model.run import Finding
from hmaint.report.bundle import Bundle, head, listed
from hmaint.report.rows import Row
from hmaint.report.wording import KINDS, LEVELS, brief, clip

_PROBLEM = 300


@dataclass(frozen=True, slots=True)
class Part:
    """A file that is handed over beside the documents."""

    what: str
    file: str
    sha256: str
    count: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """Something a hand-over should hold and does not, and why."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Open:
    """A finding that nobody has put right yet."""

    finding: Finding
    since: date
    term: Term | None


@dataclass(frozen=True, slots=True)
class Estate:
    """What is handed over beside the documents."""

    source: str
    until: str
    parts: Sequence[Part]
    absent: Sequence[Absent]
    open: Sequence[Open]
    masked: int = 0
    """Places in the files that were masked."""


def handover_index(
    bundle: Bundle, inventory: Inventory, site: Site, estate: Estate, title: str
) -> dict[str, object]:
    """Tell a hand-over as the form `handover-index` has it."""
    return {
        **head(bundle, inventory, estate.source, title),
        "until": estate.until,
        "summary": f"文档 {len(bundle.papers)} 份，资料文件 {len(estate.parts)} 个，"
        f"未关闭的问题 {len(estate.open)} 项。",
        "parts": [
            {"number": n, "what": each.what, "file": each.file, "count": each.count, "sha256": each.sha256}
            for n, each in enumerate(estate.parts, start=1)
        ],
        "masked": f"资料中有 {estate.masked} 处敏感内容已遮盖。" if estate.masked else "",
        "absent": [
            {"number": n, "what": brief(each.what, 120), "reason": each.reason}
            for n, each in enumerate(estate.absent, start=1)
        ],
        "assets": [{"number": n, **_asset(each)} for n, each in enumerate(site.targets(), start=1)],
        "open": [{"number": n, **_open(each)} for n, each in enumerate(estate.open, start=1)],
        **listed(bundle),
    }


def _asset(target: Target) -> Row:
    return {
        "name": target.name,
        "kind": KINDS[target.kind],
        "address": brief(_address(target)),
        "note": brief("，".join(filter(None, (target.title, _sort(target))))),
    }


def _address(target: Target) -> str:
    if isinstance(target, Endpoint):
        asked = [target.url, target.tcp, target.tls, target.ntp, target.dns, target.ldap, target.smtp]
        asked += [target.ftp, target.ssh, target.dicom, target.mllp]
        return next((each for each in asked if each), "")
    if isinstance(target, Host) and target.connection == "local":
        return "本机"
    if isinstance(target, Database) and target.path:
        return target.path
    return f"{target.address}:{target.port}" if target.port else target.address


def _sort(target: Target) -> str:
    if isinstance(target, Database):
        return " ".join(filter(None, (target.engine, target.database or target.service or target.sid)))
    if isinstance(target, Device):
        return target.model
    return target.platform if isinstance(target, Host) else ""


def _open(each: Open) -> Row:
    found = each.finding
    where = brief(f"{found.target} {found.subject}".strip())
    return {
        "problem": f"{brief(found.title)}（{where}）：{clip(found.summary, _PROBLEM)}",
        "level": LEVELS[found.level],
        "since": f"{each.since:%Y-%m-%d}",
        "due": f"{each.term.day:%Y-%m-%d}" if each.term else "—",
        "id": found.id,
    }
