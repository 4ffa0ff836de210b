"""数据恢复操作手册 as data: the skeleton from the inventory; names and times that nobody knows stay empty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hmaint.model.inventory import Database, Inventory, Site
from hmaint.report.backup_rows import ONLY, alone, backup_rows, uncovered
from hmaint.report.digest import digest
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.restore_steps import (
    ENGINES,
    PREREQUISITES,
    RANSOM,
    SERVER,
    Scenario,
    database_scenario,
    table_scenario,
)
from hmaint.report.rows import Row
from hmaint.report.wording import brief, moment, several

TITLE = "数据恢复操作手册"
_UNKNOWN = "未知（没有恢复演练记录）"
_LINES = 4
"""Lines of the table of revisions that people write."""


def restore_manual(
    site: Site, inventory: Inventory, fingerprint: str, generated_at: datetime
) -> dict[str, object]:
    """Make the manual of a site; `fingerprint` names the state of the inventory it is made of."""
    data = {
        **parties(inventory, site.name, TITLE),
        "number": site.name,
        "record": f"资产清单 {site.name}（{fingerprint}）",
        "inventory": fingerprint,
        "last_drill": "没有恢复演练记录",
        "scope": f"{site.title}的数据库 {len(site.databases)} 个，清单登记的备份 {len(site.backups)} 份。",
        "databases": [_database(number, each, site) for number, each in enumerate(site.databases, start=1)],
        "backups": backup_rows(site),
        "prerequisites": _counted([{"text": text} for text in PREREQUISITES]),
        "authorisers": _authorisers(inventory),
        "scenarios": [_scenario(each) for each in _scenarios(site)],
        "times": [],
        "contacts": _contacts(inventory),
        "gaps": _counted(_gaps(site)),
        "history": [{"version": "", "day": "", "author": "", "change": ""} for _ in range(_LINES)],
        "version": 1,
        "generated_at": moment(generated_at),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def _counted(rows: Sequence[Row]) -> list[Row]:
    return [{"number": number, **row} for number, row in enumerate(rows, start=1)]


def _database(number: int, each: Database, site: Site) -> Row:
    backups = [backup.name for backup in site.backups if backup.of == each.name]
    address = f"{each.address}:{each.port}" if each.port else each.address
    return {
        "number": number,
        "name": "\n".join(brief(word) for word in (each.name, each.title) if word),
        "engine": ENGINES.get(each.engine, each.engine),
        "address": brief(address or each.path),
        "backups": "、".join(brief(name) for name in backups) or "没有登记备份",
    }


def _scenarios(site: Site) -> list[Scenario]:
    engines = dict.fromkeys(each.engine for each in site.databases)
    known = [scenario(engine) for engine in engines for scenario in (table_scenario, database_scenario)]
    return [*known, SERVER, RANSOM]


def _scenario(each: Scenario) -> Row:
    return {
        "name": each.name,
        "when": each.when,
        "expected": _UNKNOWN,
        "warning": each.warning,
        "steps": _counted([step._asdict() for step in each.steps]),
    }


def _person(role: str, name: str = "", phone: str = "", note: str = "") -> Row:
    return {"role": role, "name": brief(name), "phone": brief(phone), "note": note}


def _authorisers(inventory: Inventory) -> list[Row]:
    department = inventory.hospital.department or "信息科"
    return [
        _person(f"{brief(department)}负责人", note="书面下令"),
        _person("采购人项目负责人", note="书面下令"),
        _person("医院值班领导", note="紧急时口头下令，当日补签"),
    ]


def _contacts(inventory: Inventory) -> list[Row]:
    vendor, department = inventory.vendor, inventory.hospital.department or "信息科"
    return [
        _person("维护单位项目经理", vendor.project_manager),
        _person("维护单位服务热线", phone=vendor.hotline),
        _person(brief(department)),
        _person("网络安全管理员"),
        _person("服务器与存储厂商"),
    ]


def _gaps(site: Site) -> list[Row]:
    told = [
        (f"{brief(name)} 的备份", "清单中没有登记备份，有无备份不明，不能据本手册恢复")
        for name in uncovered(site)
    ]
    lonely = alone(site.backups)
    told += [(f"{several(lonely, 6)} 的其他副本", f"{ONLY}，主机损坏时一并丢失")] if lonely else []
    unnamed = [each.name for each in site.backups if not each.of]
    told += [(f"{several(unnamed, 6)} 的备份对象", "清单中没有写明是什么的备份")] if unnamed else []
    told += [] if site.databases else [("数据库", "清单中没有登记数据库，没有相应的恢复步骤")]
    told += [
        ("各场景的预计用时", "没有恢复演练记录，演练后填入"),
        ("授权人与联系人的姓名和电话", "清单中没有的由双方手写填入，人员变动时更新"),
    ]
    return [{"what": what, "why": why} for what, why in told]
