"""Words as the name of a file: whatever a title says, the file lies where it was meant to, on any system."""

from __future__ import annotations

import re

from hmaint.kit.text import one_line

_MOST = 32
"""Characters; four bytes each at most, so that a number and an ending fit behind them into the 255 of most systems."""
_UNFIT = re.compile(r'[<>:"/\\|?*／＼∕⁄]')
"""What separates folders somewhere, or looks like it; and what Windows keeps for itself."""
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def file_name(words: str) -> str:
    """Give words that are safe as a file's name without its ending; never empty, never hidden.

    >>> file_name("../维护记录：3/4 季度. ")
    '维护记录：3-4 季度'
    """
    name = _UNFIT.sub("-", one_line(words, _MOST)).strip(" .-…")
    if not name or _DEVICES.fullmatch(name):
        return f"文件-{name}".rstrip("-")
    return name
