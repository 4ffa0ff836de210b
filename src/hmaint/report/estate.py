"""A site as manuals and plans are made of it: what they share, and the mark of what people still have to fill in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hmaint.model.inventory import Inventory, Site
from hmaint.report.digest import digest
from hmaint.report.estate_known import Known
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.wording import brief, moment

BLANK = "［待填写］"
"""Marks a place that people fill in, in the file or by hand; a manual counts how many it has."""
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Estate:
    """A site as papers about it are made: its inventory, where each target is, by whom and when."""

    inventory: Inventory
    site: Site
    addresses: Mapping[str, str]
    """Each target's address for people, by its name."""
    source: str
    """Which inventory it was, in words."""
    author: str
    at: datetime
    known: Known = field(default_factory=Known)
    """What contract and records know beside the inventory."""


def paper(estate: Estate, title: str, body: Mapping[str, object]) -> dict[str, object]:
    """Put what all these papers share around the body, and count what is still to be filled in."""
    data: dict[str, object] = {
        **parties(estate.inventory, estate.site.name, title),
        "number": estate.source,
        "record": estate.source,
        "author": brief(estate.author),
        "revisions": [_first(estate)],
        **body,
        "version": 1,
        "generated_at": moment(estate.at),
    }
    clean = neutralise({**data, "blanks": _blanks(data)})
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def _blanks(value: object) -> int:
    if isinstance(value, str):
        return value.count(BLANK)
    if isinstance(value, Mapping):
        return sum(map(_blanks, value.values()))
    return sum(map(_blanks, value)) if isinstance(value, list) else 0


def _first(estate: Estate) -> Row:
    day = moment(estate.at)[:10]
    return {"version": "初稿", "date": day, "what": "由资产清单生成", "by": brief(estate.author)}


def numbered(rows: Iterable[Row]) -> list[Row]:
    """Number rows from 1."""
    return [{"number": number, **row} for number, row in enumerate(rows, start=1)]


def contacts(estate: Estate) -> list[Row]:
    """Whom to call, as far as the inventory knows."""
    vendor, hospital = estate.inventory.vendor, estate.inventory.hospital
    department = f"{hospital.name}{hospital.department}"
    known = (
        ("项目经理", vendor.project_manager, vendor.name, ""),
        ("服务热线", "—", vendor.name, vendor.hotline),
        ("项目负责人", "", department, ""),
        ("网络安全管理员", "", department, ""),
        ("业务科室负责人", "", "", ""),
    )
    return numbered(
        {
            "role": role,
            "name": name or BLANK,
            "unit": unit or BLANK,
            "phone": phone or BLANK,
            "other": "",
        }
        for role, name, unit, phone in known
    )


def scale(estate: Estate) -> str:
    """How much there is, in a sentence."""
    site = estate.site
    return (
        f"服务器 {len(site.hosts)} 台，数据库 {len(site.databases)} 个，网络设备、存储与电源 {len(site.devices)} 台，"
        f"服务接口 {len(site.endpoints)} 个，备份 {len(site.backups)} 项（按资产清单）"
    )
