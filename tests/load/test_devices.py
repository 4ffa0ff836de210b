"""Devices in an inventory: what a site hands down to them, and what playbooks may ask of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hmaint.app.kinds import KINDS
from hmaint.app.world import secrets_of
from hmaint.engine.plan import make_plan
from hmaint.errors import BadFile
from hmaint.load.inventory import load_inventory, warnings
from hmaint.load.playbook import load_playbook
from hmaint.model.inventory import Inventory, Secret, Snmp

FILE = """\
version: 1
hospital: {name: 甲医院}
defaults:
  snmp: {version: 3, user: hmaint, auth: {password: !secret snmp-auth}}
sites:
  icu:
    snmp: {privacy: {protocol: aes256, password: !secret snmp-privacy}}
    limits: {connect: 3s}
    devices:
      core: {address: 10.1.0.1, model: switch, roles: [core], vars: {device_cpu_warning: 70}}
      old: {address: 10.1.0.2, model: switch, snmp: {version: 2c, community: !secret old}}
      older: {address: 10.1.0.3, port: 1161, snmp: {version: 1, community: !env OLDER}}
      bare: {address: 10.1.0.4, model: ups, snmp: {user: other, auth: null, privacy: null, context: vlan-1}}
"""
PLAYBOOK = """\
name: x/y
title: 甲
steps:
  - id: a.b
    title: 乙
    do: snmp
    on: {{devices: {{model: [ups]}}}}
    with: {{{args}}}
    keep: true
"""


def inventory(here: Path, text: str = FILE) -> Inventory:
    (here / "inventory.yaml").write_text(text, encoding="utf-8")
    return load_inventory(here / "inventory.yaml")


def test_what_a_site_says_of_snmp_is_handed_down_word_by_word(here: Path) -> None:
    core, old, older, bare = inventory(here).sites["icu"].devices
    auth, privacy = Secret("secret", "snmp-auth"), Secret("secret", "snmp-privacy")
    assert core.snmp == Snmp("3", None, "hmaint", "sha256", auth, "aes256", privacy)
    assert (core.port, core.limits.connect, core.vars) == (161, 3.0, {"device_cpu_warning": 70})
    assert old.snmp == Snmp("2c", Secret("secret", "old"))
    assert (older.snmp, older.port) == (Snmp("1", Secret("env", "OLDER")), 1161)
    assert bare.snmp == Snmp("3", user="other", context="vlan-1")


def test_every_secret_of_a_device_is_known_before_the_visit(here: Path) -> None:
    names = {secret.name for secret in secrets_of(inventory(here).sites["icu"])}
    assert names == {"snmp-auth", "snmp-privacy", "old", "OLDER"}


def test_no_secret_of_a_device_is_shown(here: Path) -> None:
    text = FILE.replace("version: 1\n", "version: 1\nallow_plaintext: true\n").replace(
        "!secret old", "hunter2"
    )
    assert "hunter2" not in repr(inventory(here, text))


def test_two_devices_at_one_address_are_odd(here: Path) -> None:
    assert warnings(inventory(here)) == []
    (odd,) = warnings(inventory(here, FILE.replace("10.1.0.2", "10.1.0.1")))
    assert "10.1.0.1:161" in odd


def test_steps_are_chosen_by_the_model_of_a_device(here: Path) -> None:
    site = inventory(here).sites["icu"]
    playbook = load_playbook("checks/devices", workspace=None, kinds=KINDS)
    jobs = {job.target.name: {step.id for step in job.steps} for job in make_plan(playbook, site).jobs}
    assert "device.ups.source" in jobs["bare"]
    assert "device.ups.source" not in jobs["core"] | jobs["older"]
    assert {"device.cpu.busy", "device.interface.load"} <= jobs["core"] & jobs["old"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ("scalars: {a: upsBateryStatus}", "upsBatteryStatus"),
        ("scalars: {a: 1.3.x}", "OID"),
        ("rows: 5", "scalars"),
        ("columns: {a: ifDescr}, rates: [b]", "rates"),
        ("columns: {a: ifDescr}, compute: {c: b + 1}", "compute"),
        ("columns: {a: ifDescr}, compute: {c: a +}", "语法"),
        ("columns: {a: ifDescr}, only: b == 1", "only"),
        ("columns: {A: ifDescr}", "A"),
        ("columns: {a: ifDescr}, set: {a: 1}", "set"),
    ],
)
def test_arguments_of_a_look_at_a_device_are_checked_when_the_file_is_read(
    here: Path, args: str, words: str
) -> None:
    path = here / "y.yaml"
    path.write_text(PLAYBOOK.format(args=args), encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        load_playbook(path, workspace=None, kinds=KINDS)
    assert words in str(caught.value)
    path.write_text(
        PLAYBOOK.format(args="scalars: {a: [upsBatteryStatus, 1.3.6.1.4.1.318.1.0]}"), encoding="utf-8"
    )
    assert load_playbook(path, workspace=None, kinds=KINDS).steps[0].risk == 0


def test_secrets_of_a_device_cannot_be_read_by_a_playbook(here: Path) -> None:
    path = here / "y.yaml"
    for name in ("snmp", "snmp.community", "password"):
        text = PLAYBOOK.format(args="scalars: {a: sysName}") + f'    says: "{{{{ device.{name} }}}}"\n'
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BadFile):
            load_playbook(path, workspace=None, kinds=KINDS)
