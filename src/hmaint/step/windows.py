"""What a Windows host's reply says before anybody reads it, and the looks that steps of both platforms share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hmaint.errors import CouldNotLook
from hmaint.kit.clixml import told
from hmaint.kit.powershell import literal
from hmaint.kit.text import one_line
from hmaint.model.inventory import Host, Scalar, Target
from hmaint.model.look import Fragment, Reply, Row, Seen, Table
from hmaint.step.answers import decode, encoding

SERVICES = """\
Get-WmiObject -Class Win32_Service | Where-Object { $names -contains $_.Name } |
  Select-Object -Property 'Name', 'State', 'StartMode', 'ExitCode'
"""
"""A name that is not among the services is no row; compared without regard to case, as Windows does."""

PROCESSES = """\
$now = Get-Date
Get-WmiObject -Class Win32_Process | ForEach-Object {
  $age = $null
  if ($_.CreationDate) { $age = [int]($now - $_.ConvertToDateTime($_.CreationDate)).TotalSeconds }
  New-Object PSObject -Property @{
    name = $_.Name; pid = $_.ProcessId; kb = [long]($_.WorkingSetSize / 1024); age = $age
    handles = $_.HandleCount; threads = $_.ThreadCount
  }
}
"""

PORTS = """\
$net = [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties()
$found = @($net.GetActiveTcpListeners() | ForEach-Object { @{ proto = 'tcp'; end = $_ } })
$found += @($net.GetActiveUdpListeners() | ForEach-Object { @{ proto = 'udp'; end = $_ } })
$found | ForEach-Object {
  New-Object PSObject -Property @{ proto = $_.proto; address = $_.end.Address.ToString(); port = $_.end.Port }
}
"""

_DENIED_STATUS = {"AccessDenied", "PrivilegeNotHeld"}
_DENIED_CODES = {"0x80070005", "0x80041003", "0x80041062"}
_DENIED_TYPES = ("UnauthorizedAccessException", "SecurityException", "PrivilegeNotHeldException")
_ABSENT_STATUS = {"InvalidNamespace", "InvalidClass", "ProviderNotFound", "ProviderLoadFailure"}
_ABSENT_CODES = {"0x8004100E", "0x80041010", "0x80040154"}
_ABSENT_SORTS = {"InvalidType", "InvalidArgument"}
_NOTHING = "NoMatchingEventsFound"
"""Not a fault: the log was read, and nothing in it was what was asked for."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error of PowerShell, told in words that do not depend on the host's language."""

    seen: Seen
    message: str
    nothing: bool = False


def asked(script: str, **values: object) -> Fragment:
    """A fragment with values bound to variables of these names before it; never spliced into its text."""
    bound = "".join(f"${name} = {literal(value)}\n" for name, value in values.items())
    return Fragment(bound + script, language="powershell")


def is_windows(target: Target) -> bool:
    """Whether a target is looked at by PowerShell."""
    return isinstance(target, Host) and target.platform == "windows"


def read_rows(reply: Reply, target: Target) -> Table:
    """Rows of a reply; CouldNotLook says why where there is none to be believed.

    Rows beside complaints, or before an end that came too early, are only a part of what there is.
    """
    if reply.seen is not Seen.OBSERVED:
        raise CouldNotLook(reply.seen, reply.reason or "没有得到回答")
    if reply.code is None and not reply.cut:
        raise CouldNotLook(Seen.GARBLED, "命令没有正常结束")
    rows = tuple(_rows(decode(reply.out, target, cut=reply.cut)))
    complaints = [c for c in _complaints(reply, target) if not c.nothing]
    fatal = reply.code not in (0, None)
    if complaints and (fatal or not rows):
        worst = min(complaints, key=lambda complaint: _ORDER.index(complaint.seen))
        if not rows or worst.seen is not Seen.GARBLED:
            raise CouldNotLook(worst.seen, worst.message)
    if fatal and not complaints:
        raise CouldNotLook(Seen.GARBLED, f"命令以 {reply.code} 结束：没有说明原因")
    return Table(rows, reply.cut or bool(complaints))


_ORDER = (Seen.DENIED, Seen.UNSUPPORTED, Seen.GARBLED)


def _rows(text: str) -> Iterator[Row]:
    for line in text.splitlines():
        if line.strip():
            found = _object(line)
            if found is None:
                raise CouldNotLook(Seen.GARBLED, f"返回内容无法解读：{one_line(line, 60)}")
            yield {str(name).lower(): _scalar(value) for name, value in found.items()}


def _object(line: str) -> Mapping[str, object] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _scalar(value: object) -> Scalar:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return json.dumps(value, ensure_ascii=False)


def _complaints(reply: Reply, target: Target) -> Iterable[Complaint]:
    for line in told(reply.err.decode(encoding(target), "replace")).splitlines():
        if line.strip():
            yield _complaint(_object(line) or {"message": line})


def _complaint(said: Mapping[str, object]) -> Complaint:
    words = {
        name: str(said.get(name) or "") for name in ("id", "category", "type", "status", "code", "message")
    }
    message = one_line(words["message"], 160) or words["id"] or "没有说明原因"
    for prefix, seen in (("absent:", Seen.UNSUPPORTED), ("denied:", Seen.DENIED)):
        if message.startswith(prefix):
            return Complaint(seen, message.removeprefix(prefix).strip())
    if _denied(words):
        return Complaint(Seen.DENIED, f"没有权限：{message}")
    if _absent(words):
        return Complaint(Seen.UNSUPPORTED, f"该主机不支持：{message}")
    return Complaint(Seen.GARBLED, f"命令出错：{message}", nothing=words["id"].startswith(_NOTHING))


def _denied(words: Mapping[str, str]) -> bool:
    return (
        words["category"] in {"PermissionDenied", "SecurityError"}
        or words["type"].endswith(_DENIED_TYPES)
        or words["status"] in _DENIED_STATUS
        or words["code"] in _DENIED_CODES
        or "UnauthorizedAccess" in words["id"]
    )


def _absent(words: Mapping[str, str]) -> bool:
    return (
        words["type"].endswith("CommandNotFoundException")
        or words["status"] in _ABSENT_STATUS
        or words["code"] in _ABSENT_CODES
        # Of a class or namespace that is not there the cmdlet keeps no code, only its own sort of error.
        or (words["id"].startswith("GetWMIManagementException") and words["category"] in _ABSENT_SORTS)
    )
