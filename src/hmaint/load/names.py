"""Which names are safe as a file name on any system, as a word in a shell, and in a record."""

from __future__ import annotations

import re

from hmaint.kit.i18n import N_, _

MAX_NAME = 64
_RULE = N_(
    "cannot be a name: letters, digits, dots, dashes and underscores, a letter or digit first, no dot last, "
    "at most {most} characters; a Chinese name belongs into name: or title:"
)
_NAME = re.compile(rf"[A-Za-z0-9](?:[A-Za-z0-9._-]{{0,{MAX_NAME - 2}}}[A-Za-z0-9_-])?")
# Windows keeps these for devices, with any extension.
_DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
}


def slug(text: str) -> str:
    """Hand back a name that is safe in a path, a record and a command; ValueError with the rule otherwise."""
    if not _NAME.fullmatch(text):
        raise ValueError(_(_RULE).format(most=MAX_NAME))
    if text.partition(".")[0].lower() in _DEVICES:
        raise ValueError(_("cannot be a name: Windows keeps it for a device"))
    return text
