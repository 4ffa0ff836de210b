"""The page of upgrade faults is the table the tests hold every run against."""

from __future__ import annotations

import os
from pathlib import Path

from tests.upgrade.faults import FAULTS, PAGE, page

WRITE = os.environ.get("HMAINT_FAULTS_PAGE") == "write"
"""Read once, as tests run without the caller's HMAINT_ variables."""


def test_the_page_is_the_table() -> None:
    if WRITE:
        PAGE.write_text(page(), "utf-8")
    assert PAGE.read_text("utf-8") == page()


def test_every_fault_of_the_table_is_injected_by_a_test() -> None:
    injected = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_faults_*.py"))
    assert [fault.id for fault in FAULTS if f'"{fault.id}"' not in injected] == []


def test_no_fault_has_two_endings() -> None:
    names = [fault.id for fault in FAULTS]
    assert len(names) == len(set(names))
