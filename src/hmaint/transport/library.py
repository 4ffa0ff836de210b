"""Loads the SSH library without the task runner that it draws in for one option of ssh_config we never use."""

from __future__ import annotations

import sys


def load() -> None:
    """Import paramiko; `invoke`, 3 MB and 20 ms that serve only `Match exec`, stays out unless it is there already."""
    absent = "invoke" not in sys.modules
    if absent:
        sys.modules["invoke"] = None  # type: ignore[assignment] # how importlib is told that a module is not to be had
    try:
        import paramiko  # noqa: F401, PLC0415 - loaded for those who come after
    finally:
        if absent:
            del sys.modules["invoke"]
