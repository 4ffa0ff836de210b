"""The kinds of step a plan of an upgrade may have."""

from __future__ import annotations

from typing import Literal

ActKind = Literal[
    "shell",
    "upload",
    "unpack",
    "symlink",
    "service",
    "sql",
    "file",
    "template",
    "wait",
    "http",
    "reboot",
    "ask",
    "fix",
]
