"""What a mail or file server says when one comes in: its greeting, and whether it takes anybody."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.inventory import Scalar
from hmaint.model.look import Seen
from hmaint.transport.budget import Budget
from hmaint.transport.talk import Talk

_REPLY = re.compile(r"([1-5][0-9]{2})([ -])(.*)")
_LINES = 100


def ask_greeting(settings: Mapping[str, Scalar], budget: Budget) -> dict[str, Scalar]:
    """Connect to `address` and `port`, hear the greeting, say QUIT: `code`, `banner` and the time it took."""
    begun = time.monotonic()
    with Talk(budget.dial(str(settings["address"]), int(settings["port"] or 0)), budget) as talk:
        code, words = reply(talk)
        elapsed = round((time.monotonic() - begun) * 1000)
        talk.say(b"QUIT\r\n")
    return {"code": code, "banner": one_line(words, 120), "elapsed_ms": elapsed}


def reply(talk: Talk) -> tuple[int, str]:
    """One reply of SMTP or FTP, which may go on over several lines: its code and its first line."""
    first = ""
    for _ in range(_LINES):
        line = talk.line()
        said = _REPLY.fullmatch(line)
        if said is None and not first:
            raise CouldNotLook(Seen.GARBLED, f"应答不是预期的协议：{one_line(line, 60)}")
        first = first or line[4:]
        if said is not None and said.group(2) == " ":
            return int(said.group(1)), first
    raise CouldNotLook(Seen.GARBLED, f"应答超过 {_LINES} 行")
