"""What every Windows host is asked first, so that conditions can speak of it as of any other host."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hmaint.model.inventory import Scalar
from hmaint.model.look import Fragment, Reply, Seen

# The registry answers everybody; what WMI keeps from an account is simply not told.
FACTS = Fragment(
    script="""\
$version = Get-ItemProperty -Path 'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion'
$system = Get-WmiObject -Class Win32_OperatingSystem -ErrorAction SilentlyContinue
$machine = Get-WmiObject -Class Win32_ComputerSystem -ErrorAction SilentlyContinue
$me = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
$now = [DateTime]::UtcNow
$uptime = $null
if ($system) { $uptime = ($now - $system.ConvertToDateTime($system.LastBootUpTime).ToUniversalTime()).TotalSeconds }
New-Object PSObject -Property @{
  name = [string]$version.ProductName
  pack = [string]$version.CSDVersion
  build = [int]$version.CurrentBuildNumber
  revision = $version.UBR
  hostname = [Environment]::MachineName
  uptime = $uptime
  time = ($now - (New-Object DateTime(1970, 1, 1))).TotalSeconds
  cpus = $machine.NumberOfLogicalProcessors
  powershell = $PSVersionTable.PSVersion.ToString()
  admin = $me.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
}
""",
    language="powershell",
)

_RELEASES = (
    *((26100, "2025"), (20348, "2022"), (17763, "2019"), (14393, "2016")),
    *((9600, "2012R2"), (9200, "2012"), (7600, "2008R2"), (6001, "2008")),
)
_VERSIONS = ((10240, "10.0"), (9600, "6.3"), (9200, "6.2"), (7600, "6.1"), (6001, "6.0"))


def read_facts(reply: Reply, encoding: str) -> dict[str, Scalar]:
    """Facts of a Windows host; what could not be read is empty text or None, as on other hosts."""
    told = _told(reply, encoding)
    build = told.get("build")
    number = build if isinstance(build, int) and not isinstance(build, bool) and build > 0 else None
    return {
        "os": "Windows",
        "kernel": _kernel(number, told.get("revision")),
        "hostname": _text(told, "hostname"),
        "distribution": "windows",
        "release": _since(_RELEASES, number),
        "pretty": " ".join(word for word in (_text(told, "name"), _text(told, "pack")) if word),
        "build": number,
        "init": "",
        "uid": None,
        "admin": admin if isinstance(admin := told.get("admin"), bool) else None,
        "powershell": _text(told, "powershell"),
        "cpus": _figure(told, "cpus"),
        "uptime": _figure(told, "uptime"),
        "time": _figure(told, "time"),
    }


def _told(reply: Reply, encoding: str) -> Mapping[str, object]:
    if reply.seen is not Seen.OBSERVED:
        return {}
    try:
        found = json.loads(reply.out.decode(encoding, "replace").partition("\n")[0])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(told: Mapping[str, object], name: str) -> str:
    value = told.get(name)
    return value.strip() if isinstance(value, str) else ""


def _figure(told: Mapping[str, object], name: str) -> float | int | None:
    value = told.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _kernel(build: int | None, revision: object) -> str:
    if build is None:
        return ""
    tail = f".{revision}" if isinstance(revision, int) and not isinstance(revision, bool) else ""
    return f"{_since(_VERSIONS, build)}.{build}{tail}".lstrip(".")


def _since(table: tuple[tuple[int, str], ...], build: int | None) -> str:
    """What has been so since a build; empty for an older one."""
    return next((word for first, word in table if build is not None and build >= first), "")
