"""A Windows host that answers what a test tells it to, in the words the script would send."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hmaint.app.kinds import KINDS
from hmaint.engine.facts_windows import FACTS
from hmaint.engine.plan import Job
from hmaint.engine.rows import Previous
from hmaint.engine.trip import Tools
from hmaint.engine.visit import Errand, Visit, visit
from hmaint.kit.redact import Redactor
from hmaint.model.inventory import Host, Site
from hmaint.model.look import Fragment, Reply, Seen
from tests.checks.hosts import NOW, FixedClock, catalogue

HOST = Host(
    "his-win-1",
    "icu",
    platform="windows",
    roles=("db",),
    services=("MSSQLSERVER", "Tomcat9"),
    processes=("sqlservr",),
    ports=(1433, 3389),
)
Row = Mapping[str, object]


def out(*rows: Row, code: int = 0, errors: Sequence[Row] = ()) -> Reply:
    """One line of JSON a row, and one an error, as a reply looks once its characters are written out."""
    said, complained = (
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines) for lines in (rows, errors)
    )
    return Reply(Seen.OBSERVED, said.encode(), complained.encode(), code)


def error(message: str, category: str = "NotSpecified", **more: str) -> Row:
    """An error as the script tells it; its message is in the host's language, the rest is not."""
    told = {"id": "", "type": "System.Exception", "status": "", "code": "0x80131500"}
    return {**told, "category": category, "message": message, **more}


DENIED = error(
    "试图执行未经授权的操作。",
    id="System.UnauthorizedAccessException,Microsoft.PowerShell.Commands.GetWinEventCommand",
    type="System.UnauthorizedAccessException",
    code="0x80070005",
)
LOG_DENIED = {
    **DENIED,
    "id": "LogInfoUnavailable,Microsoft.PowerShell.Commands.GetWinEventCommand",
    "code": "",
}
"""Of a log that may not be read the cmdlet's own error is a plain one; what it wraps tells why."""
NOTHING_FOUND = error(
    "找不到任何与指定的选择条件匹配的事件。",
    "ObjectNotFound",
    id="NoMatchingEventsFound,Microsoft.PowerShell.Commands.GetWinEventCommand",
)
NO_NAMESPACE = error(
    "无效命名空间 “root\\MSCluster”",
    "InvalidArgument",
    id="GetWMIManagementException,Microsoft.PowerShell.Commands.GetWmiObjectCommand",
    type="System.Management.ManagementException",
    status="Failed",
)
NO_CLASS = {**NO_NAMESPACE, "category": "InvalidType", "message": "无效类 “MSFT_MpComputerStatus”"}
WMI_DENIED = {
    **NO_NAMESPACE,
    "category": "InvalidOperation",
    "message": "拒绝访问 ",
    "status": "AccessDenied",
    "code": "0x80131501",
}
NO_CMDLET = error(
    "无法将“Get-Frobnicate”项识别为 cmdlet、函数、脚本文件或可运行程序的名称。",
    "ObjectNotFound",
    id="CommandNotFoundException",
    type="System.Management.Automation.CommandNotFoundException",
)

BUILDS = {"2008R2": 7601, "2012R2": 9600, "2016": 14393, "2019": 17763, "2022": 20348}


def facts(release: str = "2019", ahead: float = 0.0, **more: object) -> Reply:
    """What the facts of a host of that release look like."""
    told = {
        "name": f"Windows Server {release.replace('R2', ' R2')} Standard",
        "pack": "Service Pack 1" if release == "2008R2" else "",
        "build": BUILDS[release],
        "revision": None if release == "2008R2" else 5122,
        "hostname": "HIS-WIN-1",
        "uptime": 864000.5,
        "time": NOW.timestamp() + ahead,
        "cpus": 8,
        "powershell": "2.0" if release == "2008R2" else "5.1.17763.5122",
        "admin": True,
    }
    return out({**told, **more})


@dataclass(frozen=True)
class ToldHost:
    """Gives the facts, and one reply for whatever else is asked."""

    reply: Reply
    told: Reply

    def open(self, host: Host, site: Site) -> ToldHost:
        del host, site
        return self

    def trip(self, fragments: Sequence[Fragment]) -> tuple[Reply, ...]:
        assert all(fragment.language == "powershell" for fragment in fragments)
        return tuple(self.told if fragment == FACTS else self.reply for fragment in fragments)

    def close(self) -> None:
        pass


def look(  # noqa: PLR0913 - each is one thing a test varies
    step_id: str,
    reply: Reply,
    *,
    host: Host = HOST,
    before: Visit | None = None,
    now: datetime = NOW,
    variables: Mapping[str, object] | None = None,
    told: Reply | None = None,
) -> Visit:
    """One step of the Windows catalogue on a host that answers with that reply."""
    playbook = catalogue("checks/windows")
    step = next(step for step in playbook.steps if step.id == step_id)
    door = ToldHost(reply, told or facts())
    tools = Tools(FixedClock(now), KINDS.__getitem__, lambda _: door, _never, _never, Redactor())
    known = {} if before is None else {o.step: Previous(o.table.rows, NOW) for o in before.observations}
    site = Site("icu", "重症监护系统", hosts=(host,))
    return visit(Errand(Job(host, (step,)), site, {**playbook.vars, **(variables or {})}, tools, known))


def _never(*_: object) -> None:
    raise AssertionError("a Windows check asked something else than a host")
