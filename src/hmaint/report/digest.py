"""A hash over what a document says, so that two prints can be held against each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

_NOT_CONTENT = frozenset({"digest", "version", "generated_at"})
"""What differs between two prints of the same record."""


def canonical(data: Mapping[str, object]) -> bytes:
    """Spell what a document says in the one way that is hashed and kept."""
    content = {name: value for name, value in data.items() if name not in _NOT_CONTENT}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(data: Mapping[str, object]) -> str:
    """SHA-256 in hex over the data as canonical JSON; number of the print and its time are left out."""
    return hashlib.sha256(canonical(data)).hexdigest()
