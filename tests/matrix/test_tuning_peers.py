"""The planted defects of db-tune's lab are given to three well-known tools, and the page of who finds what is true."""

from __future__ import annotations

import os
import re
from dataclasses import replace

import pytest

from hmaint.advise.engines import advise
from hmaint.model.advice import Advised
from hmaint.model.inventory import Database
from tests.advise import mysql_lab as lab
from tests.advise.collected import facts_of
from tests.checks.documented import PASSWORD, statements
from tests.services.fixtures import running
from tests.services.mariadb import MariaDB

from .tuning_peers import KEYS, PAGE, TOOLS, TUNER, VARIABLES, Compared, alarms_of, found_by, page, say


def _advised(server: MariaDB) -> Advised:
    database = Database("main", "his", "mysql", address=server.address, port=server.port, user="hmaint_ro")
    return advise(replace(facts_of(database, PASSWORD), limits=lab.LIMITS))


def _rules(*advised: Advised) -> frozenset[str]:
    return frozenset(rule for each in advised for item in each.advice for rule in (item.rule, *item.also))


def _compare() -> Compared:
    account = ("set sql_log_bin = 0", *statements("mariadb"))
    with running(MariaDB(lab.settings(MariaDB, ill=False))) as well:
        lab.furnish_well(well)
        well.admin(*account)
        ours = tuple(f"{item.rule} {item.object}" for item in _advised(well).advice)
        alarms = {tool: alarms_of(tool, said) for tool, said in say(well).items()}
    with running(MariaDB(lab.settings(MariaDB, ill=True))) as ill:
        lab.furnish_ill(ill)
        ill.admin(*account)
        with lab.quarrels(ill):
            trouble = _advised(ill)
        mine = _rules(_advised(ill), trouble)
        found = {tool: found_by(tool, said) for tool, said in say(ill).items()}
        version = str(ill.admin("select @@version")[0][0]).split("-", 1)[0]
    return Compared(version, {"hmaint": mine, **found}, {"hmaint": ours, **alarms})


def _marks(text: str) -> list[str]:
    """The rows of the table of defects: what is found by whom, whatever the version."""
    return [line for line in text.splitlines() if "`mysql." in line]


@pytest.mark.matrix
def test_the_page_tells_who_finds_what():
    compared = _compare()
    if os.environ.get("HMAINT_GOLDEN") == "write":
        PAGE.write_text(page(compared), "utf-8")
    planted = lab.planted("mariadb")
    assert planted - compared.found["hmaint"] == set()
    assert compared.alarms["hmaint"] == ()
    for tool in TOOLS:
        assert len(compared.found[tool] & planted) < len(planted), tool
        assert compared.found[tool], f"{tool} said nothing that is known"
    assert _marks(page(compared)) == _marks(PAGE.read_text("utf-8"))


def test_the_page_has_every_planted_defect():
    told = PAGE.read_text("utf-8")
    assert set(re.findall(r"`(mysql\.[a-z_.]+)`", told)) == lab.planted("mariadb")


def test_what_the_tools_say_is_told_apart():
    assert found_by(TUNER, "[!!] Thread cache is disabled\n[OK] Query cache is fine\n") == {
        "mysql.threads.cache"
    }
    assert found_by(KEYS, "# again is a duplicate of by_patient\n") == {"mysql.index.duplicate"}
    assert found_by(VARIABLES, "# NOTE port: x\n# WARN sync_binlog: y\n") == {"mysql.durability.binlog"}
    assert alarms_of(TUNER, "[!!] There is a new version of MySQLTuner available\n[!!] x\n[OK] y\n") == (
        "[!!] x",
    )
    assert alarms_of(VARIABLES, "# NOTE port: x\n# WARN a: b\n") == ("# WARN a: b",)
