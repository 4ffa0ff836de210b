"""Every planted fault is found, and nothing is reported on its healthy twin."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from tests.end_to_end.desk import Desk, Done, words_of
from tests.end_to_end.planted import planted

FAULTS = [
    # what was planted, where (-sick, -sound), the check that tells, its subject, how bad it is
    ("host", "linux.disk.usage", "/srv/data", "critical"),
    ("host", "linux.process.expected", "icu-monitor", "critical"),
    ("host", "linux.service.expected", "icu-his", "critical"),
    ("host", "linux.log.application", "/srv/icu/logs/catalina.log", "critical"),
    ("host", "linux.security.certificates", "/srv/icu/tls/server.crt", "critical"),
    ("mysql", "mysql.transactions.long", None, "warning"),
    ("mysql", "mariadb.tables.no_key", "icu", "warning"),
    ("pg", "postgresql.transactions.long", None, "warning"),
    ("pg", "postgresql.transactions.idle", None, "warning"),
    ("pg", "postgresql.tables.no_key", "public", "warning"),
    ("portal", "endpoint.tls.days", None, "critical"),
]
NAMES = [f"{target} {check}" for target, check, _subject, _level in FAULTS]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with planted(tmp_path_factory.mktemp("planted")) as made:
        yield made


@pytest.fixture(scope="module")
def run(desk: Desk) -> Done:
    return desk.inspect("--report", limit=120)


@pytest.fixture(scope="module")
def cases(desk: Desk, run: Done) -> dict[tuple[str, str], ET.Element]:
    """How every check came out on every target, by target and check."""
    shown = desk.run("runs", "show", str(run.object["run"]), "--format", "junit")
    found = ET.fromstring(shown.out).iter("testcase")  # noqa: S314 - hmaint's own
    return {(str(c.get("classname")), str(c.get("name")).split(" ")[0]): c for c in found}


@pytest.mark.parametrize(("target", "check", "subject", "level"), FAULTS, ids=NAMES)
def test_a_planted_fault_is_found(
    run: Done, target: str, check: str, subject: str | None, level: str
) -> None:
    found = [f for f in run.object["findings"] if (f["target"], f["check"]) == (f"{target}-sick", check)]
    assert [(f["subject"], f["level"]) for f in found] == [(subject or found[0]["subject"], level)]
    assert found[0]["state"] == "new"
    assert found[0]["summary"]
    assert found[0]["advice"]


@pytest.mark.parametrize(("target", "check"), [fault[:2] for fault in FAULTS], ids=NAMES)
def test_its_healthy_twin_was_looked_at_and_nothing_is_reported(
    run: Done, cases: dict[tuple[str, str], ET.Element], target: str, check: str
) -> None:
    assert not [f for f in run.object["findings"] if (f["target"], f["check"]) == (f"{target}-sound", check)]
    case = cases[f"{target}-sound", check]
    assert list(case) == [], f"looked at and fine, not skipped: {ET.tostring(case, 'unicode')}"


def test_every_target_was_reached_and_the_exit_code_is_the_worst(run: Done) -> None:
    whole = run.object
    assert [t["error"] for t in whole["targets"]] == [None] * len(whole["targets"])
    assert (run.code, whole["level"]) == (2, "critical")
    assert whole["checks"]["critical"] >= 5


def test_nothing_was_changed_on_either_side(desk: Desk, run: Done) -> None:
    sent = desk.run("audit", "list", "--run", str(run.object["run"]), "-n", "100000", "--format", "json")
    assert len({line["target"] for line in sent.object["lines"]}) == len(run.object["targets"])
    assert desk.run("audit", "verify").code == 0


def test_the_sheet_tells_of_every_fault(desk: Desk, run: Done) -> None:
    (path,) = run.object["reports"]
    words = words_of(desk.root / path)
    for _target, _check, subject, _level in FAULTS[:5]:
        assert str(subject) in words
