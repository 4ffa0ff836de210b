"""What a plan sends to Windows hosts, and what is known of them before anything is judged."""

from __future__ import annotations

import pytest

from hmaint.engine.facts import clock_offset
from hmaint.engine.facts_windows import FACTS, read_facts
from hmaint.engine.plan import described, selects
from hmaint.engine.trip import scope_of
from hmaint.expr.condition import compile_condition
from hmaint.load.playbook_names import attributes
from hmaint.model.inventory import Host, Site
from hmaint.model.look import Reply, Seen
from hmaint.model.playbook import Selector
from tests.checks.hosts import NOW
from tests.checks.windows_hosts import facts, out

LINUX, WINDOWS = Host("lin", "icu", roles=("db",)), Host("win", "icu", platform="windows", roles=("db",))


@pytest.mark.parametrize(
    ("match", "linux", "windows"),
    [
        ({}, True, False),
        ({"roles": ("db",)}, True, False),
        ({"platform": ("linux",)}, True, False),
        ({"platform": ("windows",)}, False, True),
        ({"platform": ("windows",), "roles": ("app",)}, False, False),
        ({"platform": ("linux", "windows")}, True, True),
    ],
)
def test_a_step_reaches_windows_only_where_it_says_so(
    match: dict[str, tuple[str, ...]], *, linux: bool, windows: bool
) -> None:
    selector = Selector("host", match)
    assert (selects(selector, LINUX), selects(selector, WINDOWS)) == (linux, windows)


def test_people_are_told_which_sort_of_host_it_is() -> None:
    assert (described(LINUX), described(WINDOWS)) == ("主机", "Windows 主机")


@pytest.mark.parametrize(
    ("release", "kernel", "pretty"),
    [
        ("2008R2", "6.1.7601", "Windows Server 2008 R2 Standard Service Pack 1"),
        ("2012R2", "6.3.9600.5122", "Windows Server 2012 R2 Standard"),
        ("2016", "10.0.14393.5122", "Windows Server 2016 Standard"),
        ("2019", "10.0.17763.5122", "Windows Server 2019 Standard"),
        ("2022", "10.0.20348.5122", "Windows Server 2022 Standard"),
    ],
)
def test_each_release_is_known_by_its_build(release: str, kernel: str, pretty: str) -> None:
    known = read_facts(facts(release), "utf-8")
    assert (known["os"], known["release"], known["kernel"], known["pretty"]) == (
        "Windows",
        release,
        kernel,
        pretty,
    )
    assert (known["cpus"], known["admin"], known["hostname"]) == (8, True, "HIS-WIN-1")


def test_the_clock_is_compared_as_on_other_hosts() -> None:
    known = read_facts(facts(ahead=90.0), "utf-8")
    assert clock_offset(known, NOW) == 90.0


@pytest.mark.parametrize(
    "reply",
    [
        Reply(Seen.TIMED_OUT, reason="超时"),
        Reply(Seen.OBSERVED, b"", b"", 1),
        Reply(Seen.OBSERVED, b"\xff\xfegarbage", b"", 0),
        Reply(Seen.OBSERVED, b"[1]\n", b"", 0),
        out({"build": "x", "time": True, "cpus": "8", "admin": "yes", "hostname": 5}),
    ],
)
def test_what_was_not_told_is_nothing_and_names_stay(reply: Reply) -> None:
    known = read_facts(reply, "utf-8")
    assert known["build"] is None
    assert known["admin"] is None
    assert (known["cpus"], known["uptime"], known["time"]) == (None, None, None)
    assert (known["kernel"], known["release"], known["hostname"]) == ("", "", "")


def test_every_fact_that_conditions_may_name_is_there() -> None:
    known = {**read_facts(facts(), "utf-8"), "clock_offset": 0.0}
    scope = scope_of(WINDOWS, Site("icu", "重症监护系统"), {}, known)
    assert set(attributes("host")) - set(scope["host"]) <= {"vars", "ssh"}  # type: ignore[arg-type] # a mapping
    assert compile_condition("host.build >= 9200 and host.platform == 'windows'")(scope)


def test_the_facts_are_asked_in_powershell() -> None:
    assert FACTS.language == "powershell"
