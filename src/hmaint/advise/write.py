"""Making an item of advice: its id, and names and values as SQL writes them."""

from __future__ import annotations

from hashlib import sha256

from hmaint.model.advice import Claim


def advice_id(
    target: str, rule: str, about: str, claims: tuple[Claim, ...], statements: tuple[str, ...] = ()
) -> str:
    """A name that stays the same from run to run: of what is done to what, whichever rule says so first.

    Another statement has another name, so that leave given for one is never leave for the other.
    """
    lead = claims[0] if claims else None
    key = (target, rule, about) if lead is None else (target, lead.verb, lead.object, *lead.columns)
    return f"T-{sha256('|'.join((*key, *statements)).encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def quoted(*names: str, mark: str = "`") -> str:
    """Names as identifiers, joined by dots; a mark within a name is doubled."""
    return ".".join(f"{mark}{name.replace(mark, mark * 2)}{mark}" for name in names)


def size(count: float) -> str:
    """Bytes for people: `1.5 GB`."""
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1024:  # noqa: PLR2004 - what a kilobyte is
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TB"


def text(value: str) -> str:
    """A text as a literal of SQL, whatever quotes and backslashes it holds (MySQL's way)."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
