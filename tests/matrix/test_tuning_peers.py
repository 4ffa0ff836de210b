"""The planted defects of db-tune's lab are given to three well-known tools, and the page of who finds what is true."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
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

from .tuning_page import PAGE, TITLES, Compared, marks_of, page
from .tuning_peers import KEYS, LEFT_WHOLE, TOOLS, TUNER, VARIABLES, Said, alarms_of, found_by, listed_by, say


def _advised(server: MariaDB) -> Advised:
    database = Database("main", "his", "mysql", address=server.address, port=server.port, user="hmaint_ro")
    return advise(replace(facts_of(database, PASSWORD), limits=lab.LIMITS))


def _rules(*advised: Advised) -> frozenset[str]:
    return frozenset(rule for each in advised for item in each.advice for rule in (item.rule, *item.also))


def _compare(family: str) -> Compared:
    kind, pages = lab.KINDS[family]
    account = ("set sql_log_bin = 0", *(each for name in pages for each in statements(name)))
    with running(kind((*lab.settings(kind, ill=False), *LEFT_WHOLE.get(family, ())))) as well:
        lab.furnish_well(well)
        well.admin(*account)
        ours = tuple(f"{item.rule} {item.object}" for item in _advised(well).advice)
        healthy = say(well)
    with running(kind((*lab.settings(kind, ill=True), *LEFT_WHOLE.get(family, ())))) as ill:
        lab.furnish_ill(ill)
        ill.admin(*account)
        with lab.quarrels(ill):
            trouble = _advised(ill)
        mine = _rules(_advised(ill), trouble)
        said = say(ill)
        version = str(ill.admin("select @@version")[0][0]).split("-", 1)[0]
    return Compared(
        family,
        version,
        {"hmaint": mine, **{tool: found_by(tool, each.text) for tool, each in said.items()}},
        {"hmaint": frozenset(), **{tool: listed_by(tool, each.text) for tool, each in said.items()}},
        {"hmaint": ours, **{tool: alarms_of(tool, each.text, family) for tool, each in healthy.items()}},
        _troubles(said, healthy),
    )


def _troubles(*said: Mapping[str, Said]) -> dict[str, tuple[str, ...]]:
    return {
        tool: tuple(dict.fromkeys(line for each in said for line in each[tool].trouble)) for tool in TOOLS
    }


@pytest.mark.matrix
def test_the_page_tells_who_finds_what():
    compared = [_compare(family) for family in TITLES]
    if os.environ.get("HMAINT_GOLDEN") == "write":
        PAGE.write_text(page(compared), "utf-8")
    for each in compared:
        planted = lab.planted(each.family)
        assert planted - each.found["hmaint"] == set(), each.family
        assert each.alarms["hmaint"] == (), each.family
        for tool in TOOLS:
            assert each.found[tool] & planted, f"{tool} said nothing that is known on {each.family}"
            assert not any(line.startswith("exit") for line in each.trouble[tool]), each.trouble[tool]
    assert marks_of(page(compared)) == marks_of(PAGE.read_text("utf-8"))


@pytest.mark.parametrize("family", TITLES)
def test_the_page_has_every_planted_defect(family: str):
    sections = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    (section,) = (each for each in sections if each.startswith(TITLES[family]))
    told = re.findall(r"^\| \S.* \| `(mysql\.[a-z_.]+)` \| ● \|", section, re.MULTILINE)
    assert sorted(told) == sorted(lab.planted(family))


def test_what_the_tools_say_is_told_apart():
    assert found_by(TUNER, "[!!] Thread cache is disabled\n[OK] Query cache is fine\n") == {
        "mysql.threads.cache"
    }
    assert found_by(KEYS, "# again is a duplicate of by_patient\n") == {"mysql.index.duplicate"}
    assert found_by(VARIABLES, "# NOTE port: x\n# WARN sync_binlog: y\n") == {"mysql.durability.binlog"}
    assert alarms_of(TUNER, "[!!] Swappiness is > 10\n[OK] x\n[!!] Query cache\n", "mysql9") == (
        "[!!] Query cache",
    )
    assert alarms_of(TUNER, "[!!] Your MySQL version 5.6.24-log is EOL software!\n", "mysql56") == ()
    assert alarms_of(TUNER, "[!!] Your MySQL version 9.7.4 is EOL software!\n", "mysql9") != ()


def test_a_list_counts_only_what_stands_in_it():
    text = (
        "-------- Performance schema: Redundant indexes -----\n[--]  +-- 1: his\tword\taside\tid\n \n"
        "-------- Performance schema: Table not using InnoDB buffer ----\n[--]  +-- 1: his\tfilm\n \n"
        "-------- Performance schema: Top 15 Tables using InnoDB buffer ----\n[--]  +-- 1: his\timage\n \n"
    )
    assert listed_by(TUNER, text) == {"mysql.index.hidden"}
    assert listed_by(KEYS, text) == frozenset()
