"""`df`: file systems by `df -P`, blocks (`-k`) or inodes (`-i`), with or without the type (`-T`)."""

from __future__ import annotations

import re

from hmaint.model.inventory import Scalar
from hmaint.parse.fields import Options, Rows, filled, percent

_FIGURES = r"\s+(-?\d+|-)\s+(-?\d+|-)\s+(-?\d+|-)\s+(\d+%|-)\s+(\S.*)"
_PLAIN = re.compile(r"(\S.*?)()" + _FIGURES)
_TYPED = re.compile(r"(\S.*?)\s+(\S+)" + _FIGURES)


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """Columns `device fstype mount size_kb used_kb free_kb used_pct`, or `inodes iused ifree` for `-i`.

    `used_pct` is used / (used + available), as df rounds it up. File systems without inodes have 0 of them;
    figures df was not allowed to see (`-`) are None. Device names wrapped to a line of their own (old df)
    are joined.
    """
    head, *body = filled(text)
    words = head.split()
    if words[0] != "Filesystem" or "Mounted" not in words:
        raise ValueError(f"不是 df 的输出：{head[:60]!r}")
    pattern = _TYPED if words[1] == "Type" else _PLAIN
    names = ("inodes", "iused", "ifree") if "Inodes" in words else ("size_kb", "used_kb", "free_kb")
    rows: Rows = []
    for line in _joined(body, pattern):
        row = _row(line, pattern, names)
        if row not in rows:
            rows.append(row)
    if not rows:
        raise ValueError("df 没有列出文件系统")
    return rows


def _joined(body: list[str], pattern: re.Pattern[str]) -> list[str]:
    lines: list[str] = []
    device = ""
    for line in body:
        whole = f"{device} {line.strip()}".strip()
        device = ""
        if pattern.fullmatch(whole):
            lines.append(whole)
        elif len(whole.split()) == 1:
            device = whole
        else:
            raise ValueError(f"无法解读：{whole[:60]!r}")
    if device:
        raise ValueError(f"无法解读：{device[:60]!r}")
    return lines


def _row(line: str, pattern: re.Pattern[str], names: tuple[str, str, str]) -> dict[str, Scalar]:
    match = pattern.fullmatch(line)
    if match is None:
        raise ValueError(f"无法解读：{line[:60]!r}")
    device, fstype, *figures, _, mount = match.groups()
    size, used, free = (None if word == "-" else int(word) for word in figures)
    share = None if used is None or free is None else percent(used, used + free)
    row: dict[str, Scalar] = {"device": device, "mount": mount.strip(), "used_pct": share}
    if fstype:
        row["fstype"] = fstype
    return row | dict(zip(names, (size, used, free), strict=True))
