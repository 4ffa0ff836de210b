"""PowerShell's own XML on the error stream, made the words that it carries."""

from __future__ import annotations

import re

_XML = re.compile(r"#< CLIXML\s*<Objs\b.*?(?:</Objs>\r?\n?|\Z)", re.DOTALL)
_SAID = re.compile(r"<S S=\"(?:Error|Warning)\">(.*?)(?:</S>|\Z)", re.DOTALL)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_|&(lt|gt|quot|apos|amp);")
_ENTITIES = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "amp": "&"}


def told(text: str) -> str:
    """A text in which CLIXML has become the errors and warnings it holds; progress says nothing and is left out."""
    return _XML.sub(lambda found: "".join(_plain(said) for said in _SAID.findall(found[0])), text)


def _plain(said: str) -> str:
    return _ESCAPED.sub(lambda hit: chr(int(hit[1], 16)) if hit[1] else _ENTITIES[hit[2]], said)
