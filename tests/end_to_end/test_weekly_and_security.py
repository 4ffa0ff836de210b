"""The weekly monitoring and the security inspection, run as a user runs them, down to the sheet."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.end_to_end.desk import Desk, words_of
from tests.services import peers
from tests.services.fixtures import running
from tests.services.sshd import Sshd
from tests.services.web import Web


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A site with a service of every kind, some of them ill."""
    folder = tmp_path_factory.mktemp("weekly")
    with ExitStack() as open_now:
        health = json.dumps({"status": "DOWN"}).encode()
        web = open_now.enter_context(running(Web({"/": (200, "application/json", health)})))  # type: ignore[type-var]
        sshd = open_now.enter_context(running(Sshd(["Ciphers aes128-ctr,aes128-cbc"])))  # type: ignore[type-var]
        clocks = [open_now.enter_context(peers.datagrams(peers.time_server(ahead=ahead))) for ahead in (0, 5)]
        resolvers = [
            open_now.enter_context(peers.datagrams(peers.resolver(address)))
            for address in ("10.1.2.3", "10.1.2.4")
        ]
        archive = open_now.enter_context(peers.streams(peers.Archive()))
        interface = open_now.enter_context(peers.streams(socket.socket.close))
        made = Desk(folder / "desk")
        made.write_inventory(
            {
                "icu": {
                    "name": "重症监护系统",
                    "hosts": {"laptop": {"connection": "local"}},
                    "endpoints": {
                        "portal": {"url": web.url(), "json": {"path": "status", "equals": "UP"}},
                        "sftp": {"ssh": f"127.0.0.1:{sshd.port}"},
                        "clock": {"ntp": f"127.0.0.1:{clocks[0]}"},
                        "late": {"ntp": f"127.0.0.1:{clocks[1]}"},
                        "names": {
                            "dns": {"name": "his.lan", "servers": [f"127.0.0.1:{port}" for port in resolvers]}
                        },
                        "pacs": {"dicom": f"127.0.0.1:{archive}", "called": "PACS"},
                        "hl7": {"mllp": f"127.0.0.1:{interface}"},
                    },
                }
            }
        )
        yield made


def test_the_weekly_monitoring_finds_what_is_ill_and_writes_its_sheet(desk: Desk) -> None:
    done = desk.inspect("-p", "inspect/weekly", "--report")
    ill = {
        ("portal", "endpoint.http.json", "critical"),
        ("late", "endpoint.ntp.offset", "critical"),
        ("names", "endpoint.dns.agree", "critical"),
        ("hl7", "endpoint.mllp.kept", "critical"),
    }
    told = {(f["target"], f["check"], f["level"]) for f in done.object["findings"]}
    assert {one for one in told if one[0] != "laptop"} == ill
    assert (desk.run("inspect", "--site", "icu", "-p", "inspect/weekly", lang="en").code, done.code) == (2, 2)
    (sheet,) = desk.root.glob("reports/icu/*/*.docx")
    assert "HL7 接口是否保持连接" in words_of(sheet)


def test_the_security_inspection_leaves_no_service_unlooked_at(desk: Desk) -> None:
    done = desk.inspect("-p", "inspect/security", limit=180)
    told = {(f["target"], f["check"]) for f in done.object["findings"]}
    assert ("sftp", "endpoint.ssh.algorithms") in told
    assert ("portal", "endpoint.http.plain") in told
    assert not [one for one in told if one[1] == "target.contact"]


def test_a_ping_asks_every_service_and_calls_none_reached_that_is_not(desk: Desk, tmp_path: Path) -> None:
    done = desk.run("inventory", "ping", "--site", "icu", "--format", "json")
    assert {target["name"] for target in done.object["targets"] if target["error"]} == set()
    gone = Desk(tmp_path / "gone")
    services = {
        "hl7": {"mllp": "127.0.0.1:1"},
        "clock": {"ntp": "127.0.0.1:1"},
        "page": {"url": "http://127.0.0.1:1/"},
    }
    gone.write_inventory({"icu": {"name": "重症监护系统", "endpoints": services}})
    lost = gone.run("inventory", "ping", "--site", "icu", "--format", "json")
    assert {target["name"] for target in lost.object["targets"] if target["error"]} == set(services)


@pytest.mark.parametrize("name", ["inspect/weekly", "inspect/security"])
def test_both_playbooks_are_found_by_name(desk: Desk, name: str) -> None:
    assert name in desk.run("playbook", "list").out


def test_a_workspace_may_have_its_own(tmp_path: Path) -> None:
    own = Desk(tmp_path / "own")
    own.write_inventory({"icu": {"name": "重症监护系统", "hosts": {"laptop": {"connection": "local"}}}})
    step = {"id": "own.zone", "title": "时区文件", "do": "file", "on": "hosts", "keep": True}
    own.write_playbook("inspect/weekly", [step | {"with": {"path": "/etc/hostname"}}])
    assert own.inspect("-p", "inspect/weekly", "--report").code == 0
    (sheet,) = own.root.glob("reports/icu/*/*.docx")
    assert "时区文件" in words_of(sheet)
