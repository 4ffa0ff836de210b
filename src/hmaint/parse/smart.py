"""`smart`: `smartctl -H` of several disks, each behind a line `# NAME`."""

from __future__ import annotations

import re

from hmaint.parse.fields import NotTold, Options, Rows

_HEALTH = re.compile(r"(?:overall-health self-assessment test result|SMART Health Status):\s*(.+)")
_CANNOT = (
    "Unable to detect device type", "Unavailable - device lacks SMART", "does not support SMART", "Unknown USB bridge",
    "device lacks SMART capability", "INQUIRY failed", "Please specify device type", "Terminate command early",
    "DELL or MegaRaid controller", "Operation not supported",
)  # fmt: skip


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row per disk that tells: `device health healthy`.

    Disks without SMART (virtual ones, or behind a controller) have no row; NotTold where no disk tells.
    PermissionError when smartctl was not allowed to open a disk, ValueError when a disk's answer makes no
    sense.
    """
    rows: Rows = []
    if not text.startswith("# "):
        raise ValueError(f"无法解读：{text.strip()[:60]!r}")
    for part in re.split(r"^# ", text, flags=re.MULTILINE)[1:]:
        device, _, said = part.partition("\n")
        health = _HEALTH.search(said)
        if health:
            word = health.group(1).strip()
            rows.append({"device": device.strip(), "health": word, "healthy": word in ("PASSED", "OK")})
        elif "Permission denied" in said or "requires root" in said:
            raise PermissionError(f"无权读取 {device.strip()}")
        elif not any(words in said for words in _CANNOT):
            raise ValueError(f"{device.strip()}：{' '.join(said.split())[-80:]}")
    if not rows:
        raise NotTold("没有报告 SMART 状态的磁盘（虚拟磁盘或在阵列卡之后）")
    return rows
