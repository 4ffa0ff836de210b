"""Manuals and plans from a workspace's inventory to a document under a number."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import docx
import pytest

from hmaint.app.documents import issue_document
from hmaint.app.estate import DEPLOYMENT, EMERGENCY, OPERATION, RECOVERY
from hmaint.app.gather import GATHERERS, Options
from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.load.workspace import Workspace

INVENTORY = """
version: 1
hospital: {name: 青海示范医院, department: 信息科}
vendor: {name: 某某公司, project_manager: 王经理}
allow_plaintext: true
sites:
  icu:
    name: 重症监护系统
    ssh: {user: hmaint, password: Winter-2026}
    hosts: {icu-app-1: {address: 10.1.2.11, services: [tomcat]}}
    databases: {main: {engine: mysql, address: 10.1.2.12, user: ro, password: Summer-2026, name: icu}}
"""
FORMS = (DEPLOYMENT, OPERATION, EMERGENCY, RECOVERY)


class _Clock:
    def now(self) -> datetime:
        return datetime(2026, 12, 20, 15, 0, tzinfo=CHINA)

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"nothing here waits, not even {seconds} s")


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "inventory.yaml").write_text(INVENTORY, "utf-8")
    return World(Workspace(tmp_path, tmp_path / "inventory.yaml"), _Clock(), {}, "张工", "zhang")


@pytest.mark.parametrize("form", FORMS)
def test_a_paper_is_issued_under_one_number_and_a_new_version_each_time(world: World, form: str) -> None:
    first = issue_document(world, form, "icu", GATHERERS[form](world, "icu", Options()))
    again = issue_document(world, form, "icu", GATHERERS[form](world, "icu", Options()))
    assert again.number == first.number
    assert (first.version, again.version) == (1, 2)
    cells = {
        cell.text
        for table in docx.Document(str(world.workspace.root / first.path)).tables
        for cell in table._cells
    }
    assert "重症监护系统" in cells
    assert not any("2026" in cell and ("Winter" in cell or "Summer" in cell) for cell in cells)


def test_a_manual_has_the_checks_that_fit_the_site_and_no_others(world: World) -> None:
    data = GATHERERS[OPERATION](world, "icu", Options()).data
    inspections = data["inspections"]
    assert isinstance(inspections, list)
    assert [row["per"] for row in inspections] == ["每周", "每月", "每季度", "每半年"]
    topics = data["topics"]
    assert isinstance(topics, list)
    names = {topic["name"] for topic in topics}
    assert {"磁盘", "内存", "数据库"} <= names
    assert not {"UPS", "Tomcat", "nginx"} & names


@pytest.mark.parametrize("form", FORMS)
def test_a_site_that_is_not_in_the_inventory_is_wrong_usage(world: World, form: str) -> None:
    with pytest.raises(WrongUsage, match="icu"):
        GATHERERS[form](world, "lis", Options())


def test_another_inventory_is_another_record(world: World) -> None:
    before = GATHERERS[EMERGENCY](world, "icu", Options()).data["record"]
    world.inventory.path.write_text(INVENTORY + "\n# 改动\n", "utf-8")
    assert GATHERERS[EMERGENCY](world, "icu", Options()).data["record"] != before
