"""What a PowerShell text does, read off its syntax tree, and what each version of PowerShell has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_powershell.language()))

COMMON = {"-ErrorAction"}
SINCE: dict[str, tuple[float, set[str]]] = {
    "Add-Member": (1.0, {"-MemberType", "-Name", "-Value"}),
    "ForEach-Object": (1.0, {"-Process"}),
    "Get-ChildItem": (1.0, {"-Path", "-Filter"}),
    "Get-Date": (1.0, set()),
    "Get-Item": (1.0, {"-Path"}),
    "Get-ItemProperty": (1.0, {"-Path", "-Name"}),
    "Get-Process": (1.0, {"-Name", "-Id"}),
    "Get-WmiObject": (1.0, {"-Class", "-Filter", "-Namespace", "-Query", "-Property"}),
    "Get-WinEvent": (2.0, {"-ListLog", "-LogName", "-FilterHashtable", "-MaxEvents", "-Oldest"}),
    "Get-CimInstance": (3.0, {"-ClassName", "-Filter", "-Namespace"}),
    "Get-NetTCPConnection": (4.0, {"-State"}),
    "Get-PhysicalDisk": (3.0, set()),
    "ConvertTo-Json": (3.0, {"-Compress", "-Depth"}),
    "Get-ComputerInfo": (5.1, set()),
    "Group-Object": (1.0, {"-Property"}),
    "Measure-Object": (1.0, {"-Property", "-Minimum", "-Maximum", "-Sum"}),
    "New-Object": (1.0, {"-Property", "-ComObject"}),
    "Select-Object": (1.0, {"-Property", "-First", "-Last"}),
    "Sort-Object": (1.0, {"-Property", "-Descending"}),
    "Start-Sleep": (1.0, {"-Seconds"}),
    "Test-Path": (1.0, {"-Path"}),
    "Where-Object": (1.0, {"-FilterScript"}),
    "Write-Error": (1.0, {"-Message"}),
}
"""Since which version of Windows PowerShell a cmdlet is there, and the parameters that it had from then on.

`New-Object -Property` came with 2.0, the oldest that is supported; the rest is as Microsoft's help for 2.0 lists it.
"""

READING = ("Get-", "Select-", "Where-", "ForEach-", "Measure-", "Sort-", "Group-", "Test-Path", "ConvertTo-")
HARMLESS = {"New-Object", "Start-Sleep", "Write-Error"}
"""These make an object in memory, wait, and complain: nothing on the host is other than before."""

OWN_POWERSHELL = {7600: 2.0, 9200: 3.0, 9600: 4.0, 14393: 5.1, 17763: 5.1, 20348: 5.1}
"""The PowerShell that a build of Windows came with."""

COM = {"Schedule.Service"}
METHODS = {
    *(
        "AddHours",
        "Add",
        "Connect",
        "ContainsKey",
        "ConvertToDateTime",
        "Dequeue",
        "Enqueue",
        "FromFileTimeUtc",
    ),
    *("GetActiveTcpConnections", "GetActiveTcpListeners", "GetActiveUdpListeners", "GetCurrent", "GetFolder"),
    *(
        "GetFolders",
        "GetIPGlobalProperties",
        "GetTasks",
        "GetValue",
        "GetValueNames",
        "IsInRole",
        "LastIndexOf",
    ),
    *(
        "Max",
        "Min",
        "ParseExact",
        "Round",
        "Substring",
        "ToInt64",
        "ToLower",
        "ToString",
        "ToUniversalTime",
        "Trim",
    ),
}
"""Methods a look may call: each only reads, or works on values in memory."""


@dataclass
class Text:
    """What stands in a PowerShell text."""

    faults: list[str] = field(default_factory=list)
    commands: list[tuple[str, set[str]]] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)
    methods: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)
    com: set[str] = field(default_factory=set)
    redirected: bool = False


def read(script: str) -> Text:
    """Parse a text and gather what it does; faults of syntax with their places."""
    text = Text()
    for node in _walk(_PARSER.parse(script.encode()).root_node):
        said = (node.text or b"").decode()
        if node.type == "ERROR" or node.is_missing:
            text.faults.append(f"{node.start_point.row + 1}:{node.start_point.column + 1} {said[:40]!r}")
        elif node.type == "function_name":
            text.functions.add(said)
        elif node.type == "command":
            _command(node, text)
        elif node.type == "invokation_expression":
            members = [child for child in node.children if child.type == "member_name"]
            text.methods.update((member.text or b"").decode() for member in members)
        elif node.type == "redirection":
            text.redirected = True
        elif node.type == "left_assignment_expression":
            text.assigned.add(said)
    return text


def _command(node: Node, text: Text) -> None:
    name = node.child_by_field_name("command_name")
    if name is None:
        return
    said = (name.text or b"").decode()
    elements = node.child_by_field_name("command_elements")
    own = elements.children if elements is not None else []
    given = {(child.text or b"").decode() for child in own if child.type == "command_parameter"}
    text.commands.append((said, given))
    if "-ComObject" in given:
        words = [(child.text or b"").decode() for child in own if child.type != "command_parameter"]
        text.com.update(word.strip() for word in words if word.strip())


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)
