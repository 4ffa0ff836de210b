"""Well-known nodes of devices by name, and what their numbers mean, as the published MIBs have them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _

_OID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]{0,9})){2,60}")


@dataclass(frozen=True, slots=True)
class Node:
    """One node: where it is, and the words for its numbers where it is an enumeration."""

    oid: str
    words: Mapping[int, str] | None = None


_STATUS = {1: "up", 2: "down", 3: "testing", 4: "unknown", 5: "dormant", 6: "notPresent", 7: "lowerLayerDown"}
_ENVMON = {1: "normal", 2: "warning", 3: "critical", 4: "shutdown", 5: "notPresent", 6: "notFunctioning"}

_IF, _IFX = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
_HR, _UPS = "1.3.6.1.2.1.25", "1.3.6.1.2.1.33.1"
_HUAWEI, _H3C = "1.3.6.1.4.1.2011.5.25.31.1.1", "1.3.6.1.4.1.25506.2.6.1.1.1.1"
_CISCO = "1.3.6.1.4.1.9.9"

NAMES: Mapping[str, Node] = {
    # SNMPv2-MIB, SNMP-FRAMEWORK-MIB
    "sysDescr": Node("1.3.6.1.2.1.1.1"),
    "sysUpTime": Node("1.3.6.1.2.1.1.3"),
    "sysName": Node("1.3.6.1.2.1.1.5"),
    "snmpEngineBoots": Node("1.3.6.1.6.3.10.2.1.2"),
    "snmpEngineTime": Node("1.3.6.1.6.3.10.2.1.3"),
    # IF-MIB (RFC 2863)
    "ifDescr": Node(f"{_IF}.2"),
    "ifType": Node(f"{_IF}.3"),
    "ifSpeed": Node(f"{_IF}.5"),
    "ifAdminStatus": Node(f"{_IF}.7", _STATUS),
    "ifOperStatus": Node(f"{_IF}.8", _STATUS),
    "ifInDiscards": Node(f"{_IF}.13"),
    "ifInErrors": Node(f"{_IF}.14"),
    "ifOutDiscards": Node(f"{_IF}.19"),
    "ifOutErrors": Node(f"{_IF}.20"),
    "ifName": Node(f"{_IFX}.1"),
    "ifHCInOctets": Node(f"{_IFX}.6"),
    "ifHCOutOctets": Node(f"{_IFX}.10"),
    "ifHighSpeed": Node(f"{_IFX}.15"),
    "ifAlias": Node(f"{_IFX}.18"),
    # ENTITY-MIB (RFC 6933), ENTITY-SENSOR-MIB (RFC 3433)
    "entPhysicalDescr": Node("1.3.6.1.2.1.47.1.1.1.1.2"),
    "entPhysicalClass": Node(
        "1.3.6.1.2.1.47.1.1.1.1.5",
        {1: "other", 2: "unknown", 3: "chassis", 4: "backplane", 5: "container", 6: "powerSupply"}
        | {7: "fan", 8: "sensor", 9: "module", 10: "port", 11: "stack", 12: "cpu"},
    ),
    "entPhysicalName": Node("1.3.6.1.2.1.47.1.1.1.1.7"),
    "entPhySensorType": Node(
        "1.3.6.1.2.1.99.1.1.1.1",
        {1: "other", 2: "unknown", 3: "voltsAC", 4: "voltsDC", 5: "amperes", 6: "watts"}
        | {7: "hertz", 8: "celsius", 9: "percentRH", 10: "rpm", 11: "cmm", 12: "truthvalue"},
    ),
    "entPhySensorScale": Node("1.3.6.1.2.1.99.1.1.1.2"),
    "entPhySensorPrecision": Node("1.3.6.1.2.1.99.1.1.1.3"),
    "entPhySensorValue": Node("1.3.6.1.2.1.99.1.1.1.4"),
    "entPhySensorOperStatus": Node(
        "1.3.6.1.2.1.99.1.1.1.5", {1: "ok", 2: "unavailable", 3: "nonoperational"}
    ),
    # HOST-RESOURCES-MIB (RFC 2790)
    "hrSystemUptime": Node(f"{_HR}.1.1"),
    "hrStorageType": Node(f"{_HR}.2.3.1.2"),
    "hrStorageDescr": Node(f"{_HR}.2.3.1.3"),
    "hrStorageAllocationUnits": Node(f"{_HR}.2.3.1.4"),
    "hrStorageSize": Node(f"{_HR}.2.3.1.5"),
    "hrStorageUsed": Node(f"{_HR}.2.3.1.6"),
    "hrDeviceType": Node(f"{_HR}.3.2.1.2"),
    "hrDeviceDescr": Node(f"{_HR}.3.2.1.3"),
    "hrDeviceStatus": Node(
        f"{_HR}.3.2.1.5", {1: "unknown", 2: "running", 3: "warning", 4: "testing", 5: "down"}
    ),
    "hrProcessorLoad": Node(f"{_HR}.3.3.1.2"),
    # UPS-MIB (RFC 1628)
    "upsBatteryStatus": Node(
        f"{_UPS}.2.1", {1: "unknown", 2: "batteryNormal", 3: "batteryLow", 4: "batteryDepleted"}
    ),
    "upsSecondsOnBattery": Node(f"{_UPS}.2.2"),
    "upsEstimatedMinutesRemaining": Node(f"{_UPS}.2.3"),
    "upsEstimatedChargeRemaining": Node(f"{_UPS}.2.4"),
    "upsBatteryVoltage": Node(f"{_UPS}.2.5"),
    "upsBatteryTemperature": Node(f"{_UPS}.2.7"),
    "upsInputLineBads": Node(f"{_UPS}.3.1"),
    "upsInputVoltage": Node(f"{_UPS}.3.3.1.3"),
    "upsOutputSource": Node(
        f"{_UPS}.4.1",
        {1: "other", 2: "none", 3: "normal", 4: "bypass", 5: "battery", 6: "booster", 7: "reducer"},
    ),
    "upsOutputPercentLoad": Node(f"{_UPS}.4.4.1.5"),
    "upsAlarmsPresent": Node(f"{_UPS}.6.1"),
    "upsTestResultsSummary": Node(
        f"{_UPS}.7.3",
        {
            1: "donePass",
            2: "doneWarning",
            3: "doneError",
            4: "aborted",
            5: "inProgress",
            6: "noTestsInitiated",
        },
    ),
    # PowerNet-MIB of APC
    "upsBasicBatteryStatus": Node(
        "1.3.6.1.4.1.318.1.1.1.2.1.1",
        {1: "unknown", 2: "batteryNormal", 3: "batteryLow", 4: "batteryInFaultCondition"},
    ),
    "upsAdvBatteryCapacity": Node("1.3.6.1.4.1.318.1.1.1.2.2.1"),
    "upsAdvBatteryTemperature": Node("1.3.6.1.4.1.318.1.1.1.2.2.2"),
    "upsAdvBatteryRunTimeRemaining": Node("1.3.6.1.4.1.318.1.1.1.2.2.3"),
    "upsAdvBatteryReplaceIndicator": Node(
        "1.3.6.1.4.1.318.1.1.1.2.2.4", {1: "noBatteryNeedsReplacing", 2: "batteryNeedsReplacing"}
    ),
    "upsBasicOutputStatus": Node(
        "1.3.6.1.4.1.318.1.1.1.4.1.1",
        {1: "unknown", 2: "normal", 3: "battery", 4: "booster", 5: "timedSleeping", 6: "bypass", 7: "none"}
        | {
            8: "rebooting",
            9: "bypass",
            10: "hardwareFailureBypass",
            11: "sleepingUntilPowerReturn",
            12: "reducer",
        },
    ),
    "upsAdvOutputLoad": Node("1.3.6.1.4.1.318.1.1.1.4.2.3"),
    # SYNOLOGY-DISK-MIB, SYNOLOGY-RAID-MIB
    "synologyDiskID": Node("1.3.6.1.4.1.6574.2.1.1.2"),
    "synologyDiskStatus": Node(
        "1.3.6.1.4.1.6574.2.1.1.5",
        {1: "normal", 2: "initialized", 3: "notInitialized", 4: "systemPartitionFailed", 5: "crashed"},
    ),
    "synologyRaidName": Node("1.3.6.1.4.1.6574.3.1.1.2"),
    "synologyRaidStatus": Node(
        "1.3.6.1.4.1.6574.3.1.1.3",
        {1: "normal", 2: "repairing", 3: "migrating", 4: "expanding", 5: "deleting", 6: "creating"}
        | {7: "raidSyncing", 8: "raidParityChecking", 9: "raidAssembling", 10: "canceling", 11: "degraded"}
        | {12: "crashed"},
    ),
    # ISM-STORAGE-SVC-MIB of Huawei OceanStor
    "hwInfoStoragePoolName": Node("1.3.6.1.4.1.34774.4.1.23.4.2.1.2"),
    "hwInfoStoragePoolHealthStatus": Node(
        "1.3.6.1.4.1.34774.4.1.23.4.2.1.5",
        {0: "unknown", 1: "normal", 2: "fault", 3: "preFail", 5: "degraded"},
    ),
    # UCD-SNMP-MIB: appliances built on Linux
    "memTotalReal": Node("1.3.6.1.4.1.2021.4.5"),
    "memAvailReal": Node("1.3.6.1.4.1.2021.4.6"),
    "memBuffer": Node("1.3.6.1.4.1.2021.4.14"),
    "memCached": Node("1.3.6.1.4.1.2021.4.15"),
    # HUAWEI-ENTITY-EXTENT-MIB
    "hwEntityCpuUsage": Node(f"{_HUAWEI}.1.1.5"),
    "hwEntityMemUsage": Node(f"{_HUAWEI}.1.1.7"),
    "hwEntityTemperature": Node(f"{_HUAWEI}.1.1.11"),
    "hwEntityTemperatureThreshold": Node(f"{_HUAWEI}.1.1.12"),
    "hwEntityFanPresent": Node(f"{_HUAWEI}.10.1.6", {1: "present", 2: "absent"}),
    "hwEntityPwrPresent": Node(f"{_HUAWEI}.18.1.5", {1: "present", 2: "absent"}),
    "hwEntityFanState": Node(f"{_HUAWEI}.10.1.7", {1: "normal", 2: "abnormal"}),
    "hwEntityPwrState": Node(f"{_HUAWEI}.18.1.6", {1: "supply", 2: "notSupply", 3: "sleep", 4: "unknown"}),
    # HH3C-ENTITY-EXT-MIB
    "hh3cEntityExtCpuUsage": Node(f"{_H3C}.6"),
    "hh3cEntityExtMemUsage": Node(f"{_H3C}.8"),
    "hh3cEntityExtTemperature": Node(f"{_H3C}.12"),
    "hh3cEntityExtTemperatureThreshold": Node(f"{_H3C}.13"),
    "hh3cEntityExtErrorStatus": Node(
        f"{_H3C}.19",
        {
            1: "notSupported",
            2: "normal",
            3: "postFailure",
            4: "entityAbsent",
            11: "poeError",
            21: "stackError",
        }
        | {22: "stackPortBlocked", 23: "stackPortFailed", 31: "sfpRecvError", 32: "sfpSendError"}
        | {33: "sfpBothError", 41: "fanError", 51: "psuError", 61: "rpsError", 71: "moduleFaulty"}
        | {81: "sensorError", 91: "hardwareFaulty"},
    ),
    # CISCO-PROCESS-MIB, CISCO-MEMORY-POOL-MIB, CISCO-ENVMON-MIB
    "cpmCPUTotal5minRev": Node(f"{_CISCO}.109.1.1.1.1.8"),
    "ciscoMemoryPoolName": Node(f"{_CISCO}.48.1.1.1.2"),
    "ciscoMemoryPoolUsed": Node(f"{_CISCO}.48.1.1.1.5"),
    "ciscoMemoryPoolFree": Node(f"{_CISCO}.48.1.1.1.6"),
    "ciscoEnvMonTemperatureStatusDescr": Node(f"{_CISCO}.13.1.3.1.2"),
    "ciscoEnvMonTemperatureStatusValue": Node(f"{_CISCO}.13.1.3.1.3"),
    "ciscoEnvMonTemperatureThreshold": Node(f"{_CISCO}.13.1.3.1.4"),
    "ciscoEnvMonTemperatureState": Node(f"{_CISCO}.13.1.3.1.6", _ENVMON),
    "ciscoEnvMonFanStatusDescr": Node(f"{_CISCO}.13.1.4.1.2"),
    "ciscoEnvMonFanState": Node(f"{_CISCO}.13.1.4.1.3", _ENVMON),
    "ciscoEnvMonSupplyStatusDescr": Node(f"{_CISCO}.13.1.5.1.2"),
    "ciscoEnvMonSupplyState": Node(f"{_CISCO}.13.1.5.1.3", _ENVMON),
}


def node_of(text: str) -> Node:
    """Find a node by its name or its number; ValueError with the nearest name for anything else."""
    if text in NAMES:
        return NAMES[text]
    if not _OID.fullmatch(text):
        words = _("{name} is neither a known node nor an OID in numbers")
        raise ValueError(words.format(name=text[:60]) + did_you_mean(text, NAMES))
    return Node(text)


def value_of(text: str) -> str:
    """Where the single value of a node is: a name means its instance 0, a number is complete already."""
    return f"{NAMES[text].oid}.0" if text in NAMES else text
