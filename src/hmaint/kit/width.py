"""How wide text stands in a terminal, where Chinese takes two columns."""

from __future__ import annotations

import re
from functools import cache
from unicodedata import combining, east_asian_width


def width(text: str) -> int:
    """Columns the text takes: wide and full-width characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


@cache
def _columns(char: str) -> int:
    return 0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1


def pad(text: str, columns: int) -> str:
    """Fill with blanks up to a number of columns."""
    return text + " " * max(0, columns - width(text))


def clip(text: str, columns: int) -> str:
    """Cut to a number of columns, with an ellipsis where something was cut."""
    if width(text) <= columns:
        return text
    taken = ""
    for char in text:
        if width(taken) + width(char) > columns - 1:
            break
        taken += char
    return taken + "…"


@cache
def _words() -> re.Pattern[str]:
    """What a line may break between: blanks, words, and Chinese characters with the punctuation behind them."""
    return re.compile(r"\s+|[\u2e80-\uffef][，。；：、！？）》”…]*|[^\s\u2e80-\uffef]+")


def fold(text: str, columns: int) -> list[str]:
    """Break text into lines of at most so many columns; only a longer word stands out.

    >>> fold("检查清单：host 与 port", 10)
    ['检查清单：', 'host 与', 'port']
    """
    lines, line = [], ""
    for word in _words().findall(text):
        if line.strip() and width(line + word.rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
        line += word if line else word.lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines
