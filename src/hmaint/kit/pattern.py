"""Patterns of our own, compiled when the first text comes that could match: most runs meet few of them."""

from __future__ import annotations

import re
from functools import cache


@cache
def compiled(source: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a pattern that hmaint itself wrote, once; for a stranger's see `safe_regex`."""
    return re.compile(source, flags)
