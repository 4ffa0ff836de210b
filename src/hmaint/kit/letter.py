"""An e-mail kept as a file: who sent it, when, and under which id."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.policy import default

from hmaint.kit.frozen import dataclass
from hmaint.kit.text import one_line


@dataclass(frozen=True, slots=True)
class Letter:
    """What an e-mail says of itself; empty where it does not."""

    sender: str = ""
    sent_at: datetime | None = None
    id: str = ""


def read_letter(content: bytes) -> Letter:
    """Read the head of an `.eml` file; whatever cannot be read is left empty."""
    try:
        message = message_from_bytes(content, policy=default)
        sender, identity = (one_line(str(message.get(name, ""))) for name in ("From", "Message-ID"))
    except (MessageError, ValueError, LookupError, IndexError):
        return Letter()
    sent_at = None
    with suppress(MessageError, ValueError, LookupError, IndexError, AttributeError):
        sent_at = message["Date"].datetime
    # A date without a zone (-0000) says nothing of where the clock stood.
    return Letter(sender, sent_at if sent_at and sent_at.tzinfo else None, identity)
