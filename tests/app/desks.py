"""A world around a temporary folder: the S4 hospital, its contract, and a clock that stands still."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hmaint.app.world import World
from hmaint.kit.clock import CHINA
from hmaint.kit.resources import shipped
from hmaint.load.workspace import Workspace

INVENTORY = """
version: 1
hospital: {name: 青海红十字医院, department: 信息科}
vendor: {name: 某某公司, project_manager: 王经理}
sites:
  tj: {name: 体检系统, contract: s4, hosts: {tj-app-1: {address: 10.1.2.11}}}
  or: {name: 手术示教系统, contract: s3, hosts: {or-1: {address: 10.1.2.21}}}
"""
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=CHINA)
MAIL = """\
From: =?utf-8?b?546L6I2v5biI?= <wang@example.org>
Date: Wed, 18 Nov 2026 09:12:00 +0800
Message-ID: <abc123@example.org>
Subject: =?utf-8?b?56Gu6K6k?=

同意
"""


@dataclass
class Still:
    """A clock that is moved by hand."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0


def a_world(folder: Path, clock: Still | None = None) -> World:
    (folder / "inventory.yaml").write_text(INVENTORY, "utf-8")
    (folder / "contracts").mkdir()
    for name in ("s3", "s4"):
        shutil.copy(shipped("contracts") / f"{name}.yaml", folder / "contracts" / f"{name}.yaml")
    return World(Workspace(folder, folder / "inventory.yaml"), clock or Still(), {}, "张工", "zhang")


def a_mail(folder: Path, text: str = MAIL) -> Path:
    path = folder / "确认.eml"
    path.write_text(text, "utf-8")
    return path
