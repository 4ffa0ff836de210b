"""Values as PowerShell writes them, and words that would change something."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

# PowerShell takes typographic quotes for quotes: doubled, each stands for itself.
_QUOTES = re.compile("(['‘’‚‛])")

_CHANGING = (
    *(
        "Add",
        "Checkpoint",
        "Clear",
        "Complete",
        "Copy",
        "Debug",
        "Disable",
        "Dismount",
        "Enable",
        "Enter",
        "Exit",
    ),
    *(
        "Export",
        "Import",
        "Initialize",
        "Install",
        "Invoke",
        "Join",
        "Limit",
        "Mount",
        "Move",
        "New",
        "Optimize",
    ),
    *("Push", "Receive", "Register", "Remove", "Rename", "Repair", "Reset", "Resize", "Restart", "Restore"),
    *(
        "Resume",
        "Revoke",
        "Save",
        "Send",
        "Set",
        "Start",
        "Stop",
        "Suspend",
        "Undo",
        "Uninstall",
        "Unregister",
    ),
    *("Update", "Wait"),
)
_HARMLESS = ("New-Object", "New-TimeSpan", "Start-Sleep", "Add-Member", "Import-Module")
_COMMANDS = re.compile(
    rf"(?<![\w.\\/'\"-])((?:{'|'.join(_CHANGING)})-[A-Za-z]+|iex|icm|saps|spps)(?![\w-])", re.IGNORECASE
)


def literal(value: object) -> str:
    """Write a value as an expression that PowerShell takes for the value itself, whatever stands in it.

    ValueError for what has no such form.
    """
    match value:
        case None:
            return "$null"
        case bool():
            return "$true" if value else "$false"
        case int() | float() if math.isfinite(value):
            return repr(value)
        case str() if "\0" not in value:
            return "'" + _QUOTES.sub(r"\1\1", value) + "'"
        case Sequence() if not isinstance(value, str):
            return "@(" + ", ".join(literal(item) for item in value) + ")"
    raise ValueError(f"PowerShell 中无法写出的值：{str(value)[:40]!r}")


def changing(script: str) -> str:
    """Name the first command in a script that changes something; empty when none is known to.

    A belt for honest slips, not a wall: what the account may not do is what counts.
    """
    found = next((hit for hit in _COMMANDS.finditer(script) if hit[1].lower() not in _KNOWN_HARMLESS), None)
    return found[1] if found else ""


_KNOWN_HARMLESS = {name.lower() for name in _HARMLESS}
