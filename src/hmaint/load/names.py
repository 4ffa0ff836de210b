"""Which names are safe as a file name on any system, as a word in a shell, and in a record."""

from __future__ import annotations

import re

MAX_NAME = 64
NAME_RULE = (
    f"名字只能用英文字母、数字、点、横线和下划线，以字母或数字开头，不以点结尾，最长 {MAX_NAME} 个字符；"
    "中文名请写在 name: 或 title: 里"
)
_NAME = re.compile(rf"[A-Za-z0-9](?:[A-Za-z0-9._-]{{0,{MAX_NAME - 2}}}[A-Za-z0-9_-])?")
# Windows keeps these for devices, with any extension.
_DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
}


def slug(text: str) -> str:
    """Hand back a name that is safe in a path, a record and a command; ValueError with the rule otherwise."""
    if not _NAME.fullmatch(text):
        raise ValueError(f"不能作为名字：{NAME_RULE}")
    if text.partition(".")[0].lower() in _DEVICES:
        raise ValueError("不能作为名字：Windows 保留了这个设备名")
    return text
