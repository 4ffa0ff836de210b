"""A site of devices from the inventory to the Word sheet, with the installed command and a real agent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.checks.device_tales import SWITCH, UPS
from tests.end_to_end.desk import Desk, Done, Tagged, words_of
from tests.services.fixtures import running
from tests.services.snmpd import COMMUNITY, HIDDEN, KEY, Snmpd

SECRETS = {
    "SNMP_AUTH": KEY,
    "SNMP_PRIVACY": HIDDEN,
    "SNMP_COMMUNITY": COMMUNITY,
    "SNMP_WRONG": "another-key-1",
}
FAULTY = {**SWITCH, "1.3.6.1.2.1.2.2.1.8.1": ("integer", 2), f"{UPS}.4.1.0": ("integer", 5)}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running(Snmpd()) as agent:
        agent.tell(FAULTY)
        made = Desk(tmp_path_factory.mktemp("devices"), **SECRETS)
        at = {"address": "127.0.0.1", "port": agent.port}
        v3 = {
            "version": 3,
            "user": "full",
            "auth": {"protocol": "sha256", "password": Tagged("!env SNMP_AUTH")},
            "privacy": {"protocol": "aes128", "password": Tagged("!env SNMP_PRIVACY")},
        }
        v2 = {"version": "2c", "community": Tagged("!env SNMP_COMMUNITY")}
        wrong = {"auth": {"password": Tagged("!env SNMP_WRONG")}}
        devices = {
            "core-switch": {**at, "model": "switch", "title": "核心交换机"},
            "ups-1": {**at, "model": "ups", "snmp": v2},
            "locked": {**at, "model": "switch", "snmp": wrong},
        }
        made.write_inventory({"icu": {"name": "重症监护系统", "snmp": v3, "devices": devices}})
        made.write_playbook(
            "look/devices",
            include=[{"name": "checks/devices", "tags": ["weekly"]}],
        )
        yield made


@pytest.fixture(scope="module")
def run(desk: Desk) -> Done:
    return desk.inspect("--playbook", "look/devices", "--report", limit=120)


def test_devices_are_listed_counted_and_reached(desk: Desk) -> None:
    listed = desk.run("inventory", "list")
    assert listed.out.count("设备") >= 3
    assert "核心交换机" in listed.out
    assert "3 台设备" in desk.run("inventory", "check").out
    reached = desk.run("inventory", "ping", "--site", "icu", "--format", "json")
    levels = {target["name"]: target["level"] for target in reached.object["targets"]}
    assert levels == {"core-switch": "ok", "ups-1": "ok", "locked": "unknown"}


def test_what_is_wrong_on_devices_is_found(run: Done) -> None:
    assert run.code == 2
    port = run.finding("core-switch", "device.interface.described")
    assert port is not None
    assert (port["subject"], port["level"]) == ("XGE0/0/1", "warning")
    source = run.finding("ups-1", "device.ups.source")
    assert source is not None
    assert source["level"] == "critical"


def test_a_device_that_does_not_let_us_in_is_not_fine(run: Done) -> None:
    locked = run.target("locked")
    assert (locked["level"], "认证口令" in locked["error"]) == ("unknown", True)


def test_the_sheet_names_devices_as_such(desk: Desk, run: Done) -> None:
    (path,) = desk.root.rglob("*.docx")
    words = words_of(path)
    assert run.code == 2
    for word in ("core-switch", "核心交换机", "设备", "上联核心", "battery", "SNMPv3 认证口令"):
        assert word in words, word


def test_no_secret_of_a_device_is_kept_or_said(desk: Desk, run: Done) -> None:
    assert run.code == 2
    for secret in SECRETS.values():
        for name, raw in desk.bytes_kept():
            assert secret.encode() not in raw, name
