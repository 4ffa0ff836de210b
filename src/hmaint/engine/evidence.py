"""The raw words of a target, masked and bounded, as they are kept for whoever doubts a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from hmaint.engine.look import spoken
from hmaint.kit.text import harmless
from hmaint.model.inventory import Host, Target
from hmaint.model.look import Answer, Ask, Query, Reply, Row, Rows

MOST = 16_384
"""Bytes kept of one answer, about two hundred lines: the rows that were read are kept whole beside it."""


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
        parts.append(f"# {_fit(reason, mask)}")
    parts += [_told(ask, answer, encoding, mask) for ask, answer in answers.items()]
    return "\n\n".join(parts).encode("utf-8", "replace")


def _fit(text: str, mask: Mask) -> str:
    """Text fit to be kept. Escapes go first, lest one in the middle of a password hide it from the mask."""
    return mask.redact(harmless(text))


def _told(ask: Ask, answer: Answer, encoding: str, mask: Mask) -> str:
    # Apart from the time it took: what was asked is the same for a whole fleet, and is looked through once.
    head = f"{_fit(f'$ {spoken(ask)}', mask)}\n# {answer.seen} {answer.elapsed_ms} ms"
    if answer.reason:
        head += _fit(f" {answer.reason}", mask)
    if isinstance(answer, Reply):
        # Masked before anything is put in front of lines: a private key is known by its lines.
        out, err = (_fit(_text(raw, encoding), mask) for raw in (answer.out, answer.err))
        complaints = "".join(f"! {line}\n" for line in err.splitlines())
        return f"{head}, exit {answer.code}\n{out}{complaints}"
    if isinstance(ask, Query) and ask.discreet:
        return f"{head}\n# {len(answer.rows)} rows, compared and not kept"
    return f"{head}\n{_rows(answer, mask)}"


def _text(raw: bytes, encoding: str) -> str:
    if len(raw) <= MOST:
        return _decoded(raw, encoding)
    # Whole lines only: half a number or half a password would not be known for what it is.
    kept = raw[:MOST]
    kept = kept[: kept.rfind(b"\n") + 1] or kept
    return f"{_decoded(kept, encoding)}\n… {len(raw) - len(kept)} more bytes\n"


def _decoded(raw: bytes, encoding: str) -> str:
    """Text for people to read and for the mask to know 密码 in, whatever the host wrote it in."""
    for name in (encoding, "gb18030"):
        with suppress(UnicodeDecodeError):
            return raw.decode(name)
    # Evidence shows broken bytes as they are; only readers must refuse them.
    return raw.decode(encoding, "backslashreplace")


def _rows(answer: Rows, mask: Mask) -> str:
    rows = mask.redact_rows(answer.rows[:1000])
    lines = ["\t".join(str(value) for value in row.values()) for row in rows]
    names = "\t".join(answer.rows[0]) if answer.rows else ""
    return _fit("\n".join([names, *lines])[:MOST], mask)
