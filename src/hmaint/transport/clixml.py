"""PowerShell's own XML on the error stream, made the words that it carries."""

from __future__ import annotations

import html
import re

_HEAD = "#< CLIXML"
_ERROR = re.compile(r"<S S=\"(?:Error|Warning)\">(.*?)</S>", re.DOTALL)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def told(text: str) -> str:
    """The errors and warnings in a text that may be CLIXML; progress says nothing and is left out.

    Text that is no CLIXML stays as it is.
    """
    before, head, xml = text.partition(_HEAD)
    if not head:
        return text
    words = [
        _ESCAPED.sub(lambda hit: chr(int(hit[1], 16)), html.unescape(part)) for part in _ERROR.findall(xml)
    ]
    return before + "".join(words)
