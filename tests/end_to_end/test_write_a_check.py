"""A check of one's own is one entry of YAML: the one that the how-to shows, word for word, in a new workspace."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from demo.make_database import make

from tests.end_to_end.desk import Desk

PAGE = (Path(__file__).parents[2] / "docs/how-to/write-a-check.md").read_text("utf-8")


def shown(heading: str) -> str:
    """The first YAML a section of the page shows."""
    section = PAGE.split(f"\n## {heading}", 1)[1]
    found = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "desk")
    make(desk.root / "demo.db", datetime.now(UTC))
    desk.write_inventory(
        {"icu": {"name": "重症监护系统", "databases": {"demo": {"engine": "sqlite", "path": "demo.db"}}}}
    )
    place = desk.root / "playbooks/icu/interface.yaml"
    place.parent.mkdir(parents=True)
    place.write_text(shown("2. The playbook"), "utf-8")
    assert list(desk.root.rglob("*.py")) == []
    return desk


def test_the_entry_of_the_page_is_sound(desk: Desk) -> None:
    done = desk.run("playbook", "check", "icu/interface", lang="en")
    assert (done.code, done.out.strip()) == (0, "icu/interface: 1 steps, no fault")


def test_it_finds_what_is_planted_and_passes_once_the_limits_are_raised(desk: Desk) -> None:
    found = desk.inspect("--playbook", "icu/interface")
    assert found.code == 1
    assert (found.finding("demo", "icu.queue.backlog") or {})["level"] == "warning"
    inventory = desk.root / "inventory.yaml"
    raised = "    vars: {backlog_warning: 1000, backlog_critical: 5000}\n    databases:"
    inventory.write_text(inventory.read_text("utf-8").replace("    databases:", raised), "utf-8")
    passed = desk.inspect("--playbook", "icu/interface")
    assert passed.code == 0
    assert (passed.finding("demo", "icu.queue.backlog") or {})["state"] == "resolved"


def test_a_misspelt_table_is_not_examined_and_never_fine(desk: Desk) -> None:
    place = desk.root / "playbooks/icu/interface.yaml"
    place.write_text(place.read_text("utf-8").replace("from hl7_out", "from hl7_uot"), "utf-8")
    done = desk.inspect("--playbook", "icu/interface")
    assert done.code == 3
    assert (done.finding("demo", "icu.queue.backlog") or {})["level"] == "unknown"
