"""What a server says of an error, without the values it was given: those are patients' numbers and what is recorded."""

from __future__ import annotations

import re

_CODE = re.compile(r"（\w+）$")
_PLACE = re.compile(r" for (?:key|column) \S+(?: at row \d+)?$")
_NAME = re.compile(
    r"(?:column|key|constraint|table|relation|index|database|schema|user|function) (?:'[\w.$]+'|\"[\w.$]+\")",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"'.*'|\".*\"|'.*|\".*", re.DOTALL)
"""From the first quote to the last: what stands between may hold quotes of its own."""


def without_values(said: str) -> str:
    """The same words with everything quoted masked that is not the name of a column, key, table or the like."""
    words, code = _split(said, _CODE)
    words, place = _split(words, _PLACE)
    if _QUOTED.search(_NAME.sub("", words)):
        words = _QUOTED.sub("***", words)
    return words + place + code


def _split(text: str, ending: re.Pattern[str]) -> tuple[str, str]:
    found = ending.search(text)
    return (text[: found.start()], found.group()) if found else (text, "")
