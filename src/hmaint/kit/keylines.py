"""Private keys that come line by line, a row each: what stands between the edges of one is its body."""

from __future__ import annotations

from hmaint.kit.credentials import is_key_body, last_key_edge


class KeyLines:
    """Goes through rows in order and remembers, column by column, whether a key has begun."""

    def __init__(self) -> None:
        self._begun: set[str] = set()

    def is_body(self, column: str, text: str) -> bool:
        """Whether this line is a part of a key that an earlier row of the column began."""
        edge = last_key_edge(text)
        if edge == "begin":
            self._begun.add(column)
        elif edge or (column in self._begun and not is_key_body(text)):
            self._begun.discard(column)
        return edge is None and column in self._begun
