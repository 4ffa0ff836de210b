"""What healthy devices say: a Huawei, an H3C and a Cisco switch, a storage box, a UPS by its RFC and one of APC."""

from __future__ import annotations

from collections.abc import Mapping

from tests.services.snmpd import Told

IF, IFX = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
ENT, SENSOR = "1.3.6.1.2.1.47.1.1.1.1", "1.3.6.1.2.1.99.1.1.1"
HUAWEI, H3C, CISCO = "1.3.6.1.4.1.2011.5.25.31.1.1", "1.3.6.1.4.1.25506.2.6.1.1.1.1", "1.3.6.1.4.1.9.9"
UPS, APC, HR = "1.3.6.1.2.1.33.1", "1.3.6.1.4.1.318.1.1.1", "1.3.6.1.2.1.25"
POOL = "1.3.6.1.4.1.34774.4.1.23.4.2.1"
DISK, RAID, UCD = "1.3.6.1.4.1.6574.2.1.1", "1.3.6.1.4.1.6574.3.1.1", "1.3.6.1.4.1.2021.4"
ENGINE_TIME = "1.3.6.1.6.3.10.2.1.3.0"
UP_TIME = "1.3.6.1.2.1.1.3.0"
DESCR = "1.3.6.1.2.1.1.1.0"


def system(descr: str, enterprise: str) -> Told:
    return {
        DESCR: ("string", descr),
        "1.3.6.1.2.1.1.2.0": ("objectid", f".1.3.6.1.4.1.{enterprise}"),
        UP_TIME: ("timeticks", 864_000_000),
        "1.3.6.1.2.1.1.5.0": ("string", "box"),
        ENGINE_TIME: ("integer", 8_640_000),
    }


def ports() -> Told:
    """An uplink, an access port, a port that nobody uses and one that is shut, and the port of the CPU itself."""
    told: dict[str, tuple[str, object]] = {}
    for number, (name, alias, admin, oper) in enumerate(
        [
            ("XGE0/0/1", "上联核心", 1, 1),
            ("GE0/0/2", "", 1, 1),
            ("GE0/0/3", "", 1, 2),
            ("GE0/0/4", "旧服务器", 2, 2),
        ],
        start=1,
    ):
        columns: Mapping[str, tuple[str, object]] = {
            f"{IF}.2": ("string", name),
            f"{IF}.3": ("integer", 6),
            f"{IF}.7": ("integer", admin),
            f"{IF}.8": ("integer", oper),
            f"{IF}.13": ("counter", 10),
            f"{IF}.14": ("counter", 20),
            f"{IF}.19": ("counter", 30),
            f"{IF}.20": ("counter", 40),
            f"{IFX}.1": ("string", name),
            f"{IFX}.6": ("counter64", "90000000000000+1000000*t"),
            f"{IFX}.10": ("counter64", "90000000000000+2000000*t"),
            f"{IFX}.15": ("gauge", 1000),
            f"{IFX}.18": ("string", alias),
        }
        told |= {f"{column}.{number}": pair for column, pair in columns.items()}
    return told


