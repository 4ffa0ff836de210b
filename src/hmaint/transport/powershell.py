"""The one PowerShell script a trip to a Windows host sends, and what it prints made plain text again."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from hmaint.kit.powershell import literal
from hmaint.model.look import Fragment
from hmaint.transport.script import Script, new_boundary

TIMED_OUT, CUT = 124, 125
"""Codes by which the script itself tells how a fragment ended; 0 and 1 are the fragment's own."""

# Read from stdin, so neither the 8191 characters of cmd.exe nor its quoting matter. `-Command -` takes its input
# line by line as if it were typed, hence all of the script in one line. The text formats keep XML out of the streams.
_COMMAND = (
    "powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass"
    " -InputFormat Text -OutputFormat Text -Command -"
)
# A default shell that is PowerShell itself may read what was meant for the one it starts: there it hands it on.
_HANDED_ON = f"$input | {_COMMAND}"
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_LINE = "& ([ScriptBlock]::Create([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{text}'))))"


def start(*, handed_on: bool) -> str:
    """Give the constant command that runs a script from stdin, for cmd.exe or for PowerShell as default shell."""
    return _HANDED_ON if handed_on else _COMMAND


def build(fragments: Iterable[tuple[int, Fragment, float, int]], seconds: float) -> Script:
    """Build the script for numbered fragments with their limits in seconds and bytes; `seconds` is for all of it.

    Torn anywhere, its one line lacks the closing quote and does not run at all.
    """
    boundary = new_boundary()
    head = f"$boundary = '{boundary}'\n$budget = {round(seconds * 1000)}\n$jobs = New-Object Collections.ArrayList\n"
    head += "".join(
        f"[void]$jobs.Add(@({number}, {round(limit * 1000)}, {room}, {literal(fragment.script)}))\n"
        for number, fragment, limit, room in fragments
    )
    text = base64.b64encode((head + _runner()).encode("utf-8", "replace")).decode("ascii")
    return Script(boundary.encode(), f"\n{_LINE.format(text=text)}\n\n\n".encode("ascii"))


@cache
def _runner() -> str:
    lines = Path(__file__).with_name("runner.ps1").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("#"))


def unfit(fragment: Fragment) -> str:
    """Why a fragment cannot be sent to a Windows host; empty when it can."""
    if fragment.language != "powershell":
        return "该检查项适用于 Linux 主机，不能发给 Windows 主机"
    return "命令中含有空字符" if "\0" in fragment.script else ""


def plain(raw: bytes, encoding: str) -> bytes:
    """Lines of JSON as they came, in ASCII throughout, with their characters written out in an encoding.

    Who masks what a host said must see the words themselves, in a line that was torn too.
    """
    lines = [_plain_line(line, encoding) for line in raw.replace(b"\r\n", b"\n").split(b"\n")]
    return b"\n".join(lines)


def _plain_line(line: bytes, encoding: str) -> bytes:
    if b"\\u" not in line:
        return line
    try:
        whole = json.dumps(json.loads(line), ensure_ascii=False)
    except (ValueError, RecursionError):
        try:
            whole = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), line.decode("ascii"))
        except UnicodeDecodeError:
            return line
    whole = whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.encode(encoding, "replace")
