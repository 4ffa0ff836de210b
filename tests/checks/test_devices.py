"""Every check of devices against a real agent: the healthy device passes and was looked at, the fault is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from hmaint.app.kinds import KINDS
from hmaint.engine.plan import Job, make_plan
from hmaint.engine.rows import Previous
from hmaint.engine.trip import Tools
from hmaint.engine.visit import Errand, Visit, visit
from hmaint.kit.clock import SystemClock
from hmaint.kit.redact import Redactor
from hmaint.load.playbook import load_playbook
from hmaint.model.inventory import Device, DeviceModel, Limits, Secret, Site, Snmp
from hmaint.model.playbook import Level, Playbook, Step
from hmaint.model.run import Check
from hmaint.transport.snmp import open_snmp
from tests.checks.device_tales import (
    APC,
    APC_UPS,
    CISCO,
    CISCO_SWITCH,
    DESCR,
    DISK,
    ENGINE_TIME,
    H3C,
    H3C_SWITCH,
    HR,
    HUAWEI,
    IF,
    IFX,
    POOL,
    RAID,
    SENSOR,
    STORAGE,
    SWITCH,
    UCD,
    UP_TIME,
    UPS,
    UPS_BOX,
    system,
)
from tests.services.fixtures import running
from tests.services.snmpd import COMMUNITY, HIDDEN, KEY, Snmpd, Told

V3 = Snmp("3", None, "full", "sha256", Secret("plain", KEY), "aes128", Secret("plain", HIDDEN))
PLAYBOOK = load_playbook("checks/devices", workspace=None, kinds=KINDS)
HOUR = timedelta(hours=1)
UNREACHED = "target.contact"


@pytest.fixture(scope="module")
def agent() -> Iterator[Snmpd]:
    with running(Snmpd()) as started:
        yield started


def quick(step: Step) -> Step:
    """The step, without the twenty seconds between two readings."""
    args = replace(step.args, pause="2s")  # type: ignore[type-var] # of the snmp kind
    return replace(step, args=args)


def look(  # noqa: PLR0913 - each is one thing a test varies
    agent: Snmpd,
    model: DeviceModel,
    told: Told,
    *ids: str,
    before: Mapping[str, Previous] | None = None,
    snmp: Snmp = V3,
    playbook: Playbook = PLAYBOOK,
) -> Visit:
    """One visit to a device that says these things, with some steps of the catalogue or all."""
    agent.tell(told)
    device = Device(
        "box", "icu", address="127.0.0.1", port=agent.port, model=model, snmp=snmp, limits=Limits(connect=4)
    )
    site = Site("icu", "重症监护系统", devices=(device,))
    (job,) = make_plan(playbook, site).jobs
    steps = tuple(quick(step) for step in job.steps if not ids or step.id in ids)
    tools = Tools(
        clock=SystemClock(),
        kind_of=KINDS.__getitem__,
        door_of=_never,
        open_database=_never,
        probe=_never,
        mask=Redactor(secrets=(KEY, HIDDEN, COMMUNITY)),
        open_device=lambda target: open_snmp(target, lambda secret: secret.name),
    )
    return visit(Errand(Job(device, steps), site, playbook.vars, tools, previous=before or {}))


def _never(*_: object) -> None:
    raise AssertionError("a device was taken for something else")


def kept(seen: Visit, ago: timedelta = HOUR) -> dict[str, Previous]:
    """What a visit read, for a later one to compare with."""
    at: datetime = SystemClock().now() - ago
    return {o.step: Previous(o.table.rows, at) for o in seen.observations}


def checks(seen: Visit) -> dict[str, Check]:
    assert seen.result.error is None, seen.result.error
    return {check.id: check for check in seen.checks}


@dataclass(frozen=True)
class Case:
    """A device, the check, what is wrong on it, and what must come of it."""

    model: DeviceModel
    good: Told
    check: str
    bad: Told
    level: Level
    says: str = ""

    @property
    def id(self) -> str:
        return f"{self.check}-{self.says or self.level}"


W, C = Level.WARNING, Level.CRITICAL
RESTARTED = {ENGINE_TIME: ("integer", 600), UP_TIME: ("timeticks", 60_000)}
SHORT, LONG = (
    {ENGINE_TIME: ("integer", days * 86_400), UP_TIME: ("timeticks", days * 8_640_000)} for days in (2, 9)
)
CASES = [
    Case("switch", SWITCH, "device.system.restart", RESTARTED, W, "0.2 小时"),
    Case("switch", SWITCH, "device.system.version", {DESCR: ("string", "S5735 VRP V200R022")}, W, "V200R022"),
    Case("switch", SWITCH, "device.cpu.busy", {f"{HUAWEI}.1.1.5.67108867": ("integer", 86)}, W, "Board 0"),
    Case("switch", H3C_SWITCH, "device.cpu.busy", {f"{H3C}.6.30": ("integer", 97)}, C, "97%"),
    Case("switch", CISCO_SWITCH, "device.cpu.busy", {f"{CISCO}.109.1.1.1.1.8.1": ("gauge", 92)}, C, "92%"),
    Case("storage", STORAGE, "device.cpu.busy", {f"{HR}.3.3.1.2.196608": ("integer", 85)}, W, "GenuineIntel"),
    Case("switch", SWITCH, "device.memory.used", {f"{HUAWEI}.1.1.7.67108867": ("integer", 88)}, W, "88%"),
    Case("switch", H3C_SWITCH, "device.memory.used", {f"{H3C}.8.30": ("integer", 96)}, C, "part 30"),
    Case(
        "switch",
        CISCO_SWITCH,
        "device.memory.used",
        {f"{CISCO}.48.1.1.1.6.1": ("gauge", 1_000_000)},
        C,
        "Processor",
    ),
    Case("storage", STORAGE, "device.memory.appliance", {f"{UCD}.15.0": ("integer", 0)}, W, "87.5%"),
    Case(
        "switch", SWITCH, "device.temperature", {f"{HUAWEI}.1.1.11.67108867": ("integer", 64)}, W, "上限 68"
    ),
    Case("switch", SWITCH, "device.temperature", {f"{HUAWEI}.1.1.11.67108867": ("integer", 68)}, C, "68℃"),
    Case("switch", H3C_SWITCH, "device.temperature", {f"{H3C}.12.30": ("integer", 81)}, C, "part 30"),
    Case(
        "switch",
        CISCO_SWITCH,
        "device.temperature",
        {f"{CISCO}.13.1.3.1.3.1006": ("gauge", 66)},
        W,
        "Sensor#1",
    ),
    Case("storage", STORAGE, "device.temperature", {f"{SENSOR}.4.1": ("integer", 751_000)}, C, "75.1℃"),
    Case("storage", STORAGE, "device.sensors", {f"{SENSOR}.5.2": ("integer", 3)}, W, "nonoperational"),
    Case("switch", SWITCH, "device.fans", {f"{HUAWEI}.10.1.7.0.2": ("integer", 2)}, C, "abnormal"),
    Case("switch", CISCO_SWITCH, "device.fans", {f"{CISCO}.13.1.4.1.3.1": ("integer", 3)}, C, "Fan#1"),
    Case("switch", SWITCH, "device.power", {f"{HUAWEI}.18.1.6.0.2": ("integer", 2)}, C, "notSupply"),
    Case(
        "switch", CISCO_SWITCH, "device.power", {f"{CISCO}.13.1.5.1.3.1": ("integer", 6)}, C, "notFunctioning"
    ),
    Case("switch", H3C_SWITCH, "device.parts", {f"{H3C}.19.10": ("integer", 51)}, C, "psuError"),
    Case("switch", H3C_SWITCH, "device.parts", {f"{H3C}.19.20": ("integer", 41)}, C, "fanError"),
    Case("switch", SWITCH, "device.interface.described", {f"{IF}.8.1": ("integer", 2)}, W, "上联核心"),
    Case("switch", SWITCH, "device.interface.lost", {f"{IF}.8.2": ("integer", 2)}, W, "GE0/0/2"),
    Case("switch", SWITCH, "device.interface.errors", {f"{IF}.14.2": ("counter", 5_020)}, W, "入错误 5000"),
    Case("switch", SWITCH, "device.interface.errors", {f"{IF}.19.1": ("counter", 20_030)}, W, "出丢弃 20000"),
    Case("switch", SWITCH, "device.interface.load", {f"{IFX}.6.1": ("counter64", "9+100000000*t")}, W, "入 "),
    Case(
        "switch", SWITCH, "device.interface.load", {f"{IFX}.10.1": ("counter64", "9+125000000*t")}, C, "出 "
    ),
    Case(
        "storage",
        STORAGE,
        "device.storage.used",
        {f"{HR}.2.3.1.6.32": ("integer", 850_000_000)},
        C,
        "/volume1",
    ),
    Case("storage", STORAGE, "device.storage.used", {f"{HR}.2.3.1.6.31": ("integer", 500_000)}, W, "83.3%"),
    Case(
        "storage", STORAGE, "device.storage.devices", {f"{HR}.3.2.1.5.393216": ("integer", 5)}, C, "/dev/sda"
    ),
    Case(
        "storage", STORAGE, "device.storage.disks", {f"{DISK}.5.1": ("integer", 5)}, C, "Disk 2 状态 crashed"
    ),
    Case("storage", STORAGE, "device.storage.raid", {f"{RAID}.3.0": ("integer", 11)}, C, "degraded"),
    Case("storage", STORAGE, "device.storage.raid", {f"{RAID}.3.0": ("integer", 2)}, W, "repairing"),
    Case("storage", STORAGE, "device.storage.pools", {f"{POOL}.5.0": ("gauge", 5)}, C, "degraded"),
    Case("ups", UPS_BOX, "device.ups.source", {f"{UPS}.4.1.0": ("integer", 5)}, C, "battery"),
    Case("ups", UPS_BOX, "device.ups.source", {f"{UPS}.4.1.0": ("integer", 4)}, W, "bypass"),
    Case("ups", APC_UPS, "device.ups.source", {f"{APC}.4.1.1.0": ("integer", 3)}, C, "battery"),
    Case("ups", UPS_BOX, "device.ups.battery", {f"{UPS}.2.1.0": ("integer", 3)}, C, "batteryLow"),
    Case("ups", UPS_BOX, "device.ups.battery", {f"{UPS}.2.1.0": ("integer", 1)}, W, "unknown"),
    Case(
        "ups", APC_UPS, "device.ups.battery", {f"{APC}.2.1.1.0": ("integer", 4)}, C, "batteryInFaultCondition"
    ),
    Case("ups", UPS_BOX, "device.ups.charge", {f"{UPS}.2.4.0": ("integer", 80)}, W, "80%"),
    Case("ups", APC_UPS, "device.ups.charge", {f"{APC}.2.2.1.0": ("gauge", 30)}, C, "30%"),
    Case("ups", UPS_BOX, "device.ups.minutes", {f"{UPS}.2.3.0": ("integer", 4)}, C, "4 分钟"),
    Case("ups", APC_UPS, "device.ups.minutes", {f"{APC}.2.2.3.0": ("timeticks", 60_000)}, W, "10 分钟"),
    Case("ups", UPS_BOX, "device.ups.load", {f"{UPS}.4.4.1.5.2": ("integer", 93)}, C, "第 2 相"),
    Case("ups", APC_UPS, "device.ups.load", {f"{APC}.4.2.3.0": ("gauge", 75)}, W, "75%"),
    Case("ups", UPS_BOX, "device.ups.alarms", {f"{UPS}.6.1.0": ("gauge", 2)}, C, "2 条"),
    Case("ups", UPS_BOX, "device.ups.temperature", {f"{UPS}.2.7.0": ("integer", 35)}, W, "35℃"),
    Case("ups", APC_UPS, "device.ups.temperature", {f"{APC}.2.2.2.0": ("gauge", 45)}, C, "45℃"),
    Case("ups", UPS_BOX, "device.ups.test", {f"{UPS}.7.3.0": ("integer", 3)}, C, "doneError"),
    Case("ups", UPS_BOX, "device.ups.test", {f"{UPS}.7.3.0": ("integer", 6)}, W, "noTestsInitiated"),
    Case(
        "ups", APC_UPS, "device.ups.replace", {f"{APC}.2.2.4.0": ("integer", 2)}, C, "batteryNeedsReplacing"
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_planted_fault_is_found_and_its_healthy_twin_passes(agent: Snmpd, case: Case) -> None:
    first = look(agent, case.model, case.good, case.check)
    good = checks(look(agent, case.model, case.good, case.check, before=kept(first)))[case.check]
    assert (good.level, good.findings, good.complete) == (Level.OK, (), True), good.summary
    bad = checks(look(agent, case.model, {**case.good, **case.bad}, case.check, before=kept(first)))[
        case.check
    ]
    assert bad.level is case.level, bad.summary
    assert len(bad.findings) == 1
    assert case.says in bad.findings[0].summary
    assert bad.findings[0].advice


def test_every_check_that_judges_has_its_twins() -> None:
    assert {case.check for case in CASES} == {step.id for step in PLAYBOOK.steps} - {"device.system.info"}


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("switch", SWITCH),
        ("switch", H3C_SWITCH),
        ("switch", CISCO_SWITCH),
        ("storage", STORAGE),
        ("ups", UPS_BOX),
        ("ups", APC_UPS),
    ],
    ids=["huawei", "h3c", "cisco", "storage", "ups", "apc"],
)
def test_a_healthy_device_is_seen_whole_and_nothing_is_said_of_it(
    agent: Snmpd, model: DeviceModel, told: Told
) -> None:
    first = look(agent, model, told)
    seen = checks(look(agent, model, told, before=kept(first)))
    assert {check.level for check in seen.values()} <= {Level.OK, Level.SKIPPED}
    assert {check.id: check.summary for check in seen.values() if check.findings} == {}
    assert seen["device.system.info"].level is Level.OK
    assert sum(check.level is Level.OK for check in seen.values()) >= 8


@pytest.mark.parametrize("model", ["switch", "storage", "ups"])
def test_a_device_that_shows_nothing_but_its_name_is_not_fine(agent: Snmpd, model: DeviceModel) -> None:
    """A view that is too narrow, or a device that is something else than the inventory says."""
    bare = system("a box", "8072.3.2.10")
    first = look(agent, model, bare)
    seen = checks(look(agent, model, bare, before=kept(first)))
    fine = {check.id for check in seen.values() if check.level is Level.OK}
    assert fine == {UNREACHED, "device.system.info", "device.system.restart", "device.system.version"}
    assert sum(check.level is Level.UNKNOWN for check in seen.values()) >= 4


def test_counters_that_show_what_they_remembered_are_no_quiet_port(agent: Snmpd) -> None:
    still = {f"{IFX}.{column}.{n}": ("counter64", 7) for column in (6, 10) for n in (1, 2, 3, 4)}
    seen = checks(look(agent, "switch", {**SWITCH, **still}, "device.interface.load"))
    assert seen["device.interface.load"].level is Level.UNKNOWN


def test_a_counter_of_32_bits_that_came_round_is_no_restart(agent: Snmpd) -> None:
    near = {f"{IF}.14.2": ("counter", 2**32 - 100)}
    first = look(agent, "switch", {**SWITCH, **near}, "device.interface.errors")
    for value, level in ((400, Level.OK), (1_500, Level.WARNING)):
        told = {**SWITCH, f"{IF}.14.2": ("counter", value)}
        seen = checks(look(agent, "switch", told, "device.interface.errors", before=kept(first)))
        assert seen["device.interface.errors"].level is level, value


def test_counters_of_a_device_that_was_restarted_count_from_nothing(agent: Snmpd) -> None:
    first = look(agent, "switch", {**SWITCH, f"{IF}.14.2": ("counter", 50_000)}, "device.interface.errors")
    for value, level in ((900, Level.OK), (1_500, Level.WARNING)):
        told = {**SWITCH, **RESTARTED, f"{IF}.14.2": ("counter", value)}
        seen = checks(look(agent, "switch", told, "device.interface.errors", before=kept(first)))
        assert seen["device.interface.errors"].level is level, value


def test_a_restart_between_two_far_looks_is_told_however_long_it_has_run_since(agent: Snmpd) -> None:
    month = timedelta(days=30)
    first = look(agent, "switch", {**SWITCH, **SHORT}, "device.system.restart")
    for told, level in ((SWITCH, Level.OK), ({**SWITCH, **LONG}, Level.WARNING)):
        seen = checks(look(agent, "switch", told, "device.system.restart", before=kept(first, month)))
        assert seen["device.system.restart"].level is level


def test_an_agent_that_was_started_anew_is_no_restart_of_the_device(agent: Snmpd) -> None:
    first = look(agent, "switch", SWITCH, "device.system.restart")
    told = {**SWITCH, ENGINE_TIME: ("integer", 600)}
    seen = checks(look(agent, "switch", told, "device.system.restart", before=kept(first)))
    assert seen["device.system.restart"].level is Level.OK


def test_a_device_of_version_1_is_examined_as_far_as_that_version_goes(agent: Snmpd) -> None:
    old = Snmp("1", Secret("plain", COMMUNITY))
    seen = checks(look(agent, "switch", SWITCH, snmp=old))
    assert seen["device.cpu.busy"].level is Level.OK
    # Version 1 knows no counters of 64 bits: what was not seen is not called quiet.
    assert seen["device.interface.load"].level is not Level.OK


def test_one_visit_asks_each_node_once(agent: Snmpd) -> None:
    sent = [what for what, _how, _ms in look(agent, "switch", SWITCH).sent]
    assert len(sent) == len(set(sent))
    assert all(what.startswith(("snmp get ", "snmp walk ")) for what in sent)


def test_no_password_and_no_community_is_kept_of_a_visit(agent: Snmpd) -> None:
    wrong = replace(V3, auth_password=Secret("plain", "another-key-1"))
    for snmp in (V3, Snmp("2c", Secret("plain", COMMUNITY)), wrong):
        seen = look(agent, "ups", UPS_BOX, snmp=snmp)
        told = repr(seen) + seen.evidence.decode()
        assert not [secret for secret in (KEY, HIDDEN, COMMUNITY, "another-key-1") if secret in told]


def test_a_device_that_cannot_be_reached_says_so_once(agent: Snmpd) -> None:
    seen = look(agent, "ups", UPS_BOX, snmp=replace(V3, user="nobody"))
    assert seen.result.level is Level.UNKNOWN
    assert {check.level for check in seen.checks} == {Level.UNKNOWN}
    assert sum(bool(check.findings) for check in seen.checks) == 1
