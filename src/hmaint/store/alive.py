"""Whether the process that began a run is still there: a killed run must not pass for a running one."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def name_process() -> str:
    """Name this process so that a later one with the same number is not mistaken for it."""
    return _name(os.getpid())


def is_alive(process: str) -> bool:
    """Whether the process so named still runs on this machine."""
    number = int(process.partition("@")[0])
    return _exists(number) and _name(number) == process


def _name(number: int) -> str:
    # Linux tells when a process began, in clock ticks since boot; the name in brackets may hold blanks.
    try:
        begun = (
            Path(f"/proc/{number}/stat")
            .read_text(encoding="utf-8", errors="replace")
            .rpartition(")")[2]
            .split()[19]
        )
    except (OSError, IndexError):
        begun = ""
    return f"{number}@{begun}"


if sys.platform == "win32":

    def _exists(number: int) -> bool:
        # os.kill would end the process here instead of asking for it.
        import ctypes  # noqa: PLC0415 - only on Windows

        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(0x1000, False, number)  # noqa: FBT003 - PROCESS_QUERY_LIMITED_INFORMATION, not inherited
        if not handle:
            return False
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return code.value == 259  # noqa: PLR2004 - STILL_ACTIVE

else:

    def _exists(number: int) -> bool:
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return False
        except OSError:
            # Somebody else's process: it is there.
            return True
        return True
