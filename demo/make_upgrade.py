"""Make a workspace with a small web application of release 1.0 on this machine, and plans for its upgrades."""

from __future__ import annotations

import socket
import sqlite3
import sys
from contextlib import closing
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

from board_releases import MIGRATIONS, install, pack  # another script of this folder

CHINA = timezone(timedelta(hours=8))

INVENTORY = """\
# 演示清单：make demo-upgrade 用它在本机升级一个小应用。
version: 1
hospital: {{name: 示范医院, department: 信息科}}
vendor: {{name: 示范软件公司, project_manager: 张三}}
sites:
  ward:
    name: 床位一览
    vars: {{hmaint_folder: "{home}/.hmaint-upgrade"}}
    hosts:
      laptop: {{connection: local}}
    databases:
      board-db: {{engine: sqlite, path: "{home}/board.db", title: 床位数据库}}
    endpoints:
      board: {{url: "http://127.0.0.1:{port}/health", expect: 200}}
    backups:
      board-copy:
        path: "{backups}/board-%Y%m%d.db"
        of: board-db
        max_age: 1h
"""

PLAN = """\
plan: board-{after}
title: 床位一览升级到 {after}
site: ward
from: "{before}"
to: "{after}"
modules: [床位一览]
content: {content}
reason: 护理部申请
impact: 升级期间约半分钟不能查看床位一览
window: {{from: "{opens}", to: "{shuts}"}}
applicant: 张三
approvers: [李主任]
supervisor: 王主任
tests: 在测试机上升级并回退各一次，通过
risks:
  - {{risk: 新版本不能启动, chance: 低, effect: 不能查看床位, measure: 自动退回原版本}}
artefacts:
  release: {{file: board-{after}.tar, sha256: {release}}}
  migration: {{file: board-{after}.sql, sha256: {migration}}}
backups:
  - {{name: board-copy, max_age: 1h, of: board-db}}
vars: {{home: "{home}"}}
preflight:
  - id: before.answers
    title: 升级前系统正常
    do: http
    on: endpoints
    expect: {{as_expected: {{must: {{eq: true}}, otherwise: critical}}}}
steps:
  - id: unpack
    title: 安装包解压到新目录
    do: unpack
    on: hosts
    with: {{artefact: release, to: "{{{{ vars.home }}}}/releases/{after}"}}
    estimate: 2s
  - id: stop
    title: 停止旧版本
    do: service
    on: hosts
    with:
      state: stopped
      stable: 1s
      start: "{{{{ vars.home }}}}/current/ctl start"
      stop: "{{{{ vars.home }}}}/current/ctl stop"
      running: "{{{{ vars.home }}}}/current/ctl status"
    outage: true
    estimate: 2s
  - id: migrate
    title: 数据库结构升级
    do: sql
    on: databases
    with: {{script: migration}}
    undo: {undo}
    outage: true
    estimate: 2s
  - id: switch
    title: 切换到新版本
    do: symlink
    on: hosts
    with: {{path: "{{{{ vars.home }}}}/current", to: "{{{{ vars.home }}}}/releases/{after}"}}
    outage: true
    estimate: 1s
  - id: start
    title: 启动新版本
    do: service
    on: hosts
    with:
      state: started
      stable: 1s
      start: "{{{{ vars.home }}}}/current/ctl start"
      stop: "{{{{ vars.home }}}}/current/ctl stop"
      running: "{{{{ vars.home }}}}/current/ctl status"
    outage: true
    estimate: 3s
verify:
  - id: after.answers
    title: 升级后系统正常
    do: http
    on: endpoints
    with: {{contains: '"version": "{after}"'}}
    expect: {{as_expected: {{must: {{eq: true}}, otherwise: critical}}}}
    says: 状态码 {{{{ status }}}}
observe: {{for: 4s, every: 2s}}
rollback: auto
"""

CONTENT = {"1.1": "增加床位备注", "1.2": "增加隔离标志（此版本有缺陷，用于演示自动回退）"}
UNDO = {
    "1.1": ["drop table change_log", "alter table bed drop column note"],
    "1.2": ["alter table bed drop column isolation"],
}
BEFORE = {"1.1": "1.0", "1.2": "1.1"}


def workspace(folder: Path, now: datetime) -> None:
    """Lay out the server, the workspace and its plans in a folder that is not there yet."""
    home, plans, backups = (folder / name for name in ("server", "plans", "backups"))
    for made in (home, plans, backups):
        made.mkdir(parents=True)
    port = _free_port()
    install(home, "1.0", sys.executable, port)
    words = {"home": home.as_posix(), "backups": backups.as_posix(), "port": port}
    (folder / "inventory.yaml").write_text(INVENTORY.format(**words), encoding="utf-8")
    for version in ("1.1", "1.2"):
        _plan(plans, home, version, now)


def _plan(plans: Path, home: Path, version: str, now: datetime) -> None:
    packed, script = plans / f"board-{version}.tar", plans / f"board-{version}.sql"
    pack(version, packed)
    script.write_text(MIGRATIONS[version], encoding="utf-8")
    text = PLAN.format(
        before=BEFORE[version],
        after=version,
        content=CONTENT[version],
        opens=f"{now.astimezone(CHINA) - timedelta(minutes=5):%Y-%m-%d %H:%M}",
        shuts=f"{now.astimezone(CHINA) + timedelta(hours=2):%Y-%m-%d %H:%M}",
        release=_digest(packed),
        migration=_digest(script),
        undo=f"[{', '.join(UNDO[version])}]",
        home=home.as_posix(),
    )
    (plans / f"board-{version}.yaml").write_text(text, encoding="utf-8")


def backup(folder: Path, now: datetime) -> Path:
    """Copy the database as its own backup does; the newest one counts."""
    copy = folder / "backups" / f"board-{now.astimezone(CHINA):%Y%m%d}.db"
    copy.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(folder / "server" / "board.db")) as source,
        closing(sqlite3.connect(copy)) as made,
    ):
        source.backup(made)
    return copy


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
