"""Text that came from somewhere else, made harmless for a screen, a record or a form."""

from __future__ import annotations

import re

# CSI, OSC (to BEL or ST), other string sequences, then any two-character escape.
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\)?"
    r"|\x1b[ -/]*[0-~]"
    r"|\x9b[0-?]*[ -/]*[@-~]"
)
# C0 and C1 controls but tab and newline; bidirectional overrides, zero-width marks, lone surrogates, non-characters.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_PRINTABLE_ASCII = bytes(range(0x20, 0x7F)) + b"\t\n"
_DELETE = 0x7F
_PRINTABLE = 0x20


def _mark(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < _PRINTABLE:
        return chr(0x2400 + code)
    return "\u2421" if code == _DELETE else "\ufffd"


def harmless(text: str) -> str:
    r"""Strip terminal escapes, fold line ends, and show other control characters as visible marks.

    >>> harmless("\x1b[31m失败\x1b[0m\r\n\x07")
    '失败\\n␇'
    """
    if text.isprintable() or _CONTROLS.search(_unusual(text)) is None:  # nearly all text
        return text
    text = _ESCAPES.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub(_mark, text)


def _unusual(text: str) -> str:
    # A pattern through every character of a long text takes many times as long.
    raw = text.encode("utf-8", "surrogatepass").translate(None, _PRINTABLE_ASCII)
    return raw.decode("utf-8", "surrogatepass")


def one_line(text: str, limit: int = 200) -> str:
    """Harmless text on one line, cut with an ellipsis."""
    flat = " ".join(harmless(text).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def storable(text: str) -> str:
    """Text without what a server refuses: NUL becomes a visible mark, a lone surrogate a question mark."""
    if "\0" in text:
        text = text.replace("\0", "␀")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
