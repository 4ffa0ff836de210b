"""What a person probably meant, added to the end of a complaint."""

from __future__ import annotations

from collections.abc import Iterable

from hmaint.kit.i18n import _, series
from hmaint.kit.registry import nearest


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Offer the known word nearest to a mistyped one; the empty text when nothing is near."""
    near = nearest(word, list(known))
    return _("; did you mean {name}?").format(name=near) if near else ""


def meant(word: str, known: Iterable[str]) -> str:
    """Offer the known word nearest to a mistyped one, else all of them."""
    choices = list(known)
    return did_you_mean(word, choices) or _("; possible: {names}").format(names=series(choices))
