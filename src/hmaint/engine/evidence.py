"""The raw words of a target, masked and bounded, as they are kept for whoever doubts a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from hmaint.engine.look import spoken
from hmaint.kit.text import harmless
from hmaint.model.inventory import Host, Target
from hmaint.model.look import Answer, Ask, Reply, Row, Rows

MOST = 65_536
"""Bytes kept of one answer: enough for a thousand lines, and a bound on what a hostile host can make us store."""


class Mask(Protocol):
    """Whatever takes secrets and patients out of text and rows."""

    def redact(self, text: str) -> str: ...
    def redact_rows(self, rows: Iterable[Row]) -> Iterable[Row]: ...


def transcript(
    target: Target, started: datetime, answers: Mapping[Ask, Answer], mask: Mask, reason: str = ""
) -> bytes:
    """Every ask with its answer, as UTF-8 text."""
    encoding = target.encoding if isinstance(target, Host) else "utf-8"
    parts = [f"# {target.kind} {target.name} {started.isoformat(timespec='seconds')}"]
    if reason:
        parts.append(f"# {reason}")
    parts += [_told(ask, answer, encoding) for ask, answer in answers.items()]
    return mask.redact(harmless("\n\n".join(parts))).encode("utf-8", "replace")


def _told(ask: Ask, answer: Answer, encoding: str) -> str:
    head = f"$ {spoken(ask)}\n# {answer.seen} {answer.elapsed_ms} ms"
    if answer.reason:
        head += f" {answer.reason}"
    if isinstance(answer, Reply):
        return f"{head}, exit {answer.code}\n{_text(answer.out, encoding)}{_text(answer.err, encoding, '! ')}"
    return f"{head}\n{_rows(answer)}"


def _text(raw: bytes, encoding: str, mark: str = "") -> str:
    if not raw:
        return ""
    # Evidence shows broken bytes as they are; only readers must refuse them.
    text = raw[:MOST].decode(encoding, "backslashreplace")
    more = f"\n… {len(raw) - MOST} more bytes" if len(raw) > MOST else ""
    return "\n".join(mark + line for line in text.splitlines()) + more + "\n"


def _rows(answer: Rows) -> str:
    lines = ["\t".join(str(value) for value in row.values()) for row in answer.rows[:1000]]
    names = "\t".join(answer.rows[0]) if answer.rows else ""
    return "\n".join([names, *lines])[:MOST]
