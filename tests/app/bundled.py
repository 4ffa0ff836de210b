"""A workspace whose site has a contract and a quarter behind it, for what is bundled."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from hmaint.app.bundle import Bundled
from hmaint.app.world import World
from hmaint.kit.clock import CHINA
from hmaint.load.workspace import Workspace
from hmaint.model.playbook import Level
from hmaint.model.run import Check
from tests.store.samples import a_finding, a_run, a_target

INVENTORY = """
version: 1
hospital: {name: 示范医院, department: 信息科}
vendor: {name: 某某公司, project_manager: 王经理}
allow_plaintext: true
sites:
  icu:
    name: 重症监护系统
    contract: s3
    hosts:
      icu-app-1: {address: 10.1.2.11, title: 应用服务器, ssh: {user: reader, password: Nightingale-1820}}
    vars: {own_token: Semmelweis1847}
  lis: {name: 检验系统, hosts: {lis-1: {address: 10.1.2.21}}}
"""
CONTRACT = """
schema: hmaint.contract/1
id: s3
title: 分级服务
documents:
  - {id: inspection_record, name: 日常系统巡检记录, fields: [巡检时间]}
  - {id: health_report, name: 系统健康检查与性能分析报告}
  - {id: tuning_record, name: 性能调优与重启记录}
  - {id: config_manual, name: 系统配置手册}
  - {id: rca, name: 故障分析报告}
triggered:
  - {id: S3-2.4.3, on: incident.resolved, deliver: rca, within: {n: 3, unit: workday}}
obligations:
  - {id: S3-1.1.1, title: 月度远程巡检, kind: inspection, per: month, evidence: [inspection_record]}
  - {id: S3-1.1.2, title: 季度深度巡检, kind: inspection, per: quarter, evidence: [health_report]}
  - {id: S3-1.2.2, title: 主动性能调优, kind: tuning, per: quarter, evidence: [tuning_record]}
  - {id: S3-3.5, title: 文档汇总提交, kind: bundle, per: quarter, evidence: [config_manual]}
"""
TODAY = datetime(2026, 11, 25, 15, 0, tzinfo=CHINA)


class Clock:
    """It is always that afternoon."""

    def now(self) -> datetime:
        return TODAY

    def monotonic(self) -> float:
        return 0.0


def make_world(folder: Path) -> World:
    """A workspace with a contract; its site was inspected in October and, deeply, in November."""
    (folder / "inventory.yaml").write_text(INVENTORY, "utf-8")
    (folder / "contracts").mkdir()
    (folder / "contracts" / "s3.yaml").write_text(CONTRACT, "utf-8")
    world = World(Workspace(folder, folder / "inventory.yaml"), Clock(), {}, "张工", "zhang")
    inspect(world, "R-20260801-090000-icu", datetime(2026, 8, 1, 9, tzinfo=CHINA))
    inspect(world, "R-20261010-090000-icu", datetime(2026, 10, 10, 9, tzinfo=CHINA))
    inspect(world, "R-20261110-090000-icu", datetime(2026, 11, 10, 9, tzinfo=CHINA), "inspect/quarterly")
    return world


def inspect(
    world: World, name: str, at: datetime, playbook: str = "inspect/monthly", site: str = "icu"
) -> None:
    """Keep an inspection with one finding and one thing that could not be looked at."""
    title = "季度深度巡检" if playbook.endswith("quarterly") else "月度远程巡检"
    run = replace(a_run(name, site=site), started_at=at, playbook=playbook, playbook_title=title)
    # A finding belongs to one site alone.
    found = (a_finding(),) if site == "icu" else ()
    checks = [
        Check("linux.disk", "icu-app-1", "磁盘", "磁盘", Level.WARNING, "已用 83%", found),
        Check("linux.memory", "icu-app-1", "内存", "内存", Level.OK, "看了"),
        Check("linux.cron", "icu-app-1", "计划任务", "系统", Level.UNKNOWN, "无权查看"),
    ]
    world.records.begin_run(run)
    world.records.append(name, site, a_target(), checks, [])
    world.records.finish_run(name, at + timedelta(minutes=4), Level.WARNING)


def names(world: World, bundled: Bundled) -> list[str]:
    """What lies in the zip, in its order."""
    with zipfile.ZipFile(world.workspace.root / bundled.path) as package:
        assert package.testzip() is None
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        return package.namelist()


def content(world: World, bundled: Bundled, name: str) -> bytes:
    """One file of the zip."""
    with zipfile.ZipFile(world.workspace.root / bundled.path) as package:
        return package.read(name)


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
