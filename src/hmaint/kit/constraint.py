"""What a value must be beside its type: marks in an annotation that cost nothing until a file is held against them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Within(NamedTuple):
    """Bounds of a number, of a length, and the pattern (searched, so anchored where it is to be whole) of a text."""

    ge: int | None = None
    le: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


class Check(NamedTuple):
    """A function that raises ValueError, with its reason, for what the value must not be; what it gives is not used."""

    passes: Callable[[Any], object]
