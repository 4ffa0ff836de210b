"""What a contract leaves open, as documents show it: in a table of their own, or in small print at their end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from hmaint.kit.text import harmless
from hmaint.model.ambiguity import Ambiguity
from hmaint.report.package import pack, unpack

OWN, OPEN = "ambiguities", "open_questions"
"""Where the data of a document has them: those its form has a place for, and those of every other form."""
_HEAD = "合同未写明、须双方书面确认的事项（确认前按拟定处理）："
_BODY = re.compile(r"word/document\d*\.xml")
_END = re.compile(rb"<w:sectPr\b.*(?:/>|</w:sectPr>)\s*</w:body>\s*</w:document>\s*", re.DOTALL)
_NOTE = '<w:p><w:pPr><w:pStyle w:val="Note"/></w:pPr><w:r><w:t xml:space="preserve">{}</w:t></w:r></w:p>'


def ambiguity_rows(questions: Iterable[Ambiguity]) -> list[dict[str, str]]:
    """One row each: its id, what is not written, and how it is read until both sides confirm in writing."""
    return [{"id": each.id, "question": each.question, "proposal": each.proposal} for each in questions]


def with_open_questions(content: bytes, data: Mapping[str, object]) -> bytes:
    """Put what the data leaves open at the end of a filled Word file; as it is where nothing is open."""
    rows = data.get(OPEN)
    if not isinstance(rows, list | tuple) or not rows:
        return content
    lines = [_HEAD, *(_line(row) for row in rows if isinstance(row, Mapping))]
    note = "".join(_NOTE.format(escape(harmless(line))) for line in lines).encode()
    return pack({name: _noted(part, note) if _BODY.fullmatch(name) else part
                 for name, part in unpack(content).items()})  # fmt: skip


def _line(row: Mapping[str, object]) -> str:
    said = " ".join(filter(None, (str(row.get("id") or ""), str(row.get("question") or ""))))
    return f"{said}（拟定：{row['proposal']}）" if row.get("proposal") else said


def _noted(body: bytes, note: bytes) -> bytes:
    """The note before the last section's own settings, which must stay last."""
    at = body.rfind(b"<w:sectPr")
    if at < 0 or not _END.fullmatch(body, at):
        at = body.rfind(b"</w:body>")
    return body[:at] + note + body[at:]