SWITCH: Told = {
    **system("S5735 VRP V200R021", "2011.2.23.968"),
    **ports(),
    f"{ENT}.7.67108867": ("string", "S5735 Board 0"),
    f"{ENT}.7.16777217": ("string", "Port 1"),
    f"{HUAWEI}.1.1.5.67108867": ("integer", 12),
    f"{HUAWEI}.1.1.7.67108867": ("integer", 41),
    f"{HUAWEI}.1.1.11.67108867": ("integer", 48),
    f"{HUAWEI}.1.1.11.16777217": ("integer", 2_147_483_647),
    f"{HUAWEI}.1.1.12.67108867": ("integer", 68),
    **{f"{HUAWEI}.10.1.6.0.{n}": ("integer", here) for n, here in ((1, 1), (2, 1), (3, 2))},
    **{f"{HUAWEI}.10.1.7.0.{n}": ("integer", state) for n, state in ((1, 1), (2, 1), (3, 2))},
    **{f"{HUAWEI}.18.1.5.0.{n}": ("integer", here) for n, here in ((1, 1), (2, 1), (3, 2))},
    **{f"{HUAWEI}.18.1.6.0.{n}": ("integer", state) for n, state in ((1, 1), (2, 1), (3, 2))},
}
H3C_SWITCH: Told = {
    **system("H3C Comware Software, Version 7.1.070", "25506.1.1588"),
    **ports(),
    **{f"{ENT}.5.{n}": ("integer", c) for n, c in ((1, 3), (10, 6), (11, 6), (20, 7), (30, 9), (40, 10))},
    **{f"{ENT}.7.{n}": ("string", f"part {n}") for n in (1, 10, 11, 20, 30, 40)},
    **{f"{H3C}.19.{n}": ("integer", s) for n, s in ((1, 2), (10, 2), (11, 4), (20, 2), (30, 2), (40, 31))},
    f"{H3C}.6.30": ("integer", 9),
    f"{H3C}.8.30": ("integer", 55),
    f"{H3C}.12.30": ("integer", 44),
    f"{H3C}.12.1": ("integer", 65_535),
    f"{H3C}.13.30": ("integer", 80),
}
CISCO_SWITCH: Told = {
    **system("Cisco IOS Software, C2960X", "9.1.1208"),
    **ports(),
    f"{CISCO}.109.1.1.1.1.8.1": ("gauge", 7),
    f"{CISCO}.48.1.1.1.2.1": ("string", "Processor"),
    f"{CISCO}.48.1.1.1.5.1": ("gauge", 40_000_000),
    f"{CISCO}.48.1.1.1.6.1": ("gauge", 60_000_000),
    f"{CISCO}.13.1.3.1.2.1006": ("string", "SW#1, Sensor#1"),
    f"{CISCO}.13.1.3.1.3.1006": ("gauge", 39),
    f"{CISCO}.13.1.3.1.4.1006": ("integer", 68),
    f"{CISCO}.13.1.4.1.2.1": ("string", "Switch#1, Fan#1"),
    f"{CISCO}.13.1.4.1.3.1": ("integer", 1),
    f"{CISCO}.13.1.5.1.2.1": ("string", "Sw1, PS1 Normal"),
    f"{CISCO}.13.1.5.1.3.1": ("integer", 1),
    f"{CISCO}.13.1.5.1.2.2": ("string", "Sw1, PS2 Not Present"),
    f"{CISCO}.13.1.5.1.3.2": ("integer", 5),
}
STORAGE: Told = {
    **system("Linux nas 4.4.302+", "8072.3.2.10"),
    **ports(),
    f"{HR}.3.3.1.2.196608": ("integer", 11),
    f"{HR}.3.2.1.3.196608": ("string", "GenuineIntel"),
    **{f"{HR}.2.3.1.2.{n}": ("objectid", f".{HR}.2.1.{kind}") for n, kind in ((1, 2), (31, 4), (32, 4))},
    **{
        f"{HR}.2.3.1.3.{n}": ("string", name)
        for n, name in ((1, "Physical memory"), (31, "/"), (32, "/volume1"))
    },
    **{f"{HR}.2.3.1.4.{n}": ("integer", 4096) for n in (1, 31, 32)},
    **{f"{HR}.2.3.1.5.{n}": ("integer", size) for n, size in ((1, 1000), (31, 600_000), (32, 900_000_000))},
    **{f"{HR}.2.3.1.6.{n}": ("integer", used) for n, used in ((1, 999), (31, 200_000), (32, 500_000_000))},
    **{
        f"{HR}.3.2.1.2.{n}": ("objectid", f".{HR}.3.1.{kind}")
        for n, kind in ((196608, 3), (262145, 4), (393216, 6))
    },
    **{f"{HR}.3.2.1.5.{n}": ("integer", s) for n, s in ((196608, 2), (262145, 5), (393216, 2))},
    f"{HR}.3.2.1.3.393216": ("string", "SCSI disk (/dev/sda)"),
    f"{UCD}.5.0": ("integer", 8_000_000),
    f"{UCD}.6.0": ("integer", 500_000),
    f"{UCD}.14.0": ("integer", 500_000),
    f"{UCD}.15.0": ("integer", 4_000_000),
    **{f"{DISK}.2.{n}": ("string", f"Disk {n + 1}") for n in (0, 1)},
    **{f"{DISK}.5.{n}": ("integer", 1) for n in (0, 1)},
    f"{POOL}.2.0": ("string", "StoragePool001"),
    f"{POOL}.5.0": ("gauge", 1),
    f"{RAID}.2.0": ("string", "Volume 1"),
    f"{RAID}.3.0": ("integer", 1),
    **{f"{ENT}.7.{n}": ("string", f"probe {n}") for n in (1, 2)},
    **{
        f"{SENSOR}.{column}.1": ("integer", n) for column, n in ((1, 8), (2, 8), (3, 1), (4, 412_000), (5, 1))
    },
    **{f"{SENSOR}.{column}.2": ("integer", n) for column, n in ((1, 10), (2, 9), (3, 0), (4, 2_100), (5, 1))},
}
UPS_BOX: Told = {
    **system("UPS SNMP card", "13742.1"),
    **{
        f"{UPS}.{node}": ("integer", value)
        for node, value in (
            *(("2.1.0", 2), ("2.2.0", 0), ("2.3.0", 45), ("2.4.0", 100), ("2.7.0", 24)),
            *(("4.1.0", 3), ("4.4.1.5.1", 38), ("4.4.1.5.2", 41), ("4.4.1.5.3", 22)),
        )
    },
    f"{UPS}.6.1.0": ("gauge", 0),
    f"{UPS}.7.3.0": ("integer", 1),
}
APC_UPS: Told = {
    **system("APC Web/SNMP Management Card", "318.1.3.27"),
    f"{APC}.2.1.1.0": ("integer", 2),
    f"{APC}.2.2.1.0": ("gauge", 100),
    f"{APC}.2.2.2.0": ("gauge", 25),
    f"{APC}.2.2.3.0": ("timeticks", 240_000),
    f"{APC}.2.2.4.0": ("integer", 1),
    f"{APC}.4.1.1.0": ("integer", 2),
    f"{APC}.4.2.3.0": ("gauge", 35),
}
