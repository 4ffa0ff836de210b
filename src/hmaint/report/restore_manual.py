"""数据恢复操作手册 as data: the skeleton from the inventory; names and times that nobody knows stay empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Drilled:
    """What the last drill of a backup measured, in words as the report of that drill has them."""

    backup: str
    engine: str
    run: str
    at: datetime
    rto: str
    rpo: str
    size: str
    load: str
    """How long the restore command alone took."""
    sound: bool


def restore_manual(
    site: Site,
    inventory: Inventory,
    fingerprint: str,
    generated_at: datetime,
    drills: Sequence[Drilled] = (),
) -> dict[str, object]:
    """Make the manual of a site; `fingerprint` names the state of the inventory it is made of.

    `drills` are the last of each backup; times are told from them alone.
    """
    data = {
        **parties(inventory, site.name, TITLE),
        "number": site.name,
        "record": f"资产清单 {site.name}（{fingerprint}）",
        "inventory": fingerprint,
        "last_drill": _last(drills),
        "scope": f"{site.title}的数据库 {len(site.databases)} 个，清单登记的备份 {len(site.backups)} 份。",
        "databases": [_database(number, each, site) for number, each in enumerate(site.databases, start=1)],
        "backups": backup_rows(site),
        "prerequisites": _counted([{"text": text} for text in PREREQUISITES]),
        "authorisers": _authorisers(inventory),
        "scenarios": [_scenario(each, drills) for each in _scenarios(site)],
        "times": _counted([_time(each) for each in drills]),
        "contacts": _contacts(inventory),
        "gaps": _counted(_gaps(site, drills)),
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


def _last(drills: Sequence[Drilled]) -> str:
    if not drills:
        return "没有恢复演练记录"
    newest = max(drills, key=lambda each: each.at)
    return f"{moment(newest.at)}（{newest.run}）" + ("" if newest.sound else "，结果有异常")


def _time(each: Drilled) -> Row:
    how = "" if each.sound else "，该次演练有异常，仅供参考"
    return {
        "what": f"{brief(each.backup)}（{ENGINES.get(each.engine, each.engine)}，备份 {each.size}）整库恢复并核对",
        "expected": f"{each.rto}，其中恢复命令 {each.load}",
        "basis": f"{moment(each.at)} 恢复演练 {each.run} 实测（演练主机，非生产硬件）{how}；RPO {each.rpo}",
    }


def _expected(scenario: Scenario, drills: Sequence[Drilled]) -> str:
    """Only the restore of a whole database was measured; the other scenarios hold more than that."""
    for engine, title in ENGINES.items():
        known = [each for each in drills if each.engine == engine]
        if known and title in scenario.name:
            words = "、".join(f"{brief(each.backup)} {each.rto}" for each in known[:4])
            rest = "" if scenario.name.startswith("整库") else "，另加取数、核对与写回的时间"
            return f"恢复到隔离环境并核对 {words}（演练实测）{rest}"
    return _UNKNOWN


def _scenario(each: Scenario, drills: Sequence[Drilled]) -> Row:
    return {
        "name": each.name,
        "when": each.when,
        "expected": _expected(each, drills),
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


def _gaps(site: Site, drills: Sequence[Drilled]) -> list[Row]:
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
        *_undrilled(site, drills),
        ("授权人与联系人的姓名和电话", "清单中没有的由双方手写填入，人员变动时更新"),
    ]
    return [{"what": what, "why": why} for what, why in told]


def _undrilled(site: Site, drills: Sequence[Drilled]) -> list[tuple[str, str]]:
    """What no drill has measured."""
    if not drills:
        return [("各场景的预计用时", "没有恢复演练记录，演练后填入")]
    known = {each.backup for each in drills}
    missing = [each.name for each in site.backups if each.name not in known]
    told = [("整台服务器与勒索软件场景的预计用时", "演练只恢复了数据库，整机用时未实测")]
    return told + ([(f"{several(missing, 6)} 的预计用时", "没有做过恢复演练")] if missing else [])
