"""The kind `service`: systemd, OpenRC and System V init, and names nobody knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Host
from hmaint.model.look import Reply, Seen
from tests.step.shells import ask, context, every_shell, look, read

SYSTEMD = """\
Id=tomcat.service
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
NRestarts=3

Id=nosuch.service
LoadState=not-found
ActiveState=inactive
SubState=dead
"""
HOST = Host("h", "icu", services=("tomcat", "nosuch"))


def test_systemd_tells_each_service() -> None:
    rows = read("service", {}, Reply(Seen.OBSERVED, SYSTEMD.encode(), code=0), context(HOST)).rows
    assert [dict(row) for row in rows] == [
        {"name": "tomcat", "state": "active", "substate": "running", "enabled": "enabled", "restarts": 3},
        {"name": "nosuch", "state": "not-found", "substate": "dead", "enabled": "", "restarts": None},
    ]


def test_answer_about_other_services_is_garbled() -> None:
    half = SYSTEMD.split("\n\n", maxsplit=1)[0]
    with pytest.raises(CouldNotLook, match="不符"):
        read("service", {}, Reply(Seen.OBSERVED, half.encode(), code=0), context(HOST))


@pytest.mark.parametrize(
    ("code", "state"),
    [("0", "active"), ("3", "inactive"), ("1", "failed"), ("none", "not-found"), ("4", None)],
)
def test_exit_code_of_status_tells_the_state(code: str, state: str | None) -> None:
    text = f"tomcat\t{code}\tyes\n"
    (row,) = read("service", {"names": ["tomcat"]}, Reply(Seen.OBSERVED, text.encode(), code=0)).rows
    assert (row["state"], row["enabled"]) == (state, "enabled")


@every_shell
@pytest.mark.skipif(Path("/run/systemd/system").exists(), reason="this machine runs systemd")
def test_service_nobody_knows_is_not_found_without_systemd(shell: str) -> None:
    (row,) = look("service", {"names": ["hmaint-nosuch"]}, shell).rows
    assert (row["state"], row["enabled"]) == ("not-found", "disabled")


def test_all_names_are_asked_in_one_go() -> None:
    assert ask("service", {}, context(HOST)).script.count("systemctl show") == 1


@pytest.mark.parametrize("name", ["a b", "$(id)", "-x", "a;b"])
def test_name_that_is_none_is_not_sent(name: str) -> None:
    with pytest.raises(CouldNotLook, match="服务名"):
        ask("service", {}, context(Host("h", "icu", services=(name,))))


def test_host_without_services_has_nothing_to_look_at() -> None:
    with pytest.raises(CouldNotLook, match="services"):
        ask("service", {})
